"""Telling whoever has a case what did not come in time: a partner's answer, a visit, a follow-up.

Run by the worker; a reminder is read once. What came meanwhile makes it fall silent, so that
nothing has to be taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.domain.permissions import Role
from app.domain.referral import ReferralState
from app.domain.service_referral import ServiceState
from app.domain.visit import WAITING
from app.models import (
    Case,
    FollowUp,
    Person,
    PlanRow,
    Recall,
    Referral,
    Reminder,
    SafeWay,
    ServiceReferral,
    TrailRow,
    Visit,
)
from app.services import alerts, duty, notices, related, safe_ways, seeing
from app.services.escalations import CADRE, HEAD, SECOND, WITHOUT_ROSTER
from app.services.limits import limits
from app.services.reminders import STEPS, Kind, patience, see_again
from app.services.rows import facts_of

MOST = 50
_HEADS = (Kind.HEAD, Kind.HIGH_HEAD)


def due(now: datetime) -> bool:
    """Tell whether anybody must be told of anything. Reads only, and needs no key."""
    return db.session.scalar(_due(now).with_only_columns(Reminder.id).limit(1)) is not None


def ring_due(*, now: datetime) -> int:
    """Tell what is due to be told, each once; within `transaction()`. Returns how many were due."""
    rows = db.session.scalars(
        _due(now).limit(MOST).with_for_update(skip_locked=True, key_share=True)
    ).all()
    for row in rows:
        db.session.delete(row)
    db.session.flush()  # Whoever looks again later sets a new moment of the same kind.
    for row in rows:
        if row.kind == Kind.SEE_HER:
            _see_her(row, now)
        elif row.kind in STEPS:
            _chase(row, now)
        elif _WAITS[Kind(row.kind)](row.object_id):
            _ring(row, now)
    return len(rows)


def _chase(row: Reminder, now: datetime) -> None:
    """Ring the next one on call if nobody of the staff has looked since the first was rung."""
    referral = db.session.scalar(select(Referral).where(Referral.report_id == row.report_id))
    kind = Kind(row.kind)
    since = row.at - patience(kind, row.district)
    if referral is None or _is_escalated(referral) or _looked(referral, since):
        return
    here = duty.watch(row.district, now=now, without=related.people(referral))
    ids = here.heads if kind in _HEADS else filter(None, (here.on_call.second,))
    people = [db.session.get_one(Person, one) for one in ids]
    said, all_of = (HEAD, (Role.HEAD,)) if kind in _HEADS else (SECOND, WITHOUT_ROSTER)
    about = {"urgent": True, "report_id": row.report_id, "now": now}
    for whom in people or all_of:
        alerts.ring(whom, said, district=row.district, **about)
    cadre = db.session.get(Person, row.object_id)
    if said == SECOND and cadre is not None:
        # About no report: of one that somebody has read once, her phone would not show it.
        notices.alert(cadre, CADRE, urgent=True, now=now)


def _is_escalated(referral: Referral) -> bool:
    """Tell whether it waits for anybody to take or read it: then `escalations` rings the next."""
    waits = referral.emergency or referral.seen_at is None
    return referral.open and referral.taken_by is None and waits


def _looked(referral: Referral, since: datetime) -> bool:
    """Tell whether a person of the staff has read any page of it since."""
    case = select(Case.id).where(Case.referral_id == referral.id)
    visits = select(Visit.id).where(Visit.report_id == referral.report_id)
    ids = {referral.id, referral.report_id, *db.session.scalars(case), *db.session.scalars(visits)}
    seen = select(TrailRow.seq).where(
        TrailRow.object_kind.in_(("referral", "report", "case", "visit")),
        TrailRow.object_id.in_([str(one) for one in ids]),
        TrailRow.by.is_not(None),
        TrailRow.at >= since,
    )
    return db.session.scalar(seen.limit(1)) is not None


def _see_her(row: Reminder, now: datetime) -> None:
    """Tell it if it is so, and look again when it would next be; with the case it ends."""
    case = db.session.get(Case, row.object_id)
    if case is None or case.closed_at is not None:
        return
    due_at, within = seeing.due_at(case), limits(case.district)[f"visit.{case.risk}.due"].span
    if due_at is not None and due_at <= now:
        _ring(row, now)
    see_again(case, due_at if due_at is not None and due_at > now else now + within)


def _due(now: datetime):
    return select(Reminder).where(Reminder.at <= now).order_by(Reminder.at)


def _ring(row: Reminder, now: datetime) -> None:
    about = {"district": row.district, "report_id": row.report_id, "now": now}
    kind, visit_id = Kind(row.kind), None
    if kind is Kind.SERVICE_LATE and db.session.get_one(ServiceReferral, row.object_id).urgent:
        duty.ring_first(kind, urgent=True, **about)
        return
    if kind is Kind.VISIT_MISSED:
        visit_id = row.object_id
    duty.ring_holder(kind, visit_id=visit_id, **about)
    if kind is Kind.RECALL_LATE:
        alerts.ring(Role.HEAD, kind, urgent=True, **about)


def _unanswered(service_id: UUID) -> bool:
    row = db.session.get(ServiceReferral, service_id)
    return row is not None and row.state == ServiceState.SENT


def _not_known_to_be_served(service_id: UUID) -> bool:
    row = db.session.get(ServiceReferral, service_id)
    return row is not None and row.state == ServiceState.SCHEDULED


def _not_asked_back(recall_id: UUID) -> bool:
    row = db.session.get(Recall, recall_id)
    return row is not None and row.settled_at is None


def _not_gone(visit_id: UUID) -> bool:
    row = db.session.get(Visit, visit_id)
    return row is not None and row.state in WAITING


def _way_still_holds(way_id: UUID) -> bool:
    row = db.session.get(SafeWay, way_id)
    referral = db.session.get(Referral, row.referral_id) if row else None
    return (
        referral is not None
        and referral.state != ReferralState.CLOSED
        and safe_ways.newest(referral) is row
    )


def _plan_is_open(row_id: UUID) -> bool:
    row = db.session.get(PlanRow, row_id)
    return (
        row is not None
        and row.state == "open"
        and facts_of(row).get("plan_answer") == "accepts"
        and db.session.get_one(Case, row.case_id).closed_at is None
    )


def _not_asked_after(follow_up_id: UUID) -> bool:
    row = db.session.get(FollowUp, follow_up_id)
    return row is not None and row.state == "open"


_WAITS: dict[Kind, Callable[[UUID], bool]] = {
    Kind.SERVICE_LATE: _unanswered,
    Kind.SERVICE_DAY: _not_known_to_be_served,
    Kind.RECALL_NEAR: _not_asked_back,
    Kind.RECALL_LATE: _not_asked_back,
    Kind.VISIT_MISSED: _not_gone,
    Kind.FOLLOW_UP: _not_asked_after,
    Kind.ASK_WAY: _way_still_holds,
    Kind.PLAN: _plan_is_open,
}
