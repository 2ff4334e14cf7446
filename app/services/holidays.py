"""Days on which a district's offices are closed: service hours stand still, duty does not.

What is over is not changed any more: clocks that ran by it were told to people.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from app.db import db
from app.domain.errors import Conflict, Invalid, Missing
from app.models import Holiday
from app.services import trail
from app.services.sessions import Staff

LONGEST = 40


def between(district: str, since: date, until: date) -> Mapping[date, str]:
    """Return the holidays of these days by name, the last day included."""
    rows = db.session.scalars(
        select(Holiday)
        .where(Holiday.district == district, Holiday.on >= since, Holiday.on <= until)
        .order_by(Holiday.on)
    )
    return {row.on: row.name for row in rows}


def add(on: date, name: str, staff: Staff, *, today: date, now: datetime) -> None:
    """Let a day be a holiday here; named again it only gets the other name.

    :raises Invalid: naming the field, if the day is over or it has no short name.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise Invalid("holiday.name", field="name")
    if on < today:
        raise Invalid("holiday.past", field="on")
    db.session.merge(Holiday(district=staff.district, on=on, name=name))
    db.session.flush()
    trail.append(staff.district, "holiday.add", "holiday", on.isoformat(), by=staff.id, now=now)


def remove(on: date, staff: Staff, *, today: date, now: datetime) -> None:
    """Let it be a day like any other.

    :raises Missing: if it is none here.
    :raises Conflict: if it is over.
    """
    row = db.session.get(Holiday, (staff.district, on))
    if row is None:
        raise Missing("holiday")
    if on < today:
        raise Conflict("holiday.past")
    db.session.delete(row)
    trail.append(staff.district, "holiday.remove", "holiday", on.isoformat(), by=staff.id, now=now)
