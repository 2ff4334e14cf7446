"""Statements that stand: built once for all, and planned once; who asks and when is filled in."""

from __future__ import annotations

from sqlalchemy import BindParameter, ColumnElement, Select, literal_column
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql import visitors
from sqlalchemy.types import TypeEngine


def standing(query: Select) -> Select:
    """Return a query with its constants written out; what is left open has a name.

    PostgreSQL keeps one plan for all who ask only if it can see what is the same for all of them:
    it finds no partial index by a state, and no short way to a limit, that comes as a parameter.
    """
    return visitors.replacement_traverse(query, {}, _written_out)


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
