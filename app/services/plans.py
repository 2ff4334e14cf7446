"""The plan: rows of six dimensions, what she says to each, and what became of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from app.db import db, row_lock
from app.domain import areas, codes
from app.domain.case import suggests_settlement
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.fields import Parsed
from app.models import Case, PlanRow
from app.services import cases, reminders, trail
from app.services.case_rows import rows_of
from app.services.rows import facts_of, seal_texts, write_facts
from app.services.sessions import Staff

_BEFORE_MIDNIGHT = timedelta(hours=16)
_SETTLING_FIELDS = ("need_words", "goal", "resource", "expected", "who")


def add(case: Case, parsed: Parsed, staff: Staff, *, now: datetime) -> PlanRow:
    """Add a row.

    :raises Invalid: if its day has passed, or it speaks of settling where that is forbidden.
    :raises NotAllowed: if somebody else accompanies her.
    """
    cases.must_be_own(case, staff)
    _must_not_settle(case, parsed)
    facts = dict(parsed.facts)
    due_at = _end_of(date.fromisoformat(facts.pop("due_on")), case.district)
    if due_at < now:
        raise Invalid("plan.past", field="due_on")
    row = PlanRow(
        id=uuid4(), case_id=case.id, due_at=due_at, made_at=now, made_by=staff.id, changed_at=now
    )
    if "plan_answer" in facts:
        facts["answers"] = [[facts["plan_answer"], now.isoformat()]]
    write_facts(row, facts)
    seal_texts(row, case.district, parsed.sealed)
    db.session.add(row)
    about = {"district": case.district, "report_id": case.referral.report_id}
    morning = due_at - _BEFORE_MIDNIGHT
    at = morning if morning > now else due_at
    reminders.remind(reminders.Kind.PLAN, row.id, at=at, **about)
    _note(case, "plan.add", row, staff, now)
    return row


def answer(row: PlanRow, said: str, case: Case, staff: Staff, *, now: datetime) -> None:
    """Write down what she says to a row now; what she said before stays beside it.

    :raises Invalid: if that is no answer.
    :raises Conflict: if the row is at an end.
    """
    cases.must_be_own(case, staff)
    _must_be_open(row)
    if said not in codes.PLAN_ANSWER:
        raise Invalid("field.code", field="plan_answer")
    facts = facts_of(row)
    before = facts.get("answers", [])
    write_facts(row, facts | {"plan_answer": said, "answers": [*before, [said, now.isoformat()]]})
    row.changed_at = now
    _note(case, "plan.answer", row, staff, now)


def settle(row: PlanRow, state: str, case: Case, staff: Staff, *, now: datetime) -> None:
    """Say that a row is done, not done or dropped; or open it again.

    :raises Invalid: if there is no such state.
    """
    cases.must_be_own(case, staff)
    if state not in codes.PLAN_STATE:
        raise Invalid("field.code", field="state")
    row.state, row.changed_at = state, now
    _note(case, f"plan.{state}", row, staff, now)


def of_case(case: Case) -> list[PlanRow]:
    """Return the rows, what is due first first; what was dropped last."""
    rows = rows_of(case, PlanRow)
    return sorted(rows, key=lambda row: (row.state == "dropped", row.due_at, str(row.id)))


def get(row_id: UUID, case: Case) -> PlanRow:
    """Return one row of a case.

    :raises Missing: if there is none.
    """
    row = db.session.get(PlanRow, row_id, with_for_update=row_lock())
    if row is None or row.case_id != case.id:
        raise Missing("plan")
    return row


def _must_be_open(row: PlanRow) -> None:
    if row.state != "open":
        raise Conflict("plan.settled")


def _must_not_settle(case: Case, parsed: Parsed) -> None:
    if not case.settlement_banned:
        return
    for name in _SETTLING_FIELDS:
        if suggests_settlement(str(parsed.texts.get(name, ""))):
            raise Invalid("plan.settlement", field=name)


def _end_of(day: date, district: str) -> datetime:
    return datetime.combine(day, time(23, 59), tzinfo=areas.zone(district))


def _note(case: Case, act: str, row: PlanRow, staff: Staff, now: datetime) -> None:
    trail.append(case.district, act, "plan_row", row.id, by=staff.id, now=now)
