"""The workload of caseworkers: what each carries of a year, and who is offered the next case.

Load = standard minutes x count, against the effective minutes of a year. It ranks and warns; a
person decides. Not here: what posts the year's work needs (`abk`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.domain import codes
from app.domain.case import Stage
from app.domain.settings import SETTINGS, Setting

Settings = Mapping[str, Setting]


class Warned(StrEnum):
    """Why somebody should not be given a case now; against it a reason is needed."""

    RELATED = "related"  # stepped out of this one: not to be chosen at all
    AWAY = "away"
    LEAVING = "leaving"
    OVERLOADED = "overloaded"


@dataclass(frozen=True, slots=True)
class Load:
    """What one person carries of this year: minutes worked, and those open cases still need."""

    worked: int = 0
    needed: int = 0
    cases: int = 0
    high: int = 0
    """How many of these cases are of high risk."""
    year: int = SETTINGS["workload.minutes_a_year"].value
    nearly: int = SETTINGS["workload.nearly_full"].value
    """From how many percent on somebody is nearly full."""

    @property
    def total(self) -> int:
        """Minutes of this year, worked and still needed."""
        return self.worked + self.needed

    @property
    def percent(self) -> int:
        """The total as a share of the effective minutes of a year, rounded half up."""
        return (self.total * 200 + self.year) // (2 * self.year)

    @property
    def over(self) -> bool:
        """Whether it is more than a year holds."""
        return self.total > self.year

    @property
    def nearly_full(self) -> bool:
        """Whether little room is left."""
        return not self.over and self.total * 100 >= self.nearly * self.year


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may accompany a survivor, with all that speaks for and against it."""

    person_id: UUID
    load: Load
    caseworker: bool = True
    """It is this person's role; a coordinator only helps out."""
    related: bool = False
    away: bool = False
    leaving: bool = False
    asks: bool = False
    """The one who assigns: first among equals."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A candidate at their place, with the warnings against."""

    candidate: Candidate
    warnings: tuple[Warned, ...]

    @property
    def blocked(self) -> bool:
        """Whether this person cannot be chosen, whatever the reason."""
        return Warned.RELATED in self.warnings

    @property
    def needs_reason(self) -> bool:
        """Whether choosing this person must be explained."""
        return bool(self.warnings) and not self.blocked


def offer(candidate: Candidate) -> Offer:
    """Return what is to be warned of before this person is given a case."""
    against = {
        Warned.RELATED: candidate.related,
        Warned.AWAY: candidate.away,
        Warned.LEAVING: candidate.leaving,
        Warned.OVERLOADED: candidate.load.over,
    }
    return Offer(candidate, tuple(warned for warned, holds in against.items() if holds))


def ranked(candidates: Iterable[Candidate]) -> list[Offer]:
    """Return everybody, the best first: nobody against it, a caseworker, the lightest load."""
    return sorted((offer(one) for one in candidates), key=_place)


def needed(stage: Stage, settings: Settings = SETTINGS) -> int:
    """Return the standard minutes that a case still needs in this stage and those after it."""
    return sum(_minutes(one, settings) for one in Stage if one >= stage)


def standard(kind: str, settings: Settings = SETTINGS) -> int:
    """Return what one piece of this kind of work should take, in minutes."""
    return settings[f"work.{kind}"].value


def standards() -> tuple[str, ...]:
    """Return the names of all numbers that the workload is computed from."""
    first = tuple(f"work.{kind}" for kind in codes.WORK_KIND)
    others = ("work.screening", "work.cadre_visit", "work.cadre_report")
    needs = tuple(name for name in SETTINGS if name.startswith("need."))
    return (*first, *others, *needs, "workload.nearly_full", "workload.minutes_a_year")


def _minutes(stage: Stage, settings: Settings) -> int:
    begins = f"need.{stage.code}."
    return sum(
        one.value * standard(name.removeprefix(begins), settings)
        for name, one in settings.items()
        if name.startswith(begins)
    )


def _place(one: Offer) -> tuple:
    load = one.candidate.load
    against = (one.blocked, bool(one.warnings), not one.candidate.caseworker)
    return (*against, load.total, load.cases, not one.candidate.asks, str(one.candidate.person_id))
