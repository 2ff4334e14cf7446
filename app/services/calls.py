"""Calls that somebody at the desk owes a cadre: she asked, or a visit ended badly."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.db import db
from app.domain.fields import Parsed
from app.models import CallRequest, Visit
from app.services import duty
from app.services.arrival import Arrival
from app.services.limits import limit
from app.services.rows import seal_texts

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
