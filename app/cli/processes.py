"""The processes beside the web: `flask worker`, `flask sweeper`, `flask sync sweep`."""

from __future__ import annotations

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
    """Answer bells until told to stop; of the QUEUES named, else of all."""
    from sync.worker import work

    app = current_app._get_current_object()
    work(app, queues) if queues else work(app)


@click.command("sweeper")
@with_appcontext
def sweeper_process() -> None:
    """Look again and again for what was missed, until told to stop."""
    from sync import sweeper

    sweeper.run(current_app._get_current_object())
