"""Finding a cadre among thousands: by name or village, by how her phone stands, in an order.

Names lie encrypted, so that only here they are compared, and only when somebody asks for a name;
every other order and every tab is the database's, a page at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.sql import ColumnElement

from app.db import Moment, db
from app.domain.permissions import Role
from app.models import Area, Device, Person
from app.services import cadres, counted
from app.services.cadres import SILENT_AFTER, Cadre
from app.services.listing import PAGE, behind
from app.services.people import call, here

TABS = ("all", "pending", "silent", "none")
SORTS = ("village", "name", "contact")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the cadres is asked for."""

    tab: str = "all"
    sort: str = "village"
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the cadres in their order, how many there are, and behind whom the next begin."""

    cadres: list[Cadre]
    count: int
    next_place: UUID | None


def page(
    district: str,
    wanted: Wanted,
    *,
    now: datetime,
    after: UUID | None = None,
    size: int = PAGE,
) -> Page:
    """Return a page of the wanted cadres, behind `after`."""
    query = _in_tab(_cadres(district), wanted.tab, now)
    by_name = wanted.words or wanted.sort == "name"
    if by_name:
        rows = _named(query, wanted)
        count, ids = counted.Count(len(rows)), _behind([key for *_words, key in rows], after)
    else:
        count, ids = counted.one(query), _page(query, _keys(wanted.sort), after, size)
    shown = {one.person.id: one for one in cadres.these(district, ids[:size])}
    found = [shown[key] for key in ids[:size] if key in shown]
    if not by_name:
        # Those that the database finds alike stand by their names, as far as a page reaches.
        found.sort(key=_ORDER[wanted.sort])
    return Page(found, count, ids[size - 1] if len(ids) > size else None)


def _cadres(district: str) -> Select:
    query = here(district, [Role.CADRE]).outerjoin(Area, Area.code == Person.village)
    return query.with_only_columns(Person.id, Person.label, Area.name)


def _in_tab(query: Select, tab: str, now: datetime) -> Select:
    """Narrow to a tab; the same as `Cadre.state` says."""
    if tab == "pending":
        return query.where(_has("pending"), ~_has("active"))
    if tab == "silent":
        seen = func.coalesce(Device.seen_at, Device.enrolled_at)
        return query.where(_has("active", seen < now - SILENT_AFTER))
    if tab == "none":
        return query.where(~_has("active"), ~_has("pending"))
    return query


def _has(state: str, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = Device.person_id == Person.id
    return select(Device.id).where(mine, Device.state == state, *more).correlate(Person).exists()


def _keys(sort: str) -> list[tuple[ColumnElement, bool]]:
    if sort == "contact":
        return [(_contact(), False), (Person.id, False)]
    return [(func.coalesce(Area.name, ""), False), (Person.id, False)]


def _contact() -> ColumnElement[datetime]:
    """When the phone that counts was seen; who has been silent longest comes first."""
    rank = case((Device.state == "active", 2), (Device.state == "pending", 1), else_=0)
    seen = select(Device.seen_at).where(Device.person_id == Person.id).correlate(Person)
    seen = seen.order_by(rank.desc(), Device.enrolled_at.desc()).limit(1).scalar_subquery()
    return func.coalesce(seen, _NEVER, type_=Moment())


def _page(query: Select, keys: list, after: UUID | None, size: int) -> list[UUID]:
    columns = [key for key, _falling in keys]
    if after is not None:
        place = db.session.execute(
            query.with_only_columns(*columns).where(Person.id == after)
        ).one_or_none()
        query = query.where(behind(keys, place)) if place is not None else query
    return list(db.session.scalars(query.order_by(*columns).limit(size + 1)))


def _named(query: Select, wanted: Wanted) -> list[tuple]:
    """Return what is found by a name or ordered by it: order, then id."""
    words = wanted.words.casefold()
    rows = [(_called(row), row.name or "", row.id) for row in db.session.execute(query)]
    if words:
        rows = [row for row in rows if words in row[0].casefold() or words in row[1].casefold()]
    by_village = words and wanted.sort != "name"
    return sorted(rows, key=lambda row: (row[1], row[0], row[2]) if by_village else row)


def _called(row: Row) -> str:
    return call(row.id, row.label)


def _behind(ids: list[UUID], after: UUID | None) -> list[UUID]:
    return ids[ids.index(after) + 1 :] if after in ids else ids


def _seen(cadre: Cadre) -> datetime:
    return (cadre.device.seen_at if cadre.device else None) or _NEVER


_ORDER = {
    "village": lambda cadre: (cadre.village, cadre.label, cadre.person.id),
    "contact": lambda cadre: (_seen(cadre), cadre.label, cadre.person.id),
}
