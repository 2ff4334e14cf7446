"""Everything of a case that has a date, and who must keep it: no clock is without an owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain import deadline as rules
from app.domain.case import Stage
from app.domain.deadline import Kind
from app.domain.settings import Setting
from app.domain.visit import OPEN
from app.models import Case, Deadline, FollowUp, PlanRow, Referral, Visit
from app.services import attempts, closings, consents, deadline_board, deadlines, reports, safe_ways
from app.services.case_rows import records_of, rows_of
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
        clocks += _see_her(case, owner, own[f"visit.{case.risk}.due"])
    window = own[f"visit.{case.risk}.due"]
    clocks += [CaseClock("visit", row.due_at, owner, window) for row in _visits(case)]
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


def _see_her(case: Case, owner: UUID | None, within: Setting) -> list[CaseClock]:
    """Somebody sees her again, by a visit or otherwise: only while no visit is under way."""
    over = Stage[case.stage.upper()] >= Stage.TERMINATION
    if over or reports.sharing_stopped(case.referral.report_id) or _visits(case):
        return []
    met = (row.happened_at for row in records_of(case) if row.outcome == "met")
    last = max(met, default=None)
    seen = [at for at in (case.opened_at, last, attempts.last_reached(case)) if at is not None]
    return [CaseClock("see_her", max(seen) + within.span, owner, within)]


def _plan(case: Case) -> list[PlanRow]:
    rows = (row for row in rows_of(case, PlanRow) if row.state == "open")
    return [row for row in rows if facts_of(row).get("plan_answer") == "accepts"]


def _visits(case: Case) -> list[Visit]:
    return [row for row in rows_of(case, Visit) if row.state in OPEN]


def _follow_ups(case: Case) -> list[FollowUp]:
    return [row for row in rows_of(case, FollowUp) if row.state == "open"]
