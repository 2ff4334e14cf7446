"""PostgreSQL databases that a test is done with: emptied, and given to the next.

Making one takes as long as most tests do. Where a test changed tables, or left somebody connected,
its database is left alone and another is made.
"""

from __future__ import annotations

from uuid import uuid4

import psycopg
import sqlalchemy

from app.db import Base

TEMPLATE = "siaga_template"
OURS = "siaga-tests"
"""By this name the apps of this process connect: they may stay, for they are idle now."""

VACUUM_EVERY = 50
"""How many tests until the rows that were deleted are swept out: nobody else does it here."""

FREE = """
SELECT NOT EXISTS (SELECT FROM ground.changes) AND NOT EXISTS (
  SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND (application_name <> %s OR state <> 'idle'))
"""

NOTE_CHANGES = """
CREATE FUNCTION ground.note() RETURNS event_trigger LANGUAGE plpgsql
  AS 'BEGIN INSERT INTO ground.changes VALUES (tg_tag); END';
CREATE EVENT TRIGGER ground_note ON ddl_command_end EXECUTE FUNCTION ground.note();
"""


class Spare:
    """The databases that no test holds."""

    def __init__(self, server: sqlalchemy.URL) -> None:
        self._server = server
        self._made: dict[str, psycopg.Connection] = {}
        self._waiting: list[str] = []
        self._taken = 0

    def take(self) -> str:
        """Return the name of a database as the template is."""
        while self._waiting:
            name = self._waiting.pop()
            if self._again(self._made[name]):
                return name
            self._made.pop(name).close()
        return self._new()

    def give_back(self, name: str) -> None:
        """Say that a test is done with this one."""
        self._waiting.append(name)

    def close(self) -> None:
        """Let go of all of them."""
        for connection in self._made.values():
            connection.close()

    def _new(self) -> str:
        # Never dropped: that waits for the disk, and the whole server goes at the end.
        # Copied as files: twice as quick as through the log.
        name = f"t_{uuid4().hex}"
        as_owner(self._server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        self._made[name] = connection = _connected(self._server.set(database=name))
        # No foreign key and no trigger while tables are emptied and filled in any order.
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET lock_timeout = '2s'")
        return name

    def _again(self, connection: psycopg.Connection) -> bool:
        self._taken += 1
        try:
            if not connection.execute(FREE, [OURS]).fetchone()[0]:
                return False
            connection.execute("SELECT ground.again()")
            if self._taken % VACUUM_EVERY == 0:
                connection.execute("VACUUM")
        except psycopg.Error:
            return False  # Locked by somebody who is still at work, or gone.
        return True


def remember(template: sqlalchemy.URL) -> None:
    """Keep the template's rows beside its tables, and what brings a copy back to them."""
    names = [table.name for table in Base.metadata.sorted_tables]
    with _connected(template) as connection:
        connection.execute("CREATE SCHEMA ground")
        connection.execute("CREATE TABLE ground.changes (what text)")
        kept = [name for name in names if connection.execute(_any(name)).fetchone()[0]]
        for name in kept:
            connection.execute(f'CREATE TABLE ground."{name}" AS TABLE public."{name}"')
        lines = [f'IF {_any(name)[7:]} THEN DELETE FROM public."{name}"; END IF;' for name in names]
        lines += [f'INSERT INTO public."{name}" SELECT * FROM ground."{name}";' for name in kept]
        connection.execute(
            "CREATE FUNCTION ground.again() RETURNS void LANGUAGE plpgsql AS "
            f"$$BEGIN {' '.join(lines)} END$$"
        )
        connection.execute(NOTE_CHANGES)


def as_owner(server: sqlalchemy.URL, *statements: str) -> None:
    """Say this to the PostgreSQL itself, outside any transaction."""
    with _connected(server) as connection:
        for statement in statements:
            connection.execute(statement)


def _any(name: str) -> str:
    return f'SELECT EXISTS (SELECT FROM public."{name}")'


def _connected(url: sqlalchemy.URL) -> psycopg.Connection:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)
