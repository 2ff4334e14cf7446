"""The referral queue as it is read: filtered, in the order of the clock, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import BindParameter, Row, Select, Uuid, and_, bindparam, func, select, tuple_
from sqlalchemy.orm import aliased

from app.db import Moment, db
from app.domain.report import Risk, code_range
from app.models import Area, Deadline, Person, Referral, Report, ReportAddition
from app.services import deadlines
from app.services.listing import lies_in, stands_for
from app.services.related import not_related
from app.services.rows import facts_of
from app.services.sessions import ANYBODY, Staff, said_by
from app.services.standing import ask, standing

PAGE = 25
"""So many lines a page: more than fit a screen, few enough for a slow line and a poll a minute."""
TABS = ("all", "unread", "high", "mine")
MOST_PINNED = 10
MOST_ALARMS = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the queue is asked for; nothing in it is about a person."""

    tab: str = "all"
    village: str | BindParameter | None = None
    """The code of a village or subdistrict."""
    code: str | None = None
    """The short code of a report."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the next begins behind it, however many came in meanwhile."""

    due_at: datetime
    id: UUID


def page(
    staff: Staff, wanted: Filter, *, after: Place | None = None, limit: int = PAGE
) -> list[Row]:
    """Return referrals in the order of their clocks, behind `after`, each with what its line says.

    Plain rows, not objects: nobody changes a line, and fifty pairs of objects cost more than all
    else on the page.
    """
    if wanted.code:
        return list(db.session.execute(lines(staff, wanted, after, limit=limit)))
    said = _said(staff, wanted) | ({"at": after.due_at, "key": after.id} if after else {})
    return list(ask(_plain(_of_its_kind(wanted), after is not None, limit), said))


def lines(staff: Staff, wanted: Filter, after: Place | None = None, *, limit: int) -> Select:
    """Return the query of a page. Each filter has an index that lies in its order."""
    query = _wanted(_CHOSEN, staff, wanted)
    if after is not None:
        place = tuple_(after.due_at, after.id, types=[Referral.due_at.type, Referral.id.type])
        query = query.where(tuple_(Referral.due_at, Referral.id) > place)
    return _said_of(query, limit)


def pinned(staff: Staff, wanted: Filter) -> list[Row]:
    """Return the emergencies that nobody has taken: they stand first, whatever is late elsewhere.

    By the clock alone one with minutes left would stand below everything that is late.
    """
    if wanted.code or wanted.tab == "mine":
        return []
    # Of a tab by what was read: by an index, all of a place's stand in the order of their clocks.
    rows = ask(_pinned(replace(_of_its_kind(wanted), tab="all")), _said(staff, wanted))
    if wanted.tab == "unread":
        return [row for row in rows if row.seen_at is None]
    return [row for row in rows if wanted.tab != "high" or row.risk == Risk.HIGH]


def alarms(staff: Staff) -> list[UUID]:
    """Return the emergencies that nobody has taken, wherever one looks."""
    return [one for (one,) in ask(_ALARMS, said_by(staff))]


def counting(what: str, staff: Staff, now: datetime) -> Select:
    """Return what is counted of the queue: a tab, or `late`, what has passed its clock."""
    if what == "late":
        return counting("all", staff, now).where(Referral.due_at < now)
    return _wanted(select(Referral.id), staff, Filter(what))


def find_villages(district: str, words: str) -> list[Area]:
    """Return the villages and subdistricts of a district whose name begins so, else holds it."""
    words = " ".join(words.split()).lower().replace("%", "").replace("_", "")
    if not words:
        return []
    inside = and_(Area.code.like(f"{district}.%"), Area.level != "regency")
    for pattern in (f"{words}%", f"%{words}%"):
        found = db.session.scalars(
            select(Area).where(inside, func.lower(Area.name).like(pattern)).order_by(Area.code)
        )
        if areas := list(found.unique())[:20]:
            return areas
    return []


def _of_its_kind(wanted: Filter) -> Filter:
    """What is asked for, but for the place itself: queries alike are built and planned once."""
    return replace(wanted, village=wanted.village and stands_for(wanted.village))


