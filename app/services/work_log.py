"""The work log: minutes of one kind of work, beside what that kind should take."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import select

from app.db import db
from app.domain import areas, codes
from app.domain.errors import Invalid
from app.domain.fields import Parsed
from app.models import Case, WorkEntry
from app.services import trail
from app.services.limits import limit
from app.services.rows import seal_texts
from app.services.sessions import Staff


def log(case: Case, parsed: Parsed, staff: Staff, *, now: datetime) -> WorkEntry:
    """Write down what one did for a case.

    :raises Invalid: if no minute was spent, or the day lies ahead.
    """
    facts = parsed.facts
    done_on = date.fromisoformat(facts["work_on"])
    if facts["minutes"] < 1:
        raise Invalid("field.range", field="minutes")
    if done_on > now.astimezone(areas.zone(case.district)).date():
        raise Invalid("field.ahead", field="work_on")
    row = WorkEntry(
        id=uuid4(),
        district=case.district,
        case_id=case.id,
        person_id=staff.id,
        kind=facts["work_kind"],
        minutes=facts["minutes"],
        standard_minutes=limit(case.district, f"work.{facts['work_kind']}").value,
        done_on=done_on,
        entered_at=now,
    )
    seal_texts(row, case.district, parsed.sealed)
    db.session.add(row)
    trail.append(case.district, "case.work", "case", case.id, by=staff.id, now=now)
    return row


def of_case(case: Case) -> list[WorkEntry]:
    """Return what was done for a case, the newest first, what was taken back too."""
    rows = select(WorkEntry).where(WorkEntry.case_id == case.id)
    newest = (WorkEntry.done_on.desc(), WorkEntry.entered_at.desc())
    return list(db.session.scalars(rows.order_by(*newest)))


def minutes(case: Case) -> int:
    """Return the minutes that this case has taken."""
    return sum(row.minutes for row in of_case(case) if row.struck_at is None)


def standards(district: str) -> dict[str, int]:
    """Return what each kind of work should take here, in minutes."""
    return {kind: limit(district, f"work.{kind}").value for kind in codes.WORK_KIND}
