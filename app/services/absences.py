"""Who is away, from when until when; why is not asked. Read when a case is given to somebody."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from app.db import db
from app.domain import areas
from app.domain.errors import Invalid, Missing
from app.models import Absence, Person
from app.services import trail
from app.services.sessions import Staff


def note(
    person: Person, since: date, until: date, staff: Staff, *, today: date, now: datetime
) -> Absence:
    """Note that somebody is away, both days included.

    :raises Invalid: if it ends before it begins, or ended already.
    """
    if until < since or until < today:
        raise Invalid("absence.order", field="until")
    row = Absence(
        id=uuid4(),
        person_id=person.id,
        since=since,
        until=until,
        noted_at=now,
        noted_by=staff.id,
    )
    db.session.add(row)
    trail.append(person.district, "absence.note", "person", person.id, by=staff.id, now=now)
    return row


def strike(absence_id: UUID, staff: Staff, *, now: datetime) -> None:
    """Take it back: they are here after all.

    :raises Missing: if there is none that holds.
    """
    row = db.session.get(Absence, absence_id)
    person = db.session.get(Person, row.person_id) if row else None
    if person is None or person.district != staff.district or row.struck_at is not None:
        raise Missing("absence")
    row.struck_at = now
    trail.append(person.district, "absence.strike", "person", person.id, by=staff.id, now=now)


def ahead(district: str, today: date) -> list[Absence]:
    """Return who is away now or later, the next one first."""
    rows = select(Absence).join(Person, Person.id == Absence.person_id)
    rows = rows.where(
        Person.district == district, Absence.until >= today, Absence.struck_at.is_(None)
    )
    return list(db.session.scalars(rows.order_by(Absence.since, Absence.id)))


def is_away(person: Person, now: datetime) -> bool:
    """Tell whether somebody is away today, by the days of their district."""
    today = now.astimezone(areas.zone(person.district)).date()
    return person.id in away_on(person.district, today)


def away_on(district: str, day: date) -> dict[UUID, date]:
    """Return who is away on a day, and until when."""
    return {row.person_id: row.until for row in ahead(district, day) if row.since <= day}
