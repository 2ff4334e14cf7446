"""By when somebody sees her again: by a visit or otherwise, as often as her risk asks for."""

from __future__ import annotations

from datetime import datetime

from app.domain.case import Stage
from app.domain.visit import OPEN
from app.models import Case, Visit
from app.services import attempts, cases, errands, reports
from app.services.case_rows import records_of, rows_of
from app.services.limits import limits


def due_at(case: Case) -> datetime | None:
    """Return by when; None: it is near its end, she wants no contact, or a visit is under way."""
    over = case.closed_at is not None or Stage[case.stage.upper()] >= Stage.TERMINATION
    stopped = reports.sharing_stopped(case.referral.report_id) & errands.STOPS_VISITS
    if over or stopped or open_visits(case):
        return None
    met = (row.happened_at for row in records_of(case) if row.outcome == "met")
    last = max(met, default=None)
    again = (move.at for move in cases.moves(case) if move.act == "reopened")
    moments = (case.opened_at, max(again, default=None), last, attempts.last_reached(case))
    seen = [at for at in moments if at is not None]
    return max(seen) + limits(case.district)[f"visit.{case.risk}.due"].span


def open_visits(case: Case) -> list[Visit]:
    """Return the visits of a case that are not over."""
    return [row for row in rows_of(case, Visit) if row.state in OPEN]
