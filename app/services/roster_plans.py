"""Changing the roster: planning its turns, repeating a week, standing in, changing places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from app.db import db, take_turn
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.roster import Part, Place, Turn, gaps
from app.models import DutyTurn, Person
from app.services import alerts, trail
from app.services.rosters import Key, able, as_turn, away_between, hours_of, present, turns
from app.services.sessions import Staff

WEEK = timedelta(days=7)
MOST_WEEKS = 12
# Who hears at once that their duty changed: of what is further off the page tells.
TOLD_BEFORE = timedelta(days=7)


def plan(wanted: Mapping[Key, Turn], staff: Staff, *, now: datetime) -> list[Key]:
    """Write these turns as they are wanted; return which of them still lack somebody.

    A gap is allowed: half a roster is better than none. What is over stays as it was.

    :raises Invalid: if somebody stands twice in one turn or cannot be on call.
    """
    take_turn()
    here = {one.id: one for one in able(staff.district)}
    for key, turn in wanted.items():
        _check(key, turn, here)
    hours = hours_of(staff.district)
    open_ones = {key: turn for key, turn in wanted.items() if hours.end(*key) > now}
    if open_ones:
        _write(open_ones, here, staff, now)
    days = [on for on, _part in wanted]
    away = away_between(staff.district, min(days), max(days)) if days else {}
    return gaps(present(wanted, away), wanted)


def repeat(monday: date, weeks: int, staff: Staff, *, now: datetime) -> int:
    """Plan the weeks that follow like this one, where they are empty; return how many turns.

    :raises Invalid: if it is for more weeks than can be overlooked.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise Invalid("roster.weeks", field="weeks")
    take_turn()
    last = monday + WEEK * (weeks + 1) - timedelta(days=1)
    known = turns(staff.district, monday, last)
    here = {one.id: one for one in able(staff.district)}
    wanted = {}
    for (on, part), row in known.items():
        model = as_turn(row, here)
        later = ((on + WEEK * number, part) for number in range(1, weeks + 1))
        if on < monday + WEEK and model.people:
            wanted |= {key: model for key in later if not as_turn(known.get(key), here).people}
    _write(wanted, here, staff, now)
    return len(wanted)


def take_over(turn_id: UUID, place: Place, staff: Staff, *, now: datetime) -> None:
    """Stand in for whoever is planned: taking is always one's own act.

    :raises Missing: if there is no such turn here.
    :raises Conflict: if it is over, or one stands in it already.
    """
    take_turn()
    row = _get(turn_id, staff.district)
    turn = Turn(row.first_id, row.second_id)
    if hours_of(staff.district).end(row.on, Part(row.part)) <= now:
        raise Conflict("roster.over")
    if staff.id in turn.people:
        raise Conflict("roster.twice")
    _set(row, _with(turn, place, staff.id), staff, now)


def swap(
    one: tuple[UUID, Place], other: tuple[UUID, Place], staff: Staff, *, now: datetime
) -> None:
    """Let two people change places between two turns.

    :raises Missing: if there is no such turn here.
    :raises Conflict: if a turn is over, or somebody would stand twice in one.
    """
    take_turn()
    rows = [_get(turn_id, staff.district) for turn_id, _place in (one, other)]
    if rows[0] is rows[1]:
        raise Conflict("roster.twice")
    hours = hours_of(staff.district)
    if any(hours.end(row.on, Part(row.part)) <= now for row in rows):
        raise Conflict("roster.over")
    before = [Turn(row.first_id, row.second_id) for row in rows]
    people = [getattr(turn, place) for turn, (_id, place) in zip(before, (one, other), strict=True)]
    after = [
        _with(turn, place, person)
        for turn, (_id, place), person in zip(before, (one, other), reversed(people), strict=True)
    ]
    if any(turn.first is not None and turn.first == turn.second for turn in after):
        raise Conflict("roster.twice")
    for row, turn in zip(rows, after, strict=True):
        _set(row, turn, staff, now)


def _check(key: Key, turn: Turn, here: Mapping[UUID, Person]) -> None:
    field = f"{key[0].isoformat()}.{key[1]}"
    if turn.first is not None and turn.first == turn.second:
        raise Invalid("roster.twice", field=field)
    if not all(one in here for one in turn.people):
        raise Invalid("roster.person", field=field)


def _write(
    wanted: Mapping[Key, Turn], here: Mapping[UUID, Person], staff: Staff, now: datetime
) -> None:
    if not wanted:
        return
    days = [on for on, _part in wanted]
    known = turns(staff.district, min(days), max(days))
    told: set[UUID] = set()
    for (on, part), turn in sorted(wanted.items()):
        row = known.get((on, part)) or DutyTurn(
            id=uuid4(), district=staff.district, on=on, part=part
        )
        # What a leaver left behind is shown as empty: saved unchanged, it becomes so.
        if (row.first_id, row.second_id) != (turn.first, turn.second):
            told |= _put(row, turn, staff, now)
    _tell(told & here.keys(), staff, now)


def _set(row: DutyTurn, turn: Turn, staff: Staff, now: datetime) -> None:
    _tell(_put(row, turn, staff, now), staff, now)


def _put(row: DutyTurn, turn: Turn, staff: Staff, now: datetime) -> set[UUID]:
    """Write one turn and return who must be told of it."""
    concerned = {row.first_id, row.second_id} ^ {turn.first, turn.second}
    row.first_id, row.second_id = turn.first, turn.second
    row.changed_at, row.changed_by = now, staff.id
    db.session.add(row)
    db.session.flush()
    trail.append(staff.district, "roster.plan", "duty_turn", row.id, by=staff.id, now=now)
    begins = hours_of(staff.district).begin(row.on, Part(row.part))
    soon = begins < now + TOLD_BEFORE
    return {one for one in concerned if one is not None and one != staff.id} if soon else set()


def _tell(people: Iterable[UUID], staff: Staff, now: datetime) -> None:
    for one in sorted(people):
        person = db.session.get(Person, one)
        if person is not None and person.left_at is None:
            alerts.ring(person, "duty_changed", now=now)


def _with(turn: Turn, place: Place, person: UUID | None) -> Turn:
    pair: Sequence[UUID | None] = (
        (person, turn.second) if place is Place.FIRST else (turn.first, person)
    )
    return Turn(*pair)


def _get(turn_id: UUID, district: str) -> DutyTurn:
    row = db.session.get(DutyTurn, turn_id)
    if row is None or row.district != district:
        raise Missing("duty_turn")
    return row
