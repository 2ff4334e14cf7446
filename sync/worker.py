"""The worker: RQ's, with our app around each job and nothing said about what a job holds."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterable

from flask import Flask
from redis import Redis
from rq import Worker
from rq.serializers import JSONSerializer

from app.db import db
from sync.queue import QUEUES, queue_of

log = logging.getLogger(__name__)

# Seconds until a killed worker is noticed; by default RQ lets its job wait ten minutes.
NOTICED_AFTER = 30
TIDIED_EVERY = 5


def work(app: Flask, queues: Iterable[str] = tuple(QUEUES), *, burst: bool = False) -> None:
    """Answer bells until told to stop; with `burst` until none hangs.

    One process a queue is best, so that slow push services hold up nobody.
    """
    warm()
    connection = Redis.from_url(app.config["SIAGA"].valkey_url)
    worker = AppWorker(
        [queue_of(name, connection) for name in queues],
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=NOTICED_AFTER,
        maintenance_interval=TIDIED_EVERY,
        log_job_description=False,
    )
    worker.app = app
    # No scheduler: nothing is ever scheduled in the queue, moments lie in the tables.
    worker.work(burst=burst, logging_level="WARNING")


class AppWorker(Worker):
    """Forks for each job; the child has the app, and a database connection of its own."""

    app: Flask

    def perform_job(self, job, queue, execution) -> bool:
        with self.app.app_context():
            db.engine.dispose(close=False)  # A connection made before the fork is the parent's.
            try:
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

    import sync.delivering
    import sync.escalating
    import sync.jobs  # noqa: F401