def _said(staff: Staff, wanted: Filter) -> dict[str, object]:
    return said_by(staff) | ({"place": wanted.village} if wanted.village else {})


@lru_cache(maxsize=64)
def _plain(wanted: Filter, behind: bool, limit: int) -> Select:
    """The query of a page of its kind, built once for all: that costs as much as to answer it."""
    place = Place(bindparam("at", type_=Moment()), bindparam("key", type_=Uuid()))
    return standing(lines(ANYBODY, wanted, place if behind else None, limit=limit))


@lru_cache(maxsize=32)
def _pinned(wanted: Filter) -> Select:
    return standing(_said_of(_free(_wanted(_CHOSEN, ANYBODY, wanted)), MOST_PINNED))


def _free(query: Select) -> Select:
    return query.where(Referral.emergency.is_(True), Referral.taken_by.is_(None))


def as_coded(*, everything: bool = False) -> list[dict]:
    """Return the queues of all districts for a script: ids, codes and times, nothing typed."""
    query = select(Referral).order_by(Referral.due_at, Referral.id)
    found = db.session.scalars(query if everything else query.where(Referral.open.is_(True)))
    return [
        {
            "id": row.id,
            "report_id": row.report_id,
            "state": row.state,
            "risk": row.risk,
            "emergency": row.emergency,
            "village": row.village,
            "kinds": facts_of(row.report).get("violence", []),
            "received_at": row.report.received_at.isoformat(),
            "due_at": row.due_at.isoformat(),
        }
        for row in found
    ]


_CHOSEN = select(
    *(Referral.id, Referral.report_id, Referral.state, Referral.risk, Referral.emergency),
    *(Referral.due_at, Referral.seen_at, Referral.taken_by, Referral.village),
)


def _said_of(chosen: Select, limit: int) -> Select:
    """What a line says, of the first of what is chosen, and of no other: PostgreSQL would look it
    up for all of them before it cuts the page off."""
    row = chosen.order_by(Referral.due_at, Referral.id).limit(limit).subquery("chosen").c
    report, cadre, holder = aliased(Report), aliased(Person), aliased(Person)
    law = aliased(Deadline)
    added = select(ReportAddition.id).where(ReportAddition.report_id == report.id).exists()
    return (
        select(
            *(row.id, row.report_id, row.state, row.risk, row.emergency),
            *(row.due_at, row.seen_at, row.taken_by, holder.label.label("holder")),
            *(report.channel, report.no_session, report.unlocked, report.facts),
            func.coalesce(report.told_at, report.received_at).label("clock_from"),
            *(report.cadre_id, cadre.label.label("cadre"), Area.name.label("village")),
            *(law.kind.label("law"), law.due_at.label("law_due_at"), added.label("added")),
        )
        .join(report, report.id == row.report_id)
        .outerjoin(cadre, cadre.id == report.cadre_id)
        .outerjoin(holder, holder.id == row.taken_by)
        .outerjoin(Area, Area.code == row.village)
        .outerjoin(law, law.id == deadlines.first_of_the_law(row.id))
        .order_by(row.due_at, row.id)
    )


def _wanted(query: Select, staff: Staff, wanted: Filter) -> Select:
    query = query.where(Referral.district == staff.district, not_related(staff))
    if wanted.code:
        # A code is looked for everywhere: people read it out long after the queue has moved on.
        first, last = code_range(wanted.code)
        return query.where(Referral.report_id.between(first, last))
    query = query.where(Referral.open.is_(True))
    if wanted.village is not None:
        query = query.where(lies_in(Referral.village, wanted.village))
    if wanted.tab == "unread":
        return query.where(Referral.seen_at.is_(None))
    if wanted.tab == "high":
        return query.where(Referral.risk == Risk.HIGH)
    if wanted.tab == "mine":
        return query.where(Referral.taken_by == staff.id)
    return query


_ALARMS = standing(
    _free(_wanted(select(Referral.id), ANYBODY, Filter()))
    .order_by(Referral.due_at, Referral.id)
    .limit(MOST_ALARMS)
)
