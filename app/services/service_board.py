"""The district's service referrals as the desk reads them: what waits for approval or an answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select, tuple_
from sqlalchemy.orm import aliased

from app.db import db
from app.domain.service_referral import ServiceState
from app.models import Case, Referral, ServiceReferral
from app.services import counted
from app.services.listing import PAGE, Narrowed, narrowed
from app.services.related import related_to
from app.services.sessions import Staff

TABS = ("approval", "late", "waiting", "under_way", "all")
EVERYTHING = Narrowed()
# Somebody of ours must go on with these: no partner is asked now, and nothing has ended.
UNDER_WAY = (
    ServiceState.DRAFT,
    ServiceState.ACCEPTED,
    ServiceState.SCHEDULED,
    ServiceState.PARTNER_REFUSED,
    ServiceState.NO_SHOW,
    ServiceState.EXPIRED,
)


def page(
    staff: Staff,
    tab: str,
    *,
    now: datetime,
    by: Narrowed = EVERYTHING,
    after: UUID | None = None,
) -> list:
    """Return a page of the district's service referrals: what is due first on top, of what goes on
    what has lain longest; of all, the newest."""
    query = only(_in_tab(theirs(select(ServiceReferral), staff), tab, now), by)
    key = _KEYS.get(tab, ServiceReferral.made_at)
    if after is not None and (last := db.session.get(ServiceReferral, after)) is not None:
        place = tuple_(getattr(last, key.key), after, types=[key.type, ServiceReferral.id.type])
        here = tuple_(key, ServiceReferral.id)
        query = query.where(here < place if tab == "all" else here > place)
    order = [one.desc() if tab == "all" else one for one in (key, ServiceReferral.id)]
    return list(db.session.scalars(query.order_by(*order).limit(PAGE + 1)))


def count(staff: Staff, tab: str, *, now: datetime) -> int:
    """Return how many lie under a tab."""
    return counted.one(counting(tab, staff, now))


def counts(staff: Staff, *, now: datetime) -> dict[str, counted.Count]:
    """Return how many lie under each tab."""
    return counted.at_once({tab: counting(tab, staff, now) for tab in TABS})


def counting(tab: str, staff: Staff, now: datetime) -> Select:
    """Return what lies under a tab, to be counted."""
    return _in_tab(theirs(select(ServiceReferral.id), staff), tab, now)


_KEYS = {
    "waiting": ServiceReferral.reply_due_at,
    "late": ServiceReferral.reply_due_at,
    "under_way": ServiceReferral.changed_at,
}


def _in_tab(query: Select, tab: str, now: datetime) -> Select:
    if tab == "approval":
        return query.where(ServiceReferral.state == ServiceState.AWAITING_APPROVAL)
    if tab == "all":
        return query
    if tab == "under_way":
        return query.where(ServiceReferral.state.in_(UNDER_WAY), ~_asked_anew(), ~_closed())
    query = query.where(ServiceReferral.state == ServiceState.SENT)
    return query.where(ServiceReferral.reply_due_at < now) if tab == "late" else query


def _asked_anew() -> ColumnElement[bool]:
    """What was refused has been asked of somebody else since, the very same, and still is."""
    other = aliased(ServiceReferral)
    return exists().where(
        ServiceReferral.state == ServiceState.PARTNER_REFUSED,
        other.case_id == ServiceReferral.case_id,
        other.service == ServiceReferral.service,
        other.what.is_not_distinct_from(ServiceReferral.what),
        other.state != ServiceState.CANCELLED,
        other.made_at > ServiceReferral.changed_at,
    )


def _closed() -> ColumnElement[bool]:
    return exists().where(Case.id == ServiceReferral.case_id, Case.closed_at.is_not(None))


def only(query: Select, by: Narrowed) -> Select:
    """Narrow a query of service referrals to what a list was asked for."""
    if not by:
        return query
    query = query.join(Case, Case.id == ServiceReferral.case_id)
    return narrowed(query.join(Referral, Referral.id == Case.referral_id), by)


def theirs(query: Select, staff: Staff) -> Select:
    """Narrow a query to the district of `staff`, without what they are related to."""
    hidden = select(Case.id).where(Case.referral_id.in_(related_to(staff))).correlate(None)
    theirs = ServiceReferral.district == staff.district
    return query.where(theirs, ServiceReferral.case_id.not_in(hidden))
