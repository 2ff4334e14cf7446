"""A cadre leaves: her open visits and reports, and every survivor who is reached through her.

How a survivor is reached is sealed, so every open report of hers counts as running through her
until a new safe way was written. A successor gets the visits, never what was written before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select

from app.db import db
from app.domain.errors import Invalid
from app.domain.referral import OPEN as OPEN_REFERRAL
from app.domain.visit import OPEN as OPEN_VISIT
from app.models import Case, Person, Referral, Report, Visit
from app.services import handovers, safe_ways, trail
from app.services.related import not_related
from app.services.sessions import Staff


@dataclass(frozen=True, slots=True)
class Line:
    """One survivor who is reached, or visited, through a cadre who leaves."""

    referral: Referral
    case: Case | None
    visits: list[Visit]
    way_set: bool


def lines(person: Person, staff: Staff) -> list[Line]:
    """Return what of a cadre's is open, the oldest first; not what `staff` is related to."""
    since = safe_ways.leaving_since(person.id)
    found = db.session.scalars(_theirs(person).where(not_related(staff)))
    return [_line(referral, person, since) for referral in found]


def runs_through(person: Person) -> bool:
    """Tell whether a survivor still has no other way than this cadre, whoever may see it."""
    since = safe_ways.leaving_since(person.id)
    every = [_line(one, person, since) for one in db.session.scalars(_theirs(person))]
    return any(line.visits or not line.way_set for line in every)


def finish(person: Person, staff: Staff, *, now: datetime) -> None:
    """Say that nobody is reached through her any more.

    :raises Invalid: if somebody still is.
    """
    if runs_through(person):
        raise Invalid("handover.open", field="successor")
    row = handovers.begin(person, staff, now=now)
    row.ended_at, row.ended_by = now, staff.id
    trail.append(person.district, "handover.end", "person", person.id, by=staff.id, now=now)


def lacks_safe_way(referral: Referral) -> bool:
    """Tell whether the cadre who reported leaves, and no other way was found since."""
    since = safe_ways.leaving_since(referral.report.cadre_id)
    return since is not None and not safe_ways.set_since(referral, since)


def _line(referral: Referral, person: Person, since: datetime | None) -> Line:
    visits = select(Visit).where(
        Visit.report_id == referral.report_id,
        Visit.cadre_id == person.id,
        Visit.state.in_(OPEN_VISIT),
    )
    return Line(
        referral,
        db.session.scalar(select(Case).where(Case.referral_id == referral.id)),
        list(db.session.scalars(visits.order_by(Visit.due_at))),
        since is not None and safe_ways.set_since(referral, since),
    )


def _theirs(person: Person):
    visited = exists().where(
        Visit.report_id == Referral.report_id,
        Visit.cadre_id == person.id,
        Visit.state.in_(OPEN_VISIT),
    )
    reported = (Report.cadre_id == person.id) & Referral.state.in_(OPEN_REFERRAL)
    return (
        select(Referral)
        .join(Report, Report.id == Referral.report_id)
        .where(Referral.district == person.district, or_(reported, visited))
        .order_by(Referral.clock_from)
    )
