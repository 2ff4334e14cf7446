"""After closing: asking after her by the safe way, and opening the same case again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from app.db import db, row_lock
from app.domain.case import Stage, follow_up_months, moved
from app.domain.clocks import months_after
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.fields import Parsed
from app.domain.referral import ReferralState
from app.models import Case, Closing, FollowUp
from app.services import (
    cases,
    deadlines,
    errands,
    notices,
    reminders,
    reports,
    stages,
    trail,
)
from app.services.case_rows import rows_of
from app.services.limits import limits
from app.services.referrals import step
from app.services.rows import facts_of, seal_texts, write_facts
from app.services.sessions import Staff


def plan(case: Case, closing: Closing, *, now: datetime) -> list[FollowUp]:
    """Set the dates on which somebody asks after her, if she agreed to that."""
    agreed = "follow_up_agreed" in facts_of(closing).get("closing_check", ())
    may_contact = not reports.sharing_stopped(case.referral.report_id) & errands.STOPS_VISITS
    months = follow_up_months(
        closing.reason, agreed=agreed, may_contact=may_contact, settings=limits(case.district)
    )
    rows = [
        FollowUp(
            id=uuid4(),
            case_id=case.id,
            closing_id=closing.id,
            months=number,
            due_at=months_after(now, number),
        )
        for number in months
    ]
    db.session.add_all(rows)
    about = {"district": case.district, "report_id": case.referral.report_id}
    for row in rows:
        reminders.remind(reminders.Kind.FOLLOW_UP, row.id, at=row.due_at, **about)
    db.session.flush()
    hand_on(case)
    return rows


def record(row: FollowUp, parsed: Parsed, case: Case, staff: Staff, *, now: datetime) -> None:
    """Write down how she is.

    :raises Conflict: if that was written already, or was stopped.
    """
    cases.must_be_own(case, staff)
    if row.state != "open":
        raise Conflict("follow_up.settled")
    row.state, row.done_at, row.done_by = "done", now, staff.id
    write_facts(row, parsed.facts)
    seal_texts(row, case.district, parsed.sealed)
    hand_on(case)
    trail.append(case.district, "case.follow_up", "follow_up", row.id, by=staff.id, now=now)
    if parsed.facts["follow_up_result"] == "declined":
        stop(case)


def hand_on(case: Case) -> None:
    """Let whoever has the case now ask after her: on the first day that is open."""
    asker = case.caseworker_id
    for row in of_case(case):
        row.asker_id, asker = (asker, None) if row.state == "open" else (None, asker)


def stop(case: Case) -> None:
    """Ask after her no more: she does not want it, or the case is open again."""
    for row in of_case(case):
        if row.state == "open":
            row.state = "stopped"
    hand_on(case)


def reopen(case: Case, reason: str, staff: Staff, *, now: datetime) -> None:
    """Open the same case again: same survivor, same code, from engagement on.

    :raises Conflict: if it is open.
    :raises Invalid: if she has taken back that she is recorded.
    """
    if case.closed_at is None:
        raise Conflict("case.open")
    if "record" in reports.sharing_stopped(case.referral.report_id):
        raise Invalid("consent.withdrawn", field="reopen_reason")
    case.stage = moved(stages.of(case), Stage.ENGAGEMENT, reason=reason).code
    case.closed_at = case.closing_reason = None
    step(case.referral, ReferralState.ACCEPTED, "reopen", staff, now)
    stop(case)
    deadlines.wake(case.referral, "closed", now=now)
    reminders.begin_to_see(case, now=now)
    cases.note(case, "reopened", staff, now, to=case.stage, texts={"reopen_reason": reason})
    notices.report_moved(case.referral.report, "in_care", now=now)


def of_case(case: Case) -> list[FollowUp]:
    """Return the dates of a case, the first first."""
    return sorted(rows_of(case, FollowUp), key=lambda row: row.due_at)


def get(row_id: UUID, case: Case) -> FollowUp:
    """Return one date of a case, locked.

    :raises Missing: if there is none.
    """
    row = db.session.get(FollowUp, row_id, with_for_update=row_lock())
    if row is None or row.case_id != case.id:
        raise Missing("follow_up")
    return row
