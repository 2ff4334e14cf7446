"""The processes beside the web: `flask worker`, `flask sweeper`, `flask sync sweep`."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
from collections.abc import Callable
from contextlib import suppress

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.cli.answers import as_json, say
from app.db import utc_now

sync = AppGroup("sync", help="What passes between phones and the server.")


@sync.command("sweep")
@as_json
def sweep(as_json: bool) -> None:
    """Find once what was missed: unopened envelopes, unsent alerts, windows that have passed."""
    from sync import sweeper

    found = sweeper.sweep(now=utc_now())
    say(found, as_json, lambda: [f"{name}: {count}" for name, count in found.items()])


@click.command("worker")
@click.argument("queues", nargs=-1)
@with_appcontext
def worker(queues: tuple[str, ...]) -> None:
    """Answer bells until told to stop: of the QUEUES named, else of all, a process each."""
    from sync.queue import QUEUES
    from sync.worker import warm, work

    warm()
    app = current_app._get_current_object()
    if queues:
        work(app, queues)
    else:
        _fork_for_each(tuple(QUEUES), lambda queue: work(app, [queue]))


@click.command("sweeper")
@with_appcontext
def sweeper_process() -> None:
    """Look again and again for what was missed, until told to stop."""
    from sync import sweeper

    sweeper.run(current_app._get_current_object())


def _fork_for_each(names: tuple[str, ...], do: Callable[[str], None]) -> None:
    """Run `do` in a process of its own for each name; when one ends, so do all.

    Forked, not started: importing the program once instead of twice is a second of a cold start.
    """
    started = [_forked(do, name) for name in names]

    def stop(*_) -> None:
        for pid in started:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    _, status = os.wait()
    stop()
    for _ in names[1:]:
        os.wait()
    raise SystemExit(os.waitstatus_to_exitcode(status))


def _forked(do: Callable[[str], None], name: str) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _end_with_parent()
        do(name)
        code = 0
    finally:
        logging.shutdown()
        os._exit(code)  # The parent's own endings are not ours to run.


def _end_with_parent() -> None:
    """Ask Linux for SIGTERM when the parent has gone, however it went."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
