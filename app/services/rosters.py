"""The roster as it stands: its turns, who can be on call, who is away, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    func,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased

from app.db import db
from app.domain import areas
from app.domain.permissions import PERMISSIONS
from app.domain.roster import DutyHours, Part, Turn, gaps, number_of_turns
from app.models import Absence, DutyTurn, Person, PersonRole, PushSubscription
from app.services.limits import limits
from app.services.sessions import Anybody, Staff
from app.services.standing import ask, standing

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
    """Return the turns from now on, as far `ahead` as it warns, that have fewer than two people."""
    own = limits(district)
    hours = DutyHours.of(areas.zone(district), own)
    wanted = hours.between(now, now + own[ahead].span)
    days = {"district": district, "since": wanted[0][0], "until": wanted[-1][0]}
    there = ask(_THERE, days)
    return gaps({(on, Part(part)): Turn(*two) for on, part, *two in there}, wanted)


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


def _able(query: Select, district: object) -> Select:
    return query.where(*_can_be_on_call(Person, district))


def _can_be_on_call(person: type[Person], district: object) -> tuple[ColumnElement, ...]:
    holders = select(PersonRole.person_id).where(PersonRole.role.in_(PERMISSIONS["duty.take"]))
    return person.district == district, person.left_at.is_(None), person.id.in_(holders)


def _within(district: object, since: object, until: object) -> tuple[ColumnElement, ...]:
    return DutyTurn.district == district, DutyTurn.on >= since, DutyTurn.on <= until


def _on_that_day() -> tuple[ColumnElement, ...]:
    return Absence.struck_at.is_(None), Absence.since <= DutyTurn.on, Absence.until >= DutyTurn.on


def _there(person: type[Person], person_id: ColumnElement) -> ColumnElement:
    """The condition that this one of a turn works here and is not away on its day."""
    away = select(Absence.id).where(Absence.person_id == person.id, *_on_that_day())
    return and_(
        person.id == person_id, *_can_be_on_call(person, bindparam("district")), ~away.exists()
    )


def ahead(district: str, *, now: datetime) -> tuple[int, dict[str, object]]:
    """Return how many turns there are from now on, as far ahead as it warns, and the first and the
    last of them as `full` is asked about them."""
    own = limits(district)
    hours = DutyHours.of(areas.zone(district), own)
    first, last = hours.at(now), hours.at(now + own["on_call.warn_before"].span - _LEAST)
    between = {"first_on": first[0], "first_part": first[1]}
    between |= {"last_on": last[0], "last_part": last[1]}
    return number_of_turns(first, last), between


def full(staff: Staff | Anybody) -> ScalarSelect:
    """Return the query for how many turns have two people, from `first_on` and `first_part` to
    `last_on` and `last_part`: the others lack somebody. Every look at the queue counts them."""
    turn, two = tuple_(DutyTurn.on, DutyTurn.part), (DutyTurn.first_id, DutyTurn.second_id)
    able_ids = _able(select(Person.id), staff.district)
    away = select(Absence.id).where(Absence.person_id.in_(two), *_on_that_day()).correlate(DutyTurn)
    return (
        select(func.count())
        .select_from(DutyTurn)
        .where(
            DutyTurn.district == staff.district,
            turn >= tuple_(*_FROM),
            turn <= tuple_(*_TO),
            *(one.in_(able_ids) for one in two),
            ~away.exists(),
        )
        .scalar_subquery()
    )


def _bound(name: str) -> tuple[BindParameter, BindParameter]:
    return bindparam(f"{name}_on", type_=Date()), bindparam(f"{name}_part", type_=String())


_LEAST = timedelta(microseconds=1)
_FROM, _TO = _bound("first"), _bound("last")
_FIRST, _SECOND = aliased(Person), aliased(Person)
_DAYS = bindparam("since", type_=Date()), bindparam("until", type_=Date())
_THERE = standing(
    select(DutyTurn.on, DutyTurn.part, _FIRST.id, _SECOND.id)
    .select_from(DutyTurn)
    .outerjoin(_FIRST, _there(_FIRST, DutyTurn.first_id))
    .outerjoin(_SECOND, _there(_SECOND, DutyTurn.second_id))
    .where(*_within(bindparam("district"), *_DAYS))
)
