"""Counts as pages show them: many in one statement, and none beyond what a person would read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ScalarSelect, Select, func, literal, select

from app.db import db
from app.services.standing import ask

MOST = 200
"""What is more is shown as "200+": more than anybody works off, and each page counts a dozen."""


class Count(int):
    """How many there are, at most one more than `MOST`; which is written "200+"."""

    def __str__(self) -> str:
        return f"{MOST}+" if self > MOST else int.__repr__(self)


def at_once(wanted: Mapping[str, Select]) -> dict[str, Count]:
    """Return how many rows each of these queries finds, in one statement."""
    if not wanted:
        return {}
    row = db.session.execute(asking(wanted)).one()
    return dict(zip(wanted, map(Count, row), strict=True))


def asking(wanted: Mapping[str, Select | ScalarSelect]) -> Select:
    """Return the one statement; one that stands is for `found`. Who counts alone has no cap."""
    return select(
        *(
            (query if isinstance(query, ScalarSelect) else _capped(query)).label(name)
            for name, query in wanted.items()
        )
    )


def found(statement: Select, names: Sequence[str], said: Mapping) -> dict[str, Count]:
    """Return the counts of such a statement that stands, in the order of its names."""
    (row,) = ask(statement, said)
    return dict(zip(names, map(Count, row), strict=True))


def one(query: Select) -> Count:
    """Return how many rows a query finds."""
    return at_once({"one": query})["one"]


def _capped(query: Select):
    some = query.with_only_columns(literal(1).label("one"), maintain_column_froms=True)
    some = some.order_by(None).limit(MOST + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
