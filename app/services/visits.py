"""The cadre's side of a visit: accept, decline, plan, start, end, record.

What happened in a village stays true in whatever order it arrives: an act that comes late is kept
as a step and fills in what it tells, but never turns a visit back.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.db import after_commit, db, row_lock
from app.domain.errors import Missing, NotAllowed
from app.domain.fields import Parsed
from app.domain.report import Risk
from app.domain.risk import Proposal, risk_of_visit
from app.domain.visit import VisitState, check_out, moved
from app.models import Person, Visit, VisitRecord, VisitStep
from app.services import calls, deadlines, duty, errands, referrals, reports, worsening
from app.services.arrival import Arrival
from app.services.rows import seal_texts, write_facts
from app.signals import changed

_FORWARD = (VisitState.STARTED, VisitState.ENDED, VisitState.RECORDED)


def get_for(visit_id: UUID, person: Person) -> Visit:
    """Return a visit that was handed to this cadre, locked.

    :raises Missing: if it is not here (yet).
    :raises NotAllowed: if it is somebody else's.
    """
    visit = db.session.get(Visit, visit_id)
    if visit is None:
        raise Missing("visit.missing")
    if visit.cadre_id != person.id:
        raise NotAllowed("visit.other_cadre")
    referrals.locked_of(visit.report_id)
    db.session.refresh(visit, with_for_update=row_lock(Visit))
    return visit


def accept(visit: Visit, parsed: Parsed, arrival: Arrival, *, now: datetime) -> None:
    """She will go. Her answer about a conflict is kept with it.

    :raises Conflict: if it was declined or taken back meanwhile.
    """
    if visit.state not in (*_FORWARD, VisitState.ACCEPTED):
        visit.state = moved(VisitState(visit.state), VisitState.ACCEPTED)
    _step(visit, parsed, arrival)
    if parsed.facts["conflict"] != "none":
        _ring(visit, "new_report_news", now=now)
    errands.tell_phone(visit, now=now)


def decline(visit: Visit, parsed: Parsed, arrival: Arrival, *, now: datetime) -> None:
    """She will not go, and need not say more than one code why.

    :raises Conflict: if she has already been there.
    """
    if visit.state != VisitState.DECLINED:
        visit.state = moved(VisitState(visit.state), VisitState.DECLINED)
    visit.settled_why = parsed.facts["reason"]
    visit.check_out_at = None
    _step(visit, parsed, arrival)
    _ring(visit, "visit_declined", now=now)
    errands.take_off_phone(visit, now=now)


def plan(visit: Visit, parsed: Parsed, arrival: Arrival, *, now: datetime) -> None:
    """When she means to go: if neither start nor end comes by then, somebody asks after her."""
    planned = datetime.fromisoformat(parsed.facts["planned_at"]) + arrival.clock_off
    visit.planned_at = planned
    if visit.started_at is None and visit.ended_at is None and visit.recorded_at is None:
        visit.check_out_at = check_out(None, planned, parsed.facts["check_out_in"]).due_at
        visit.check_out_told = 0
    _step(visit, parsed, arrival)


def start(visit: Visit, parsed: Parsed, arrival: Arrival, *, now: datetime) -> None:
    """She has left: the check-out clock runs, unless she is known to be back."""
    visit.started_at = visit.started_at or arrival.happened_at
    if visit.state not in _FORWARD:
        visit.state = moved(VisitState(visit.state), VisitState.STARTED)
        clock = check_out(arrival.happened_at, None, parsed.facts["check_out_in"])
        visit.check_out_at = clock.due_at if arrival.starts_check_out else None
        visit.check_out_told = 0
    _step(visit, parsed, arrival)
    errands.tell_phone(visit, now=now)


def end(visit: Visit, parsed: Parsed, arrival: Arrival, *, now: datetime) -> None:
    """She is back, or broke it off: the clock stops; *unsafe* makes a call within 15 minutes."""
    how, need = parsed.facts["how"], parsed.facts["need"]
    if visit.state not in (VisitState.ENDED, VisitState.RECORDED):
        visit.state = moved(VisitState(visit.state), VisitState.ENDED)
    visit.ended_at = visit.ended_at or arrival.happened_at
    visit.check_out_at = None
    if visit.how != "unsafe_stopped":
        visit.how = how
    visit.need = _graver(visit.need, need)
    _step(visit, parsed, arrival)
    if how == "unsafe_stopped" or need == "emergency":
        calls.ask_for_visit(visit, "unsafe_stopped", arrival, now=now)
        kind = "emergency" if need == "emergency" else "unsafe_stopped"
        _ring(visit, kind, urgent=True, now=now)
    elif need == "call_me":
        calls.ask_for_visit(visit, "asked", arrival, now=now)
        _ring(visit, "call_me", urgent=True, now=now)
    errands.tell_phone(visit, now=now)


def record(visit: Visit, parsed: Parsed, arrival: Arrival, *, now: datetime) -> None:
    """What she found. A second record is added, never merged; the risk may rise, never fall."""
    if visit.state != VisitState.RECORDED:
        visit.state = moved(VisitState(visit.state), VisitState.RECORDED)
    visit.recorded_at = visit.recorded_at or arrival.received_at
    visit.check_out_at = None
    visit.changed_at = arrival.received_at
    row = VisitRecord(
        id=arrival.id,
        visit_id=visit.id,
        received_at=arrival.received_at,
        happened_at=arrival.happened_at,
        outcome=parsed.facts["outcome"],
        unlocked=arrival.unlocked,
        flags=arrival.flagged(parsed.flags),
    )
    write_facts(row, parsed.facts)
    seal_texts(row, visit.district, parsed.sealed)
    db.session.add(row)
    proposal, rose = _raise_risk(visit, parsed)
    _look_after_her(visit, parsed, arrival, now=now)
    if row.outcome == "met" and (referral := referrals.locked_of(visit.report_id)) is not None:
        deadlines.reached(referral, row.happened_at, now=now)
    kind = "emergency" if proposal.emergency else "visit_recorded"
    high = proposal.risk is Risk.HIGH
    _ring(visit, kind, urgent=high, rose=rose and high, now=now)
    errands.take_off_phone(visit, now=now)


def _look_after_her(visit: Visit, parsed: Parsed, arrival: Arrival, *, now: datetime) -> None:
    """How the cadre herself is goes to her supervisor: a call, or a word that she is tired."""
    herself = parsed.facts.get("cadre_wellbeing")
    if herself == "need_to_talk" or "uptd_please_call" in parsed.facts.get("next", ()):
        calls.ask_for_visit(visit, "asked", arrival, now=now)
        _ring(visit, "call_me", now=now)
    if herself == "tired":
        _ring(visit, "cadre_tired", now=now)


def _step(visit: Visit, parsed: Parsed, arrival: Arrival) -> None:
    visit.changed_at = arrival.received_at
    step = VisitStep(
        id=arrival.id,
        visit_id=visit.id,
        act=parsed.act,
        received_at=arrival.received_at,
        happened_at=arrival.happened_at,
        flags=arrival.flagged(parsed.flags),
    )
    write_facts(step, parsed.facts)
    seal_texts(step, visit.district, parsed.sealed)
    db.session.add(step)
    after_commit(lambda: changed.send(None, district=visit.district))


def _raise_risk(visit: Visit, parsed: Parsed) -> tuple[Proposal, bool]:
    """Let what she found count; return what it speaks for, and whether the level rose."""
    proposal = risk_of_visit(reports.known_answers(visit.report), parsed.answers)
    referral = referrals.locked_of(visit.report_id)
    rose = False
    if referral is not None and visit.recorded_at is not None:
        rose = worsening.worsen(referral, proposal, {}, now=visit.recorded_at)
    return proposal, rose


def _ring(
    visit: Visit, kind: str, *, urgent: bool = False, rose: bool = False, now: datetime
) -> None:
    duty.ring_first(
        kind,
        district=visit.district,
        urgent=urgent,
        report_id=visit.report_id,
        visit_id=visit.id,
        told_by=visit.cadre_id,
        rose=rose,
        now=now,
    )


def _graver(one: str | None, other: str) -> str:
    order = ("none", "call_me", "emergency")
    return max(one or "none", other, key=order.index)
