"""A phone that was taken for a copy: its cadre was asked, and what it sent is judged anew."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update

from app.db import after_commit, db, row_lock, take_turn
from app.domain.errors import Conflict, Invalid
from app.models import Device, InboxEnvelope, Quarantined
from app.services import trail
from app.signals import arrived, changed

MET, CALLED = "met", "called"
HOW = (MET, CALLED)
"""How somebody knows that the phone is hers."""


def vouch(device: Device, how: str, *, by: UUID, now: datetime) -> int:
    """Let a phone be hers again, and open all it sent meanwhile as if it had just come.

    Only what two persons discarded stays so. Returns how many acts that were; twice is once.

    :raises Invalid: if nobody says how this is known.
    :raises Conflict: if the phone was ended: it cannot be hers any more.
    """
    if how not in HOW:
        raise Invalid("copy.how")
    take_turn()  # The worker puts nothing more into quarantine meanwhile.
    kept = _junk_of(device)
    db.session.refresh(device, with_for_update=row_lock(Device))
    if device.state == "ended":
        raise Conflict("device.ended")
    if device.cloned_at is None:
        return 0
    device.cloned_at = device.fork_after = device.fork_until = None
    for one in kept:
        db.session.delete(one)
    opened = _trust(device, [one.server_seq for one in kept])
    trail.append(device.district, "phone.hers", "device", device.id, by=by, now=now, reason=how)
    after_commit(arrived.send)
    after_commit(lambda: changed.send(None, district=device.district))
    return opened


def is_in_doubt(person_id: UUID) -> bool:
    """Tell whether nothing new goes to this cadre's phone, because another sends as hers."""
    doubted = select(Device.id).where(
        Device.person_id == person_id, Device.state == "active", Device.cloned_at.is_not(None)
    )
    return db.session.scalar(doubted.limit(1)) is not None


def _junk_of(device: Device) -> list[Quarantined]:
    """Lock and return what lies in quarantine because it came from this phone."""
    undecided = or_(Quarantined.settled_at.is_(None), Quarantined.settlement == "asked")
    found = (
        select(Quarantined)
        .where(Quarantined.device_id == device.id, Quarantined.reason == "junk", undecided)
        .with_for_update(**row_lock())
    )
    return list(db.session.scalars(found))


def _trust(device: Device, numbers: list[int]) -> int:
    """Let the worker open these envelopes, and those that it has not opened yet, as the cadre's."""
    unopened = InboxEnvelope.state == "new"
    done = db.session.execute(
        update(InboxEnvelope)
        .where(InboxEnvelope.device_id == device.id, InboxEnvelope.junk)
        .where(or_(unopened, InboxEnvelope.server_seq.in_(numbers)))
        .values(junk=False, state="new", settled_at=None)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount
