"""What each connection to the database is told, and what is asked before it is lent out again.

Not here: sessions and transactions (`app.db`).
"""

from __future__ import annotations

from time import monotonic

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DisconnectionError

JUST_NOW = 1.0  # Seconds.
PREPARED = 300
"""So many statements PostgreSQL keeps planned for a connection, some 100 KB each: all that the desk
asks. With the driver's hundred, whoever goes from page to page has them planned once more."""


@event.listens_for(Engine, "connect")
def _prepare(connection, record) -> None:
    if connection.__class__.__module__.startswith("sqlite3"):
        connection.isolation_level = None  # The driver must not begin on its own: we do, below.
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # A receipt is a promise: it outlives the power.
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()
    else:
        connection.prepared_max = PREPARED


@event.listens_for(Engine, "checkin")
def _put_back(_connection, record) -> None:
    record.info["used"] = monotonic()


@event.listens_for(Engine, "checkout")
def _still_there(connection, record, _proxy) -> None:
    """Ask whether PostgreSQL is still there, unless it just answered: no restart is so short."""
    if "used" not in record.info or connection.__class__.__module__.startswith("sqlite3"):
        return
    if monotonic() - record.info["used"] >= JUST_NOW and not _answers(connection):
        raise DisconnectionError  # Then the pool makes new ones.


def _answers(connection) -> bool:
    try:
        connection.autocommit = True
        connection.execute("SELECT 1")
        connection.autocommit = False
    except connection.Error:
        return False
    return True


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    writes = connection.get_execution_options().get("siaga_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
