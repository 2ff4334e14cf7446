"""The forms about services asked of partners. What may be asked: `services.service_referrals`."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import Optional

from app.domain import codes
from app.domain.service_referral import ANSWERS, ESCORT, MEDIATION, RECALL, REFUSAL
from app.services.service_referrals import Asked
from app.words import label

from .forms import at_most, needed
from .partner_forms import Day, choices

OURSELVES = "us"


def kinds_of_service(*, may_settle: bool) -> dict:
    """Return every service with its kinds, as a select wants them; a settlement where it may be."""
    return {
        str(label("service", service)): [
            (f"{service}.{what}" if what else service, label("what", what) if what else named)
            for what in kinds or (None,)
            if what != MEDIATION or may_settle
        ]
        for service, kinds in codes.SERVICES.items()
        if (named := label("service", service))
    }


class ServiceForm(FlaskForm):
    asked = SelectField(_l("What does she need?"), validators=[needed()])
    partner = RadioField(_l("Who is asked?"), validators=[Optional()], validate_choice=False)
    escort = RadioField(
        _l("How does she get there?"), choices=choices("escort", ESCORT), default=ESCORT[0]
    )
    words = TextAreaField(
        _l("What the partner must know"),
        [Optional(), at_most(280)],
        description=_l("In a few words. No names. Stands in the letter."),
    )

    @property
    def wish(self) -> tuple[str, str | None]:
        """The service, and which kind of it."""
        service, _dot, what = (self.asked.data or "").partition(".")
        return service, what or None

    def request(self) -> Asked:
        """Return what was typed."""
        of = self.partner.data
        partner = UUID(of) if of and of != OURSELVES else None
        return Asked(*self.wish, self.escort.data, partner, self.words.data or "")


class AnswerForm(FlaskForm):
    answer = RadioField(
        _l("What did they answer?"), choices=choices("answer", ANSWERS), validators=[needed()]
    )
    refusal = SelectField(
        _l("Why?"),
        choices=[("", "–"), *choices("refusal", REFUSAL)],
        validators=[Optional()],
        render_kw={"data-ask-when": '{"answer": ["partner_refused"]}'},
    )
    on = Day(
        _l("On which day?"),
        [Optional()],
        render_kw={"data-ask-when": '{"answer": ["scheduled"]}'},
    )


class RecallForm(FlaskForm):
    result = RadioField(
        _l("What did they say?"), choices=choices("recall_result", RECALL), validators=[needed()]
    )
