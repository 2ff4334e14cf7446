"""The database: its session, its column types, and the one way to write.

Not here: tables (`app.models`) and what is done with them (`app.services`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache, wraps
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import DateTime, MetaData, Select, Uuid, event, text
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, registry
from sqlalchemy.types import TypeDecorator

from app import connections  # noqa: F401  (it hears of every engine)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A point in time: aware and in UTC on both databases.

    SQLite keeps no zone, so the zone is taken off before and put back after.

    :raises ValueError: for a time without a zone.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Key = Annotated[UUID, mapped_column(Uuid, primary_key=True)]
At = Annotated[datetime, mapped_column(Moment)]
MaybeAt = Annotated[datetime | None, mapped_column(Moment)]


class Base(DeclarativeBase):
    """The base of every table."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={UUID: Uuid, datetime: Moment},
    )


class Reading(FlaskSession):
    """A session that reads each statement by itself, unless `transaction()` is open.

    At READ COMMITTED that is the same to a reader; but ending a read by a rollback makes the driver
    forget every statement that PostgreSQL has prepared, and a page's are planned anew each time.
    """

    def get_bind(self, *_args, **_options) -> Engine:
        if "reads" not in self.info:
            self.info["reads"] = self.info["writes"] = db.engine
            if db.engine.name != "sqlite":  # Which reads a page from one moment (`_begin`).
                self.info["reads"] = _by_itself(db.engine)
        return self.info["writes" if self.info.get("writing") else "reads"]


@lru_cache(maxsize=1)
def _by_itself(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="AUTOCOMMIT")


db = SQLAlchemy(model_class=Base, session_options={"class_": Reading, "expire_on_commit": False})


class Pending(Exception):
    """A bug of ours: rows were changed outside `transaction()`."""


@contextmanager
def transaction() -> Iterator[Session]:
    """Write: everything inside is committed together, or nothing is.

    The only writer. On SQLite it takes the write lock before its first read (`BEGIN IMMEDIATE`), so
    that what it read is still true when it writes; SQLAlchemy's default lost 439 of 600 concurrent
    increments. Inside another one it joins it.

    :raises Pending: if rows were changed before it began.
    """
    session = db.session()
    if session.info.get("writing"):
        yield session
        return
    if session.new or session.dirty or session.deleted:
        raise Pending("rows were changed outside transaction()")
    session.rollback()  # Ends the read: one that upgrades meets "database is locked".
    session.expire_all()  # What was read before is not trusted for writing.
    session.info.update(writing=True, at_end={}, after_commit=[])
    try:
        session.connection(execution_options={"siaga_write": True})
        yield session
        _finish(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("writing", None)
        session.info.pop("at_end", None)
        told = session.info.pop("after_commit", [])
    for tell in told:
        tell()


def at_end(order: tuple, do: Callable[..., None], *brought: object) -> None:
    """Run `do(session, …)` as the last work of the transaction, in ascending order.

    Those who name the same `do` one after the other share one run, with all that they brought.

    Rows that everyone must update (change counters, the trail's chain) are locked last and always
    in the same order: first, they cost nine tenths of the throughput; in no order, they deadlock.
    Order: `(1, stream)` for change counters, `(2, district)` for the trail.
    """
    db.session().info["at_end"].setdefault(order, []).append((do, brought))


@contextmanager
def savepoint() -> Iterator[None]:
    """Inside `transaction()`: undo this part alone when it raises, its last work too."""
    session = db.session()
    kept_end = {order: list(work) for order, work in session.info["at_end"].items()}
    kept_after = list(session.info["after_commit"])
    try:
        with session.begin_nested():
            yield
    except BaseException:
        session.info["at_end"] = kept_end
        session.info["after_commit"] = kept_after
        raise


def row_lock(*tables: type) -> dict[str, object]:
    """Return how a row is locked for writing, for `with_for_update`: of these tables only.

    Not `FOR UPDATE`: that would make everybody wait who only writes a row that points at it.
    Order of locks (docs/decisions/0004): the turn, a report's referral, what belongs to the report,
    what phones fetch, phones, change counters, trail.
    """
    return {"key_share": True, "of": tables or None}


def locked(query: Select, *tables: type) -> Select:
    """Return a query that locks the rows it finds and reads them afresh, as they are by then."""
    return query.with_for_update(**row_lock(*tables)).execution_options(populate_existing=True)


_TURN = 0x51A6A


def take_turn() -> None:
    """Wait until no other transaction has the turn, and keep it to the end of this one.

    For whoever locks several referrals: two of them could otherwise wait for each other. SQLite has
    one writer anyway.
    """
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TURN})


def read_once(read: Callable) -> Callable:
    """Let a read about one row be asked once, until this read (the database's transaction) ends.

    A page asks many rules, and many of them ask for the same rows. Inside `transaction()` every
    asking reads anew: there something is being changed.
    """

    @wraps(read)
    def once(about, *more):
        session = db.session()
        if session.info.get("writing"):
            return read(about, *more)
        known = session.info.setdefault("read", {})
        key = (read, getattr(about, "id", about), *more)
        if key not in known:
            known[key] = read(about, *more)
        found = known[key]
        return found.copy() if isinstance(found, (list, dict)) else found

    once.read = read
    return once


def known_already(once: Callable, about: object, found: object) -> None:
    """Let the rest of this read know what one that is asked once would find."""
    db.session().info.setdefault("read", {})[once.read, about] = found


@event.listens_for(Session, "after_transaction_end")
def _forget_what_was_read(session: Session, ended) -> None:
    if ended.parent is None:
        session.info.pop("read", None)


def after_commit(do: Callable[[], None]) -> None:
    """Run `do` once the transaction is on disk; never when it failed."""
    db.session().info["after_commit"].append(do)


def writing() -> bool:
    """Tell whether a `transaction()` is open here."""
    return bool(db.session().info.get("writing"))


def driver() -> Any | None:
    """Return the driver's connection of this read; None for SQLite, and inside `transaction()`."""
    session = db.session()
    if session.info.get("writing"):
        return None
    known = session.info.setdefault("read", {})
    if driver not in known:
        connection = session.connection()
        asked = connection.dialect.name == "postgresql"
        known[driver] = connection.connection.driver_connection if asked else None
    return known[driver]


def _finish(session: Session) -> None:
    session.flush()
    waiting = session.info["at_end"]
    while waiting:
        order = min(waiting)
        for do, group in groupby(waiting.pop(order), key=itemgetter(0)):
            do(session, *(one for _do, brought in group for one in brought))
        session.flush()


def utc_now() -> datetime:
    """The clock. Called at the edge only; everything else takes the time as a parameter."""
    return datetime.now(UTC)
