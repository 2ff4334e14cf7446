"""The forms about partners. What fits and what not: `services.partners`."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import NumberInput, TelInput

from app.domain import partner
from app.services.partners import Details
from app.words import label

from .forms import Boxes, at_most, needed

UNREADABLE = _l("This cannot be read.")
MOST_PLACES = 10_000


class Day(DateField):
    """A day, with our own words when it is none."""

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError as wrong:
            raise ValueError(UNREADABLE) from wrong


class Count(StringField):
    """A number of places, or nothing."""

    widget = NumberInput(min=0, max=MOST_PLACES)

    def pre_validate(self, form):
        if self.data and not (self.data.isdecimal() and int(self.data) <= MOST_PLACES):
            raise ValidationError(UNREADABLE)

    @property
    def number(self) -> int | None:
        """What was typed."""
        return int(self.data) if self.data else None


def choices(field: str, codes) -> list[tuple[str, object]]:
    """Return codes with their words, as a select wants them."""
    return [(code, label(field, code)) for code in codes]


class PartnerForm(FlaskForm):
    kind = SelectField(_l("Kind of partner"), choices=choices("partner_kind", partner.KIND))
    name = StringField(
        _l("Name of the office"), [needed(), at_most(80)], description=_l("Not of a person.")
    )
    address = StringField(
        _l("Address"), [Optional(), at_most(120)], description=_l("Of a safe house: never.")
    )
    elsewhere = BooleanField(_l("In a neighbouring district"))
    contact = StringField(_l("Who answers there"), [Optional(), at_most(60)])
    number = StringField(_l("Telephone number"), [Optional(), at_most(20)], widget=TelInput())
    hours = StringField(_l("Open when"), [Optional(), at_most(80)])
    capacity = Count(_l("Places"), [Optional()])
    fee = SelectField(_l("Cost for her"), choices=choices("fee", partner.FEE), default="unknown")
    accessibility = Boxes(
        _l("Accessibility"), choices=choices("accessibility", partner.ACCESSIBILITY)
    )
    mou = SelectField(_l("Agreement (MoU)"), choices=choices("mou", partner.MOU))
    mou_number = StringField(_l("Number of the agreement"), [Optional(), at_most(60)])
    mou_from = Day(_l("In force from"), [Optional()])
    mou_until = Day(_l("In force until"), [Optional()])
    mou_scope = TextAreaField(_l("What it covers"), [Optional(), at_most(200)])
    fallback = SelectField(_l("If they refuse, ask"), validate_choice=False)

    def details(self) -> Details:
        """Return what was typed."""
        plain = ("kind", "name", "mou", "address", "elsewhere", "mou_number", "mou_from")
        plain += ("mou_until", "mou_scope", "contact", "number", "hours", "fee")
        typed = {name: self[name].data for name in plain}
        typed = {name: value for name, value in typed.items() if value is not None}
        return Details(
            **typed,
            capacity=self.capacity.number,
            accessibility=tuple(self.accessibility.data or ()),
            fallback=_known(self.fallback.data),
        )


def _known(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
