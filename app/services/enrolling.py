"""A phone enrols with a code: once, and the same answer again while that one may be lost.

The code stays in the browser's history. So the same answer, with its share, is given only until the
phone shows that it has it: by unlocking, or by naming itself when it tells how it is.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, func, select

from app.db import after_commit, db, row_lock
from app.domain.permissions import Role
from app.domain.settings import SETTINGS
from app.models import Area, Device, Invite, Person, WrongCode
from app.sealing import invites, match_digits, phone_keys
from app.sealing.phonekeys import SHARE_BYTES
from app.services import journal, keylists, trail
from app.services.limits import limit
from app.signals import changed

SESSION_BYTES = 24


@dataclass(frozen=True, slots=True)
class Applicant:
    """A phone that wants in, as it introduces itself."""

    code: str = field(repr=False)
    public_key: bytes
    label: str = field(repr=False)
    verifier: bytes = field(repr=False)
    kdf: Mapping[str, object]
    session: str | None = field(default=None, repr=False)
    """The cookie it already has."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """What the phone is answered."""

    device: Device
    share: bytes = field(repr=False)
    session: str = field(repr=False)
    match: str
    keys: Mapping[str, str]
    villages: list[Area]
    lease_hours: int


def enrol(applicant: Applicant, *, now: datetime) -> Admitted | None:
    """Let a phone in as `pending`, or return None: wrong, old or used, it is all one.

    The same code and key within 72 hours give the same answer, whose cookie is a new one unless
    the phone has it already; but no more once the phone has named itself. The public process
    calls this: it opens nothing.
    """
    invite = _invite(applicant.code)
    if invite is None:
        return None
    person = db.session.get_one(Person, invite.person_id)
    if person.left_at is not None or Role.CADRE not in person.role_codes:
        return None
    if invite.used_at is None:
        device = _new_device(invite, person, applicant, now)
    else:
        device = _same_device(invite, applicant, now)
    return None if device is None else _admitted(device, applicant, now)


def has_answer(device: Device, *, now: datetime) -> None:
    """Note that a phone named itself: it was told its id, so its code is never answered again.

    Its cookie proves less: that arrives although the body of the answer is cut.
    """
    device.answered_at = device.answered_at or now


def count_wrong_code(address_mac: bytes, *, now: datetime) -> int | None:
    """Note a wrong code; return the seconds to wait if this address has given too many.

    A right code is never slowed: thirty cadres enrol behind one address. 60 random bits are not
    found by trying; this spares the server those who try.
    """
    window = SETTINGS["invite.wrong_codes_within"].span
    db.session.execute(delete(WrongCode).where(WrongCode.at <= now - window))
    db.session.add(WrongCode(address_hash=address_mac, at=now))
    count, first = db.session.execute(
        select(func.count(), func.min(WrongCode.at)).where(WrongCode.address_hash == address_mac)
    ).one()
    if count <= SETTINGS["invite.wrong_codes"].value:
        return None
    return max(1, int((first + window - now).total_seconds()))


def session_of(device: Device, shown: str | None) -> str:
    """Return the reference for a phone's cookie: the one it shows, if that is its own, else a new.

    Renewing instead of replacing: an answer that is lost must not cost the phone its session.
    """
    if shown and device.session_hash == session_hash(shown):
        return shown
    fresh = secrets.token_urlsafe(SESSION_BYTES)
    device.session_hash = session_hash(fresh)
    return fresh


def session_hash(reference: str) -> bytes:
    """Return what the database keeps of a session."""
    return hashlib.sha256(reference.encode()).digest()


def _invite(text: str) -> Invite | None:
    code = invites.read_code(text)
    if code is None:
        return None
    found = (
        select(Invite)
        .where(Invite.code_hash == invites.code_hash(code))
        .with_for_update(**row_lock())
    )
    return db.session.scalars(found).first()


def _new_device(
    invite: Invite, person: Person, applicant: Applicant, now: datetime
) -> Device | None:
    if invite.expires_at <= now:
        return None
    device = Device(
        id=uuid4(),
        person_id=person.id,
        person=person,
        district=person.district,
        state="pending",
        public_key=applicant.public_key,
        label=applicant.label[:60],
        enrolled_at=now,
        seen_at=now,
    )
    device.share = phone_keys().wrap_share(device.id, secrets.token_bytes(SHARE_BYTES))
    _keep_verifier(device, applicant)
    db.session.add(device)
    invite.used_at, invite.device_id = now, device.id
    journal.note(journal.INVITE_USED, invite.id, now=now)
    trail.append(device.district, "phone.enrol", "device", device.id, by=person.id, now=now)
    after_commit(lambda: changed.send(None, district=person.district))
    return device


def _same_device(invite: Invite, applicant: Applicant, now: datetime) -> Device | None:
    if invite.device_id is None:
        return None
    device = db.session.get(Device, invite.device_id, with_for_update=row_lock(Device))
    if device is None or device.state == "ended" or device.share is None:
        return None
    if device.public_key != applicant.public_key or device.answered_at is not None:
        return None
    if now > invite.used_at + SETTINGS["invite.answers_again"].span:
        return None
    if device.state == "pending":
        # She may have chosen other digits since the first answer was lost.
        _keep_verifier(device, applicant)
    return device


def _keep_verifier(device: Device, applicant: Applicant) -> None:
    device.verifier_mac = phone_keys().verifier_mac(applicant.verifier)
    device.kdf = json.dumps(dict(applicant.kdf), separators=(",", ":"))


def _admitted(device: Device, applicant: Applicant, now: datetime) -> Admitted:
    return Admitted(
        device=device,
        share=phone_keys().unwrap_share(device.id, device.share),
        session=session_of(device, applicant.session),
        match=match_digits(device.id, device.public_key),
        keys=keylists.as_told(keylists.current(device.district)),
        villages=_villages(device.person),
        lease_hours=limit(device.district, "lease.hours").value,
    )


def _villages(person: Person) -> list[Area]:
    """Return her own village, then its neighbours in the subdistrict: she may report from there."""
    own = db.session.get(Area, person.village) if person.village else None
    if own is None:
        return []
    near = select(Area).filter_by(parent_code=own.parent_code, level="village").order_by(Area.code)
    return [own, *(area for area in db.session.scalars(near) if area.code != own.code)]
