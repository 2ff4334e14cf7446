"""The district's service referrals as the desk reads them: what waits for approval or an answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select

from app.db import db
from app.domain.service_referral import ServiceState
from app.models import Case, Referral, ServiceReferral
from app.services.listing import PAGE, Narrowed, counted, narrowed
from app.services.referrals import not_related
from app.services.sessions import Staff

TABS = ("approval", "late", "waiting", "all")
EVERYTHING = Narrowed()


def page(
    staff: Staff,
    tab: str,
    *,
    now: datetime,
    by: Narrowed = EVERYTHING,
    after: UUID | None = None,
) -> list:
    """Return a page of the district's service referrals, what was due first on top."""
    query = narrowed(_in_tab(theirs(select(ServiceReferral), staff), tab, now), by)
    due = func.coalesce(ServiceReferral.reply_due_at, ServiceReferral.made_at)
    if after is not None and (last := db.session.get(ServiceReferral, after)) is not None:
        place = last.reply_due_at or last.made_at
        later = (due < place) if tab == "all" else (due > place)
        query = query.where(later | ((due == place) & (ServiceReferral.id > after)))
    order = due.desc() if tab == "all" else due
    return list(db.session.scalars(query.order_by(order, ServiceReferral.id).limit(PAGE + 1)))


def count(staff: Staff, tab: str, *, now: datetime) -> int:
    """Return how many lie under a tab."""
    return counted(_in_tab(theirs(select(ServiceReferral.id), staff), tab, now))


def pressing(staff: Staff, *, now: datetime) -> int:
    """Return how many wait for a person: for approval, or for a partner who is late."""
    return count(staff, "approval", now=now) + count(staff, "late", now=now)


def _in_tab(query: Select, tab: str, now: datetime) -> Select:
    if tab == "approval":
        return query.where(ServiceReferral.state == ServiceState.AWAITING_APPROVAL)
    if tab == "all":
        return query
    query = query.where(ServiceReferral.state == ServiceState.SENT)
    return query.where(ServiceReferral.reply_due_at < now) if tab == "late" else query


def theirs(query: Select, staff: Staff) -> Select:
    """Narrow a query to the district of `staff`, without what they are related to."""
    return (
        query.join(Case, Case.id == ServiceReferral.case_id)
        .join(Referral, Referral.id == Case.referral_id)
        .where(ServiceReferral.district == staff.district, not_related(staff))
    )
