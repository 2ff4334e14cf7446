"""Desk intake: what walk-ins, callers and letters tell, written down by the same list as a phone's."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from app.db import db
from app.domain.errors import Invalid
from app.domain.fields import parse
from app.domain.wishes import Going, going
from app.models import Person, Referral, Report, Tally
from app.services import people, reports, trail
from app.services.sign_in import Staff

OLDEST = timedelta(days=365)
A_LITTLE = timedelta(minutes=5)
"""How far ahead the clock of the typing person's computer may be."""


def write_down(
    staff: Staff, body: dict, *, on_behalf_of: UUID | None = None, now: datetime
) -> Referral | None:
    """Write down a report that came by another door; return its referral.

    None when an adult said no and nothing speaks for danger to her life: only a count is kept.

    :raises Invalid: with the name of the field that stopped it.
    """
    parsed = parse("desk.intake", body)
    told_at = datetime.fromisoformat(parsed.facts["told_at"])
    if told_at > now + A_LITTLE or told_at < now - OLDEST:
        raise Invalid("field.range", field="told_at")
    if not parsed.facts["village"].startswith(f"{staff.district}."):
        raise Invalid("field.format", field="village")
    if going(parsed.answers) is Going.TALLY_ONLY:
        _count(staff, parsed.facts, told_at, now)
        return None
    cadre = people.get(on_behalf_of, staff.district) if on_behalf_of else None
    report = _report(staff, parsed, cadre, told_at, now)
    trail.append(staff.district, "intake.write", "report", report.id, by=staff.id, now=now)
    return db.session.scalars(select(Referral).where(Referral.report_id == report.id)).one()


def _report(staff: Staff, parsed, cadre: Person | None, told_at: datetime, now: datetime) -> Report:
    origin = reports.Origin(
        cadre=cadre,
        channel=parsed.facts["channel"],
        entered_by=staff.id,
        told_at=min(told_at, now),
        received_at=now,
        happened_at=min(told_at, now),
    )
    return reports.write_down(uuid4(), staff.district, parsed, origin, now=now)


def _count(staff: Staff, facts: dict, told_at: datetime, now: datetime) -> None:
    db.session.add(
        Tally(
            id=uuid4(),
            district=staff.district,
            village=facts["village"],
            month=told_at.strftime("%Y-%m"),
            violence=",".join(facts["violence"]),
        )
    )
    trail.append(staff.district, "intake.tally", "district", staff.district, by=staff.id, now=now)
