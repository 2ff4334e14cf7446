"""Everything of a case that has a date, and who must keep it: no clock is without an owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain import deadline as rules
from app.domain.deadline import Kind
from app.domain.settings import Setting
from app.models import Case, Deadline, FollowUp, PlanRow, Referral
from app.services import closings, consents, deadline_board, deadlines, safe_ways, seeing
from app.services.case_rows import rows_of
from app.services.limits import limits
from app.services.rows import facts_of


@dataclass(frozen=True, slots=True)
class CaseClock:
    """One date: what must be done by then, and by whom."""

    kind: str
    """`stop`, `plan`, `visit`, `see_her`, `ask_way`, `second_person`, `follow_up`, a `Kind`."""
    due_at: datetime
    owner_id: UUID | None
    number: Setting | None = None
    """The limit behind it, with its mark and source."""
    kept: Deadline | None = None
    """The row of a clock that is kept: it has a page of its own."""


def of_case(case: Case) -> list[CaseClock]:
    """Return the clocks that run, what is due first first."""
    owner, own = owner_of(case), limits(case.district)
    stop = own["privacy.stop_after_withdrawal"]
    clocks = [CaseClock("stop", row.due_at, owner, stop) for row in consents.open_stops(case)]
    if case.closed_at is None:
        clocks += [CaseClock("plan", row.due_at, owner) for row in _plan(case)]
        way = safe_ways.newest(case.referral)
        if way is not None:
            again = own["contact.confirm_again"]
            clocks.append(CaseClock("ask_way", way.ask_again_at, owner, again))
        if (see_her := seeing.due_at(case)) is not None:
            clocks.append(CaseClock("see_her", see_her, owner, own[f"visit.{case.risk}.due"]))
    window = own[f"visit.{case.risk}.due"]
    clocks += [CaseClock("visit", row.due_at, owner, window) for row in seeing.open_visits(case)]
    asked = closings.waiting(case)
    if asked is not None:
        heads = sorted(closings.heads(case) - {asked.asked_by})
        waits = own["second_person.waits"]
        keeper = heads[0] if heads else owner
        clocks.append(CaseClock("second_person", asked.asked_at + waits.span, keeper, waits))
    clocks += [CaseClock("follow_up", row.due_at, owner) for row in _follow_ups(case)]
    clocks += _kept(case.referral, owner, own)
    return sorted(clocks, key=lambda clock: (clock.due_at, clock.kind))


def of_referral(referral: Referral) -> list[CaseClock]:
    """Return the kept clocks of a referral that is no case yet, what is due first first."""
    owner = deadline_board.owner_of(referral.district, referral)
    return _kept(referral, owner, limits(referral.district))


def owner_of(case: Case) -> UUID | None:
    """Return who keeps this case's clocks: its caseworker; else, while there is none, whoever
    of the desk works here and is not related to it."""
    return deadline_board.owner_of(case.district, case.referral, case.caseworker_id)


def _kept(referral: Referral, owner: UUID | None, own: dict[str, Setting]) -> list[CaseClock]:
    return [
        CaseClock(
            row.kind, row.due_at, owner, rules.source(Kind(row.kind), referral.risk, own), row
        )
        for row in deadlines.of_referral(referral, going=True)
    ]


def _plan(case: Case) -> list[PlanRow]:
    rows = (row for row in rows_of(case, PlanRow) if row.state == "open")
    return [row for row in rows if facts_of(row).get("plan_answer") == "accepts"]


def _follow_ups(case: Case) -> list[FollowUp]:
    return [row for row in rows_of(case, FollowUp) if row.state == "open"]
