"""What happens when nobody has come: an emergency that waits, a visit from which nobody is back.

Run by the worker again and again; each step is taken once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from uuid import UUID

from sqlalchemy import or_, select

from app.db import db
from app.domain.clocks import Escalation, escalation
from app.domain.permissions import Role
from app.domain.risk import Risk
from app.domain.roster import Step, alarmed
from app.domain.settings import Setting
from app.models import Alert, CallRequest, Person, Referral, Visit
from app.services import alerts, duty, notices, referrals, related
from app.services.limits import limits

# An older one has long been through every step.
LOOKED_BACK = timedelta(days=3)

CADRE = "unread_emergency"
SECOND = "second_on_call"
HEAD = "head_called"
OVERDUE = "overdue_visit"


# What the first on call may have been rung with about a report.
FIRST = ("emergency", "new_referral", "new_report_news")
# Whom a district without a roster has on call; of those who did not come, again.
WITHOUT_ROSTER = (Role.CASEWORKER, Role.COORDINATOR)


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alert about one referral that nobody has come to: to a person or to all of a role."""

    referral: Referral
    kind: str
    whom: UUID | Role


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


def _steps(now: datetime) -> Iterator[Alarm]:
    own, watch = cache(limits), cache(partial(duty.watch, now=now))
    for referral in _nobody_came(now):
        clock = escalation(
            referral.clock_from, emergency=referral.emergency, settings=own(referral.district)
        )
        told = _told(referral)
        here = watch(referral.district, without=related.people(referral))
        planned = [*_cadre(referral, clock, now), *_staff(referral, clock, here, now)]
        for kind, whom in dict.fromkeys(planned):
            if not told & {(each, whom) for each in (FIRST if kind in FIRST else (kind,))}:
                yield Alarm(referral, kind, whom)


def _cadre(referral: Referral, clock: Escalation, now: datetime) -> Iterator[tuple[str, UUID]]:
    """The cadre who reported hears that nobody has read it, as long as nobody has."""
    cadre_id, unread = referral.report.cadre_id, referral.seen_at is None
    if cadre_id is not None and unread and clock.tell_cadre_at <= now:
        yield CADRE, cadre_id


def _staff(
    referral: Referral, clock: Escalation, here: duty.Watch, now: datetime
) -> Iterator[tuple[str, UUID | Role]]:
    """Whom the roster names; where it names nobody, everybody who could be on call."""
    first = "emergency" if referral.emergency else "new_referral"
    kinds = {Step.FIRST: first, Step.SECOND: SECOND, Step.HEAD: HEAD}
    for step, person_id in alarmed(clock, here.on_call, here.heads, now=now):
        yield kinds[step], person_id
    if here.on_call.second is None and clock.second_at <= now:
        yield from ((SECOND, role) for role in WITHOUT_ROSTER)
    if not here.heads and clock.head_at <= now:
        yield HEAD, Role.HEAD


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


def _told(referral: Referral) -> set[tuple[str, UUID | Role]]:
    """Who was alerted since the clocks started; a raised risk starts them again."""
    found = select(Alert.kind, Alert.person_id, Alert.role).where(
        Alert.district == referral.district,
        Alert.report_id == referral.report_id,
        Alert.kind.in_((CADRE, SECOND, HEAD, *FIRST)),
        Alert.made_at >= referral.clock_from,
    )
    return {(kind, person or Role(role)) for kind, person, role in db.session.execute(found)}


def _take(alarm: Alarm, now: datetime) -> None:
    referral, whom = alarm.referral, alarm.whom
    person = None if isinstance(whom, Role) else db.session.get_one(Person, whom)
    if alarm.kind == CADRE:
        notices.alert(person, CADRE, now=now, urgent=True, report_id=referral.report_id)
        return
    alerts.ring(
        person or whom,
        alarm.kind,
        now=now,
        district=referral.district,
        urgent=True,
        report_id=referral.report_id,
    )


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
    about = {
        "district": visit.district,
        "urgent": True,
        "report_id": visit.report_id,
        "visit_id": visit.id,
        "now": now,
    }
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
        duty.ring_first(OVERDUE, **about)
    else:
        alerts.ring(Role.HEAD, OVERDUE, **about)
