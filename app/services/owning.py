"""Whose work something is: what one may open without saying in words why."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.db import db
from app.domain.referral import WAITING
from app.domain.risk import Risk
from app.models import Alert, Case, Referral
from app.services import cases, duty
from app.services.sessions import Staff

A_TURN = timedelta(hours=12)


def goes_on_in(referral: Referral, case: Case | None) -> tuple[Referral, Case | None]:
    """Return where somebody works on this, and the case of that: itself, or the first of those
    that were put together."""
    if referral.same_as is None:
        return referral, case
    first = db.session.get_one(Referral, referral.same_as)
    return first, cases.of_referral(first)


def is_own(referral: Referral, case: Case | None, staff: Staff) -> bool:
    """Tell whether this is one's own work: assigned, taken, or still waiting to be screened."""
    referral, case = goes_on_in(referral, case)
    if case is not None:
        return case.caseworker_id == staff.id
    return referral.taken_by in (None, staff.id)


def calls_for(referral: Referral, case: Case | None, staff: Staff, *, now: datetime) -> bool:
    """Tell whether duty calls to it: one is on call, and it is urgent and waits, or has just rung.

    Then it is one's own work, too, whoever has it (privacy.md section 4): at night a colleague who
    has gone home is not woken by our opening it.
    """
    referral, case = goes_on_in(referral, case)
    waits = case is None and referral.state in WAITING
    urgent = referral.emergency or referral.risk == Risk.HIGH
    if not (waits and urgent) and not _has_rung(referral, staff, now):
        return False
    on_call = duty.watch(referral.district, now=now).on_call
    return staff.id in {*on_call.first, on_call.second}


def asks_no_words(referral: Referral, case: Case | None, staff: Staff, *, now: datetime) -> bool:
    """Tell whether a reason from the list is enough: it is one's own work, or duty calls."""
    return is_own(referral, case, staff) or calls_for(referral, case, staff, now=now)


def _has_rung(referral: Referral, staff: Staff, now: datetime) -> bool:
    """Tell whether something urgent about it rang this person within the length of a turn."""
    rung = select(Alert.id).where(
        Alert.person_id == staff.id,
        Alert.report_id == referral.report_id,
        Alert.urgent.is_(True),
        Alert.made_at > now - A_TURN,
    )
    return db.session.scalar(rung.limit(1)) is not None
