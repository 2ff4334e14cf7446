"""Which phones can be rung: the desk's page about alerts. Reads only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, func, select

from app.db import db
from app.domain.delivery import AlertsState, alerts_state
from app.models import Alert, Device, PushSubscription
from app.services.listing import PAGE


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


@dataclass(frozen=True, slots=True)
class Board:
    """Some of the active phones, how many there are, and behind which the next ones come."""

    phones: list[PhoneAlerts]
    all: int
    dead: int
    """Of all, those that cannot be relied on."""
    next_place: UUID | None


def board(district: str, *, now: datetime, after: UUID | None = None, size: int = PAGE) -> Board:
    """Return a page of the active phones of a district, those that cannot be rung first.

    All are judged, since the rule stands in `domain`; only a page of them is read whole.
    """
    judged = sorted(
        (_WORST_FIRST.index(_state(*row[1:], now)), row.id) for row in _standing(district)
    )
    ids = [key for _rank, key in judged]
    behind = ids[ids.index(after) + 1 :] if after in ids else ids
    dead = sum(rank != _WORST_FIRST.index(AlertsState.WORKING) for rank, _key in judged)
    return Board(
        _phones(behind[:size], now), len(ids), dead, behind[size - 1] if behind[size:] else None
    )


def _standing(district: str) -> Sequence[Row]:
    """What every active phone is judged by, in the order that `_state` takes it."""
    place = PushSubscription
    rows = (
        select(
            *(Device.id, place.id.label("place"), place.worked_at, place.failures),
            *(Device.seen_at, Device.enrolled_at),
        )
        .outerjoin(place, place.device_id == Device.id)
        .where(Device.district == district, Device.state == "active")
    )
    return db.session.execute(rows).all()


def _phones(ids: Sequence[UUID], now: datetime) -> list[PhoneAlerts]:
    unread = (
        select(func.count())
        .where(Alert.person_id == Device.person_id, Alert.district == Device.district)
        .where(Alert.acknowledged_at.is_(None))
        .correlate(Device)
        .scalar_subquery()
    )
    found = db.session.execute(
        select(Device, PushSubscription, unread)
        .outerjoin(PushSubscription, PushSubscription.device_id == Device.id)
        .where(Device.id.in_(ids))
    )
    phones = {device.id: _judged(device, place, waiting, now) for device, place, waiting in found}
    return [phones[key] for key in ids]


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
        state=_state(
            *(place and place.id, worked_at, failures, device.seen_at, device.enrolled_at), now
        ),
        seen_at=device.seen_at,
        worked_at=worked_at,
        failures=failures,
        unsent=told.get("unsent", 0),
        oldest_unsent_at=told.get("oldest_unsent_at"),
        waiting=waiting,
    )


def _state(
    place: UUID | None,
    worked_at: datetime | None,
    failures: int | None,
    seen_at: datetime | None,
    enrolled_at: datetime,
    now: datetime,
) -> AlertsState:
    return alerts_state(
        subscribed=place is not None,
        worked_at=worked_at,
        failures=failures or 0,
        seen_at=seen_at or enrolled_at,
        now=now,
    )
