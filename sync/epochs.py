"""The server's epoch: a new one begins when a database turns out to be a restored backup."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db import db, transaction
from app.models import Server
from app.sealing import phone_keys
from app.services import replaying


def current(session: Session) -> int:
    """Return the epoch that we are in."""
    return session.scalars(select(Server.epoch)).one()


def renew_if_ahead(receipt: str | None, now: datetime) -> None:
    """Begin a new epoch if this receipt, by its mac ours, is ahead of what we know.

    Then this database is older than what phones were promised: it was restored from a backup. Done
    in a transaction of its own, before the phone that showed it is served.
    """
    seen = phone_keys().check_receipt(receipt) if receipt else None
    if seen is None:
        return
    epoch, inbox_seq = db.session.execute(select(Server.epoch, Server.inbox_seq)).one()
    if seen.epoch > epoch or (seen.epoch == epoch and seen.seq > inbox_seq):
        with transaction() as session:
            begin(session, after=max(seen.epoch, epoch), now=now)


def begin(session: Session, *, after: int, now: datetime) -> None:
    """Make the epoch a later one than `after`; its number is the second in which it began.

    What the journal remembers is done again first: a phone that was revoked since the backup must
    not be served by it.
    """
    replaying.replay(now=now)
    _renew(session, after, now)


def catch_up(*, now: datetime) -> None:
    """Replay what the journal has and this database has not read.

    If any of it was unknown, the database was restored: then a new epoch begins, and phones send
    again what it lost.
    """
    with transaction() as session:
        if replaying.catch_up(now=now):
            _renew(session, current(session), now)


def _renew(session: Session, after: int, now: datetime) -> None:
    session.execute(
        update(Server)
        .where(Server.epoch <= after)
        .values(epoch=max(int(now.timestamp()), after + 1))
        .execution_options(synchronize_session=False)
    )
