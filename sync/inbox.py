"""Store first, judge later: envelopes go into the inbox as they came, and each gets its receipt.

Nothing is opened here, and nothing could be: the public process holds no key for it. Plain SQL
throughout: this is the busiest place, and loading rows as objects cost two thirds of its time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from app.db import after_commit, db, row_lock, transaction
from app.faults import fault
from app.models import Device, InboxEnvelope, Server
from app.sealing import phone_keys
from app.signals import arrived
from sync import epochs, gaps
from sync.copies import Fork, forked
from sync.protocol import Batch, Result, Sent
from sync.reading import Readable, read_one

JUNK_A_DAY = 2 * 1024 * 1024
"""What an ended device may send in a day; the rest is asked to come later."""
LATER = 3600
SOON = 20
"""Seconds until a phone tries again when the database was busy."""

INBOX = InboxEnvelope.__table__
DEVICES = Device.__table__


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: by a session, or only by the name of a device."""

    device_id: UUID
    session: bool


def receive(sender: Sender, batch: Batch, *, now: datetime) -> Sent:
    """Store what is new and answer each envelope, in order. Returns only once it is on disk."""
    read = [read_one(raw) for raw in batch.envelopes]
    for last_try in (False, False, True):
        try:
            # First: a restored database may not know yet that this device was ended.
            epochs.renew_if_ahead(batch.last_receipt, now)
            return _stored(sender, batch, read, now)
        except IntegrityError:
            # Another request stored the same envelope this instant: now it is a duplicate.
            if last_try:
                break
        except OperationalError:
            # Locked for too long, or the database is away: the phone keeps it and comes again.
            break
    db.session.rollback()
    results = [_result(one, "later", {}, SOON) for one in read]
    return Sent(epoch=epochs.current(db.session), server_time=now, results=results)


def _stored(sender: Sender, batch: Batch, read: Sequence[Readable | Result], now: datetime) -> Sent:
    fault("before insert")
    with transaction() as session:
        device = _locked(session, sender)
        results = _settled(session, sender, device, batch, read, now)
        epoch = epochs.current(session)
        after_commit(arrived.send)
        fault("before commit")
    fault("after commit")
    ended = device.state == "ended"
    return Sent(epoch=epoch, server_time=now, results=results, ended=ended)


def _locked(session: Session, sender: Sender) -> Row:
    """Return the device's row: its lock keeps a retry from overtaking the request it repeats."""
    columns = DEVICES.c
    wanted = (columns.id, columns.district, columns.state)
    numbers = (columns.highest_seq, columns.missing_seqs)
    copies = (columns.cloned_at, columns.fork_after, columns.fork_until)
    query = (
        select(*wanted, *numbers, *copies)
        .where(columns.id == sender.device_id)
        .with_for_update(**row_lock())
    )
    return session.execute(query).one()


def _settled(session, sender, device, batch, read, now) -> list[Result]:
    receipts = _known(session, [one.id for one in read if isinstance(one, Readable)])
    room = _room(session, device, now)
    ids, fresh, statuses = {envelope_id for envelope_id, _ in receipts}, {}, []
    for one in read:
        status = "malformed"
        if isinstance(one, Readable):
            if one.key in receipts or one.key in fresh:
                status = "duplicate"
            elif (room := room - len(one.sealed)) < 0:
                status = "later"
            else:
                status = "conflict" if one.id in ids else "stored"
                fresh[one.key] = one
                ids.add(one.id)
        statuses.append(status)
    receipts |= _insert(session, sender, device, batch, list(fresh.values()), now)
    return [_result(*pair, receipts) for pair in zip(read, statuses, strict=True)]


def _result(one: Readable | Result, status: str, receipts: dict, wait: int = LATER) -> Result:
    if isinstance(one, Result):
        return one
    envelope_id = str(one.id)
    if status == "later":
        return Result(status=status, id=envelope_id, sha256=one.sha256, retry_after=wait)
    return Result(status=status, id=envelope_id, sha256=one.sha256, receipt=receipts[one.key])


