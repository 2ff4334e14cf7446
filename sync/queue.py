"""The bell and the worker that hears it. The queue is never the record: the tables are.

A bell has no arguments: it says that there is something to do, never what. Rung twice it does no
harm, and when nobody hears it (the queue is down, a worker was killed) the sweeper rings again.
"""

from __future__ import annotations

import logging
import time

from flask import Flask, current_app

from app.signals import alert_written, arrived, counts_wanted

log = logging.getLogger(__name__)

OPEN = "open"
DELIVER = "deliver"
ESCALATE = "escalate"
COUNT = "count"
FORGET = "forget"
TWINS = "twins"

_JOBS = {
    OPEN: "sync.jobs.open_due",
    DELIVER: "sync.delivering.deliver_due",
    ESCALATE: "sync.escalating.escalate_due",
    COUNT: "sync.counting.count_due",
    FORGET: "sync.forgetting.forget_due",
    TWINS: "sync.telling_twins.tell_due",
}

# Two queues, so that a push service that does not answer never holds up a report.
QUEUES = {OPEN: (OPEN,), DELIVER: (DELIVER, ESCALATE, COUNT, FORGET, TWINS)}
_QUEUE_OF = {bell: queue for queue, bells in QUEUES.items() for bell in bells}

# While a bell hangs rung and unheard, ringing it again adds nothing. A lost one falls silent soon.
STAYS_RUNG = 5
# After a failure the queue is left alone for this long, so that receiving a report stays quick.
LEFT_ALONE = 2.0

LONGEST_JOB = 120
_EXTENSION = "siaga.bells"


def listen(app: Flask) -> None:
    """Let what the app says aloud ring the worker of this app."""
    app.extensions[_EXTENSION] = Bells(app.config["SIAGA"].valkey_url)
    arrived.connect(_on_arrived)
    alert_written.connect(_on_alert)
    counts_wanted.connect(_on_counts)


def ring(bell: str) -> bool:
    """Wake the worker for one kind of work. Never fails: tells whether the queue took it."""
    return current_app.extensions[_EXTENSION].ring(bell)


def heard(bell: str) -> None:
    """Say that the work of a bell begins: whoever comes from now on rings anew."""
    current_app.extensions[_EXTENSION].heard(bell)


def _on_arrived(sender, **more) -> None:
    ring(OPEN)


def _on_alert(sender, **more) -> None:
    ring(DELIVER)


def _on_counts(sender, **more) -> None:
    ring(COUNT)


class Bells:
    """The connection of one process to the queue, made when first needed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection = None
        self._silent_until = 0.0

    def ring(self, bell: str) -> bool:
        if time.monotonic() < self._silent_until:
            return False
        from redis.exceptions import RedisError

        try:
            self._enqueue(bell)
        except (RedisError, OSError) as error:
            self._silent_until = time.monotonic() + LEFT_ALONE
            log.warning("bell %s not taken: %s", bell, type(error).__name__)
            return False
        return True

    def heard(self, bell: str) -> None:
        from redis.exceptions import RedisError

        try:
            self._connect().delete(_rung(bell))
        except (RedisError, OSError):
            return  # The mark falls by itself.

    def _enqueue(self, bell: str) -> None:
        connection = self._connect()
        if not connection.set(_rung(bell), 1, nx=True, ex=STAYS_RUNG):
            return
        queue_of(bell, connection).enqueue(
            _JOBS[bell], job_timeout=LONGEST_JOB, result_ttl=0, failure_ttl=3600, description=bell
        )

    def _connect(self):
        if self._connection is None:
            from redis import Redis
            from redis.backoff import NoBackoff
            from redis.retry import Retry

            self._connection = Redis.from_url(
                self._url,
                socket_timeout=1,
                socket_connect_timeout=1,
                retry=Retry(NoBackoff(), 1),
            )
        return self._connection


def queue_of(bell: str, connection):
    """Return the RQ queue on which a bell hangs. JSON, never pickle: the queue is not trusted."""
    from rq import Queue
    from rq.serializers import JSONSerializer

    return Queue(_QUEUE_OF[bell], connection=connection, serializer=JSONSerializer)


def _rung(bell: str) -> str:
    return f"siaga:rung:{bell}"
