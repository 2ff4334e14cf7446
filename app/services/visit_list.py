"""The visits of a district as they are read: under way, missed, due, lately recorded."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from app.db import db
from app.domain.visit import OPEN, VisitState
from app.models import Referral, Visit
from app.services.listing import PAGE, Narrowed, behind, counted, narrowed
from app.services.referrals import not_related
from app.services.sessions import Staff

TABS = ("running", "missed", "due", "recorded")
SHORT = 20
"""So many of each stand on the first page."""
RUNNING = frozenset({VisitState.STARTED, VisitState.ENDED})
WAITING = OPEN - RUNNING


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
    query = narrowed(_in_tab(_theirs(select(Visit), staff), tab, now), by)
    if after is not None:
        columns = [key for key, _falling in keys]
        place = db.session.execute(select(*columns).where(Visit.id == after)).one_or_none()
        query = query.where(behind(keys, place)) if place is not None else query
    order = [key.desc() if falling else key for key, falling in keys]
    return list(db.session.scalars(query.order_by(*order).limit(limit)))


def counts(staff: Staff, by: Narrowed, *, now: datetime) -> dict[str, int]:
    """Return how many lie under each tab, counted so far as anybody reads."""
    theirs = _theirs(select(Visit.id), staff)
    return {tab: counted(narrowed(_in_tab(theirs, tab, now), by)) for tab in TABS}


def pressing(staff: Staff, now: datetime) -> int:
    """Return how many need a look: under way, or past their window."""
    theirs = _theirs(select(Visit.id), staff)
    return sum(counted(_in_tab(theirs, tab, now)) for tab in ("running", "missed"))


def _in_tab(query: Select, tab: str, now: datetime) -> Select:
    if tab == "running":
        return query.where(Visit.state.in_(RUNNING))
    if tab == "recorded":
        return query.where(Visit.state.in_((VisitState.RECORDED, VisitState.DECLINED)))
    if tab == "due":
        return query.where(Visit.state.in_(WAITING), Visit.due_at >= now)
    passed = and_(Visit.state.in_(WAITING), Visit.due_at < now)
    return query.where(or_(Visit.state == VisitState.EXPIRED, passed))


def _keys(tab: str):
    first = (Visit.changed_at, True) if tab == "recorded" else (Visit.due_at, False)
    return [first, (Visit.id, False)]


def _theirs(query: Select, staff: Staff) -> Select:
    return query.join(Referral, Referral.report_id == Visit.report_id).where(
        Visit.district == staff.district, not_related(staff)
    )
