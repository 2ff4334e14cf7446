"""What every test's database begins with: keys, tables, the invented district. Made once a run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from app import create_app, sealing
from app.config import Settings
from app.db import db, transaction, utc_now
from app.models import Area, District, Server
from app.sealing import keyfiles
from app.services import keylists
from sync import queue
from tests import spare
from tests.make import DISTRICT, VILLAGE

OTHER_VILLAGE = "33.02.17.2002"
FILE = "siaga.db"


@dataclass(frozen=True)
class Ground:
    """A made database and its keys. Each test gets copies of both, to do with as it likes."""

    place: Path
    server: sqlalchemy.URL | None
    """A PostgreSQL; None: the database is a file."""

    spare: spare.Spare | None = None
    """The PostgreSQL's databases; None: the database is a file."""

    def made(self) -> Ground:
        """Make keys, tables and district."""
        (self.place / "data").mkdir(parents=True)
        (self.place / "keys").mkdir(mode=0o700)
        if self.server:
            spare.as_owner(self.server, f"CREATE DATABASE {spare.TEMPLATE}")
        settings = settings_in(self.place, self._url(self.place, spare.TEMPLATE))
        keyfiles.make_development_keys(settings, [DISTRICT])
        with standing(settings):
            db.create_all()
            settle(settings)
            db.session.remove()
            db.engine.dispose()  # A template is copied while nobody is connected to it.
        if not self.server:
            return self
        spare.remember(self.server.set(database=spare.TEMPLATE))
        return replace(self, spare=spare.Spare(self.server))

    def copied(self, place: Path) -> Settings:
        """Copy it for one test into this folder."""
        (place / "data").mkdir()
        shutil.copytree(self.place / "keys", place / "keys")
        if self.spare:
            return settings_in(place, self._url(place, self.spare.take()))
        shutil.copyfile(self.place / "data" / FILE, place / "data" / FILE)
        return settings_in(place, self._url(place, FILE))

    def done_with(self, settings: Settings) -> None:
        """Say that its test is over: another may have its database."""
        if self.spare:
            self.spare.give_back(sqlalchemy.make_url(settings.database_url).database)

    def put_away(self) -> None:
        """Close what is still open, at the end of the run."""
        for made in (one for waiting in _standing.values() for one in waiting):
            with made.app.app_context():
                db.engine.dispose()
        if self.spare:
            self.spare.close()

    def _url(self, place: Path, name: str) -> str:
        if self.server:
            return self.server.set(database=name).render_as_string(hide_password=False)
        return f"sqlite:///{place / 'data' / FILE}"


def settings_in(place: Path, database_url: str) -> Settings:
    """Settings of a process that may do everything."""
    return Settings(
        env="test",
        parts=frozenset({"cadre", "sync", "desk", "partner"}),
        data_dir=place / "data",
        keys_dir=place / "keys",
        database_url=database_url,
        valkey_url=f"unix://{place / 'v.sock'}",
        cadre_url="http://localhost",
        desk_url="http://localhost",
        secret_key="for tests only",
    )


class CompiledOnce(BytecodeCache):
    """Compiles each template once a run, though every test has an app of its own."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_compiled = CompiledOnce()


@contextmanager
def standing(settings: Settings) -> Iterator[Flask]:
    """An app in its context; afterwards no connection is open but to a database that stays.

    Making one takes longer than most tests, so the next test gets the same one, moved to its own
    database, keys and settings. Who changes an app makes one: `create_app(settings)`.
    """
    made_of = (settings.parts, settings.env, settings.proxies, _system(settings))
    waiting = _standing.setdefault(made_of, [])
    made = waiting.pop() if waiting else _made(settings)
    app = made.moved(settings)
    with app.app_context():
        yield app
        db.session.remove()
        if db.engine.name == "sqlite":
            db.engine.dispose()
    waiting.append(made)  # Not after a failure: who knows what it left behind.


_standing: dict[tuple, list[Made]] = {}
"""Apps that no test holds, by what cannot be changed in an app that is made."""


@dataclass(frozen=True)
class Made:
    """An app, and what it was when it was made."""

    app: Flask
    config: dict[str, object]
    extensions: dict[str, object]

    def moved(self, settings: Settings) -> Flask:
        """The app as if it had been made with these settings."""
        app = self.app
        app.config.clear()
        app.config.update(self.config, SIAGA=settings, SECRET_KEY=settings.secret_key)
        app.extensions.clear()
        app.extensions.update(self.extensions)
        sealing.register(app, settings)
        queue.listen(app)
        if "siaga.caught_up" in app.extensions:
            app.extensions["siaga.caught_up"].clear()
        return app


def _made(settings: Settings) -> Made:
    app = create_app(settings)
    app.jinja_env.bytecode_cache = _compiled
    with app.app_context():
        _follow(db.engine, app)
    return Made(app, dict(app.config), dict(app.extensions))


def _follow(engine: sqlalchemy.Engine, app: Flask) -> None:
    """Connect to the database of the app's settings, whichever it was when the app was made."""

    def connect(dialect, record, arguments: list, options: dict) -> None:
        url = sqlalchemy.make_url(app.config["SIAGA"].database_url)
        record.info["database"] = url.database
        if dialect.name == "sqlite":
            arguments[:] = [url.database]
        else:
            options.update(dbname=url.database, application_name=spare.OURS)

    def checkout(connection, record, proxy) -> None:
        # A page that still asked while its test ended may have left one of the former database.
        url = sqlalchemy.make_url(app.config["SIAGA"].database_url)
        if record.info.get("database") != url.database:
            raise sqlalchemy.exc.DisconnectionError("of another test")

    sqlalchemy.event.listen(engine, "do_connect", connect)
    sqlalchemy.event.listen(engine, "checkout", checkout)


def _system(settings: Settings) -> str:
    return sqlalchemy.make_url(settings.database_url).get_backend_name()


def settle(settings: Settings) -> None:
    """Write the rows that every test begins with into empty tables."""
    with transaction() as session:
        session.add_all(_areas())
        session.flush()
        session.add(District(code=DISTRICT))
        session.add(Server(epoch=int(utc_now().timestamp()), inbox_seq=0))
    with transaction():
        keylists.issue(DISTRICT, settings, now=utc_now())


def _areas() -> list[Area]:
    return [
        Area(code=DISTRICT, level="regency", parent_code=None, name="KABUPATEN CONTOH"),
        Area(code="33.02.17", level="subdistrict", parent_code=DISTRICT, name="Contoh"),
        Area(code=VILLAGE, level="village", parent_code="33.02.17", name="Kalicontoh"),
        Area(code=OTHER_VILLAGE, level="village", parent_code="33.02.17", name="Kedungcontoh"),
    ]