def _known(session: Session, ids: Sequence[UUID]) -> dict[tuple[UUID, str], str]:
    """Return the receipt of every envelope that is here under one of these ids."""
    columns = (INBOX.c.envelope_id, INBOX.c.sha256, INBOX.c.receipt)
    rows = session.execute(select(*columns).where(INBOX.c.envelope_id.in_(ids)))
    return {(envelope_id, sha256.hex()): receipt for envelope_id, sha256, receipt in rows}


def _insert(session, sender, device, batch, fresh, now) -> dict[tuple[UUID, str], str]:
    if not fresh:
        return {}
    missing, highest = device.missing_seqs, device.highest_seq
    for one in fresh:
        missing, highest = gaps.without(missing, highest, one.seq)
    seen = {"missing_seqs": missing, "highest_seq": highest, "seen_at": now}
    if sender.session and device.cloned_at is None:
        # A stranger who knows only its name must not be able to make a cadre's phone a clone.
        seen |= _told_apart(session, device, batch.last_receipt, fresh, now)
    session.execute(update(DEVICES).where(DEVICES.c.id == device.id).values(seen))
    count = (
        update(Server.__table__)
        .values(inbox_seq=Server.inbox_seq + len(fresh))
        .returning(Server.inbox_seq, Server.epoch)
    )
    last, epoch = session.execute(count).one()
    keys, receipts = phone_keys(), {}
    for server_seq, one in enumerate(fresh, last - len(fresh) + 1):
        receipts[one.key] = keys.receipt(epoch, server_seq, one.id, one.sha256)
    common = {
        "device_id": device.id,
        "district": device.district,
        "received_at": now,
        "device_now": batch.device_now,
        "no_session": not sender.session,
        "state": "new",
        "grave": False,
        "junk": _is_distrusted(device) or "cloned_at" in seen,
    }
    rows = [
        common | _own(one, receipts[one.key], server_seq)
        for server_seq, one in enumerate(fresh, last - len(fresh) + 1)
    ]
    session.connection().execute(insert(INBOX), rows)
    return receipts


def _own(one: Readable, receipt: str, server_seq: int) -> dict:
    return {
        "server_seq": server_seq,
        "envelope_id": one.id,
        "sha256": bytes.fromhex(one.sha256),
        "kid": one.kid,
        "schema": one.schema,
        "seq": one.seq,
        "sealed": one.sealed,
        "receipt": receipt,
    }


def _is_distrusted(device: Row) -> bool:
    return device.state == "ended" or device.cloned_at is not None


def _told_apart(
    session: Session, device: Row, receipt: str | None, fresh: Sequence[Readable], now: datetime
) -> dict[str, object]:
    """Return what this batch says about a copy of the phone: nothing, a fork, or that both live."""
    known = Fork(device.fork_after, device.fork_until) if device.fork_until is not None else None
    again = _is_used_again(session, device, fresh)
    if not (known or again):
        return {}
    epoch, latest = session.execute(select(Server.epoch, Server.inbox_seq)).one()
    seen = phone_keys().check_receipt(receipt) if receipt else None
    shown = seen.seq if seen and seen.epoch == epoch else 0
    if known and known.shows(shown):
        return {"cloned_at": now}
    if not again:
        return {}
    fork = forked(known, shown, latest)
    return {"fork_after": fork.after, "fork_until": fork.until}


def _is_used_again(session: Session, device: Row, fresh: Sequence[Readable]) -> bool:
    """Tell whether this phone sent another envelope under one of these numbers.

    What came without a session does not count: anybody could have sent that.
    """
    other = select(INBOX.c.server_seq).where(
        INBOX.c.device_id == device.id,
        INBOX.c.seq.in_([one.seq for one in fresh]),
        INBOX.c.no_session.is_(False),
        INBOX.c.envelope_id.not_in([one.id for one in fresh]),
    )
    return session.scalar(other.limit(1)) is not None


def _room(session: Session, device: Row, now: datetime) -> float:
    """Return how many bytes this device may send today; only an ended or cloned one has a limit."""
    if not _is_distrusted(device):
        return float("inf")
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    size = select(func.coalesce(func.sum(func.length(INBOX.c.sealed)), 0)).where(
        INBOX.c.device_id == device.id,
        INBOX.c.junk,
        INBOX.c.received_at >= day,
        INBOX.c.received_at < day + timedelta(days=1),
    )
    return JUNK_A_DAY - session.scalar(size)
