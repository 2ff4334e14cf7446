"""The forms about clocks that are kept. What may be done with one: `services.deadline_acts`."""

from __future__ import annotations

from datetime import datetime, tzinfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import DateTimeLocalInput

from app.domain.deadline import ENDINGS, STARTED_BY_STAFF, WHY, Kind
from app.services.deadline_acts import Why

from .desk_words import WORDS
from .forms import at_most, needed
from .partner_forms import UNREADABLE


class Moment(StringField):
    """A day and an hour by the clocks of the district."""

    widget = DateTimeLocalInput()

    def at(self, zone: tzinfo) -> datetime | None:
        """Return the moment, or None after saying that it is none."""
        try:
            return datetime.fromisoformat(self.data or "").replace(tzinfo=zone)
        except ValueError:
            self.errors = [*self.errors, UNREADABLE]
            return None

    def fill(self, at: datetime, zone: tzinfo) -> None:
        """Show a moment."""
        self.data = at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def _choices(of: str, codes) -> list[tuple[str, object]]:
    return [(str(code), WORDS[of][code]) for code in codes]


class WhyForm(FlaskForm):
    """Why a clock is changed."""

    why = SelectField(_l("Why?"), choices=_choices("clock why", WHY), validators=[needed()])
    words = StringField(
        _l("In a few words"), [Optional(), at_most(280)], description=_l("Locked. No names.")
    )

    def reason(self) -> Why:
        """Return what was said."""
        return Why(self.why.data or "", self.words.data or "")


class CorrectForm(WhyForm):
    """Its start, as a person knows it."""

    at = Moment(_l("When did it really begin?"), [needed()])


class StartForm(FlaskForm):
    """A clock that a person knows of."""

    kind = RadioField(
        _l("What happened?"),
        choices=_choices("clock begins", STARTED_BY_STAFF),
        validators=[needed()],
    )
    at = Moment(_l("When did it happen?"), [needed()])
    words = TextAreaField(
        _l("What police, court or she said"),
        [Optional(), at_most(280)],
        description=_l("Locked. Number of the letter, not names."),
    )


class BreachForm(FlaskForm):
    """That data may have got out."""

    at = Moment(_l("When did it become known?"), [needed()])
    words = TextAreaField(
        _l("What happened, in a few words"), [needed(), at_most(280)], description=_l("No names.")
    )


class EndForm(FlaskForm):
    """How a clock came to its end."""

    how = RadioField(_l("How did it end?"), validators=[needed()])
    at = Moment(_l("When?"), [needed()])
    until = Moment(_l("Until when does the order hold?"), [Optional()])
    words = StringField(
        _l("In a few words"),
        [Optional(), at_most(280)],
        description=_l("Locked. Number of the letter, not names."),
    )

    def for_kind(self, kind: Kind, *, child: bool) -> EndForm:
        """Offer the endings that this clock has."""
        codes = [code for code in ENDINGS[kind] if not (child and code == "adult_refuses_recorded")]
        self.how.choices = _choices("clock end", codes)
        if "ordered" not in codes:
            del self.until
        return self


class NameForm(FlaskForm):
    """Who of the parent office agreed."""

    name = StringField(_l("Name and post at the parent office"), [needed(), at_most(80)])
