"""The migrations make the same tables as the models, and go both ways with data inside."""

from __future__ import annotations

from collections.abc import Iterator

import flask_migrate
import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from app import create_app
from app.cli.tables import bring_up_to_date
from app.config import Settings
from app.db import Base, db, transaction
from app.models import Area, District


@pytest.fixture
def empty(settings: Settings) -> Iterator[Flask]:
    """An app over a database without a table."""
    app = create_app(settings)
    with app.app_context():
        db.drop_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def tables() -> set[str]:
    return set(sqlalchemy.inspect(db.engine).get_table_names())


def test_the_migrations_make_the_tables_of_the_models(empty: Flask) -> None:
    bring_up_to_date()

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_they_go_down_with_data_inside_and_up_again(empty: Flask) -> None:
    bring_up_to_date()
    with transaction() as session:
        session.add(Area(code="33.02", level="regency", name="KABUPATEN CONTOH"))
        session.flush()
        session.add(District(code="33.02"))
    db.session.remove()

    flask_migrate.downgrade(revision="base")
    assert tables() == {"alembic_version"}

    bring_up_to_date()
    assert tables() == {"alembic_version", *Base.metadata.tables}
    with transaction() as session:
        assert session.get(District, "33.02") is None
