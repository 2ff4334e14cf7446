"""What every list is read by: narrowed by code or place, a page behind a place, counted so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.sql import ColumnElement

from app.db import db
from app.domain.report import code_range
from app.models import Referral

PAGE = 50
MOST_COUNTED = 1000
"""Nobody reads further; counting millions would make everybody wait."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What of a list is asked for; nothing in it is about a person."""

    village: str | None = None
    """The code of a village or subdistrict."""
    code: str | None = None
    """The short code of a report."""

    def __bool__(self) -> bool:
        return bool(self.village or self.code)


def narrowed(query: Select, by: Narrowed) -> Select:
    """Narrow a query that joins referrals."""
    if by.code:
        first, last = code_range(by.code)
        query = query.where(Referral.report_id >= first, Referral.report_id <= last)
    if by.village:
        query = query.where(Referral.village.like(f"{by.village}%"))
    return query


def counted(query: Select) -> int:
    """Return how many rows a query finds, at most `MOST_COUNTED`."""
    some = query.order_by(None).limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some))


def behind(keys: Sequence[tuple[ColumnElement, bool]], place: Sequence) -> ColumnElement:
    """The condition that a row stands behind `place`; each key says whether the greatest is first.

    The next page begins there, however many came in meanwhile.
    """
    ways = []
    for at, (key, falling) in enumerate(keys):
        same = [one == known for (one, _), known in zip(keys[:at], place, strict=False)]
        ways.append(and_(*same, key < place[at] if falling else key > place[at]))
    return or_(*ways)
