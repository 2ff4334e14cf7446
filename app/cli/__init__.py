"""Commands for people and scripts: `flask people add …`. Each opens its own transaction."""

from __future__ import annotations

from flask import Flask

from . import areas, demo, desk, keys, people, phones, processes, tables, trail

COMMANDS = (
    areas.areas,
    demo.demo,
    desk.queue,
    desk.quarantine,
    keys.keys,
    people.people,
    phones.phones,
    processes.sync,
    processes.worker,
    processes.sweeper_process,
    trail.trail,
)


def register(app: Flask) -> None:
    """Let `flask` know the commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
    tables.register(app)
