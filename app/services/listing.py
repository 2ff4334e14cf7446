"""What every list is read by: narrowed by code or place, a page behind a place, counted so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, Select, String, and_, bindparam, or_, select
from sqlalchemy.sql import ColumnElement

from app.domain.areas import subdistrict
from app.domain.report import code_range
from app.models import Area, Referral

PAGE = 50


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What of a list is asked for; nothing in it is about a person."""

    village: str | None = None
    """The code of a village or subdistrict."""
    code: str | None = None
    """The short code of a report."""

    def __bool__(self) -> bool:
        return bool(self.village or self.code)


def narrowed(
    query: Select,
    by: Narrowed,
    report_id: ColumnElement = Referral.report_id,
    village: ColumnElement = Referral.village,
) -> Select:
    """Narrow a query, of referrals or of what has these columns."""
    if by.code:
        query = query.where(report_id.between(*code_range(by.code)))
    return query.where(lies_in(village, by.village)) if by.village else query


VILLAGE = bindparam("place", type_=String())
SUBDISTRICT = bindparam("place", type_=String())
"""Stand for a place in a query that is built once for all of its kind (`stands_for`)."""


def stands_for(place: str) -> BindParameter:
    """Return what stands for this place in a query that is built once."""
    return SUBDISTRICT if subdistrict(place) == place else VILLAGE


def lies_in(village: ColumnElement, place: str | BindParameter) -> ColumnElement[bool]:
    """The village itself, or those of a subdistrict; each by its code, so that an index is used."""
    if (place if isinstance(place, BindParameter) else stands_for(place)) is VILLAGE:
        return village == place
    return village.in_(select(Area.code).where(Area.parent_code == place).correlate(None))


def behind(keys: Sequence[tuple[ColumnElement, bool]], place: Sequence) -> ColumnElement:
    """The condition that a row stands behind `place`; each key says whether the greatest is first.

    The next page begins there, however many came in meanwhile.
    """
    first, falling = keys[0]
    # What an index can skip to; the rest is decided among those that are alike.
    here_or_behind = first <= place[0] if falling else first >= place[0]
    ways = []
    for at, (key, falling) in enumerate(keys):
        same = [one == known for (one, _), known in zip(keys[:at], place, strict=False)]
        ways.append(and_(*same, key < place[at] if falling else key > place[at]))
    return and_(here_or_behind, or_(*ways))
