"""Alerts: who should come and look, and the outbox rows that ring them.

A push is a hint and always the same constant; the alert is the record, shown and acknowledged in
the app. What a cadre's phone fetches about it is `notices`.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import BindParameter, ColumnElement, Select, and_, or_, select

from app.db import after_commit, db
from app.domain.errors import Missing
from app.domain.permissions import Role
from app.models import (
    Alert,
    Device,
    OutboxRow,
    Person,
    PersonRole,
    PushSubscription,
    Referral,
    RelatedStaff,
)
from app.services import related
from app.services.limits import limit
from app.services.sessions import Anybody, Staff
from app.signals import alert_written, changed

# These are asked for by the cadre herself, or their whole point is speed.
AT_ONCE = frozenset({"drill_received", "unread_emergency", "check_out"})
# Nobody need come any more once somebody has.
CALLS_FOR_SOMEBODY = ("emergency", "new_referral", "second_on_call", "head_called")
# A phone whose digits were not compared yet hears of its practice only.
FOR_PENDING_PHONES = frozenset({"drill_received"})


def ring(
    whom: Person | Role,
    kind: str,
    *,
    now: datetime,
    district: str | None = None,
    urgent: bool = False,
    report_id: UUID | None = None,
    visit_id: UUID | None = None,
) -> Alert:
    """Alert one person, or everyone of a role in `district`, within the caller's transaction.

    One outbox row for each of their subscriptions; the worker is rung once they are on disk.
    """
    person = whom if isinstance(whom, Person) else None
    alert = Alert(
        id=uuid4(),
        district=person.district if person else district,
        person_id=person.id if person else None,
        role=None if person else whom,
        kind=kind,
        urgent=urgent,
        report_id=report_id,
        visit_id=visit_id,
        made_at=now,
    )
    db.session.add(alert)
    db.session.flush()  # The outbox rows below point at it.
    people = [person.id] if person else _of_role(whom, alert.district, report_id)
    to = [(row, now) for row in _of_staff(people)]
    to += [(row, _departure(alert, now)) for row in _of_phones(people, kind)]
    for subscription, due_at in to:
        _put_out(alert, subscription, due_at, now)
    _tell_desk(alert)
    return alert


def acknowledge(alert_id: UUID, person_id: UUID, *, now: datetime) -> Alert:
    """Note that somebody has looked, and return what at. Twice is once; the first counts; whoever
    is kept out by now has not looked for the others.

    :raises Missing: if there is no such alert for this person.
    """
    alert = db.session.get(Alert, alert_id)
    person = db.session.get(Person, person_id)
    if alert is None or person is None or not _is_for(alert, person):
        raise Missing("alert.missing")
    if alert.acknowledged_at is None and not _is_out(alert, person_id):
        alert.acknowledged_at, alert.acknowledged_by = now, person_id
        _tell_desk(alert)
    return alert


def somebody_came(report_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Take off everybody's list what called for whoever has now come."""
    for alert in db.session.scalars(
        select(Alert).where(
            Alert.report_id == report_id,
            Alert.kind.in_(CALLS_FOR_SOMEBODY),
            Alert.acknowledged_at.is_(None),
        )
    ):
        alert.acknowledged_at, alert.acknowledged_by = now, person_id
        _tell_desk(alert)


def waiting_for(person: Person, *, limit: int = 100) -> Sequence[Alert]:
    """Return the alerts that somebody has yet to look at, the urgent and the newest first.

    Those about a referral to which they are related are not there.
    """
    theirs = or_(
        Alert.person_id == person.id,
        and_(Alert.district == person.district, Alert.role.in_(_heard_roles(person))),
    )
    return db.session.scalars(
        select(Alert)
        .where(theirs, Alert.acknowledged_at.is_(None), _there_for(person.id))
        .order_by(Alert.urgent.desc(), Alert.made_at.desc())
        .limit(limit)
    ).all()


def counting(staff: Staff | Anybody, now: datetime) -> Select:
    """Return what was written for `staff` alone and not seen yet, to be counted.

    What is for everybody of a role stands on the boards as well, and waits for no one in special.
    """
    mine = select(Alert.id).where(Alert.person_id == staff.id, Alert.acknowledged_at.is_(None))
    return mine.where(_there_for(staff.id))


def _there_for(person_id: UUID | BindParameter) -> ColumnElement[bool]:
    """What is about a report to which somebody is related is not there."""
    hidden = (
        select(Referral.report_id)
        .join(RelatedStaff, RelatedStaff.referral_id == Referral.id)
        .where(RelatedStaff.person_id == person_id)
        .correlate(None)
    )
    return or_(Alert.report_id.is_(None), Alert.report_id.not_in(hidden))


def _is_for(alert: Alert, person: Person) -> bool:
    if alert.person_id is not None:
        return alert.person_id == person.id
    return alert.district == person.district and alert.role in _heard_roles(person)


def _is_out(alert: Alert, person_id: UUID) -> bool:
    """Tell whether it is about a report that is not there for this person, by now."""
    about = alert.report_id
    return about is not None and person_id in db.session.scalars(related.people_of(about)).all()


def _heard_roles(person: Person) -> list[str]:
    """The head hears what a role hears, for the day when nobody else holds it."""
    roles = set(person.role_codes)
    if Role.HEAD in roles:
        roles |= {Role.COORDINATOR, Role.CASEWORKER}
    return sorted(roles)


def holders(role: Role, district: str, report_id: UUID | None = None) -> list[Person]:
    """Return who holds a role in a district, has not left, and to whom that report is there."""
    query = (
        select(Person)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(Person.district == district, PersonRole.role == role, Person.left_at.is_(None))
    )
    if report_id is not None:
        query = query.where(Person.id.not_in(related.people_of(report_id)))
    return list(db.session.scalars(query))


def _of_role(role: Role, district: str, report_id: UUID | None) -> list[UUID]:
    found = holders(role, district, report_id) or holders(Role.HEAD, district, report_id)
    return [person.id for person in found]


def _of_staff(people: list[UUID]) -> list[PushSubscription]:
    found = select(PushSubscription).where(PushSubscription.person_id.in_(people))
    return list(db.session.scalars(found))


def _of_phones(people: list[UUID], kind: str) -> list[PushSubscription]:
    states = ("active", "pending") if kind in FOR_PENDING_PHONES else ("active",)
    return list(
        db.session.scalars(
            select(PushSubscription)
            .join(Device, Device.id == PushSubscription.device_id)
            .where(Device.person_id.in_(people), Device.state.in_(states))
        )
    )


def _departure(alert: Alert, now: datetime) -> datetime:
    if alert.urgent or alert.kind in AT_ONCE:
        return now
    within = limit(alert.district, "push.departs_within")
    # A phone that buzzes the moment somebody at the desk types tells a watcher who talks to whom.
    return now + timedelta(seconds=secrets.randbelow(within.value + 1))


def _put_out(alert: Alert, subscription: PushSubscription, due_at: datetime, now: datetime) -> None:
    row = OutboxRow(
        id=uuid4(),
        alert_id=alert.id,
        subscription_id=subscription.id,
        urgent=alert.urgent,
        made_at=now,
        due_at=max(due_at, subscription.retry_at or due_at),
    )
    db.session.add(row)
    if row.due_at <= now:
        after_commit(lambda: alert_written.send(None, outbox_id=str(row.id)))


def _tell_desk(alert: Alert) -> None:
    if alert.role is not None:
        after_commit(lambda: changed.send(None, district=alert.district))
