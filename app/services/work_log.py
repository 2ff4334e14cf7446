"""The work log: minutes of one kind of work, beside what that kind should take."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from app.db import db
from app.domain import areas, codes
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.fields import Parsed
from app.models import Case, WorkEntry
from app.services import attempts, trail
from app.services.case_rows import rows_of
from app.services.limits import limit
from app.services.rows import seal_texts
from app.services.sessions import Staff

MOST = 300
"""So many lines of one's own log are shown."""


def log(case: Case | None, parsed: Parsed, staff: Staff, *, now: datetime) -> WorkEntry:
    """Write down what one did, for a case or none; without minutes it took the standard.

    :raises Invalid: if no minute was spent, or the day lies ahead.
    """
    facts, district = parsed.facts, staff.district
    done_on = date.fromisoformat(facts["work_on"])
    standard = limit(district, f"work.{facts['work_kind']}").value
    minutes = facts.get("minutes", standard)
    if minutes < 1:
        raise Invalid("field.range", field="minutes")
    if done_on > now.astimezone(areas.zone(district)).date():
        raise Invalid("field.ahead", field="work_on")
    row = WorkEntry(
        id=uuid4(),
        district=district,
        case_id=case.id if case else None,
        person_id=staff.id,
        kind=facts["work_kind"],
        minutes=minutes,
        standard_minutes=standard,
        done_on=done_on,
        entered_at=now,
    )
    seal_texts(row, district, parsed.sealed)
    db.session.add(row)
    about = ("case.work", "case", case.id) if case else ("work.log", "person", staff.id)
    trail.append(district, *about, by=staff.id, now=now)
    return row


def strike(row_id: UUID, why: str, staff: Staff, *, now: datetime) -> WorkEntry:
    """Take back an entry of one's own, soon after and with the reason; the row stays and says so.

    :raises Missing: if it is none of this district.
    :raises Invalid: if the reason is none of `codes.STRUCK`.
    :raises Conflict: if it is somebody else's, too old, or taken back already.
    """
    row = db.session.get(WorkEntry, row_id)
    if row is None or row.district != staff.district:
        raise Missing("entry")
    if why not in codes.STRUCK:
        raise Invalid("entry.why", field="why")
    if not attempts.can_strike(row, staff, now):
        raise Conflict("entry.stays")
    row.struck_at, row.struck_why = now, why
    trail.append(row.district, "work.strike", "entry", row.id, by=staff.id, reason=why, now=now)
    return row


def of_person(staff: Staff, since: date) -> list[WorkEntry]:
    """Return what somebody wrote down of the work since a day, the newest first."""
    rows = select(WorkEntry).where(
        WorkEntry.person_id == staff.id,
        WorkEntry.district == staff.district,
        WorkEntry.done_on >= since,
    )
    newest = (WorkEntry.done_on.desc(), WorkEntry.entered_at.desc())
    return list(db.session.scalars(rows.order_by(*newest).limit(MOST)))


def of_case(case: Case) -> list[WorkEntry]:
    """Return what was done for a case, the newest first, what was taken back too."""
    rows = rows_of(case, WorkEntry)
    return sorted(rows, key=lambda row: (row.done_on, row.entered_at), reverse=True)


def minutes(case: Case) -> int:
    """Return the minutes that this case has taken."""
    return sum(row.minutes for row in of_case(case) if row.struck_at is None)


def standards(district: str) -> dict[str, int]:
    """Return what each kind of work should take here, in minutes."""
    return {kind: limit(district, f"work.{kind}").value for kind in codes.WORK_KIND}
