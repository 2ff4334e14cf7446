"""What the pages of the roster show: days with their turns, gaps, and how often each is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import g

from app.db import utc_now
from app.domain.roster import Part, Place, Turn, gaps, is_weekend
from app.models import DirectoryNumber
from app.services import directory, holidays, people, rosters
from app.services.rosters import Key

# Places that can be swapped or taken over: what lies further off is planned anew.
OFFERED = timedelta(days=28)
OFFICE = ("duty", "hotline", "sapa")


@dataclass(frozen=True, slots=True)
class Line:
    """One turn as the page shows it: who stands in it, or what was just typed."""

    key: Key
    field: str
    over: bool
    now: bool
    turn: Turn
    lacks: bool
    away: frozenset[UUID]
    """Who is noted as away on this day."""
    fault: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day with its two turns."""

    on: date
    weekend: bool
    holiday: str
    """What it is called; empty on other days."""
    lines: list[Line]

    @property
    def over(self) -> bool:
        """Tell whether nothing of it can be planned any more."""
        return all(line.over for line in self.lines)


def numbers() -> list[DirectoryNumber]:
    """Return by which numbers the office is reached, for a roster on paper.

    They are in the book of every phone. What a colleague is called on is opened one by one, each
    with a row in the trail, and hangs on no wall.
    """
    return [one for one in directory.numbers(g.me.district) if one.kind in OFFICE]


def days_of(
    keys: list[Key], turns: Mapping[Key, Turn], faults: Mapping[str, str] | None = None
) -> list[Day]:
    """Return these turns by their days, with what lacks and what was wrong with them."""
    hours, now = rosters.hours_of(g.me.district), utc_now()
    away = rosters.away_between(g.me.district, keys[0][0], keys[-1][0])
    here = rosters.present(turns, away)
    lines: dict[date, list[Line]] = {}
    for key in keys:
        field = f"{key[0].isoformat()}.{key[1]}"
        lines.setdefault(key[0], []).append(
            Line(
                key,
                field,
                over=hours.end(*key) <= now,
                now=hours.at(now) == key,
                turn=turns.get(key, Turn()),
                lacks=bool(gaps(here, [key])),
                away=frozenset(away.get(key[0], ())),
                fault=(faults or {}).get(field, ""),
            )
        )
    free = holidays.between(g.me.district, keys[0][0], keys[-1][0])
    return [Day(on, is_weekend(on), free.get(on, ""), of_day) for on, of_day in lines.items()]


def offered_of(now: datetime) -> list[tuple[str, Key, Place, UUID | None]]:
    """Return every place from now on: its token, its turn, and who stands there."""
    hours = rosters.hours_of(g.me.district)
    today = hours.at(now)[0]
    rows = rosters.turns(g.me.district, today, today + OFFERED)
    return [
        (f"{row.id}.{place}", key, place, row.first_id if place is Place.FIRST else row.second_id)
        for key, row in sorted(rows.items())
        for place in Place
        if hours.end(*key) > now
    ]


def turns_of(since: date, until: date) -> dict[Key, Turn]:
    """Return what is planned for these days; whoever works here no more left a gap."""
    able = [one.id for one in rosters.able(g.me.district)]
    known = rosters.turns(g.me.district, since, until)
    return {key: rosters.as_turn(row, able) for key, row in known.items()}


def names_of(known: Mapping[Key, Turn]) -> dict[UUID, str]:
    """Return what everybody is called whom the page names."""
    ids = {one for turn in known.values() for one in turn.people}
    offered = {person for _token, _key, _place, person in offered_of(utc_now())}
    return people.calls(ids | offered)


def counts_of(days: list[Day]) -> list[tuple[str, int, int, int]]:
    """Return by name: turns, of these nights, of these on a weekend or a holiday."""
    every, nights, free = Counter(), Counter(), Counter()
    for day in days:
        for line in day.lines:
            every.update(line.turn.people)
            nights.update(line.turn.people if line.key[1] is Part.NIGHT else ())
            free.update(line.turn.people if day.weekend or day.holiday else ())
    names = people.calls(every)
    return sorted((names[one], every[one], nights[one], free[one]) for one in every)
