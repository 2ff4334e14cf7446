"""After a restore: what the journal remembers and the database no longer does, done again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.db import db
from app.models import Device, Invite
from app.services import journal, phones


def replay(*, now: datetime) -> int:
    """End the phones, destroy the shares and use up the invites of the journal; return how many.

    Nothing happens where the database knows already, so it may run at every start.
    """
    done = 0
    for event in journal.events():
        done += _REPLAY[event["event"]](UUID(event["id"]), now)
    db.session.flush()
    return done


def _ended(device_id: UUID, now: datetime) -> bool:
    device = db.session.get(Device, device_id, with_for_update={"of": Device})
    if device is None or device.state == "ended":
        return False
    phones.end(device, "revoked", now=now)
    return True


def _destroyed(device_id: UUID, now: datetime) -> bool:
    device = db.session.get(Device, device_id, with_for_update={"of": Device})
    if device is None or device.share is None:
        return False
    phones.destroy_share(device, now=now)
    return True


def _used(invite_id: UUID, now: datetime) -> bool:
    invite = db.session.get(Invite, invite_id, with_for_update=True)
    if invite is None or invite.used_at is not None:
        return False
    # The phone that it let in is lost with the backup: that cadre needs a fresh invite.
    invite.used_at = now
    return True


_REPLAY = {
    journal.REVOKED: _ended,
    journal.DESTROYED: _destroyed,
    journal.INVITE_USED: _used,
}
