"""What a phone says of itself: unsent acts, dead alerts, lost storage; and that it is removed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import delete, update

from app.db import db
from app.models import Alert, Device, PushSubscription
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


def removed(device: Device, *, now: datetime) -> None:
    """End a device at the cadre's own wish: nothing is sent to it any more."""
    if device.state != "ended":
        device.state, device.ended_at, device.ended_why = "ended", now, "removed"
        device.share = None
    db.session.execute(delete(PushSubscription).where(PushSubscription.device_id == device.id))
