"""The forms about transfers to another district. What may go out: `domain.transfer`."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from app.domain import codes
from app.domain.transfer import BASES, REFUSAL, Ground
from app.words import label

from .desk_words import WORDS
from .forms import at_most, needed

ELSEWHERE = "elsewhere"


class TransferForm(FlaskForm):
    """To whom, and on what ground."""

    to = SelectField(_l("To which district?"), validators=[needed()])
    name = StringField(
        _l("Name of that office"),
        [Optional(), at_most(80)],
        render_kw={"data-ask-when": f'{{"to": ["{ELSEWHERE}"]}}'},
    )
    key = StringField(
        _l("Its key line"),
        [Optional(), at_most(200)],
        description=_l("As that office sent it: intake…"),
        render_kw={"data-ask-when": f'{{"to": ["{ELSEWHERE}"]}}'},
    )
    compared = BooleanField(_l("I have compared its digits by telephone"))
    basis = RadioField(
        _l("On what ground?"),
        choices=[(code, label("shared_on", code)) for code in BASES],
        validators=[needed()],
    )
    method = SelectField(
        _l("How did she agree?"),
        choices=[("", "–"), *((code, label("method", code)) for code in codes.CONSENT_METHOD)],
        validate_choice=False,  # What counts says `Ground.must_hold`.
        render_kw={"data-ask-when": '{"basis": ["consent"]}'},
    )
    words = TextAreaField(
        _l("What the other office must know"),
        [needed(), at_most(280)],
        description=_l("Why they, and why now. No names; the cadre is not named."),
    )

    def ground(self) -> Ground:
        """Return what was said."""
        return Ground(self.basis.data or "", self.method.data or "", self.words.data or "")


class AnswerTransferForm(FlaskForm):
    """Whether it is taken over."""

    answer = RadioField(
        _l("Is it taken over?"),
        choices=[("accepted", _l("Yes, taken over")), ("refused", _l("No, given back"))],
        validators=[needed()],
    )
    refusal = SelectField(
        _l("Why not?"),
        choices=[("", "–"), *((code, WORDS["transfer refusal"][code]) for code in REFUSAL)],
        validate_choice=False,
        render_kw={"data-ask-when": '{"answer": ["refused"]}'},
    )


class ReadForm(FlaskForm):
    """A sealed copy that another office sent."""

    file = FileField(_l("Sealed copy"))
