"""Runs the migrations in the app's own database, online only."""

from alembic import context
from flask import current_app

from app.db import Base

db = current_app.extensions["migrate"].db


def run() -> None:
    """Run what `flask db` asked for, in one transaction."""
    # One write lock from the start: two processes that start together must not both migrate.
    options = {"siaga_write": True}
    with db.engine.connect().execution_options(**options) as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            user_module_prefix="app.db.",
        )
        with context.begin_transaction():
            context.run_migrations()


run()
