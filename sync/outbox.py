"""The outbox: which rows are due, and what becomes of them. The tables are the queue.

A row is claimed by moving its moment forward, so a worker that dies leaves it to the next one: it
may be sent twice, which is harmless, and is never lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from app.db import db
from app.domain.delivery import left_of, next_try
from app.domain.errors import Invalid
from app.domain.push import Subscription, subscription
from app.domain.settings import SETTINGS
from app.models import Device, OutboxRow, PushSubscription
from app.sealing import Opener, Unreadable
from sync.webpush import Outcome, Told

BATCH = 100
# Longer than the slowest batch: a claim that ends early only sends twice.
CLAIM = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Letter:
    """One push to send: everything the sender needs, nothing the database must be asked for."""

    row_id: UUID
    subscription_id: UUID
    to: Subscription
    urgent: bool
    ttl: timedelta


def due(now: datetime) -> bool:
    """Tell whether anything waits to be sent."""
    return db.session.scalar(_waiting(now).limit(1)) is not None


def claim(opener: Opener, test_origin: str | None, *, now: datetime) -> list[Letter]:
    """Take what is due, the urgent first; within `transaction()`. Ends rows without a way out."""
    rows = db.session.scalars(
        _waiting(now)
        .order_by(OutboxRow.urgent.desc(), OutboxRow.due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    places = _places(row.subscription_id for row in rows)
    letters = []
    for row in rows:
        place, ended = places.get(row.subscription_id, (None, False))
        to = None if place is None or ended else _opened(place, opener, test_origin)
        if isinstance(to, Subscription):
            row.due_at, row.tries = now + CLAIM, row.tries + 1
            ttl = left_of(row.made_at, row.urgent, now)
            letters.append(Letter(row.id, row.subscription_id, to, row.urgent, ttl))
        else:
            _give_up(row, "no_subscription" if to is None else "unreadable", now)
    return letters


def settle(told: Iterable[tuple[Letter, Told]], *, now: datetime) -> None:
    """Write down what became of each; within `transaction()`."""
    told = list(told)
    rows = _by_id(OutboxRow, (letter.row_id for letter, _ in told))
    places = _by_id(PushSubscription, (letter.subscription_id for letter, _ in told))
    for letter, said in told:
        row, place = rows.get(letter.row_id), places.get(letter.subscription_id)
        if row is None or row.sent_at is not None:
            continue  # Another worker was quicker.
        row.last_status = said.code
        if said.outcome is Outcome.TAKEN:
            row.sent_at = now
        elif said.outcome is Outcome.LATER:
            _put_off(row, place, said, now)
        else:
            row.given_up_at = now
        if place is not None:
            _note(place, said, now)
        if said.outcome is Outcome.ENDED:
            places.pop(letter.subscription_id, None)


def purge(now: datetime) -> int:
    """Delete the old push log; returns how many rows. Nothing that is due is that old."""
    old = OutboxRow.made_at < now - SETTINGS["retention.push_log"].span
    return db.session.execute(delete(OutboxRow).where(old)).rowcount


def _waiting(now: datetime):
    return select(OutboxRow).where(
        OutboxRow.sent_at.is_(None), OutboxRow.given_up_at.is_(None), OutboxRow.due_at <= now
    )


def _by_id(table, ids: Iterable[UUID]) -> dict:
    found = db.session.scalars(select(table).where(table.id.in_(set(ids))))
    return {row.id: row for row in found}


def _places(ids: Iterable[UUID]) -> dict[UUID, tuple[PushSubscription, bool]]:
    found = (
        select(PushSubscription, Device.state)
        .outerjoin(Device, Device.id == PushSubscription.device_id)
        .where(PushSubscription.id.in_(set(ids)))
    )
    return {row.id: (row, state == "ended") for row, state in db.session.execute(found)}


def _opened(place: PushSubscription, opener: Opener, test_origin: str | None):
    try:
        told = opener.open_row(
            PushSubscription.__tablename__,
            place.id,
            place.sealed,
            place.sealed_kid,
            place.sealed_schema,
        )
        return subscription(told, test_origin)
    except (Unreadable, Invalid) as refused:
        return refused


def _give_up(row: OutboxRow, why: str, now: datetime) -> None:
    row.given_up_at, row.last_status = now, why


def _put_off(row: OutboxRow, place: PushSubscription | None, said: Told, now: datetime) -> None:
    again = next_try(row.tries, row.made_at, row.urgent, now, said.retry_after)
    if again is None:
        row.given_up_at = now
        return
    row.due_at = again
    if place is not None and said.retry_after:
        place.retry_at = now + said.retry_after


def _note(place: PushSubscription, said: Told, now: datetime) -> None:
    if said.outcome is Outcome.TAKEN:
        place.worked_at, place.failures, place.retry_at = now, 0, None
        return
    place.failures += 1
    if said.outcome is Outcome.ENDED:
        db.session.execute(
            update(OutboxRow)
            .where(
                OutboxRow.subscription_id == place.id,
                OutboxRow.sent_at.is_(None),
                OutboxRow.given_up_at.is_(None),
            )
            .values(given_up_at=now, last_status=said.code)
        )
        db.session.delete(place)
