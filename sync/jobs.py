"""What the worker does when the bell rings: open what came, and seal what phones should have.

May run twice, and beside another worker; reads everything fresh.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from app.db import db, savepoint, take_turn, transaction, utc_now
from app.domain.errors import Refusal
from app.faults import fault
from app.models import Device, InboxEnvelope, Quarantined, Report
from app.services import errands, quarantine, resealing, series
from sync import acts, judging, queue
from sync.order import NoThing, thing_of
from sync.protocol import ENVELOPE_SCHEMA

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Envelopes in one transaction: more make the others wait, fewer cost a sync to disk each."""


def open_due() -> None:
    """Do everything that waits for a process that holds the keys."""
    queue.heard(queue.OPEN)
    try_newer_again()
    while drain(now=utc_now()):
        pass
    apply_marked(now=utc_now())
    while seal_due(now=utc_now()):
        pass


def drain(*, now: datetime, at_most: int = AT_ONCE) -> int:
    """Open the next envelopes, in one transaction, and return how many there were.

    One drainer at a time: for the order of one phone's acts, and because it locks many referrals.
    """
    with transaction() as session:
        take_turn()
        rows = session.scalars(_due(now).limit(at_most)).all()
        for place, row in enumerate(in_order(rows)):
            judging.settle(row, now=now)
            if place == 0:
                fault("mid job")
        session.flush()
        fault("before job commit")
    return len(rows)


def in_order(rows: Sequence[InboxEnvelope]) -> list[InboxEnvelope]:
    """Return rows as they came, but those of one phone in the order in which it sealed them."""
    by_phone: dict[UUID | None, list[InboxEnvelope]] = {}
    for row in sorted(rows, key=lambda row: (row.seq, row.server_seq)):
        by_phone.setdefault(row.device_id, []).append(row)
    return [by_phone[row.device_id].pop(0) for row in rows]


def apply_marked(*, now: datetime) -> int:
    """Apply what a person at the desk decided to have applied, corrected or as it came."""
    with transaction() as session:
        take_turn()
        marked = quarantine.marked_for_applying()
        for kept in marked:
            _apply_marked(session, kept, now)
    return len(marked)


def try_newer_again() -> None:
    """After an upgrade, let what came from a newer phone be judged again."""
    with transaction() as session:
        found = session.scalars(
            select(Quarantined)
            .join(InboxEnvelope, InboxEnvelope.server_seq == Quarantined.server_seq)
            .where(
                Quarantined.reason == "newer_schema",
                Quarantined.settled_at.is_(None),
                InboxEnvelope.schema <= ENVELOPE_SCHEMA,
            )
        ).all()
        for kept in found:
            session.execute(
                update(InboxEnvelope)
                .where(InboxEnvelope.server_seq == kept.server_seq)
                .values(state="new")
            )
            session.delete(kept)


def seal_due(*, now: datetime) -> int:
    """Seal what its time has come for: planned visits, details, what new phones must have."""
    with transaction():
        take_turn()
        handed = series.hand_due(now=now)
        told = errands.tell_details_due(now=now)
        return handed + told + resealing.seal_for_new_phones(now=now)


def something_due(*, now: datetime) -> bool:
    """Tell whether the worker has anything to do. For the sweeper, which holds no key."""
    if db.session.scalars(_due(now).limit(1)).first() is not None:
        return True
    marked = bool(quarantine.marked_for_applying())
    visits = series.is_due(now=now) or errands.details_due(now=now)
    return marked or visits or resealing.due()


def _due(now: datetime):
    new = InboxEnvelope.state == "new"
    again = and_(InboxEnvelope.state == "waiting", InboxEnvelope.retry_at <= now)
    return select(InboxEnvelope).where(or_(new, again)).order_by(InboxEnvelope.server_seq)


def _apply_marked(session: Session, kept: Quarantined, now: datetime) -> None:
    row = session.get_one(InboxEnvelope, kept.server_seq)
    try:
        texts = quarantine.content_of(kept)
        content = texts.get("corrected") or texts.get("opened") or judging.opened(row)
        act = judging.read_act(content)
        device = session.get_one(Device, row.device_id)
        new_id = kept.id if _is_taken(session, row) else None
        arrival = replace(judging.arrival_of(row, act, device, new_id=new_id), decided=True)
        thing = thing_of(act.act, str(arrival.id), str(device.id), act.body)
        with savepoint():
            acts.apply(act.act, act.body, arrival, now=now)
            judging.applied(row, act.act, thing, now=now)
            quarantine.settled(kept, now=now)
    except (Refusal, judging.Stopped, NoThing) as refused:
        kept.settlement = None
        kept.detail = getattr(refused, "code", "") or "not_applied"
    except judging.OUT_OF_ORDER:
        raise
    except Exception as error:  # noqa: BLE001 — one act must not hold up the others
        log.error("envelope %s: %s", kept.envelope_id, type(error).__name__)
        kept.settlement = None
        kept.detail = type(error).__name__[:80]


def _is_taken(session: Session, row: InboxEnvelope) -> bool:
    """Tell whether other bytes that came under the same id were applied under it."""
    other = select(InboxEnvelope.server_seq).where(
        InboxEnvelope.envelope_id == row.envelope_id,
        InboxEnvelope.server_seq != row.server_seq,
        InboxEnvelope.state == "applied",
    )
    applied = session.scalars(other.limit(1)).first() is not None
    return applied or session.get(Report, row.envelope_id) is not None
