"""The worker: RQ's, with our app around each job and nothing said about what a job holds."""

from __future__ import annotations

import logging
import signal
import time
import traceback
from collections.abc import Iterable
from contextlib import suppress

from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import Worker
from rq.serializers import JSONSerializer

from app.db import db, utc_now
from sync import restored
from sync.queue import QUEUES, queue_of

log = logging.getLogger(__name__)

# Seconds until a killed worker is noticed; by default RQ lets its job wait ten minutes.
NOTICED_AFTER = 30
TIDIED_EVERY = 5
JOINS_AGAIN_AFTER = 1.0


def work(app: Flask, queues: Iterable[str] = tuple(QUEUES), *, burst: bool = False) -> None:
    """Answer bells until told to stop; with `burst` until none hangs.

    One process a queue is best, so that slow push services hold up nobody. RQ's worker ends when
    the queue dies under a job; then a new one takes its place as soon as the queue is back.
    """
    warm()
    while not _worked(app, tuple(queues), burst) and not burst:
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, signal.SIG_DFL)  # Else the worker that ended would hear them.
        log.warning("the queue went away: joining it again")
        time.sleep(JOINS_AGAIN_AFTER)


def _worked(app: Flask, queues: tuple[str, ...], burst: bool) -> bool:
    """Work until the end; tell whether it is the end, and not only the queue's."""
    connection = Redis.from_url(app.config["SIAGA"].valkey_url)
    try:
        worker = AppWorker(
            [queue_of(name, connection) for name in queues],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=NOTICED_AFTER,
            maintenance_interval=TIDIED_EVERY,
            log_job_description=False,
        )
    except (RedisError, OSError):
        return False
    worker.app = app
    with suppress(RedisError, OSError):
        # No scheduler: nothing is ever scheduled in the queue, moments lie in the tables.
        worker.work(burst=burst, logging_level="WARNING")
    return worker.told_to_stop


class AppWorker(Worker):
    """Forks for each job; the child has the app, and a database connection of its own."""

    app: Flask
    told_to_stop = False
    # A queue that comes back is found again within seconds, not after RQ's minute.
    max_connection_wait_time = 2.0

    def request_stop(self, signum, frame) -> None:
        self.told_to_stop = True
        super().request_stop(signum, frame)

    def perform_job(self, job, queue, execution) -> bool:
        with self.app.app_context():
            db.engine.dispose(close=False)  # A connection made before the fork is the parent's.
            try:
                restored.once(now=utc_now())
                return super().perform_job(job, queue, execution)
            finally:
                db.session.remove()

    def handle_job_failure(self, job, queue, **more):
        # RQ keeps this text in the queue's files: an exception may quote what it could not read.
        return super().handle_job_failure(job, queue, **(more | {"exc_string": "failed"}))

    def handle_exception(self, job, kind, error, trace) -> None:
        where = " < ".join(
            f"{frame.name}:{frame.lineno}" for frame in reversed(traceback.extract_tb(trace)[-6:])
        )
        log.error("job %s failed: %s at %s", job.func_name, kind.__name__, where)


def warm() -> None:
    """Import once, before the forks, what every job would import again."""
    import pywebpush  # noqa: F401

    import sync.counting
    import sync.delivering
    import sync.escalating
    import sync.jobs  # noqa: F401
