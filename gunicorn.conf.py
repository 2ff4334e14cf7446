"""How the web process serves: one worker, threads, a log without addresses, queries or bodies."""

import gc
import itertools
import os

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = 1  # More of them on a larger machine: `WEB_CONCURRENCY`, see docs/deploying.md.
worker_class = "gthread"
threads = 8  # Requests wait for the disk and for the network of 2G phones, not for the processor.
preload_app = False  # Every worker reads its own keys; nothing secret is shared through a fork.
keepalive = 75  # A new TLS connection costs a phone on 2G seconds.
timeout = 60
graceful_timeout = 4  # Under honcho's five seconds: a stop must not become a kill.
max_requests = 20_000
max_requests_jitter = 2_000

# The log says what was asked and how it ended; never by whom, with what, or about whom. Paths carry
# ids only (docs/threat-model.md).
accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s %(B)s %(M)sms"
errorlog = "-"
loglevel = "warning"


def post_worker_init(worker) -> None:
    """Load the job queue's client, whose second the first report should not wait; then replay.

    What is loaded by then stays: collecting garbage need not go through it again, which would keep
    a page now and then waiting for a tenth of a second.
    """
    import rq  # noqa: F401

    from sync import restored

    restored.at_start(worker.wsgi)
    _keep()


_answered = itertools.count(1)
SETTLED = frozenset({200, 2_000})
SELDOM = 20_000  # New things before garbage is sought again. Python's 700 cost a page 2 to 5 %.


def post_request(worker, req, environ, resp) -> None:
    """Keep what the first pages built as well: statements, templates, words.

    Going through it took 12 ms every sixty-fifth page of the queue.
    """
    if next(_answered) in SETTLED:
        _keep()


def _keep() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)
