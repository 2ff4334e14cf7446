"""Migrations: `flask db …` of Flask-Migrate, and the same for `make run`."""

from __future__ import annotations

import logging
from pathlib import Path

import click
from flask import Flask, current_app

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def register(app: Flask) -> None:
    """Let `flask db` find the migrations.

    Only in commands: Alembic costs what serves people 20 MB and a quarter of a second.
    """
    if click.get_current_context(silent=True) is not None:
        _bind(app)


def bring_up_to_date() -> None:
    """Make or change the tables until they are as the code expects."""
    from flask_migrate import upgrade

    _bind(current_app._get_current_object())
    logging.getLogger("alembic").setLevel(logging.WARNING)
    upgrade()


def _bind(app: Flask) -> None:
    from flask_migrate import Migrate

    from app.db import db

    Migrate(app, db, directory=str(MIGRATIONS))
