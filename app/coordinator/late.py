"""Somebody else was faster: what they decided, and what was typed comes back on the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import g
from wtforms import Form
from wtforms.widgets import DateTimeLocalInput

from app.locale import whole_day
from app.models import Case, Deadline, Referral, ServiceReferral
from app.services import cases, deadlines, people, referrals, service_steps
from app.words import label

from .desk_words import word

NOT_TYPED = frozenset({"CSRFTokenField", "HiddenField", "FileField"})


@dataclass(frozen=True, slots=True)
class Late:
    """What `base.html` says above a page to whoever came second."""

    decided: str
    """What the other did, in words; empty if no step says it."""
    name: str
    own: bool
    """It was done by the same person: a second press, or another tab."""
    at: datetime | None
    typed: tuple[tuple[str, str], ...]
    """Question and answer, as they were sent."""

    def __repr__(self) -> str:
        return "<Late>"


def on_referral(referral: Referral, form: Form | None = None) -> None:
    """Say on this page what was decided about a referral before."""
    _say([(row, word("referral step", row.act)) for row in referrals.moves(referral)], form)


def on_case(case: Case, form: Form | None = None) -> None:
    """Say on this page what was done with a case, or with its report, before."""
    steps = [(row, word("referral step", row.act)) for row in referrals.moves(case.referral)]
    steps += [(row, word("case step", row.act)) for row in cases.moves(case)]
    _say(steps, form)


def on_service(service: ServiceReferral, form: Form | None = None) -> None:
    """Say on this page what became of a service before."""
    rows = service_steps.of(service)[:1]
    _say([(row, str(label("service_state", row.to_state))) for row in rows], form)


def on_clock(clock: Deadline, form: Form | None = None) -> None:
    """Say on this page what was done with a clock before."""
    _say([(row, word("clock step", row.act)) for row in deadlines.steps_of(clock)], form)


def typed(form: Form | None) -> tuple[tuple[str, str], ...]:
    """Return what was answered in a form, in words, without what nobody typed."""
    asked = [control for control in form or () if control.type not in NOT_TYPED]
    said = [(str(control.label.text), _answer(control)) for control in asked]
    return tuple((question, answer) for question, answer in said if answer)


def _say(steps: list, form: Form | None) -> None:
    newest, words = max(steps, key=lambda one: one[0].at, default=(None, ""))
    by: UUID | None = newest.by if newest else None
    g.late = Late(
        words,
        people.calls([by]).get(by, ""),
        by == g.me.id,
        newest.at if newest else None,
        typed(form),
    )


def _answer(control) -> str:
    if hasattr(control, "choices"):
        return ", ".join(str(one.label.text) for one in control if one.checked and one.data)
    if isinstance(control.data, date):
        return whole_day(control.data)
    words = control.data if isinstance(control.data, str) else ""
    return words.replace("T", " ") if isinstance(control.widget, DateTimeLocalInput) else words
