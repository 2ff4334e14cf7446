"""Rows of a table: plain where they are only read, objects where something is being written.

A row that could be changed costs three times what its reading does, and most pages change nothing.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from functools import cache

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import lazyload

from app.db import db, writing
from app.services.standing import ask, standing


class RowsOf:
    """A query for rows of one table, built once for all who ask; what is left open has a name."""

    def __init__(self, table, narrowed: Callable[[Select], Select]):
        self._table = table
        self._plain = standing(narrowed(select(*_columns(table))))
        # What they hang on is read already: joined once more, it costs more than the row itself.
        known = map(lazyload, (one.class_attribute for one in inspect(table).relationships))
        self._objects = narrowed(select(table)).options(*known)

    def __call__(self, **said: object) -> list:
        """Return the rows that are found."""
        if writing():
            return list(db.session.scalars(self._objects, said))
        made = _row(self._table)
        return [made(*found) for found in ask(self._plain, said)]


def _columns(table) -> list:
    return [one.class_attribute for one in inspect(table).column_attrs]


@cache
def _row(table) -> type:
    """A row of this table as it was read: what `facts_of` and `texts_of` need of an object."""
    names = [one.key for one in inspect(table).column_attrs]
    plain = namedtuple(f"{table.__name__}AsRead", names)
    return type(plain.__name__, (plain,), {"__slots__": (), "__tablename__": table.__tablename__})
