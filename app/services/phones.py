"""Phones of cadres: inviting, confirming by four digits, ending. Enrolling is `enrolling`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from app.db import after_commit, db, locked, row_lock
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.permissions import Role
from app.models import Device, DeviceItem, Invite, Person, PushSubscription
from app.sealing import invites, match_digits
from app.services import changes, journal, keylists, trail
from app.services.limits import limit
from app.signals import arrived, changed


@dataclass(frozen=True, slots=True)
class Invited:
    """A fresh invite, on paper or read out. The code exists here and nowhere else."""

    id: UUID
    code: str
    fingerprint: str
    """32 hex digits: who signs the keys that the phone will seal to."""
    expires_at: datetime

    @property
    def typed(self) -> str:
        """Code and the first 16 digits, in groups of four, as they are read out and typed."""
        return invites.typed_form(self.code, self.fingerprint)

    def link(self, origin: str) -> str:
        """Return the link to the app; what follows `#` reaches no server."""
        return invites.link(origin, self.code, self.fingerprint)

    def __repr__(self) -> str:
        return f"<Invited {self.id}>"


def invite(
    person: Person, *, now: datetime, by: UUID | None = None, spoken: bool = False
) -> Invited:
    """Let a cadre enrol a phone. Any invite of hers that was not used ends.

    `spoken`: read out by telephone, and so valid for a shorter time.

    :raises Invalid: if this is not a cadre.
    :raises Conflict: if she has left.
    """
    if Role.CADRE not in person.role_codes:
        raise Invalid("invite.not_a_cadre")
    if person.left_at is not None:
        raise Conflict("person.left")
    _end_unused(person, now)
    code = invites.new_code()
    lasts = limit(person.district, "invite.by_telephone_lasts" if spoken else "invite.lasts")
    made = Invite(
        id=uuid4(),
        person_id=person.id,
        code_hash=invites.code_hash(code),
        spoken=spoken,
        made_at=now,
        made_by=by,
        expires_at=now + lasts.span,
    )
    db.session.add(made)
    trail.append(person.district, "phone.invite", "person", person.id, by=by, now=now)
    fingerprint = keylists.signer_fingerprint(person.district)
    return Invited(made.id, code, fingerprint, made.expires_at)


def confirm(device: Device, *, now: datetime, by: UUID | None = None) -> None:
    """Let visits and messages flow to a phone whose four digits were compared.

    Her former phone ends. What is open is sealed to the new key by the worker. Twice is once.

    :raises Conflict: if the phone was ended.
    """
    # The cadre's row is the lock: two phones of hers must not both become the one.
    db.session.get(Person, device.person_id, with_for_update=row_lock(), populate_existing=True)
    formers = _locked_phones(device)
    if device.state == "ended":
        raise Conflict("device.ended")
    if device.state == "active":
        return
    for former in formers:
        end(former, "replaced", now=now, by=by)
    device.state, device.confirmed_at, device.confirmed_by = "active", now, by
    changes.digits_compared(device, now=now)
    trail.append(device.district, "phone.confirm", "device", device.id, by=by, now=now)
    after_commit(arrived.send)  # The worker re-seals: it finds the phone by `items_sealed_at`.
    _tell_desk(device.district)


def revoke(device: Device, *, now: datetime, by: UUID | None = None) -> None:
    """End a phone that was lost or taken: no share, and what it sends is junk. Idempotent."""
    db.session.refresh(device, with_for_update=row_lock(Device))
    if device.state != "ended":
        end(device, "revoked", now=now, by=by)


def remove(device: Device, *, now: datetime) -> None:
    """End a phone at its cadre's own wish ("Hapus dari HP ini"). Idempotent."""
    db.session.refresh(device, with_for_update=row_lock(Device))
    if device.state != "ended":
        end(device, "removed", now=now, by=None)


def find(device_id: UUID) -> Device:
    """Return a phone.

    :raises Missing: if there is none.
    """
    device = db.session.get(Device, device_id)
    if device is None:
        raise Missing("device.missing")
    return device


def match(device: Device) -> str:
    """Return the four digits that the phone shows and a coordinator compares."""
    return match_digits(device.id, device.public_key)


def end(device: Device, why: str, *, now: datetime, by: UUID | None = None) -> None:
    """End a phone: `replaced`, `revoked` or `removed`. Its session stays, to be told so."""
    device.state, device.ended_at, device.ended_why = "ended", now, why
    # The lease it told of stays: a lost phone may be readable until then.
    destroy_share(device, now=now)
    db.session.execute(delete(PushSubscription).where(PushSubscription.device_id == device.id))
    _let_go_of_items(device)
    journal.note(journal.REVOKED, device.id, now=now)
    trail.append(device.district, f"phone.{why}", "device", device.id, by=by, now=now)
    _tell_desk(device.district)


def destroy_share(device: Device, *, now: datetime) -> None:
    """Make what the phone keeps unreadable for good. What it sealed still uploads."""
    if device.share is not None:
        device.share, device.share_destroyed_at = None, now
        journal.note(journal.DESTROYED, device.id, now=now)


def _let_go_of_items(device: Device) -> None:
    """Delete what it could still fetch. Waits for nobody: one being written ends by its time."""
    theirs = (
        select(DeviceItem)
        .where(DeviceItem.device_id == device.id)
        .with_for_update(skip_locked=True, key_share=True)
    )
    for item in db.session.scalars(theirs).all():
        db.session.delete(item)
    db.session.flush()


def _end_unused(person: Person, now: datetime) -> None:
    db.session.execute(
        update(Invite)
        .where(Invite.person_id == person.id, Invite.used_at.is_(None), Invite.expires_at > now)
        .values(expires_at=now)
        .execution_options(synchronize_session=False)
    )


def _locked_phones(device: Device) -> list[Device]:
    """Lock this phone and her active ones, in the order of the change counters; return those."""
    theirs = (Device.person_id == device.person_id) & (Device.state == "active")
    found = select(Device).where(theirs | (Device.id == device.id)).order_by(Device.id)
    rows = db.session.scalars(locked(found, Device)).unique()
    return [one for one in rows if one.id != device.id]


def _tell_desk(district: str) -> None:
    after_commit(lambda: changed.send(None, district=district))
