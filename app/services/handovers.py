"""Somebody of the staff leaves: everything that runs through them, on one page, until it is empty.

Their sign-in may end at once; what ran through them stays here. A successor is named for a case
only after a new safe way was found without the one who leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, or_, select

from app.db import db
from app.domain.errors import Invalid
from app.domain.visit import OPEN
from app.models import Case, FollowUp, Handover, Person, Referral, Visit
from app.services import deciding, desks, safe_ways, trail
from app.services.related import not_related
from app.services.sessions import Staff


@dataclass(frozen=True, slots=True)
class Line:
    """One case that runs through somebody who leaves."""

    case: Case
    visits: list[Visit]
    way_set: bool


def begin(person: Person, staff: Staff, *, now: datetime) -> Handover:
    """Begin handing over; twice is once."""
    known = running(person.id)
    if known is not None:
        return known
    row = Handover(district=person.district, person_id=person.id, begun_at=now, begun_by=staff.id)
    db.session.add(row)
    trail.append(person.district, "handover.begin", "person", person.id, by=staff.id, now=now)
    db.session.flush()
    return row


def running(person_id: UUID) -> Handover | None:
    """Return the handover of a person that is not finished."""
    return db.session.scalar(
        select(Handover).where(Handover.person_id == person_id, Handover.ended_at.is_(None))
    )


def lines(person: Person, staff: Staff) -> list[Line]:
    """Return every case that runs through a person: open, or closed with somebody to ask after."""
    since = safe_ways.leaving_since(person.id)
    asks_after = exists().where(FollowUp.case_id == Case.id, FollowUp.state == "open")
    found = db.session.scalars(
        select(Case)
        .join(Referral, Referral.id == Case.referral_id)
        .where(
            Case.district == staff.district,
            Case.caseworker_id == person.id,
            or_(Case.closed_at.is_(None), asks_after),
            not_related(staff),
        )
        .order_by(Case.opened_at)
    )
    return [
        Line(
            case,
            _visits(case),
            since is not None and safe_ways.set_since(case.referral, since),
        )
        for case in found
    ]


def held_referrals(person: Person, staff: Staff) -> list[Referral]:
    """Return the reports in the queue that this person has taken."""
    return list(
        db.session.scalars(
            select(Referral).where(
                Referral.district == staff.district,
                Referral.taken_by == person.id,
                Referral.open.is_(True),
                not_related(staff),
            )
        )
    )


def runs_through(person: Person) -> bool:
    """Tell whether anything runs through this person, whoever may see it."""
    asks_after = exists().where(FollowUp.case_id == Case.id, FollowUp.state == "open")
    theirs = select(Case.id).where(
        Case.caseworker_id == person.id, or_(Case.closed_at.is_(None), asks_after)
    )
    taken = select(Referral.id).where(Referral.taken_by == person.id, Referral.open.is_(True))
    return any(db.session.scalar(query.limit(1)) is not None for query in (theirs, taken))


def give(case: Case, successor: Person, staff: Staff, *, why: str = "", now: datetime) -> None:
    """Name a successor; her visits go with the case.

    :raises Invalid: if no new safe way was found yet, or that person accompanies nobody here; or
        something speaks against that person, and nobody says why.
    """
    deciding.assign(case, successor, staff, why=why, now=now)


def put_back(referral: Referral, staff: Staff, *, now: datetime) -> None:
    """Let a report that the leaving person had taken wait for anybody again."""
    referral.taken_by = referral.taken_at = None
    referral.changed_at = now
    trail.append(
        referral.district, "referral.put_back", "referral", referral.id, by=staff.id, now=now
    )
    desks.look_again(referral.district)


def finish(person: Person, staff: Staff, *, now: datetime) -> None:
    """Say that nothing runs through this person any more.

    :raises Invalid: if something still does.
    """
    if runs_through(person):
        raise Invalid("handover.open", field="successor")
    row = begin(person, staff, now=now)
    row.ended_at, row.ended_by = now, staff.id
    trail.append(person.district, "handover.end", "person", person.id, by=staff.id, now=now)


def _visits(case: Case) -> list[Visit]:
    rows = select(Visit).where(Visit.case_id == case.id, Visit.state.in_(OPEN))
    return list(db.session.scalars(rows.order_by(Visit.due_at)))
