"""Telling whose a clock is in time, and the head too when it has passed. Run by the worker."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.domain import deadline as rules
from app.domain.deadline import Kind, State
from app.domain.permissions import Role
from app.models import Deadline, Person
from app.services import absences, alerts, deadline_board
from app.services.limits import limits

MOST = 50
NEAR = "clock_near"
LATE = "clock_late"


def due(now: datetime) -> bool:
    """Tell whether anybody must be told of a clock. Reads only, and needs no key."""
    return db.session.scalar(_waiting(now).with_only_columns(Deadline.id).limit(1)) is not None


def warn(*, now: datetime) -> int:
    """Tell what is due to be told, each once; within `transaction()`. Returns how many."""
    rows = db.session.scalars(
        _waiting(now).limit(MOST).with_for_update(skip_locked=True, key_share=True, of=Deadline)
    ).all()
    owners = deadline_board.owners(rows)
    for row in rows:
        _tell(row, owners[row.id], now)
    return len(rows)


def _waiting(now: datetime):
    return select(Deadline).where(Deadline.warn_at <= now, Deadline.state == State.RUNNING)


def _tell(row: Deadline, owner_id: UUID | None, now: datetime) -> None:
    late = row.due_at <= now
    kind = LATE if late else NEAR
    report_id = row.referral.report_id if row.referral else None
    owner = db.session.get(Person, owner_id) if owner_id else None
    if owner is not None:
        alerts.ring(owner, kind, now=now, urgent=rules.is_law(Kind(row.kind)), report_id=report_id)
    away = owner is not None and absences.is_away(owner, now)
    if owner is None or ((late or away) and Role.HEAD not in owner.role_codes):
        alerts.ring(Role.HEAD, kind, district=row.district, now=now, report_id=report_id)
    moments = rules.warnings(Kind(row.kind), row.starts_at, row.due_at, limits(row.district))
    row.warn_at = rules.next_warning(moments, now)
    if late:
        row.changed_at = now
