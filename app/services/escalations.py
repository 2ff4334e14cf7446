"""What happens when nobody has come: an emergency that waits, a visit from which nobody is back.

Run by the worker again and again; each step is taken once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import or_, select

from app.db import db
from app.domain.clocks import escalation
from app.domain.permissions import Role
from app.domain.risk import Risk
from app.domain.settings import Setting
from app.models import Alert, CallRequest, Person, Referral, Visit
from app.services import alerts, notices, referrals
from app.services.limits import limits

# An older one has long been through every step.
LOOKED_BACK = timedelta(days=3)

CADRE = "unread_emergency"
SECOND = "second_on_call"
HEAD = "head_called"
OVERDUE = "overdue_visit"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do about one referral that nobody has come to."""

    referral: Referral
    kind: str


def due(now: datetime) -> bool:
    """Tell whether any step waits to be taken. Reads only, and needs no key."""
    return next(_steps(now), None) is not None or bool(_overdue(now))


def escalate(*, now: datetime) -> int:
    """Take every step that is due; within `transaction()`. Returns how many."""
    steps = list(_steps(now))
    for step in steps:
        _take(step, now)
    visits = _overdue(now)
    for visit in visits:
        referrals.locked_of(visit.report_id)
        _chase(visit, now)
    return len(steps) + len(visits)


def _steps(now: datetime) -> Iterator[Step]:
    own = cache(limits)
    for referral in _nobody_came(now):
        clock = escalation(
            referral.clock_from, emergency=referral.emergency, settings=own(referral.district)
        )
        unread = referral.seen_at is None
        planned = (
            (CADRE, clock.tell_cadre_at, unread and referral.report.cadre_id is not None),
            (SECOND, clock.second_at, True),
            (HEAD, clock.head_at, True),
        )
        told = _told(referral)
        for kind, at, wanted in planned:
            if wanted and at <= now and kind not in told:
                yield Step(referral, kind)


def _nobody_came(now: datetime) -> list[Referral]:
    # Looking stops the clock of a high report; an emergency's only *Saya tangani* stops.
    unanswered = or_(
        Referral.emergency.is_(True), (Referral.risk == Risk.HIGH) & Referral.seen_at.is_(None)
    )
    return list(
        db.session.scalars(
            select(Referral).where(
                Referral.open.is_(True),
                Referral.taken_by.is_(None),
                unanswered,
                Referral.clock_from <= now,
                Referral.clock_from > now - LOOKED_BACK,
            )
        )
    )


def _told(referral: Referral) -> set[str]:
    """Which steps were taken since the clocks started; a raised risk starts them again."""
    found = select(Alert.kind).where(
        Alert.district == referral.district,
        Alert.report_id == referral.report_id,
        Alert.kind.in_((CADRE, SECOND, HEAD)),
        Alert.made_at >= referral.clock_from,
    )
    return set(db.session.scalars(found))


def _take(step: Step, now: datetime) -> None:
    referral = step.referral
    if step.kind == CADRE:
        cadre = db.session.get_one(Person, referral.report.cadre_id)
        notices.alert(cadre, CADRE, now=now, urgent=True, report_id=referral.report_id)
        return
    # Without a roster the second on call is every caseworker, and those who did not come again.
    roles = (Role.HEAD,) if step.kind == HEAD else (Role.CASEWORKER, Role.COORDINATOR)
    for role in roles:
        _ring_staff(role, step.kind, referral.district, referral.report_id, None, now)


def _overdue(now: datetime) -> list[Visit]:
    """Visits that have a next step: she has not checked out, nor set out when she had planned."""
    late = select(Visit).where(
        Visit.check_out_at <= now,
        Visit.ended_at.is_(None),
        Visit.state.in_(("accepted", "started")),
        Visit.check_out_told < len(_AFTER),
    )
    own = cache(limits)
    return [
        visit
        for visit in db.session.scalars(late)
        if _next_chase(visit, own(visit.district)) <= now
    ]


_AFTER = ("check_out.nudge", "check_out.call", "check_out.head")


def _next_chase(visit: Visit, own: Mapping[str, Setting]) -> datetime:
    return visit.check_out_at + own[_AFTER[visit.check_out_told]].span


def _chase(visit: Visit, now: datetime) -> None:
    """Take the next step: a neutral push to her, a call task for the desk, the head."""
    step, visit.check_out_told = visit.check_out_told, visit.check_out_told + 1
    if step == 0:
        cadre = db.session.get_one(Person, visit.cadre_id)
        notices.alert(cadre, "check_out", now=now, urgent=True, visit_id=visit.id)
    elif step == 1:
        db.session.add(
            CallRequest(
                district=visit.district,
                person_id=visit.cadre_id,
                why=OVERDUE,
                when="now",
                visit_id=visit.id,
                report_id=visit.report_id,
                asked_at=now,
                due_at=now,
            )
        )
        _ring_staff(Role.COORDINATOR, OVERDUE, visit.district, visit.report_id, visit.id, now)
    else:
        _ring_staff(Role.HEAD, OVERDUE, visit.district, visit.report_id, visit.id, now)


def _ring_staff(
    role: Role, kind: str, district: str, report_id: UUID, visit_id: UUID | None, now: datetime
) -> None:
    alerts.ring(
        role,
        kind,
        now=now,
        district=district,
        urgent=True,
        report_id=report_id,
        visit_id=visit_id,
    )
