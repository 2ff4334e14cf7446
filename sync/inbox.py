"""Store first, judge later: envelopes go into the inbox as they came, and each gets its receipt.

Nothing is opened here, and nothing could be: the public process holds no key for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import UNSET, Raw, Struct, UnsetType
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from app.db import after_commit, db, transaction
from app.domain.settings import SETTINGS
from app.faults import fault
from app.models import Device, InboxEnvelope, Server
from app.sealing import Malformed, digest, phone_keys, unb64
from app.services import replaying
from app.signals import arrived
from sync import gaps
from sync.protocol import LARGEST_SEALED, Batch, Envelope, Id, Result, Sent, is_clean
from sync.wire import Refused, decoded

JUNK_A_DAY = 2 * 1024 * 1024
"""What an ended device may send in a day; the rest is asked to come later."""
LATER = 3600
SOON = 20
"""Seconds until a phone tries again when the database was busy."""


@dataclass(frozen=True, slots=True)
class Readable:
    """An envelope on its pattern, whose bytes are the ones that were hashed."""

    id: UUID
    kid: str
    schema: int
    seq: int
    sha256: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: by a session, or only by the name of a device."""

    device_id: UUID
    session: bool


class Named(Struct, frozen=True):
    """As much of a malformed envelope as can be answered by."""

    id: Id


def read_one(raw: Raw) -> Readable | Result:
    """Return the envelope, or its `malformed` result. Nothing is judged beyond pattern and hash."""
    try:
        envelope = decoded(raw, Envelope)
        sealed = unb64(envelope.sealed)
    except (Refused, Malformed):
        return Result(status="malformed", id=_id_in(raw))
    sha256 = digest(sealed)
    fits = 0 < len(sealed) <= LARGEST_SEALED and sha256 == envelope.sha256 and is_clean(envelope)
    if not fits:
        return Result(status="malformed", id=envelope.id, sha256=sha256)
    return Readable(UUID(envelope.id), envelope.kid, envelope.schema, envelope.seq, sha256, sealed)


def _id_in(raw: Raw) -> str | UnsetType:
    """Return the id of a malformed envelope if that at least is one: the phone must know which."""
    try:
        return decoded(raw, Named).id
    except Refused:
        return UNSET


def receive(sender: Sender, batch: Batch, *, now: datetime) -> Sent:
    """Store what is new and answer each envelope, in order. Returns only once it is on disk."""
    read = [read_one(raw) for raw in batch.envelopes]
    for last_try in (False, False, True):
        try:
            return _stored(sender, batch, read, now)
        except IntegrityError:
            # Another request stored the same envelope this instant: now it is a duplicate.
            if last_try:
                break
        except OperationalError:
            # Locked for too long, or the database is away: the phone keeps it and comes again.
            break
    db.session.rollback()
    return Sent(epoch=_epoch(), server_time=now, results=[_later(one, SOON) for one in read])


def _stored(sender: Sender, batch: Batch, read: Sequence[Readable | Result], now: datetime) -> Sent:
    fault("before insert")
    with transaction() as session:
        device = session.get_one(Device, sender.device_id, with_for_update=True)
        renew_epoch_if_restored(session, batch.last_receipt, now)
        results, ended = _settle(session, sender, device, batch, read, now)
        epoch = session.scalars(select(Server.epoch)).one()
        after_commit(arrived.send)
        session.flush()
        fault("before commit")
    fault("after commit")
    return Sent(epoch=epoch, server_time=now, results=results, ended=ended)


def _settle(session, sender, device, batch, read, now) -> tuple[list[Result], bool]:
    ended = device.state == "ended"
    receipts = _known(session, [one.id for one in read if isinstance(one, Readable)])
    room = JUNK_A_DAY - _junk_today(session, device, now) if ended else None
    seen, ids = set(receipts), {envelope_id for envelope_id, _ in receipts}
    statuses, fresh = [], []
    for one in read:
        status = "malformed" if isinstance(one, Result) else "stored"
        if status == "stored" and (one.id, one.sha256) in seen:
            status = "duplicate"
        elif status == "stored" and room is not None and (room := room - len(one.sealed)) < 0:
            status = "later"
        elif status == "stored":
            status = "conflict" if one.id in ids else "stored"
            seen.add((one.id, one.sha256))
            ids.add(one.id)
            fresh.append(one)
        statuses.append(status)
    receipts |= _insert(session, sender, device, batch, fresh, now)
    pairs = zip(read, statuses, strict=True)
    return [_result(one, status, receipts) for one, status in pairs], ended


