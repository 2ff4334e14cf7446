"""The share against the right proof, and what wrong ones cost. Every proof goes through here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, or_, select

from app.db import db, row_lock
from app.domain.settings import SETTINGS
from app.models import Device, UnlockTry
from app.sealing import phone_keys
from app.services import phones, trail
from app.services.limits import limit

# Until then another request may still be comparing the try that filled the counter.
IN_FLIGHT = timedelta(minutes=1)


class Answer(StrEnum):
    """How a proof was answered."""

    RIGHT = "right"
    WRONG = "unlock.wrong"
    DESTROYED = "unlock.destroyed"


@dataclass(frozen=True, slots=True)
class Counted:
    """A try that is on disk already. Without `number` it may not be compared any more."""

    device_id: UUID
    answer: Answer | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What a right proof gives."""

    device: Device
    share: bytes = field(repr=False)
    wrong_tries: list[datetime]
    lease_hours: int


def count(device_id: UUID, *, now: datetime) -> Counted:
    """Count a try as wrong before it is compared. The caller commits, then compares.

    So that pulling the plug between the two, or asking a hundred times at once, gives nobody a try.
    """
    device = _locked(device_id)
    if device is None:
        return Counted(device_id, Answer.WRONG)
    if device.share is None or device.state == "ended":
        return Counted(device_id, Answer.DESTROYED)
    if _is_full(device, now):
        if _last_try(device) > now - IN_FLIGHT:
            return Counted(device_id, Answer.WRONG)
        _destroy(device, now)
        return Counted(device_id, Answer.DESTROYED)
    device.wrong_tries += 1
    tried = UnlockTry(device_id=device.id, at=now)
    db.session.add(tried)
    db.session.flush()
    return Counted(device_id, number=tried.id)


def unlock(counted: Counted, proof: bytes, *, now: datetime) -> Unlocked | Answer:
    """Compare a counted proof; give the share, and the wrong tries that she has not been shown."""
    device = _locked(counted.device_id)
    answer = _compared(device, counted, proof, now)
    if answer is not Answer.RIGHT:
        return answer
    device.seen_at = now
    return Unlocked(
        device=device,
        share=phone_keys().unwrap_share(device.id, device.share),
        wrong_tries=_shown(device, now),
        lease_hours=limit(device.district, "lease.hours").value,
    )


def change_verifier(
    counted: Counted,
    proof: bytes,
    verifier: bytes,
    kdf: Mapping[str, object],
    *,
    now: datetime,
) -> Answer:
    """Let another PIN unlock this phone; the share stays.

    Asked again because the answer was lost, it is right again: the phone then shows the proof of
    the former PIN and the verifier that already holds.
    """
    device = _locked(counted.device_id)
    if counted.answer is None and _was_changed_so(device, proof, verifier):
        _settle(device, counted)
        return Answer.RIGHT
    answer = _compared(device, counted, proof, now)
    if answer is Answer.RIGHT:
        device.former_verifier_mac = device.verifier_mac
        device.verifier_mac = phone_keys().verifier_mac(verifier)
        device.kdf = json.dumps(dict(kdf), separators=(",", ":"))
    return answer


def _compared(device: Device | None, counted: Counted, proof: bytes, now: datetime) -> Answer:
    if counted.answer is not None:
        return counted.answer
    if device is None or device.share is None or device.state == "ended":
        return Answer.DESTROYED
    if phone_keys().verifies(proof, device.verifier_mac):
        _settle(device, counted)
        return Answer.RIGHT
    if _is_full(device, now):
        _destroy(device, now)
        return Answer.DESTROYED
    return Answer.WRONG


def _settle(device: Device, counted: Counted) -> None:
    """Take back the try that was counted as wrong, and five more."""
    if (tried := db.session.get(UnlockTry, counted.number)) is not None:
        db.session.delete(tried)
    takes_off = SETTINGS["unlock.right_takes_off"].value
    device.wrong_tries = max(0, device.wrong_tries - 1 - takes_off)


def _was_changed_so(device: Device | None, proof: bytes, verifier: bytes) -> bool:
    if device is None or device.share is None or device.former_verifier_mac is None:
        return False
    was_right = phone_keys().verifies(proof, device.former_verifier_mac)
    return was_right and phone_keys().verifies(verifier, device.verifier_mac)


def _is_full(device: Device, now: datetime) -> bool:
    if device.wrong_tries >= SETTINGS["unlock.most_wrong"].value:
        return True
    since = now - SETTINGS["unlock.window"].span
    tries = (
        select(func.count())
        .select_from(UnlockTry)
        .where(UnlockTry.device_id == device.id, UnlockTry.at > since)
    )
    return db.session.scalar(tries) >= SETTINGS["unlock.most_wrong_in_window"].value


def _last_try(device: Device) -> datetime:
    return (
        db.session.scalar(select(func.max(UnlockTry.at)).where(UnlockTry.device_id == device.id))
        or device.enrolled_at
    )


def _destroy(device: Device, now: datetime) -> None:
    phones.destroy_share(device, now=now)
    trail.append(device.district, "phone.share_destroyed", "device", device.id, by=None, now=now)


def _shown(device: Device, now: datetime) -> list[datetime]:
    """Return the tries not shown yet, and once more those of an answer that may have been lost."""
    again = now - SETTINGS["unlock.told_again"].span
    unseen = or_(UnlockTry.told_at.is_(None), UnlockTry.told_at > again)
    found = select(UnlockTry).where(UnlockTry.device_id == device.id, unseen)
    tries = db.session.scalars(found.order_by(UnlockTry.at)).all()
    for tried in tries:
        tried.told_at = tried.told_at or now
    return [tried.at for tried in tries]


def _locked(device_id: UUID) -> Device | None:
    lock = row_lock(Device)  # Not her row too: a confirming desk holds that one.
    return db.session.get(Device, device_id, with_for_update=lock, populate_existing=True)
