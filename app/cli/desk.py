"""`flask queue` and `flask quarantine`: what waits for a person. Coded facts only."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.cli.answers import as_json, say
from app.services import quarantine as set_aside
from app.services import waiting

queue = AppGroup("queue", help="The referral queue.")
quarantine = AppGroup("quarantine", help="Acts that could not be applied.")


@queue.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what has left the queue.")
@as_json
def listed(everything: bool, as_json: bool) -> None:
    """List the referrals of all districts in the order of their clocks."""
    rows = waiting.as_coded(everything=everything)
    say(
        rows,
        as_json,
        lambda: [
            f"{row['due_at']}  {row['risk']:<6} {'!' if row['emergency'] else ' '} "
            f"{row['state']:<9} {row['village']}  {row['id']}"
            for row in rows
        ],
    )


@quarantine.command("list")
@as_json
def held(as_json: bool) -> None:
    """List the envelopes that wait in quarantine, by their own ids."""
    rows = [{"id": row["id"], "reason": row["reason"]} for row in set_aside.listed()]
    say(rows, as_json, lambda: [f"{row['id']}  {row['reason']}" for row in rows])
