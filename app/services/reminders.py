"""Telling whoever has a case what did not come in time: a partner's answer, a visit, a follow-up.

A reminder is written with what it waits for and read once, by the worker. What came meanwhile makes
it fall silent; nothing has to be taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.domain import areas
from app.domain.permissions import Role
from app.domain.service_referral import ServiceState
from app.domain.visit import VisitState
from app.models import FollowUp, Recall, Reminder, ServiceReferral, Visit
from app.services import alerts, duty
from app.services.limits import hours

MOST = 50


class Kind(StrEnum):
    """What did not come; also the kind of the alert."""

    SERVICE_LATE = "service_late"
    SERVICE_DAY = "service_day"
    RECALL_NEAR = "recall_near"
    RECALL_LATE = "recall_late"
    VISIT_MISSED = "visit_missed"
    FOLLOW_UP = "follow_up_due"


def remind(kind: Kind, object_id: UUID, *, district: str, report_id: UUID, at: datetime) -> None:
    """Have whoever has the case told at that moment, if it still waits by then."""
    db.session.add(
        Reminder(kind=kind, object_id=object_id, district=district, report_id=report_id, at=at)
    )


def morning_after(district: str, on: date) -> datetime:
    """Return when the office opens on the day after this one, in UTC."""
    opens = datetime.combine(on + timedelta(days=1), hours(district).opens)
    return opens.replace(tzinfo=areas.zone(district)).astimezone(UTC)


def due(now: datetime) -> bool:
    """Tell whether anybody must be told of anything. Reads only, and needs no key."""
    return db.session.scalar(_due(now).with_only_columns(Reminder.id).limit(1)) is not None


def ring_due(*, now: datetime) -> int:
    """Tell what is due to be told, each once; within `transaction()`. Returns how many were due."""
    rows = db.session.scalars(
        _due(now).limit(MOST).with_for_update(skip_locked=True, key_share=True)
    ).all()
    for row in rows:
        if _WAITS[Kind(row.kind)](row.object_id):
            _ring(row, now)
        db.session.delete(row)
    return len(rows)


def _due(now: datetime):
    return select(Reminder).where(Reminder.at <= now).order_by(Reminder.at)


def _ring(row: Reminder, now: datetime) -> None:
    about = {"district": row.district, "report_id": row.report_id, "now": now}
    kind, visit_id = Kind(row.kind), None
    if kind is Kind.SERVICE_LATE and db.session.get_one(ServiceReferral, row.object_id).urgent:
        duty.ring_first(kind, urgent=True, **about)
        return
    if kind is Kind.VISIT_MISSED:
        visit_id = row.object_id
    duty.ring_holder(kind, visit_id=visit_id, **about)
    if kind is Kind.RECALL_LATE:
        alerts.ring(Role.HEAD, kind, urgent=True, **about)


def _unanswered(service_id: UUID) -> bool:
    row = db.session.get(ServiceReferral, service_id)
    return row is not None and row.state == ServiceState.SENT


def _not_known_to_be_served(service_id: UUID) -> bool:
    row = db.session.get(ServiceReferral, service_id)
    return row is not None and row.state == ServiceState.SCHEDULED


def _not_asked_back(recall_id: UUID) -> bool:
    row = db.session.get(Recall, recall_id)
    return row is not None and row.settled_at is None


def _not_gone(visit_id: UUID) -> bool:
    row = db.session.get(Visit, visit_id)
    waits = (VisitState.ASSIGNED, VisitState.ACCEPTED, VisitState.POSTPONED)
    return row is not None and row.state in waits


def _not_asked_after(follow_up_id: UUID) -> bool:
    row = db.session.get(FollowUp, follow_up_id)
    return row is not None and row.state == "open"


_WAITS: dict[Kind, Callable[[UUID], bool]] = {
    Kind.SERVICE_LATE: _unanswered,
    Kind.SERVICE_DAY: _not_known_to_be_served,
    Kind.RECALL_NEAR: _not_asked_back,
    Kind.RECALL_LATE: _not_asked_back,
    Kind.VISIT_MISSED: _not_gone,
    Kind.FOLLOW_UP: _not_asked_after,
}
