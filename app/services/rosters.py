"""The roster as it stands: its turns, who can be on call, who is away, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select

from app.db import db
from app.domain import areas
from app.domain.permissions import PERMISSIONS
from app.domain.roster import DutyHours, Part, Turn, gaps
from app.models import Absence, DutyTurn, Person, PersonRole, PushSubscription
from app.services.limits import limits

Key = tuple[date, Part]


def hours_of(district: str) -> DutyHours:
    """Return when day and night begin in a district."""
    return DutyHours.of(areas.zone(district), limits(district))


def able(district: str) -> list[Person]:
    """Return who can be on call: whoever may take a report, and has not left."""
    return list(db.session.scalars(_able(select(Person), district)))


def turns(district: str, since: date, until: date) -> dict[Key, DutyTurn]:
    """Return the planned turns of these days, the last one included."""
    rows = db.session.scalars(select(DutyTurn).where(*_within(district, since, until)))
    return {(row.on, Part(row.part)): row for row in rows}


def as_turn(row: DutyTurn | None, able_ids: Iterable[UUID]) -> Turn:
    """Return the two of a turn; whoever works here no more leaves a gap."""
    if row is None:
        return Turn()
    here = frozenset(able_ids)
    first, second = (one if one in here else None for one in (row.first_id, row.second_id))
    return Turn(first, second)


def lacking(district: str, *, now: datetime, ahead: str = "on_call.warn_before") -> list[Key]:
    """Return the turns from now on, as far `ahead` as it warns, that have fewer than two people.

    Asked by every look at the queue: three short queries beside the limits.
    """
    own = limits(district)
    hours = DutyHours.of(areas.zone(district), own)
    wanted = hours.between(now, now + own[ahead].span)
    first, last = wanted[0][0], wanted[-1][0]
    here = set(db.session.scalars(_able(select(Person.id), district)))
    rows = db.session.execute(
        select(DutyTurn.on, DutyTurn.part, DutyTurn.first_id, DutyTurn.second_id).where(
            *_within(district, first, last)
        )
    )
    known = {(on, Part(part)): Turn(one, other) for on, part, one, other in rows}
    missing = {one for turn in known.values() for one in turn.people} - here
    known = {key: turn.without(missing) for key, turn in known.items()}
    return gaps(present(known, away_between(district, first, last)), wanted)


def away_between(district: str, since: date, until: date) -> dict[date, set[UUID]]:
    """Return who is noted as away on each of these days, the last one included."""
    rows = db.session.scalars(
        select(Absence)
        .join(Person, Person.id == Absence.person_id)
        .where(
            Person.district == district,
            Absence.struck_at.is_(None),
            Absence.since <= until,
            Absence.until >= since,
        )
    )
    found: dict[date, set[UUID]] = {}
    for row in rows:
        first, last = max(row.since, since), min(row.until, until)
        for number in range((last - first).days + 1):
            found.setdefault(first + timedelta(days=number), set()).add(row.person_id)
    return found


def present(turns: Mapping[Key, Turn], away: Mapping[date, set[UUID]]) -> dict[Key, Turn]:
    """Return the turns as they are without those who are away on their day."""
    return {key: turn.without(away.get(key[0], ())) for key, turn in turns.items()}


def silent(people: Sequence[Person]) -> list[Person]:
    """Return who of these no device rings: an alert does not reach them."""
    rung = select(PushSubscription.person_id).where(
        PushSubscription.person_id.in_([one.id for one in people]), PushSubscription.failures == 0
    )
    reached = set(db.session.scalars(rung))
    return [one for one in people if one.id not in reached]


def _able(query: Select, district: str) -> Select:
    roles = PERMISSIONS["duty.take"]
    return query.where(
        Person.district == district,
        Person.left_at.is_(None),
        Person.id.in_(select(PersonRole.person_id).where(PersonRole.role.in_(roles))),
    )


def _within(district: str, since: date, until: date):
    return DutyTurn.district == district, DutyTurn.on >= since, DutyTurn.on <= until
