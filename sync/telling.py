"""What a phone says of itself: unsent acts, dead alerts, lost storage."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import update

from app.db import db
from app.models import Alert, Device
from app.services import enrolling
from sync.protocol import PhoneState

A_DAY = timedelta(days=1)


def heard(device: Device, said: PhoneState, *, named: str | None, now: datetime) -> None:
    """Keep what the phone says, and mark its alerts as shown. `named`: who it says that it is."""
    kept = msgspec.to_builtins(said) | _lost(json.loads(device.told or "{}"), said, now)
    shown = [UUID(alert_id) for alert_id in kept.pop("shown")]
    _shown(shown, device, now)
    if named == str(device.id):
        enrolling.has_answer(device, now=now)
    device.told = msgspec.json.encode(kept).decode()
    device.told_at = device.seen_at = now
    device.lease_until = said.lease_until


def _shown(alerts: list[UUID], device: Device, now: datetime) -> None:
    # Before the phone's row, as the order of locks wants it.
    if alerts:
        theirs = (Alert.person_id == device.person_id, Alert.shown_at.is_(None))
        seen = update(Alert).where(Alert.id.in_(alerts), *theirs).values(shown_at=now)
        db.session.execute(seen)


def _lost(before: dict, said: PhoneState, now: datetime) -> dict:
    """Return the acts that it knows of, and when it had fewer than before: it lost what it kept.

    A phone that keeps nothing at the moment says no number, and is not blamed for it.
    """
    if said.acts is None:
        return {"acts": before.get("acts"), "lost_at": before.get("lost_at")}
    fell = said.acts < (before.get("acts") or 0)
    return {"acts": said.acts, "lost_at": now.isoformat() if fell else before.get("lost_at")}


def is_first_contact_of_a_day(device: Device, *, now: datetime) -> bool:
    """Tell whether this phone was not heard of for a day: only then a fetch writes something."""
    return device.seen_at is None or now - device.seen_at >= A_DAY


def seen(device_id: UUID, *, now: datetime) -> None:
    """Note when a phone was last heard of: the desk looks for silent ones."""
    db.session.execute(update(Device).where(Device.id == device_id).values(seen_at=now))
