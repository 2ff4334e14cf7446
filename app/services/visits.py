"""The cadre's side of a visit: accept, decline, plan, start, end, record; and what her phone shows.

What happened in a village stays true in whatever order it arrives: an act that comes late is kept
as a step and fills in what it tells, but never turns a visit back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.db import after_commit, db
from app.domain.errors import Missing, NotAllowed
from app.domain.fields import Parsed
from app.domain.permissions import Role
from app.domain.report import Risk
from app.domain.risk import risk_of_visit
from app.domain.visit import OPEN, VisitState, check_out, details_from, moved
from app.models import Person, Referral, Visit, VisitRecord, VisitStep
from app.services import alerts, calls, changes, referrals, reports
from app.services.arrival import Arrival
from app.services.rows import facts_of, seal_texts, texts_of, write_facts
from app.signals import changed

KEPT_AFTER_DUE = timedelta(days=30)
"""A visit stays on the phone so long after its window: recording late is always possible."""
DETAILS_AFTER_DUE = timedelta(hours=24)
_FORWARD = (VisitState.STARTED, VisitState.ENDED, VisitState.RECORDED)


def get_for(visit_id: UUID, person: Person) -> Visit:
    """Return a visit that was handed to this cadre, locked.

    :raises Missing: if it is not here (yet).
    :raises NotAllowed: if it is somebody else's.
    """
    visit = db.session.get(Visit, visit_id, with_for_update={"of": Visit}, populate_existing=True)
    if visit is None:
        raise Missing("visit.missing")
    if visit.cadre_id != person.id:
        raise NotAllowed("visit.other_cadre")
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
    tell_phone(visit, now=now)


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
    _take_off_phone(visit, now=now)


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
    tell_phone(visit, now=now)


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
    tell_phone(visit, now=now)


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
    urgent = _raise_risk(visit, parsed)
    wants_call = "uptd_please_call" in parsed.facts.get("next", ())
    if wants_call or parsed.facts.get("cadre_wellbeing") == "need_to_talk":
        calls.ask_for_visit(visit, "asked", arrival, now=now)
    _ring(visit, "visit_recorded", urgent=urgent, now=now)
    _take_off_phone(visit, now=now)


def tell_phone(visit: Visit, *, now: datetime) -> None:
    """Seal the visit, and from 48 h before it opens its details, to the cadre's phone."""
    phone = changes.active_phone(visit.cadre_id)
    if phone is None:
        return
    until = visit.due_at + KEPT_AFTER_DUE
    changes.tell_device(phone, "visit", visit.id, _content(visit), now=now, gone_at=until)
    until = visit.due_at + DETAILS_AFTER_DUE
    if visit.state in OPEN and details_from(visit.opens_at) <= now < until:
        details = _details(visit)
        changes.tell_device(phone, "visit_details", visit.id, details, now=now, gone_at=until)
        visit.details_told = True


def tell_details_due(*, now: datetime, at_most: int = 50) -> int:
    """Seal the details of visits that open within 48 h; return how many. For the worker."""
    visits = db.session.scalars(_due_details(now).limit(at_most)).all()
    for visit in visits:
        tell_phone(visit, now=now)
        visit.details_told = True
    return len(visits)


def details_due(*, now: datetime) -> bool:
    """Tell whether the worker has details to seal."""
    return db.session.scalars(_due_details(now).limit(1)).first() is not None


def open_of(person_id: UUID, at_most: int) -> list[Visit]:
    """Return the visits that a cadre's phone should hold, the soonest first."""
    theirs = select(Visit).where(Visit.cadre_id == person_id, Visit.state.in_(OPEN))
    return list(db.session.scalars(theirs.order_by(Visit.due_at).limit(at_most)))


def _due_details(now: datetime):
    soon = now + (now - details_from(now))
    return select(Visit).where(
        Visit.details_told.is_(False),
        Visit.state.in_(OPEN),
        Visit.opens_at <= soon,
        Visit.due_at > now - DETAILS_AFTER_DUE,
    )


def _content(visit: Visit) -> dict:
    content = {
        "visit_id": str(visit.id),
        "purpose": visit.purpose,
        "opens_at": visit.opens_at.isoformat(timespec="seconds"),
        "due_at": visit.due_at.isoformat(timespec="seconds"),
        "place_kind": visit.place_kind,
        "own_report": visit.report.cadre_id == visit.cadre_id,
        "state": visit.state,
    }
    texts, facts = texts_of(visit), facts_of(visit)
    if "survivor_alias" in texts:
        content["alias"] = texts["survivor_alias"]
    elif "picture" in facts:
        content["picture"] = facts["picture"]
    return content


def _details(visit: Visit) -> dict:
    texts, facts = texts_of(visit), facts_of(visit)
    contact = dict(texts.get("safe_contact") or {})
    if "meeting_place" in facts:
        contact["meeting_place"] = facts["meeting_place"]
    details = {"visit_id": str(visit.id), "safe_contact": contact}
    return details | {name: texts[name] for name in ("place", "look_for") if name in texts}


def _take_off_phone(visit: Visit, *, now: datetime) -> None:
    for kind in ("visit", "visit_details"):
        changes.gone_everywhere(kind, visit.id, now=now)


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


def _raise_risk(visit: Visit, parsed: Parsed) -> bool:
    proposal = risk_of_visit(reports.known_answers(visit.report), parsed.answers)
    referral = db.session.scalars(select(Referral).filter_by(report_id=visit.report_id)).first()
    if referral is not None and visit.recorded_at is not None:
        referrals.raise_risk(referral, proposal, now=visit.recorded_at)
    return proposal.risk == Risk.HIGH


def _ring(visit: Visit, kind: str, *, urgent: bool = False, now: datetime) -> None:
    alerts.ring(
        Role.COORDINATOR,
        kind,
        district=visit.district,
        urgent=urgent,
        report_id=visit.report_id,
        visit_id=visit.id,
        now=now,
    )


def _graver(one: str | None, other: str) -> str:
    order = ("none", "call_me", "emergency")
    return max(one or "none", other, key=order.index)
