"""The desk's small forms: what a person decides. The questions themselves: `app.forms`."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p
from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.forms import HandVisitForm, ScreenForm

NEEDED = _l("This is missing.")
LONG = _l("This is too long.")

OPENING_REASONS = {
    "screening": _p("reason", "Screen the report"),
    "contact": _p("reason", "Contact the cadre or the survivor"),
    "visit": _p("reason", "Prepare a visit"),
    "care": _p("reason", "Accompany her"),
    "handover": _p("reason", "Take over from a colleague"),
    "complaint": _p("reason", "A complaint or a question of hers"),
    "correction": _p("reason", "Correct an entry"),
}


def needed() -> InputRequired:
    """A validator with our own words."""
    return InputRequired(NEEDED)


def at_most(letters: int) -> Length:
    """A validator with our own words."""
    return Length(max=letters, message=LONG)


class Boxes(SelectMultipleField):
    """Several of a list, as boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class JustDo(FlaskForm):
    """A button and its token."""


class OpenForm(FlaskForm):
    reason = SelectField(_l("Reason for opening"), choices=list(OPENING_REASONS.items()))
    words = StringField(_l("Why, in words"), [Optional(), at_most(280)])


def why_all_the_same() -> StringField:
    """A control for the reason against a warning."""
    return StringField(_l("Why this person all the same?"), [Optional(), at_most(280)])


class ScreeningForm(ScreenForm):
    """The screening, and with it who accompanies her if it is accepted at once."""

    caseworker = SelectField(_l("Caseworker"))
    assign_why = why_all_the_same()
    do = HiddenField()


class AssignForm(FlaskForm):
    caseworker = SelectField(_l("Caseworker"))
    assign_why = why_all_the_same()
    seen = HiddenField()
    """Who accompanied her when the page was made."""


class GiveForm(FlaskForm):
    successor = SelectField(_l("Successor"))
    why = why_all_the_same()


class AskForm(FlaskForm):
    question = TextAreaField(_l("Question to the cadre"), [needed(), at_most(280)])


class NotOursForm(FlaskForm):
    told = TextAreaField(_l("What was told"), [needed(), at_most(280)])
    sent_to = StringField(_l("Where they were sent"), [needed(), at_most(80)])


class KeepOutForm(FlaskForm):
    person = SelectField(_l("Which colleague?"), validators=[needed()])


class LetBackForm(FlaskForm):
    why = RadioField(_l("Why may they read it again?"), validators=[needed()])


class DuplicateForm(FlaskForm):
    other = StringField(_l("Code of the other report"), [needed(), at_most(5)])


class HandForm(HandVisitForm):
    """A visit, and who goes."""

    cadre = RadioField(_l("Who goes"), validators=[needed()])


class RefuseForm(FlaskForm):
    refuse_words = StringField(_l("Why it stays open"), [Optional(), at_most(280)])


class ParentOfficeForm(FlaskForm):
    parent_name = StringField(_l("Name and post at the parent office"), [Optional(), at_most(80)])


class PersonForm(FlaskForm):
    label = StringField(_l("What colleagues call this person"), [needed(), at_most(60)])
    roles = Boxes(_l("Role"), validators=[needed()])
    village = SelectField(_l("Village of the cadre"), validate_choice=False)
    number = StringField(_l("Registered telephone number"), [Optional(), at_most(20)])
    sign_in_name = StringField(_l("Sign-in name"), [Optional(), at_most(60)])


class DiscardForm(FlaskForm):
    why = SelectField(
        _l("Reason"),
        choices=[
            ("test", _p("discard", "A test or practice")),
            ("twice", _p("discard", "Already here under another code")),
            ("not_ours", _p("discard", "Not from one of our cadres")),
            ("empty", _p("discard", "Holds nothing that can be used")),
        ],
    )
