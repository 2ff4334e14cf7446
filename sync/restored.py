"""A restored server serves nobody until it has replayed its journal.

Each process asks once, before its first work: two numbers are compared. The web process starts all
the same while the database is away; then its first request asks.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from flask import Flask, current_app, request
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from app.db import db, utc_now
from app.services import replaying
from sync import epochs

log = logging.getLogger(__name__)

_EXTENSION = "siaga.caught_up"
_SERVED_WITHOUT = frozenset({"sync.openapi", "desk.asset", "desk.worker"})
"""What they answer does not depend on the database."""


def watch(app: Flask) -> None:
    """Let no phone and no desk be served before this process has asked."""
    app.extensions[_EXTENSION] = threading.Event()

    @app.before_request
    def ask_first() -> None:
        asks = request.blueprint in {"sync", "desk"} and request.endpoint not in _SERVED_WITHOUT
        if asks and not app.extensions[_EXTENSION].is_set():
            once(now=utc_now())


def at_start(app: Flask) -> None:
    """Ask as the web process starts; when the database is away, its first request asks again."""
    if _EXTENSION not in app.extensions:
        return  # It serves neither phones nor desk.
    with app.app_context():
        try:
            once(now=utc_now())
        except (SQLAlchemyError, OSError) as error:
            log.warning("not replayed yet: %s", type(error).__name__)
        finally:
            db.session.remove()


def once(*, now: datetime) -> None:
    """Replay what this database has not read, unless this process has asked before."""
    asked = current_app.extensions[_EXTENSION]
    if asked.is_set():
        return
    if _is_behind():
        try:
            epochs.catch_up(now=now)
        except IntegrityError:
            # Another process was writing that very line's row: now it is known.
            epochs.catch_up(now=now)
        log.info("journal replayed")
    asked.set()


def _is_behind() -> bool:
    try:
        return replaying.is_behind()
    finally:
        db.session.rollback()
