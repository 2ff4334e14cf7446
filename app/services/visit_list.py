"""The visits of a district as they are read: under way, missed, due, lately recorded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.sql import ColumnElement

from app.db import db
from app.domain.visit import OPEN, WAITING, VisitState
from app.models import Referral, Visit
from app.services import counted
from app.services.listing import PAGE, Narrowed, behind, narrowed
from app.services.related import related_to
from app.services.sessions import Staff

TABS = ("running", "missed", "due", "recorded")
SHORT = 20
"""So many of each stand on the first page."""
RUNNING = OPEN - WAITING
OVER = frozenset({VisitState.RECORDED, VisitState.DECLINED, VisitState.EXPIRED})


def page(
    staff: Staff,
    tab: str,
    by: Narrowed,
    *,
    now: datetime,
    after: UUID | None = None,
    limit: int = PAGE,
) -> list[Visit]:
    """Return visits of a tab, what is due first on top, the recorded newest first."""
    keys = _keys(tab)
    query = _narrowed(_in_tab(_theirs(select(Visit), staff), tab, now), by)
    if after is not None:
        columns = [key for key, _falling in keys]
        place = db.session.execute(select(*columns).where(Visit.id == after)).one_or_none()
        query = query.where(behind(keys, place)) if place is not None else query
    order = [key.desc() if falling else key for key, falling in keys]
    return list(db.session.scalars(query.order_by(*order).limit(limit)))


def counts(staff: Staff, by: Narrowed, *, now: datetime) -> dict[str, counted.Count]:
    """Return how many lie under each tab, counted so far as anybody reads."""
    theirs = _narrowed(_theirs(select(Visit.id), staff), by)
    return counted.at_once({tab: _in_tab(theirs, tab, now) for tab in TABS})


def pressing(staff: Staff, now: datetime) -> Select:
    """Return the visits that need a look, to be counted: under way, or past their window."""
    passed = or_(among(RUNNING), Visit.due_at < now)
    return _theirs(select(Visit.id), staff).where(among(OPEN), passed)


def late(staff: Staff, now: datetime) -> Select:
    """Return the visits that are not over and past their window, to be counted."""
    return _theirs(select(Visit.id), staff).where(among(OPEN), Visit.due_at < now)


def among(states: Iterable[str]) -> ColumnElement[bool]:
    """The condition for these states, written out as the indexes have them: PostgreSQL plans by
    that."""
    said = bindparam("states", sorted(states), expanding=True, literal_execute=True, unique=True)
    return Visit.state.in_(said)


def _in_tab(query: Select, tab: str, now: datetime) -> Select:
    if tab == "running":
        return query.where(among(RUNNING))
    if tab == "recorded":
        return query.where(among(OVER))
    return query.where(among(WAITING), Visit.due_at >= now if tab == "due" else Visit.due_at < now)


def _narrowed(query: Select, by: Narrowed) -> Select:
    return narrowed(query, by, Visit.report_id, Visit.village)


def _keys(tab: str):
    first = (Visit.changed_at, True) if tab == "recorded" else (Visit.due_at, False)
    return [first, (Visit.id, False)]


def _theirs(query: Select, staff: Staff) -> Select:
    hidden = select(Referral.report_id).where(Referral.id.in_(related_to(staff))).correlate(None)
    return query.where(Visit.district == staff.district, Visit.report_id.not_in(hidden))
