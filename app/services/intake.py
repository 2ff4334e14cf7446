"""Desk intake: what walk-ins, callers and letters tell, by the same list as a phone's."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from app.db import db
from app.domain.errors import Invalid
from app.domain.fields import Parsed
from app.domain.wishes import Going, going
from app.models import Referral, Tally
from app.services import people, reports, trail
from app.services.sessions import Staff

OLDEST = timedelta(days=365)
A_LITTLE = timedelta(minutes=5)
"""How far ahead the clock of the typing person's computer may be."""


def write_down(staff: Staff, parsed: Parsed, *, now: datetime) -> Referral | None:
    """Write down a report that came by another door; return its referral.

    None when an adult said no and nothing speaks for danger to her life: only a count is kept.

    :raises Invalid: with the name of the field that stopped it.
    """
    told_at = datetime.fromisoformat(parsed.facts["told_at"])
    if told_at > now + A_LITTLE or told_at < now - OLDEST:
        raise Invalid("field.range", field="told_at")
    if not parsed.facts["village"].startswith(f"{staff.district}."):
        raise Invalid("field.format", field="village")
    if going(parsed.answers) is Going.TALLY_ONLY:
        _count(staff, parsed.facts, told_at, now)
        return None
    teller = parsed.facts.get("on_behalf_of")
    cadre = people.get(UUID(teller), staff.district) if teller else None
    origin = reports.Origin(
        received_at=now,
        happened_at=min(told_at, now),
        cadre=cadre,
        channel=parsed.facts["channel"],
        entered_by=staff.id,
        told_at=min(told_at, now),
    )
    report = reports.write_down(uuid4(), staff.district, parsed, origin, now=now)
    trail.append(staff.district, "intake.write", "report", report.id, by=staff.id, now=now)
    return db.session.scalars(select(Referral).where(Referral.report_id == report.id)).one()


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
