"""Whom the quarantine rings: whoever is on call as well, and the next when nobody opens it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.domain.clocks import escalation
from app.domain.permissions import Role
from app.domain.report import Risk
from app.domain.roster import Step, alarmed
from app.models import Alert, Person, Quarantined, TrailRow
from app.services import alerts, duty, related
from app.services.limits import limits

KIND = "quarantine"
# An older one has long been through every step.
LOOKED_BACK = timedelta(days=3)


def ring(
    kind: str, district: str, *, urgent: bool, about: UUID | None = None, now: datetime
) -> None:
    """Alert the coordinators, and of what cannot wait also whoever is on call first, but nobody to
    whom the report that it is `about` is not there."""
    for whom in _office(district, about):
        alerts.ring(whom, kind, district=district, urgent=urgent, now=now)
    first = duty.watch(district, now=now, without=_out(about)).on_call.first if urgent else ()
    for person in (db.session.get_one(Person, one) for one in first):
        if Role.COORDINATOR not in person.role_codes:
            alerts.ring(person, kind, urgent=True, now=now)


def due(now: datetime) -> bool:
    """Tell whether somebody is to be rung because nobody has opened it."""
    return next(_calls(now), None) is not None


def call_next(*, now: datetime) -> int:
    """Ring the second on call, then the head, like for a report; return how many were."""
    calls = list(dict.fromkeys(_calls(now)))
    for person_id in calls:
        alerts.ring(db.session.get_one(Person, person_id), KIND, urgent=True, now=now)
    return len(calls)


def _calls(now: datetime) -> Iterator[UUID]:
    own, watch = cache(limits), cache(partial(duty.watch, now=now))
    for kept in _unopened(now):
        clock = escalation(kept.at, emergency=kept.emergency, settings=own(kept.district))
        here, rung = watch(kept.district, without=_out(kept.about)), _rung(kept)
        for step, person_id in alarmed(clock, here.on_call, here.heads, now=now):
            # Of the office, whoever was rung by name as it came is rung again in their turn.
            again = step is not Step.FIRST and rung.get(person_id) == kept.at
            if (person_id not in rung or again) and not _heard_as_coordinator(step, person_id):
                yield person_id


def _office(district: str, about: UUID | None) -> list[Person | Role]:
    """The coordinators as one; without those to whom it is not there, each by name."""
    out = _out(about)
    if not any(one.id in out for one in alerts.holders(Role.COORDINATOR, district)):
        return [Role.COORDINATOR]
    there = alerts.holders(Role.COORDINATOR, district, about)
    return there or alerts.holders(Role.HEAD, district, about)


def _out(about: UUID | None) -> frozenset[UUID]:
    return frozenset(db.session.scalars(related.people_of(about)) if about else ())


def _heard_as_coordinator(step: Step, person_id: UUID) -> bool:
    person = db.session.get_one(Person, person_id)
    return step is Step.FIRST and Role.COORDINATOR in person.role_codes


def _unopened(now: datetime) -> list[Quarantined]:
    """What sounds grave and nobody has opened. Junk has its own alert, one a phone."""
    opened = select(TrailRow.object_id).where(TrailRow.object_kind == "quarantine")
    grave = select(Quarantined).where(
        Quarantined.settled_at.is_(None),
        Quarantined.settlement.is_(None),
        Quarantined.risk == Risk.HIGH,
        Quarantined.reason != "junk",
        Quarantined.at > now - LOOKED_BACK,
        Quarantined.at <= now,
    )
    found = db.session.scalars(grave).all()
    if not found:
        return []
    seen = set(
        db.session.scalars(opened.where(TrailRow.object_id.in_([str(one.id) for one in found])))
    )
    return [one for one in found if str(one.id) not in seen]


def _rung(kept: Quarantined) -> dict[UUID, datetime]:
    """Whom an alert has reached by name since it came, and when last."""
    rows = (
        select(Alert.person_id, Alert.made_at)
        .where(
            Alert.district == kept.district,
            Alert.kind == KIND,
            Alert.made_at >= kept.at,
            Alert.person_id.is_not(None),
        )
        .order_by(Alert.made_at)
    )
    return dict(db.session.execute(rows).all())
