"""From a stored envelope to what it did: applied, waiting for its parent, or in quarantine.

A bug of ours must not lose a record: it goes to quarantine like anything else that cannot be
applied. Only what says that the machine is out of order (no database, no keys) is let through.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select, update
from sqlalchemy.exc import InterfaceError, OperationalError

from app.db import db, savepoint
from app.domain.clocks import Happened, happened
from app.domain.errors import Conflict, Missing, Refusal
from app.domain.settings import SETTINGS
from app.models import Device, InboxEnvelope
from app.sealing import KeysAbsent, Malformed, Unreadable, opener
from app.services import trail
from app.services.arrival import Arrival
from app.services.quarantine import Why
from sync import acts, gaps, stopping
from sync.order import ACTS, NoThing, Thing, has_parent, thing_of
from sync.protocol import Act
from sync.schemas import NewerSchema, upgraded

log = logging.getLogger(__name__)

OUT_OF_ORDER = (OperationalError, InterfaceError, KeysAbsent)


@dataclass
class Stopped(Exception):
    """The act goes no further; a person must look."""

    why: Why
    content: dict | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.args = ()  # They would carry the content into any log that prints exceptions.


@dataclass
class Waits(Exception):
    """The act is early: what it is about is not here yet."""

    thing: Thing
    content: dict = field(repr=False)
    arrival: Arrival = field(repr=False)

    def __post_init__(self) -> None:
        self.args = ()


def settle(row: InboxEnvelope, *, now: datetime) -> None:
    """Open one envelope and do what it says; whatever comes of it, the row is settled or waits."""
    try:
        with savepoint():
            _settle(row, now)
    except OUT_OF_ORDER:
        raise
    except Exception as error:  # noqa: BLE001 — a bug of ours must not lose a record
        log.error("envelope %s: %s", row.envelope_id, type(error).__name__)
        stopping.stop(row, Why("failed", type(error).__name__), None, now=now)


def _settle(row: InboxEnvelope, now: datetime) -> None:
    content = None
    try:
        content = opened(row)
        act = read_act(content)
        with savepoint():
            _judge(row, act, content, now)
    except Waits as waits:
        stopping.wait(row, waits.thing, waits.content, waits.arrival, now=now)
    except Stopped as stopped:
        stopping.stop(row, stopped.why, stopped.content or content, now=now)
    except Refusal as refusal:
        stopping.stop(row, stopping.why_of(refusal), content, now=now)
    except OUT_OF_ORDER:
        raise
    except Exception as error:  # noqa: BLE001 — as above, but judged for its risk
        log.error("envelope %s: %s", row.envelope_id, type(error).__name__)
        stopping.stop(row, Why("failed", type(error).__name__), content, now=now)


def opened(row: InboxEnvelope) -> dict:
    """Return what was sealed, as today's schema would have written it.

    :raises Stopped: if it cannot be opened here, or not yet.
    """
    try:
        content = opener().open_envelope(row.kid, row.envelope_id, row.schema, row.sealed)
    except (Unreadable, Malformed):
        content = None
    if content is None:
        raise Stopped(Why("unreadable"))
    try:
        return upgraded(row.schema, content)
    except NewerSchema:
        pass
    raise Stopped(Why("newer_schema", f"schema.{row.schema}"), content)


def read_act(content: dict) -> Act:
    """Return the frame of an opened act.

    :raises Stopped: if it has none, or names an act that nobody knows.
    """
    try:
        act = msgspec.convert(content, Act)
        act.at.astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        act = None
    if act is None:
        raise Stopped(Why("invalid", "act.frame"), content)
    if act.act not in ACTS:
        raise Stopped(Why("unknown_act"), content)
    return act


def _judge(row: InboxEnvelope, act: Act, content: dict, now: datetime) -> None:
    device = db.session.get(Device, row.device_id, populate_existing=True)
    if _has_elder(row):
        raise Stopped(Why("conflict", stopping.SAME_ID), content)
    if row.junk or device is None:
        raise Stopped(Why("junk"), content)
    arrival = arrival_of(row, act, device)
    try:
        thing = thing_of(act.act, str(row.envelope_id), str(device.id), act.body)
    except NoThing:
        raise Stopped(Why("invalid", "act.thing"), content) from None
    if has_parent(act.act) and _follows_a_waiting_one(row, thing):
        raise Waits(thing, content, arrival)
    try:
        acts.apply(act.act, act.body, arrival, now=now)
    except Missing:
        if not has_parent(act.act):
            raise
        raise Waits(thing, content, arrival) from None
    except Conflict:
        if not _may_be_early(row, device, now):
            raise
        raise Waits(thing, content, arrival) from None
    applied(row, act.act, thing, now=now)


def arrival_of(
    row: InboxEnvelope, act: Act, device: Device, *, new_id: UUID | None = None
) -> Arrival:
    """Return what is known of an act besides its body."""
    when = _when(row, act)
    flags = when.flags
    flags += ("other_sender",) if act.by != str(row.device_id) else ()
    flags += ("no_session",) if row.no_session else ()
    flags += ("device_pending",) if device.state == "pending" else ()
    flags += ("number_again",) if _comes_again(row, device) else ()
    off = row.received_at - row.device_now if row.device_now else timedelta(0)
    return Arrival(
        id=new_id or row.envelope_id,
        device=device,
        received_at=row.received_at,
        happened_at=when.at,
        phone_said_at=act.at,
        clock_off=off,
        starts_check_out=when.starts_check_out,
        unlocked=act.unlocked,
        no_session=row.no_session,
        flags=flags,
    )


def applied(row: InboxEnvelope, act: str, thing: Thing, *, now: datetime) -> None:
    """Note that an act was applied, and let what waited for its thing try again."""
    trail.append(row.district, f"act.{act}", "envelope", row.envelope_id, by=None, now=now)
    row.state, row.settled_at = "applied", now
    row.waits_for = row.retry_at = None
    if act == "tally.add":
        # An anonymous count: nothing here may lead back to who sent it.
        row.device_id = row.device_now = row.sealed = None
        row.seq = 0
    db.session.flush()
    wake = update(InboxEnvelope).where(
        InboxEnvelope.state == "waiting", InboxEnvelope.waits_for == UUID(thing.id)
    )
    db.session.execute(wake.values(retry_at=now))


def _when(row: InboxEnvelope, act: Act) -> Happened:
    if row.device_now is None:
        return Happened(row.received_at)
    return happened(row.received_at, row.device_now, act.at)


def _has_elder(row: InboxEnvelope) -> bool:
    """Tell whether other bytes came under the same id before."""
    elder = select(InboxEnvelope.server_seq).where(
        InboxEnvelope.envelope_id == row.envelope_id, InboxEnvelope.server_seq < row.server_seq
    )
    return db.session.scalars(elder.limit(1)).first() is not None


def _comes_again(row: InboxEnvelope, device: Device) -> bool:
    """Tell whether this phone had sent another act under the same number before."""
    if device.fork_until is None:
        return False
    before = select(InboxEnvelope.server_seq).where(
        InboxEnvelope.device_id == row.device_id,
        InboxEnvelope.seq == row.seq,
        InboxEnvelope.no_session.is_(False),
        InboxEnvelope.envelope_id != row.envelope_id,
        InboxEnvelope.server_seq < row.server_seq,
    )
    return db.session.scalars(before.limit(1)).first() is not None


def _follows_a_waiting_one(row: InboxEnvelope, thing: Thing) -> bool:
    before = select(InboxEnvelope.server_seq).where(
        InboxEnvelope.device_id == row.device_id,
        InboxEnvelope.state == "waiting",
        InboxEnvelope.waits_for == UUID(thing.id),
        InboxEnvelope.seq < row.seq,
    )
    return db.session.scalars(before.limit(1)).first() is not None


def _may_be_early(row: InboxEnvelope, device: Device, now: datetime) -> bool:
    """Tell whether the act that explains this one may still come: an earlier number is missing."""
    young = now - row.received_at < SETTINGS["orphan.seen_after"].span
    return young and gaps.is_missing_before(device.missing_seqs, row.seq)
