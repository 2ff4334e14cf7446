"""The list of cases as it is read: in care, waiting for an end, to be asked after, closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.sql import ColumnElement

from app.db import db
from app.domain.codes import RISK
from app.models import Case, Closing, FollowUp, Referral
from app.services import counted
from app.services.listing import PAGE, Narrowed, behind, narrowed
from app.services.related import not_related, related_to
from app.services.sessions import Staff

TABS = ("all", "mine", "closing", "ask_after", "closed")
SORTS = ("newest", "risk")
SOON = timedelta(days=7)
"""Asking after somebody is shown so long before its day."""


@dataclass(frozen=True, slots=True)
class Wanted(Narrowed):
    """What of the list is asked for; nothing in it is about a person."""

    tab: str = "all"
    sort: str = "newest"


def page(
    staff: Staff, wanted: Wanted, *, now: datetime, after: UUID | None = None, limit: int = PAGE
) -> list[Case]:
    """Return cases in the tab's own order, behind the case `after`."""
    keys = _order(wanted)
    query = _wanted(select(Case), staff, wanted, now + SOON)
    if after is not None and (place := _place(keys, after)) is not None:
        query = query.where(behind(keys, place))
    order = [key.desc() if falling else key for key, falling in keys]
    return list(db.session.scalars(query.order_by(*order).limit(limit)))


def counts(staff: Staff, *, now: datetime) -> dict[str, counted.Count]:
    """Return how many lie under each tab."""
    return counted.at_once(
        {tab: _wanted(select(Case.id), staff, Wanted(tab=tab), now + SOON) for tab in TABS}
    )


def ask_dates(cases: Iterable[Case]) -> dict[UUID, datetime]:
    """Return for each case when somebody asks after her next."""
    ids = [one.id for one in cases]
    rows = select(Case.id, _ask_on()).where(Case.id.in_(ids))
    return {case_id: due_at for case_id, due_at in db.session.execute(rows) if due_at is not None}


def waiting_for_end(staff: Staff) -> Select:
    """Return whose closing waits for a second person other than `staff`, to be counted."""
    query = _wanted(select(Case.id), staff, Wanted(tab="closing"), None)
    return query.where(_asked(Closing.asked_by) != staff.id)


def to_ask_after(staff: Staff, soon: datetime) -> Select:
    """Return after whom `staff` should ask now, as their caseworker; to be counted."""
    related = select(Case.id).where(Case.referral_id.in_(related_to(staff))).correlate(None)
    return select(FollowUp.id).where(
        *(FollowUp.asker_id == staff.id, FollowUp.state == "open", FollowUp.due_at < soon),
        FollowUp.case_id.not_in(related),
    )


def _wanted(query: Select, staff: Staff, wanted: Wanted, soon: datetime | None) -> Select:
    query = query.join(Referral, Referral.id == Case.referral_id)
    query = query.where(Case.district == staff.district, not_related(staff))
    query = narrowed(query, wanted)
    if wanted.code:
        return query
    if wanted.tab == "closed":
        return query.where(Case.closed_at.is_not(None))
    if wanted.tab == "ask_after":
        due = select(FollowUp.case_id).where(FollowUp.state == "open", FollowUp.due_at < soon)
        return query.where(Case.id.in_(due))
    query = query.where(Case.closed_at.is_(None))
    if wanted.tab == "closing":
        return query.where(Case.id.in_(select(Closing.case_id).where(Closing.state == "asked")))
    return query.where(Case.caseworker_id == staff.id) if wanted.tab == "mine" else query


def _order(wanted: Wanted) -> list[tuple[ColumnElement, bool]]:
    """Return what a tab is ordered by, and whether the greatest comes first."""
    last = (Case.id, False)
    if wanted.tab == "ask_after":
        return [(_ask_on(), False), last]
    if wanted.tab == "closing":
        return [(_asked(Closing.asked_at), False), last]
    if wanted.tab == "closed":
        return [(Case.closed_at, True), last]
    newest = (Case.opened_at, True)
    if wanted.sort == "risk":
        grave = case(*((Referral.risk == level, at) for at, level in enumerate(RISK)))
        return [(grave, True), newest, last]
    return [newest, last]


def _place(keys: list[tuple[ColumnElement, bool]], after: UUID):
    query = select(*(key for key, _falling in keys)).select_from(Case)
    query = query.join(Referral, Referral.id == Case.referral_id).where(Case.id == after)
    found = db.session.execute(query).one_or_none()
    return found if found is not None and None not in found else None


def _ask_on() -> ColumnElement:
    """When somebody asks after her next."""
    due = select(func.min(FollowUp.due_at)).correlate(Case)
    return due.where(FollowUp.case_id == Case.id, FollowUp.state == "open").scalar_subquery()


def _asked(what) -> ColumnElement:
    """Something of the closing that waits for a second person."""
    rows = select(what).where(Closing.case_id == Case.id, Closing.state == "asked")
    return rows.correlate(Case).limit(1).scalar_subquery()
