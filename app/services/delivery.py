"""Which phones can be rung: the desk's page about alerts. Reads only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.db import db
from app.domain.delivery import AlertsState, alerts_state
from app.models import Alert, Device, PushSubscription


@dataclass(frozen=True, slots=True)
class PhoneAlerts:
    """Whether one cadre's phone can be rung, for the desk. Holds no number and no address."""

    person_id: UUID
    device_id: UUID
    village: str | None
    state: AlertsState
    seen_at: datetime | None
    worked_at: datetime | None
    failures: int
    unsent: int
    oldest_unsent_at: str | None
    waiting: int
    """Alerts to this cadre that she has not looked at."""


def board(district: str, *, now: datetime) -> list[PhoneAlerts]:
    """Return every active phone of a district, those that cannot be rung first."""
    unread = (
        select(Alert.person_id, func.count().label("waiting"))
        .where(Alert.district == district, Alert.acknowledged_at.is_(None))
        .group_by(Alert.person_id)
        .subquery()
    )
    found = db.session.execute(
        select(Device, PushSubscription, unread.c.waiting)
        .outerjoin(PushSubscription, PushSubscription.device_id == Device.id)
        .outerjoin(unread, unread.c.person_id == Device.person_id)
        .where(Device.district == district, Device.state == "active")
    )
    phones = [_judged(device, place, waiting or 0, now) for device, place, waiting in found]
    return sorted(phones, key=lambda phone: (_WORST_FIRST.index(phone.state), phone.device_id))


_WORST_FIRST = (
    AlertsState.FAILING,
    AlertsState.NONE,
    AlertsState.SILENT,
    AlertsState.UNPROVEN,
    AlertsState.WORKING,
)


def _judged(
    device: Device, place: PushSubscription | None, waiting: int, now: datetime
) -> PhoneAlerts:
    told = json.loads(device.told) if device.told else {}
    worked_at, failures = (place.worked_at, place.failures) if place else (None, 0)
    return PhoneAlerts(
        person_id=device.person_id,
        device_id=device.id,
        village=device.person.village,
        state=alerts_state(
            subscribed=place is not None,
            worked_at=worked_at,
            failures=failures,
            seen_at=device.seen_at or device.enrolled_at,
            now=now,
        ),
        seen_at=device.seen_at,
        worked_at=worked_at,
        failures=failures,
        unsent=told.get("unsent", 0),
        oldest_unsent_at=told.get("oldest_unsent_at"),
        waiting=waiting,
    )
