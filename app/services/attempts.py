"""Attempts to reach her: written down by whoever tried, taken back only by its writer."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from app.db import db
from app.domain.case import unreachable
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.fields import Parsed
from app.domain.settings import SETTINGS
from app.models import Case, ContactAttempt
from app.services import deadlines, trail
from app.services.case_rows import rows_of
from app.services.limits import limits
from app.services.rows import facts_of, seal_texts, write_facts
from app.services.sessions import Staff

AHEAD = timedelta(minutes=5)


def log(case: Case, parsed: Parsed, staff: Staff, *, now: datetime) -> ContactAttempt:
    """Write an attempt down.

    :raises Invalid: if it lies ahead.
    """
    facts = dict(parsed.facts)
    at = datetime.fromisoformat(facts.pop("attempt_at"))
    if at > now + AHEAD:
        raise Invalid("field.ahead", field="attempt_at")
    row = ContactAttempt(id=uuid4(), case_id=case.id, at=at, by=staff.id, entered_at=now)
    write_facts(row, facts)
    seal_texts(row, case.district, parsed.sealed)
    db.session.add(row)
    if parsed.facts["attempt_result"] == "reached":
        deadlines.reached(case.referral, at, now=now)
    trail.append(case.district, "case.attempt", "case", case.id, by=staff.id, now=now)
    return row


def of_case(case: Case) -> list[ContactAttempt]:
    """Return the attempts, the newest first, those that were taken back too."""
    return sorted(rows_of(case, ContactAttempt), key=lambda row: row.at, reverse=True)


def reached(case: Case) -> int:
    """Return how many times she was reached."""
    return sum(told["attempt_result"] == "reached" for _at, told in _standing(case))


def last_reached(case: Case) -> datetime | None:
    """Return when she was last reached."""
    told = _standing(case)
    return max((at for at, one in told if one["attempt_result"] == "reached"), default=None)


def is_unreachable(case: Case, now: datetime) -> bool:
    """Tell whether the safe attempts since she was last reached are enough to close."""
    told, last = _standing(case), last_reached(case)
    safe = [
        at
        for at, one in told
        if one["attempt_safe"] == "yes"
        and one["attempt_result"] != "reached"
        and (last is None or at > last)
    ]
    return unreachable(safe, now, limits(case.district))


def strike(row_id: UUID, case: Case, table, staff: Staff, *, now: datetime) -> None:
    """Take back an entry of one's own, soon after; the row stays and says so.

    :raises Missing: if it is none of this case.
    :raises Conflict: if it is somebody else's, too old, or taken back already.
    """
    row = db.session.get(table, row_id)
    if row is None or row.case_id != case.id:
        raise Missing("entry")
    if not can_strike(row, staff, now):
        raise Conflict("entry.stays")
    row.struck_at = now
    trail.append(case.district, "case.strike", "entry", row.id, by=staff.id, now=now)


def can_strike(row, staff: Staff, now: datetime) -> bool:
    """Tell whether an entry of the work page can still be taken back by this person."""
    writer = getattr(row, "by", None) or row.person_id
    within = now - row.entered_at <= SETTINGS["work.taken_back_within"].span
    return row.struck_at is None and writer == staff.id and within


def _standing(case: Case) -> list[tuple[datetime, dict]]:
    return [(row.at, facts_of(row)) for row in of_case(case) if row.struck_at is None]
