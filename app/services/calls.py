"""Calls that somebody at the desk owes a cadre: she asked, or a visit ended badly."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, exists, select

from app.db import db, locked
from app.domain.errors import Missing
from app.domain.fields import Parsed
from app.models import CallRequest, Referral, Visit
from app.services import duty, trail
from app.services.arrival import Arrival
from app.services.limits import limit
from app.services.related import not_related
from app.services.rows import seal_texts
from app.services.sessions import Staff

WITHIN = {
    "now": timedelta(minutes=15),
    "today": timedelta(hours=8),
    "any": timedelta(hours=24),
}
"""Until when we call back (ours)."""


def ask(parsed: Parsed, arrival: Arrival, *, now: datetime) -> CallRequest:
    """*Telepon saya*: one button for those who would rather talk."""
    when = parsed.facts["when"]
    call = CallRequest(
        id=arrival.id,
        district=arrival.device.district,
        person_id=arrival.person.id,
        why="asked",
        when=when,
        asked_at=arrival.received_at,
        due_at=arrival.received_at + WITHIN[when],
    )
    if "number" in parsed.facts:
        seal_texts(call, call.district, {"number": parsed.facts["number"]})
    db.session.add(call)
    duty.ring_first("call_me", district=call.district, urgent=when == "now", now=now)
    return call


def ask_for_visit(visit: Visit, why: str, arrival: Arrival, *, now: datetime) -> CallRequest:
    """A cadre must be called because of how a visit ended; an unsafe one within 15 minutes."""
    unsafe = why == "unsafe_stopped"
    within = limit(visit.district, "check_out.stopped_call").span if unsafe else WITHIN["today"]
    call = CallRequest(
        id=arrival.id,
        district=visit.district,
        person_id=visit.cadre_id,
        why=why,
        when="now" if unsafe else "today",
        visit_id=visit.id,
        report_id=visit.report_id,
        asked_at=arrival.received_at,
        due_at=now + within,
    )
    db.session.add(call)
    return call


def owed(staff: Staff, *, limit: int = 100) -> list[CallRequest]:
    """Return the calls that we owe, what is due first on top, but not of those related."""
    rows = _theirs(select(CallRequest), staff).where(CallRequest.done_at.is_(None))
    return list(db.session.scalars(rows.order_by(CallRequest.due_at).limit(limit)))


def owed_for(visit: Visit, staff: Staff) -> CallRequest | None:
    """Return the call that we owe because of `visit`, if any, what is due first."""
    rows = _theirs(select(CallRequest), staff).where(CallRequest.visit_id == visit.id)
    rows = rows.where(CallRequest.done_at.is_(None))
    return db.session.scalar(rows.order_by(CallRequest.due_at).limit(1))


def counting(staff: Staff, now: datetime) -> Select:
    """Return the calls that we owe, to be counted."""
    return _theirs(select(CallRequest.id), staff).where(CallRequest.done_at.is_(None))


def get(call_id: UUID, staff: Staff, *, lock: bool = False) -> CallRequest:
    """Return a call of the district of `staff`.

    :raises Missing: if there is none, or `staff` is related to what it is about.
    """
    query = _theirs(select(CallRequest), staff).where(CallRequest.id == call_id)
    if lock:
        query = locked(query)
    call = db.session.scalar(query)
    if call is None:
        raise Missing("call")
    return call


def done(call: CallRequest, staff: Staff, *, now: datetime) -> None:
    """Note that somebody called. Twice is once."""
    if call.done_at is None:
        call.done_at, call.done_by = now, staff.id
        trail.append(call.district, "call.done", "call", call.id, by=staff.id, now=now)


def _theirs(query: Select, staff: Staff) -> Select:
    hidden = exists().where(Referral.report_id == CallRequest.report_id, ~not_related(staff))
    return query.where(CallRequest.district == staff.district, ~hidden)
