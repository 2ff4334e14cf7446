"""Everything of a case that has a date, and who must keep it: no clock is without an owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.domain.permissions import Role
from app.domain.settings import SETTINGS
from app.domain.visit import OPEN
from app.models import Case, FollowUp, Person, PlanRow, RelatedStaff, Visit
from app.services import closings, consents, safe_ways
from app.services.rows import facts_of


@dataclass(frozen=True, slots=True)
class CaseClock:
    """One date: what must be done by then, and by whom."""

    kind: str
    """`stop`, `plan`, `visit`, `ask_way`, `second_person`, `follow_up`."""
    due_at: datetime
    owner_id: UUID | None


def of_case(case: Case) -> list[CaseClock]:
    """Return the clocks that run, what is due first first."""
    owner = owner_of(case)
    clocks = [CaseClock("stop", row.due_at, owner) for row in consents.open_stops(case)]
    if case.closed_at is None:
        clocks += [CaseClock("plan", row.due_at, owner) for row in _plan(case)]
        way = safe_ways.newest(case.referral)
        if way is not None:
            clocks.append(CaseClock("ask_way", way.ask_again_at, owner))
    clocks += [CaseClock("visit", row.due_at, owner) for row in _visits(case)]
    asked = closings.waiting(case)
    if asked is not None:
        heads = sorted(closings.heads(case) - {asked.asked_by})
        due_at = asked.asked_at + SETTINGS["second_person.waits"].span
        clocks.append(CaseClock("second_person", due_at, heads[0] if heads else owner))
    clocks += [CaseClock("follow_up", row.due_at, owner) for row in _follow_ups(case)]
    return sorted(clocks, key=lambda clock: (clock.due_at, clock.kind))


def owner_of(case: Case) -> UUID | None:
    """Return who keeps this case's clocks: its caseworker; else, while there is none, whoever
    of the desk works here and is not related to it."""
    caseworker = db.session.get(Person, case.caseworker_id) if case.caseworker_id else None
    if caseworker is not None and caseworker.left_at is None:
        return caseworker.id
    related = select(RelatedStaff.person_id).where(RelatedStaff.referral_id == case.referral_id)
    people = db.session.scalars(
        select(Person).where(
            Person.district == case.district, Person.left_at.is_(None), Person.id.not_in(related)
        )
    ).all()
    for role in (Role.COORDINATOR, Role.HEAD, Role.CASEWORKER):
        here = sorted(person.id for person in people if role in person.role_codes)
        if here:
            return here[0]
    return None


def _plan(case: Case) -> list[PlanRow]:
    rows = db.session.scalars(
        select(PlanRow).where(PlanRow.case_id == case.id, PlanRow.state == "open")
    )
    return [row for row in rows if facts_of(row).get("plan_answer") == "accepts"]


def _visits(case: Case) -> list[Visit]:
    rows = select(Visit).where(Visit.case_id == case.id, Visit.state.in_(OPEN))
    return list(db.session.scalars(rows))


def _follow_ups(case: Case) -> list[FollowUp]:
    rows = select(FollowUp).where(FollowUp.case_id == case.id, FollowUp.state == "open")
    return list(db.session.scalars(rows))
