"""Repeated visits: every so many days, until a day or a number, and what ends them early."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.domain.errors import Invalid
from app.domain.visit import WAITING, VisitState

FEWEST, MOST = 2, 26
HANDED_BEFORE = timedelta(days=3)
"""So long before its window the next visit goes to the phone, one at a time: the less lies there,
the less is found, and what changes meanwhile changes with it."""


class Ending(StrEnum):
    """Why a series ended."""

    DONE = "done"
    DESK = "desk"
    CLOSED = "closed"
    DECLINED = "declined"
    UNSAFE = "unsafe"
    ASKED_TO_STOP = "asked_to_stop"
    MOVED = "moved"
    CONSENT = "consent"
    SAFE_WAY = "safe_way"
    CADRE = "cadre"


# What a person must look at: nobody of the desk ended these.
BY_ITSELF = frozenset(Ending) - {Ending.DONE, Ending.DESK, Ending.CLOSED}


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often, and how many in all."""

    every_days: int
    times: int


def repeat_of(facts: Mapping[str, object], opens_on: date) -> Repeat | None:
    """Return the repetition that a form asks for, or None for a single visit.

    :raises Invalid: without exactly one end, or with less than two or more than 26 visits.
    """
    every, times, until = (facts.get(name) for name in ("every_days", "times", "until_on"))
    if every is None and times is None and until is None:
        return None
    if not every:
        raise Invalid("field.missing", field="every_days")
    if (times is None) == (until is None):
        raise Invalid("series.end", field="times")
    if until is not None:
        times = (date.fromisoformat(until) - opens_on).days // every + 1
    if not FEWEST <= times <= MOST:
        raise Invalid("series.length", field="times" if until is None else "until_on")
    return Repeat(every, times)


def window(
    opens_at: datetime, due_at: datetime, every_days: int, place: int
) -> tuple[datetime, datetime]:
    """Return the window of one visit of a series, the first being 1."""
    later = timedelta(days=every_days * (place - 1))
    return opens_at + later, due_at + later


def ending(state: str, how: str | None, records: Iterable[Mapping[str, object]]) -> Ending | None:
    """Return what the last visit says about the next; None: it goes on, a missed one too."""
    if state == VisitState.DECLINED:
        return Ending.DECLINED
    told = list(records)
    if how == "unsafe_stopped" or any(one.get("outcome") == "unsafe_stopped" for one in told):
        return Ending.UNSAFE
    if any(
        "stop_visits" in one.get("next", ()) or one.get("outcome") == "survivor_declined"
        for one in told
    ):
        return Ending.ASKED_TO_STOP
    if any(one.get("outcome") == "moved" for one in told):
        return Ending.MOVED
    return None


_REFUSED = {
    "consent.withdrawn": Ending.CONSENT,
    "visit.safe_way": Ending.SAFE_WAY,
    "visit.cadre": Ending.CADRE,
}


def ending_of(refused: str) -> Ending:
    """Return why a series ended whose next visit could not be handed over."""
    return _REFUSED.get(refused, Ending.CADRE)


def is_missed(state: str, due_at: datetime, now: datetime) -> bool:
    """Tell whether a visit passed its window without a word from it."""
    return state == VisitState.EXPIRED or (state in WAITING and due_at < now)
