"""Whoever opens what a colleague accompanies: head and auditor hear of the third in a week, and
once a week that there were any. Each stands in the trail, by the person who opened it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from app.db import db
from app.domain.permissions import Role
from app.models import Alert, TrailRow
from app.services import alerts, trail
from app.services.sessions import Staff

KIND = "stranger"
MANY, WEEKLY = "many_openings", "openings_week"
WEEK = timedelta(days=7)
TOO_MANY = 3


def note(staff: Staff, *, now: datetime) -> None:
    """Keep that somebody opened what is not theirs; tell of every third within a week."""
    before = select(func.count()).where(
        TrailRow.object_kind == KIND,
        TrailRow.object_id == str(staff.id),
        TrailRow.at > now - WEEK,
    )
    times = db.session.scalar(before) + 1
    trail.append(staff.district, "stranger.open", "stranger", staff.id, by=staff.id, now=now)
    if times % TOO_MANY == 0:
        _tell(staff.district, MANY, now, without=staff.id)


def tell_weekly(*, now: datetime) -> int:
    """Tell each district's head and auditor, once a week, that there were any; return how many."""
    told = select(Alert.district).where(Alert.kind == WEEKLY, Alert.made_at > now - WEEK)
    lately = select(TrailRow.district).where(
        TrailRow.object_kind == KIND, TrailRow.at > now - WEEK, TrailRow.district.not_in(told)
    )
    districts = list(db.session.scalars(lately.distinct()))
    for district in districts:
        _tell(district, WEEKLY, now)
    return len(districts)


def _tell(district: str, kind: str, now: datetime, without: UUID | None = None) -> None:
    watching = {
        person.id: person
        for role in (Role.HEAD, Role.AUDITOR)
        for person in alerts.holders(role, district)
    }
    for person in watching.values():
        if person.id != without:
            alerts.ring(person, kind, now=now)
