"""Commands for people and scripts: `flask people add …`. Each opens its own transaction."""

from __future__ import annotations

from flask import Flask

from . import areas, processes, trail

COMMANDS = (
    areas.areas,
    processes.sync,
    processes.worker,
    processes.sweeper_process,
    trail.trail,
)


def register(app: Flask) -> None:
    """Let `flask` know the commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
