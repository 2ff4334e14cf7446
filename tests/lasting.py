"""A site that lasts through a run: between two tests its tables are emptied, while it runs."""

from __future__ import annotations

import contextlib
import time

import sqlalchemy
from sqlalchemy.orm import Session

from app.config import Settings
from app.db import Base, db, transaction
from app.models import InboxEnvelope
from tests.ground import settle, standing


def emptied(settings: Settings) -> Settings:
    """Give a running site the ground again: what a test before wrote is gone."""
    with standing(settings):
        _let_it_finish()
        with transaction() as session:
            _hold_all(session)
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.delete())
        db.session.remove()
        for journal in settings.data_dir.glob("journal*.jsonl"):
            journal.unlink()  # Else its withdrawals come back, as after a restored backup.
        settle(settings)
    return settings


def _hold_all(session: Session, within: float = 20.0) -> None:
    """Wait until no process writes, then keep all tables to this transaction.

    Held one by one they would deadlock with a process that holds another; so all, or none for now.
    """
    if db.engine.name == "sqlite":
        return  # There a transaction holds them all.
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    end = time.monotonic() + within
    while time.monotonic() < end:
        with contextlib.suppress(sqlalchemy.exc.OperationalError), session.begin_nested():
            session.execute(sqlalchemy.text(f"LOCK TABLE {names} IN EXCLUSIVE MODE NOWAIT"))
            return
        time.sleep(0.05)
    raise AssertionError("the processes never stop writing")


def _let_it_finish(within: float = 20.0) -> None:
    """Wait until the worker has opened what came: tables are emptied when nobody writes."""
    end = time.monotonic() + within
    while db.session.query(InboxEnvelope).filter_by(state="new").first():
        assert time.monotonic() < end, "the worker does not open what came"
        db.session.rollback()
        time.sleep(0.05)
