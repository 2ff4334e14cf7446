"""Runs the migrations in the app's own database, online only."""

from contextlib import contextmanager

from alembic import context
from flask import current_app

from app.db import Base, Moment

db = current_app.extensions["migrate"].db


def as_plain(kind: str, thing, autogen) -> str | bool:
    """Write our own column types as what they are in the database: a migration must not change
    because the app's code did."""
    if kind == "type" and isinstance(thing, Moment):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run what `flask db` asked for, in one transaction."""
    # One write lock from the start: two processes that start together must not both migrate.
    options = {"siaga_write": True}
    with db.engine.connect().execution_options(**options) as connection, _unbound(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            render_item=as_plain,
        )
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def _unbound(connection):
    """Let SQLite build a table anew that others point at; afterwards every pointer must fit."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")  # Heard only while no transaction is open.
    try:
        yield
        if lost := raw.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows point nowhere: {sorted({row[0] for row in lost})}")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


run()
