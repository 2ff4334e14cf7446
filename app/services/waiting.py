"""The referral queue as it is read: filtered, in the order of the clock, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.domain.report import Risk, code_range
from app.models import Area, Referral, Report
from app.services.referrals import not_related
from app.services.rows import facts_of
from app.services.sessions import Staff

PAGE = 50
TABS = ("all", "unread", "high", "mine")
MOST_PINNED = 20


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the queue is asked for; nothing in it is about a person."""

    tab: str = "all"
    village: str | None = None
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
) -> list[Referral]:
    """Return referrals in the order of their clocks, behind `after`."""
    query = _wanted(select(Referral), staff, wanted)
    if after is not None:
        query = query.where(
            or_(
                Referral.due_at > after.due_at,
                and_(Referral.due_at == after.due_at, Referral.id > after.id),
            )
        )
    return list(db.session.scalars(query.order_by(Referral.due_at, Referral.id).limit(limit)))


def pinned(staff: Staff, wanted: Filter) -> list[Referral]:
    """Return the emergencies that nobody has taken: they stand first, whatever is late elsewhere.

    By the clock alone one with minutes left would stand below everything that is late.
    """
    if wanted.code or wanted.tab == "mine":
        return []
    query = _wanted(select(Referral), staff, wanted).where(
        Referral.emergency.is_(True), Referral.taken_by.is_(None)
    )
    return list(db.session.scalars(query.order_by(Referral.due_at, Referral.id).limit(MOST_PINNED)))


def counts(staff: Staff) -> dict[str, int]:
    """Return how many lie under each tab."""
    return {
        tab: db.session.scalar(
            _wanted(select(func.count()).select_from(Referral), staff, Filter(tab))
        )
        for tab in TABS
    }


def open_count(staff: Staff) -> int:
    """Return how many referrals wait in this district."""
    return db.session.scalar(
        _wanted(select(func.count()).select_from(Referral), staff, Filter("all"))
    )


def late_count(staff: Staff, now: datetime) -> int:
    """Return how many have passed their clock."""
    query = _wanted(select(func.count()).select_from(Referral), staff, Filter("all"))
    return db.session.scalar(query.where(Referral.due_at < now))


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


def as_coded(*, everything: bool = False) -> list[dict]:
    """Return the queues of all districts for a script: ids, codes and times, nothing typed."""
    query = select(Referral).order_by(Referral.due_at, Referral.id)
    rows = db.session.scalars(query if everything else query.where(Referral.open.is_(True)))
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
        for row in rows
    ]


def _wanted(query: Select, staff: Staff, wanted: Filter) -> Select:
    query = query.where(Referral.district == staff.district, not_related(staff))
    if wanted.code:
        # A code is looked for everywhere: people read it out long after the queue has moved on.
        first, last = code_range(wanted.code)
        report = aliased(Report)
        return query.join(report, report.id == Referral.report_id).where(
            report.id >= first, report.id <= last
        )
    query = query.where(Referral.open.is_(True))
    if wanted.village:
        query = query.where(Referral.village.like(f"{wanted.village}%"))
    if wanted.tab == "unread":
        return query.where(Referral.seen_at.is_(None))
    if wanted.tab == "high":
        return query.where(Referral.risk == Risk.HIGH)
    if wanted.tab == "mine":
        return query.where(Referral.taken_by == staff.id)
    return query
