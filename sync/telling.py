"""What a phone says of itself: unsent acts, dead alerts, lost storage."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import update

from app.db import db
from app.models import Alert, Device
from sync.protocol import PhoneState


def heard(device: Device, said: PhoneState, *, now: datetime) -> None:
    """Keep what the phone says, and mark its alerts as shown."""
    kept = msgspec.to_builtins(said)
    shown = [UUID(alert_id) for alert_id in kept.pop("shown")]
    device.told = msgspec.json.encode(kept).decode()
    device.told_at = device.seen_at = now
    device.lease_until = said.lease_until
    if shown:
        db.session.execute(
            update(Alert)
            .where(
                Alert.id.in_(shown),
                Alert.person_id == device.person_id,
                Alert.shown_at.is_(None),
            )
            .values(shown_at=now)
        )
