"""Statements that stand: built once for all, and planned once; who asks and when is filled in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import cycle, islice
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, literal_column
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql import visitors
from sqlalchemy.types import TypeEngine

from app.db import db, driver

Among = Callable[[ColumnElement], ColumnElement[bool]]
"""From a column to the condition that it is one of those that are asked about."""


def standing(query: Select) -> Select:
    """Return a query with its constants written out; what is left open has a name.

    PostgreSQL keeps one plan for all who ask only if it can see what is the same for all of them:
    it finds no partial index by a state, and no short way to a limit, that comes as a parameter.
    """
    return visitors.replacement_traverse(query, {}, _written_out)


def ask(query: Select, said: Mapping[str, object]) -> Sequence[NamedTuple]:
    """Return what a standing query finds, as plain rows; times are aware, in any zone.

    PostgreSQL is asked by its driver, in the words that were made once: what stands in between
    costs as much as the answers. What fails is asked again in the ordinary way, which knows what
    a failure means.
    """
    if (asked := driver()) is not None:
        # Late: who works with SQLite does not carry the driver about.
        from psycopg import RawCursor
        from psycopg.rows import namedtuple_row

        words, blanks = _sql(query)
        with suppress(asked.Error), RawCursor(asked, row_factory=namedtuple_row) as cursor:
            filled = [said[name] for name in blanks]
            return cursor.execute(words, filled, prepare=True, binary=True).fetchall()
    return db.session.execute(query, said).all()


def ask_of_each(query: Callable[[Among], Select], many: Collection) -> Sequence[NamedTuple]:
    """Return what a query finds of many: `query` is built with the condition that a column is one
    of them, once for each power of two; who is over is asked about twice."""
    if not many:
        return []
    blanks = 1 << (len(many) - 1).bit_length()
    filled = islice(cycle(many), blanks)
    return ask(_of_each(query, blanks), {f"each_{at}": one for at, one in enumerate(filled)})


@lru_cache(maxsize=64)
def _of_each(query: Callable[[Among], Select], blanks: int) -> Select:
    names = [f"each_{at}" for at in range(blanks)]
    return query(lambda column: column.in_([bindparam(name, type_=column.type) for name in names]))


@lru_cache(maxsize=256)
def _sql(query: Select) -> tuple[bytes, tuple[str, ...]]:
    """The words of a query, as PostgreSQL takes them, and what its blanks are called in turn."""
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

    made = query.compile(dialect=PGDialect_psycopg(paramstyle="numeric_dollar"))
    return str(made).encode(), tuple(made.positiontup)


def _written_out(part: object, **_more) -> ColumnElement | None:
    if not isinstance(part, BindParameter) or part.required:
        return None
    if part.expanding:
        words = ", ".join(_word(part.type, value) for value in part.value)
        return literal_column(f"({words})", part.type)
    return literal_column(_word(part.type, part.value), part.type)


def _word(kind: TypeEngine, value: object) -> str:
    """Return a constant of our own as SQL. Nothing that anybody typed ever comes here."""
    return kind.literal_processor(DefaultDialect())(value)