def _result(one: Readable | Result, status: str, receipts: dict) -> Result:
    if isinstance(one, Result):
        return one
    if status == "later":
        return _later(one, LATER)
    receipt = receipts[one.id, one.sha256]
    return Result(status=status, id=str(one.id), sha256=one.sha256, receipt=receipt)


def _later(one: Readable | Result, seconds: int) -> Result:
    if isinstance(one, Result):
        return one
    return Result(status="later", id=str(one.id), sha256=one.sha256, retry_after=seconds)


def _known(session: Session, ids: Sequence[UUID]) -> dict[tuple[UUID, str], str]:
    """Return the receipt of every envelope that is here under one of these ids."""
    rows = session.execute(
        select(InboxEnvelope.envelope_id, InboxEnvelope.sha256, InboxEnvelope.receipt).where(
            InboxEnvelope.envelope_id.in_(ids)
        )
    )
    return {(row.envelope_id, row.sha256.hex()): row.receipt for row in rows}


def _insert(session, sender, device, batch, fresh, now) -> dict[tuple[UUID, str], str]:
    if not fresh:
        return {}
    count = (
        update(Server)
        .values(inbox_seq=Server.inbox_seq + len(fresh))
        .returning(Server.inbox_seq, Server.epoch)
        .execution_options(synchronize_session=False)
    )
    last, epoch = session.execute(count).one()
    keys = phone_keys()
    receipts, rows = {}, []
    for server_seq, one in enumerate(fresh, last - len(fresh) + 1):
        receipt = keys.receipt(epoch, server_seq, one.id, one.sha256)
        receipts[one.id, one.sha256] = receipt
        rows.append(_row(sender, device, batch, one, server_seq, receipt, now))
        device.missing_seqs, device.highest_seq = gaps.without(
            device.missing_seqs, device.highest_seq, one.seq
        )
    session.execute(insert(InboxEnvelope), rows)
    device.seen_at = now
    return receipts


def _row(sender, device, batch, one, server_seq, receipt, now) -> dict:
    return {
        "server_seq": server_seq,
        "envelope_id": one.id,
        "sha256": bytes.fromhex(one.sha256),
        "device_id": device.id,
        "district": device.district,
        "kid": one.kid,
        "schema": one.schema,
        "seq": one.seq,
        "sealed": one.sealed,
        "receipt": receipt,
        "received_at": now,
        "device_now": batch.device_now,
        "no_session": not sender.session,
        "junk": device.state == "ended",
        "state": "new",
    }


def _junk_today(session: Session, device: Device, now: datetime) -> int:
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    size = select(func.coalesce(func.sum(func.length(InboxEnvelope.sealed)), 0)).where(
        InboxEnvelope.device_id == device.id,
        InboxEnvelope.junk.is_(True),
        InboxEnvelope.received_at >= day,
        InboxEnvelope.received_at < day + timedelta(days=1),
    )
    return session.scalar(size)


def _epoch() -> int:
    return db.session.scalars(select(Server.epoch)).one()


def renew_epoch_if_restored(session: Session, receipt: str | None, now: datetime) -> None:
    """Begin a new epoch if this receipt, by its mac ours, is ahead of what we know.

    Then this database is older than what phones were promised: it was restored from a backup.
    """
    seen = phone_keys().check_receipt(receipt) if receipt else None
    if seen is None:
        return
    server = session.execute(select(Server.epoch, Server.inbox_seq)).one()
    if seen.epoch > server.epoch or (seen.epoch == server.epoch and seen.seq > server.inbox_seq):
        begin_epoch(session, after=max(seen.epoch, server.epoch), now=now)


def begin_epoch(session: Session, *, after: int, now: datetime) -> None:
    """Make the epoch a later one; the number is the second in which it began.

    What the journal remembers is done again first: a phone that was revoked since the backup must
    not be served by it.
    """
    replaying.replay(now=now)
    fresh = max(int(now.timestamp()), after + 1)
    session.execute(
        update(Server)
        .where(Server.epoch <= after)
        .values(epoch=fresh)
        .execution_options(synchronize_session=False)
    )


def forget_bytes(*, now: datetime) -> int:
    """Drop the bytes of what was settled thirty days ago; id, hash and receipt stay. A count."""
    before = now - SETTINGS["retention.inbox_bytes"].span
    settled = InboxEnvelope.state.in_(("applied", "discarded"))
    gone = (
        update(InboxEnvelope)
        .where(settled, InboxEnvelope.settled_at < before, InboxEnvelope.sealed.is_not(None))
        .values(sealed=None)
        .execution_options(synchronize_session=False)
    )
    return db.session.execute(gone).rowcount
