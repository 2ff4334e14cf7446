"""A follow-up visit: states, the gate before leaving, the window and the check-out clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.codes import PURPOSE
from app.domain.errors import Conflict
from app.domain.settings import SETTINGS, Setting


class VisitState(StrEnum):
    """Where a visit stands."""

    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    STARTED = "started"
    ENDED = "ended"
    RECORDED = "recorded"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    POSTPONED = "postponed"


Purpose = StrEnum("Purpose", [(code.upper(), code) for code in PURPOSE])

_V = VisitState
# What happened in the village stays true although the desk withdrew it or the window passed: she
# may have been offline. So starting, ending and recording are possible from there.
_WENT = frozenset({_V.STARTED, _V.ENDED, _V.RECORDED})
_DESK = frozenset({_V.WITHDRAWN, _V.EXPIRED, _V.POSTPONED})

MOVES: dict[VisitState, frozenset[VisitState]] = {
    _V.ASSIGNED: frozenset({_V.ACCEPTED, _V.DECLINED}) | _DESK | _WENT,
    _V.ACCEPTED: frozenset({_V.DECLINED}) | _DESK | _WENT,
    _V.STARTED: frozenset({_V.ENDED, _V.RECORDED}),
    _V.ENDED: frozenset({_V.RECORDED}),
    _V.RECORDED: frozenset(),
    _V.DECLINED: frozenset(),
    _V.WITHDRAWN: _WENT,
    _V.EXPIRED: _WENT | {_V.ACCEPTED, _V.DECLINED},
    _V.POSTPONED: _WENT | {_V.ACCEPTED, _V.DECLINED, _V.WITHDRAWN, _V.EXPIRED},
}

# Nobody has gone yet.
WAITING = frozenset({_V.ASSIGNED, _V.ACCEPTED, _V.POSTPONED})
# Still on the phone, counted against the twenty.
OPEN = WAITING | {_V.STARTED, _V.ENDED}
KEPT_AFTER_DUE = timedelta(days=30)
"""A visit stays on the phone so long after its window: recording late is always possible. Then the
phone has let go of it, and nobody waits for it any more (`EXPIRED`)."""


def may_take_back(state: VisitState, due_at: datetime, now: datetime) -> bool:
    """Tell whether the desk may take it back: nobody has gone yet; or somebody has, and long after
    no phone shows it any more, so that no record need ever come."""
    if state in OPEN - WAITING:
        return due_at <= now - KEPT_AFTER_DUE
    return VisitState.WITHDRAWN in MOVES[state]


def moved(state: VisitState, to: VisitState) -> VisitState:
    """Return the new state.

    :raises Conflict: if that way does not exist from here.
    """
    if to not in MOVES[state]:
        raise Conflict("visit.moved", state=str(state), to=str(to))
    return to


class PlaceKind(StrEnum):
    """What decides how many questions the gate asks."""

    PUBLIC = "public"
    HOME = "home"


_PUBLIC = frozenset({"posyandu", "clinic", "village_hall", "school", "other_cadre_home"})
PUBLIC_QUESTIONS = ("still_agreed", "cover_ready", "check_out_in")
HOME_QUESTIONS = (
    *PUBLIC_QUESTIONS,
    "reported_person_away",
    "companion",
    "companion_contact",
    "exit_known",
    "daylight",
)


def place_kind(meeting_place: str | None) -> PlaceKind:
    """Return whether this place is public; the survivor's home and *other* are not."""
    return PlaceKind.PUBLIC if meeting_place in _PUBLIC else PlaceKind.HOME


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether she may leave. `missing` are the questions that keep it shut, in their order."""

    is_open: bool
    missing: tuple[str, ...]
    another_place: bool


def gate(answers: Mapping[str, object], kind: PlaceKind) -> Gate:
    """Judge the answers before leaving: every question needs its yes, *unknown* is none.

    When only the home itself is the trouble, another place is the advice. The phone asks this; what
    has happened is recorded whatever the answers were.
    """
    questions = PUBLIC_QUESTIONS if kind is PlaceKind.PUBLIC else HOME_QUESTIONS
    missing = tuple(name for name in questions if not _answered(name, answers.get(name)))
    at_home = missing and not set(missing) & set(PUBLIC_QUESTIONS)
    return Gate(not missing, missing, bool(at_home))


def _answered(name: str, answer: object) -> bool:
    if name == "check_out_in":
        return isinstance(answer, int) and not isinstance(answer, bool) and answer > 0
    return bool(answer) if name == "companion_contact" else answer == "yes"


class Window(StrEnum):
    """Where now lies in the window of a visit."""

    BEFORE = "before"
    OPEN = "open"
    PAST = "past"


def window(opens_at: datetime, due_at: datetime, now: datetime) -> Window:
    """Return whether it is too early, time, or past; recording is possible in all three."""
    if now < opens_at:
        return Window.BEFORE
    return Window.OPEN if now <= due_at else Window.PAST


def details_from(opens_at: datetime, settings: Mapping[str, Setting] = SETTINGS) -> datetime:
    """Return from when contact and place may be on the phone."""
    return opens_at - settings["visit.details_before"].span


@dataclass(frozen=True, slots=True)
class CheckOut:
    """When she should be back, and who moves when she is not."""

    due_at: datetime
    nudge_at: datetime
    call_companion_at: datetime
    head_at: datetime


def check_out(
    started_at: datetime | None,
    planned_at: datetime | None,
    check_out_in: int | None,
    settings: Mapping[str, Setting] = SETTINGS,
) -> CheckOut | None:
    """Return the clock from the start, else from the plan; None if there is neither.

    `check_out_in` is minutes. A neutral push comes first, then the companion or the second number
    is called with the agreed harmless question, then the head decides.
    """
    begin = started_at or planned_at
    if begin is None or check_out_in is None:
        return None
    due_at = begin + timedelta(minutes=check_out_in)
    names = ("check_out.nudge", "check_out.call", "check_out.head")
    return CheckOut(due_at, *(due_at + settings[name].span for name in names))
