"""Looks again and again for what was missed, and rings the worker. Holds no key.

A bell can be lost: the queue was down, a process died between the commit and the ring, a moment
simply came. Whatever the tables say is due is rung for; what has passed is written `gone`.
"""

from __future__ import annotations

import logging
import signal
import threading
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.db import db, transaction, utc_now
from app.models import DeviceItem
from app.services import (
    changes,
    deadline_warnings,
    errands,
    escalations,
    forgetting,
    heads,
    purging,
    quarantine_calls,
    reminding,
    roster_warnings,
    strangers,
    transfers,
    twin_news,
)
from sync import jobs, outbox, queue, restored

log = logging.getLogger(__name__)

EVERY_SECONDS = 2.0
TIDIED_EVERY = timedelta(hours=1)


def sweep(*, now: datetime) -> dict[str, int]:
    """Find once what is due and ring for it; returns what was found. Idle, it writes nothing."""
    found = {
        "to_open": int(jobs.something_due(now=now)),
        "alerts": int(outbox.due(now)),
        "escalations": int(
            escalations.due(now)
            or quarantine_calls.due(now)
            or deadline_warnings.due(now)
            or reminding.due(now)
            or transfers.due(now)
            or errands.passed(now)
        ),
    }
    db.session.rollback()
    for name, bell in (
        ("to_open", queue.OPEN),
        ("alerts", queue.DELIVER),
        ("escalations", queue.ESCALATE),
    ):
        if found[name]:
            queue.ring(bell)
    found["gone"] = _let_go(now)
    return found


def tidy(*, now: datetime) -> int:
    """Delete what is kept for a time only, let the trail's heads out, warn of gaps on call.

    Returns how many rows went.
    """
    with transaction():
        heads.publish_due(now=now)
        roster_warnings.ring_due(now=now)
        strangers.tell_weekly(now=now)
    with transaction():
        gone = outbox.purge(now) + purging.forget_bytes(now=now)
        return gone + purging.forget_duty(now=now)


def run(app: Flask) -> None:
    """Sweep every few seconds until told to stop."""
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    tidied_at = None
    while not stop.wait(EVERY_SECONDS):
        with app.app_context():
            now = utc_now()
            try:
                restored.once(now=now)
                sweep(now=now)
                if tidied_at is None or now - tidied_at > TIDIED_EVERY:
                    tidy(now=now)
                    queue.ring(queue.COUNT)
                    _ring_hourly(now)
                    tidied_at = now
            except SQLAlchemyError as error:
                # The database is away: nothing can be missed while nothing can be written.
                log.warning("sweep failed: %s", type(error).__name__)


def _ring_hourly(now: datetime) -> None:
    for bell, one in ((queue.FORGET, forgetting), (queue.TWINS, twin_news)):
        if one.due(now=now):
            queue.ring(bell)
    db.session.rollback()


def _let_go(now: datetime) -> int:
    passed = select(DeviceItem.item_id).where(DeviceItem.gone_at <= now, DeviceItem.gone.is_(False))
    anything = db.session.scalar(passed.limit(1)) is not None
    db.session.rollback()
    if not anything:
        return 0
    with transaction():
        return changes.let_go_of_passed(now=now)
