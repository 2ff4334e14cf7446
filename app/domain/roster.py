"""Who is on call at a moment, what the roster lacks, and whom an emergency nobody took alarms next.

Days are the district's own: the night that begins on Saturday is Saturday's until Sunday morning.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from uuid import UUID

from app.domain.clocks import Escalation
from app.domain.settings import SETTINGS, Setting

Settings = Mapping[str, Setting]
_DAY = timedelta(days=1)
_SATURDAY = 5


class Part(StrEnum):
    """A day has two turns of duty."""

    DAY = "day"
    NIGHT = "night"


class Place(StrEnum):
    """Each turn has two people."""

    FIRST = "first"
    SECOND = "second"


class DutyState(StrEnum):
    """What somebody on call says of themselves."""

    READY = "ready"  # siap
    ON_THE_WAY = "on_the_way"  # di jalan: the second is alarmed at once
    HANDED_OVER = "handed_over"  # serah piket


class Step(StrEnum):
    """Who is rung when nobody comes, in this order."""

    FIRST = "first"
    SECOND = "second"
    HEAD = "head"


@dataclass(frozen=True, slots=True)
class DutyHours:
    """When day and night begin in a district."""

    zone: tzinfo
    day_begins: time = time(SETTINGS["on_call.day_begins"].value)
    night_begins: time = time(SETTINGS["on_call.night_begins"].value)

    @classmethod
    def of(cls, zone: tzinfo, settings: Settings) -> "DutyHours":
        """Return the hours that a district has set; the same hour for both is its default."""
        day, night = (settings[f"on_call.{name}_begins"].value % 24 for name in ("day", "night"))
        return cls(zone, time(day), time(night)) if day < night else cls(zone)

    def at(self, moment: datetime) -> tuple[date, Part]:
        """Return whose turn it is: the day it belongs to and its part."""
        local = moment.astimezone(self.zone)
        if local.time() < self.day_begins:
            return local.date() - _DAY, Part.NIGHT
        return local.date(), Part.DAY if local.time() < self.night_begins else Part.NIGHT

    def begin(self, on: date, part: Part) -> datetime:
        """Return when a turn begins, in UTC."""
        at = self.day_begins if part is Part.DAY else self.night_begins
        return datetime.combine(on, at, tzinfo=self.zone).astimezone(UTC)

    def end(self, on: date, part: Part) -> datetime:
        """Return when a turn ends, in UTC: the next one begins."""
        if part is Part.DAY:
            return self.begin(on, Part.NIGHT)
        return self.begin(on + _DAY, Part.DAY)

    def between(self, since: datetime, until: datetime) -> list[tuple[date, Part]]:
        """Return the turns that touch this span, in order."""
        found, (on, part) = [], self.at(since)
        while self.begin(on, part) < until:
            found.append((on, part))
            on, part = (on, Part.NIGHT) if part is Part.DAY else (on + _DAY, Part.DAY)
        return found


def number_of_turns(first: tuple[date, Part], last: tuple[date, Part]) -> int:
    """Return how many turns there are from one to another, both included."""
    (since, began), (until, ends) = first, last
    return 2 * (until - since).days + (ends is Part.NIGHT) - (began is Part.NIGHT) + 1


def is_weekend(on: date) -> bool:
    """Tell whether a turn of this day is one of those that are shared out fairly."""
    return on.weekday() >= _SATURDAY


@dataclass(frozen=True, slots=True)
class Turn:
    """The two people of one turn; None where the roster has nobody."""

    first: UUID | None = None
    second: UUID | None = None

    @property
    def people(self) -> tuple[UUID, ...]:
        """Return who stands in it."""
        return tuple(one for one in (self.first, self.second) if one is not None)

    def without(self, away: Collection[UUID]) -> "Turn":
        """Return the turn as it is when these are away: their places are empty."""
        return Turn(*(None if one in away else one for one in (self.first, self.second)))


NOBODY = Turn()


def gaps(
    turns: Mapping[tuple[date, Part], Turn], wanted: Iterable[tuple[date, Part]]
) -> list[tuple[date, Part]]:
    """Return which of the wanted turns have fewer than two people."""
    return [key for key in wanted if len(set(turns.get(key, NOBODY).people)) < len(Place)]


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody on call last said in this turn."""

    state: DutyState
    at: datetime
    to: UUID | None = None
    """To whom it was handed over."""
    agreed: bool = False
    """That person has said yes; until then both are rung."""


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who answers emergencies at one moment."""

    first: tuple[UUID, ...] = ()
    """Two while a handover waits for its yes. Nobody: the roster is empty here."""
    second: UUID | None = None
    """None: SAPA 129 has to be called."""
    second_is_head: bool = False
    """The roster has no second: the head fills in."""
    second_at_once: bool = False
    """The first is on the way and cannot look."""


def on_call(
    turn: Turn,
    said: Mapping[UUID, Said],
    heads: Sequence[UUID],
    *,
    now: datetime,
    settings: Settings = SETTINGS,
) -> OnCall:
    """Return who is on call in a turn, as its people have said; `heads` fill an empty second."""
    first = _answers(turn.first, said)
    second = tuple(one for one in _answers(turn.second, said) if one not in first)
    if not first:
        first, second = second, ()
    if not first:
        return OnCall()
    head = next((one for one in heads if one not in first), None)
    away = all(_on_the_way(said.get(one), now, settings) for one in first)
    filled = not second
    return OnCall(first, head if filled else second[-1], filled and head is not None, away)


def _answers(person: UUID | None, said: Mapping[UUID, Said]) -> tuple[UUID, ...]:
    """Follow the handovers to whoever has it now, and who must be rung beside until they agree."""
    found: tuple[UUID, ...] = (person,) if person is not None else ()
    passed = set(found)
    while found:
        last = said.get(found[-1])
        if last is None or last.state is not DutyState.HANDED_OVER or last.to in passed:
            break
        if last.to is None:
            break
        passed.add(last.to)
        found = (last.to,) if last.agreed else (*found, last.to)
    return found


def _on_the_way(said: Said | None, now: datetime, settings: Settings) -> bool:
    lasts = settings["on_call.on_the_way"].span
    return (
        said is not None and said.state is DutyState.ON_THE_WAY and said.at <= now < said.at + lasts
    )


def alarmed(
    clock: Escalation, duty: OnCall, heads: Sequence[UUID], *, now: datetime
) -> list[tuple[Step, UUID]]:
    """Return who must have been rung by now about something that nobody has taken.

    The first as long as it lasts, so that whoever comes on duty hears of it too; then the second,
    then every head.
    """
    found = [(Step.FIRST, one) for one in duty.first]
    if duty.second is not None and (duty.second_at_once or clock.second_at <= now):
        found.append((Step.SECOND, duty.second))
    if clock.head_at <= now:
        found += [(Step.HEAD, one) for one in heads]
    return found


def next_step(clock: Escalation, *, now: datetime) -> tuple[Step, datetime] | None:
    """Return who is rung next and when; None: everybody has been."""
    steps = ((Step.SECOND, clock.second_at), (Step.HEAD, clock.head_at))
    return next(((step, at) for step, at in steps if now < at), None)


def after(person: UUID, duty: OnCall, heads: Sequence[UUID]) -> UUID | None:
    """Return to whom somebody passes on what they cannot take; None: SAPA 129 is called."""
    chain = [*duty.first, *([duty.second] if duty.second else []), *heads]
    behind = chain[chain.index(person) + 1 :] if person in chain else chain
    return next((one for one in behind if one != person), None)
