"""Clocks that are kept: the law's about police, protection and personal data, and how soon somebody
goes there. How each ends, what follows it, whom it belongs to; how time is counted: `clocks`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.domain import clocks
from app.domain.clocks import JAKARTA, ServiceHours
from app.domain.errors import Conflict, Invalid
from app.domain.permissions import Role
from app.domain.risk import Risk
from app.domain.settings import SETTINGS, Mark, Setting

Settings = Mapping[str, Setting]


class Kind(StrEnum):
    """What must be done in time (domain.md section 5)."""

    POLICE_REPORT = "police_report"
    PROTECTION_GIVEN = "protection_given"
    ASK_LPSK = "ask_lpsk"
    ASK_COURT = "ask_court"
    PROTECTION_SEXUAL = "protection_sexual"
    PROTECTION_DOMESTIC = "protection_domestic"
    PROTECTION_ORDER = "protection_order"
    OUTREACH = "outreach"
    FOLLOWED_UP = "followed_up"
    ACCESS = "access"
    CORRECTION = "correction"
    BREACH_NOTICE = "breach_notice"


class State(StrEnum):
    """Whether it runs."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


_K = Kind
_PROTECTED = ("ordered", "not_needed", "ran_out")
ENDINGS: Mapping[Kind, tuple[str, ...]] = {
    _K.POLICE_REPORT: (
        "reported",
        "police_already_know",
        "not_sexual",
        "adult_refuses_recorded",
    ),
    _K.PROTECTION_GIVEN: ("given", "refused", "not_wanted"),
    _K.ASK_LPSK: ("asked", "refused", "not_wanted"),
    _K.ASK_COURT: ("asked", "refused", "not_wanted"),
    _K.PROTECTION_SEXUAL: _PROTECTED,
    _K.PROTECTION_DOMESTIC: _PROTECTED,
    _K.PROTECTION_ORDER: _PROTECTED,
    _K.OUTREACH: ("reached", "not_wanted"),
    _K.FOLLOWED_UP: ("reached", "not_wanted"),
    _K.ACCESS: ("answered", "refused_by_law", "not_wanted"),
    _K.CORRECTION: ("answered", "refused_by_law", "not_wanted"),
    _K.BREACH_NOTICE: ("told", "no_breach"),
}
# The machine ends a clock so when its referral goes another way; it comes back with the referral.
BY_ITSELF = ("joined", "not_ours", "transferred", "closed")
# An adult's refusal takes the case from the police: two persons say so (domain.md section 5).
SECOND_PERSON = frozenset({"adult_refuses_recorded"})
# There was nothing to keep: neither kept nor late.
VOID = frozenset({"not_sexual", "not_wanted", "not_needed", "no_breach", *BY_ITSELF})
# What staff start, with what happened at that moment; the others start by themselves or follow.
STARTED_BY_STAFF = (
    _K.POLICE_REPORT,
    _K.PROTECTION_SEXUAL,
    _K.PROTECTION_GIVEN,
    _K.PROTECTION_DOMESTIC,
    _K.ACCESS,
    _K.CORRECTION,
)
# Protection that police have given must at once be asked of somebody who can prolong it.
BESIDE: Mapping[Kind, Kind] = {
    _K.PROTECTION_SEXUAL: _K.ASK_LPSK,
    _K.PROTECTION_DOMESTIC: _K.ASK_COURT,
}
FOLLOWS: Mapping[tuple[Kind, str], Kind] = {
    (_K.PROTECTION_GIVEN, "given"): _K.PROTECTION_DOMESTIC,
    (_K.PROTECTION_SEXUAL, "ordered"): _K.PROTECTION_ORDER,
    (_K.PROTECTION_DOMESTIC, "ordered"): _K.PROTECTION_ORDER,
    (_K.PROTECTION_ORDER, "ordered"): _K.PROTECTION_ORDER,
}
# Whose end stands in an order, not in a law.
UNTIL = frozenset({_K.PROTECTION_ORDER})
ENDS_WITH_CASE = frozenset({_K.OUTREACH, _K.FOLLOWED_UP})
PRIVACY = frozenset({_K.ACCESS, _K.CORRECTION, _K.BREACH_NOTICE})
_HERE = frozenset({"in_person", "police", "hospital"})
WHY = ("survivor_said", "cadre_said", "paper_says", "mistake", "waits_for_her", "other")

_SETTING: Mapping[Kind, str] = {
    _K.POLICE_REPORT: "police.report",
    _K.PROTECTION_GIVEN: "protection.domestic.given",
    _K.ASK_LPSK: "protection.sexual.ask_lpsk",
    _K.ASK_COURT: "protection.domestic.ask_court",
    _K.PROTECTION_SEXUAL: "protection.sexual.lasts",
    _K.PROTECTION_DOMESTIC: "protection.domestic.lasts",
    _K.FOLLOWED_UP: "low.followed_up",
    **{kind: f"privacy.{kind}" for kind in PRIVACY},
}


def source(kind: Kind, risk: Risk | str, settings: Settings = SETTINGS) -> Setting | None:
    """Return the number behind a clock with its mark and source; None: an order names the day."""
    if kind in UNTIL:
        return None
    return settings[_SETTING.get(kind, f"outreach.{risk}")]


def group(kind: Kind) -> str:
    """Return with which others a clock is counted: `police`, `law` or `ours`."""
    if kind is Kind.POLICE_REPORT:
        return "police"
    return "law" if is_law(kind) else "ours"


def is_law(kind: Kind) -> bool:
    """Tell whether a statute runs this clock."""
    found = source(kind, Risk.HIGH)
    return found is None or found.mark is Mark.LAW


def may_pause(kind: Kind) -> bool:
    """Tell whether it may stand still: a statute's never does, whatever the reason."""
    return not is_law(kind)


def due(
    kind: Kind,
    starts_at: datetime,
    risk: Risk | str,
    *,
    hours: ServiceHours = JAKARTA,
    settings: Settings = SETTINGS,
) -> datetime:
    """Return by when it must be done.

    :raises Invalid: for a kind whose end an order names.
    """
    if kind in UNTIL:
        raise Invalid("field.missing", field="until")
    if kind is Kind.OUTREACH:
        return clocks.outreach_due(Risk(risk), starts_at, hours=hours, settings=settings)
    if kind is Kind.FOLLOWED_UP:
        return clocks.followed_up_due(starts_at, hours=hours, settings=settings)
    return starts_at + settings[_SETTING[kind]].span


def warnings(
    kind: Kind, starts_at: datetime, due_at: datetime, settings: Settings = SETTINGS
) -> tuple[datetime, ...]:
    """Return when its owner is told, in order; the last is its end, of which the head hears."""
    if kind is Kind.POLICE_REPORT:
        found = clocks.police_clock(starts_at, confirmed=True, settings=settings).warnings
    elif kind in ENDS_WITH_CASE:
        found = (due_at - settings["clock.warn_outreach"].span,)
    elif kind in (Kind.PROTECTION_SEXUAL, Kind.PROTECTION_DOMESTIC, Kind.PROTECTION_ORDER):
        found = (due_at - settings["protection.warn_before"].span,)
    else:
        found = (due_at - settings["clock.warn_law"].span,)
    return (*(at for at in found if starts_at < at < due_at), due_at)


def next_warning(moments: Sequence[datetime], now: datetime) -> datetime | None:
    """Return the next moment at which somebody is told; what has passed is not told late."""
    return next((at for at in moments if at > now), None)


def by_itself(channel: str, risk: Risk | str, *, police: bool) -> tuple[Kind, ...]:
    """Return which clocks a report starts when it comes in."""
    kinds = (Kind.POLICE_REPORT,) if police else ()
    if channel not in _HERE:
        return (*kinds, Kind.OUTREACH)
    return (*kinds, Kind.FOLLOWED_UP) if risk == Risk.LOW else kinds


def must_end(kind: Kind, how: str, *, child: bool) -> None:
    """Check that a clock can end so.

    :raises Invalid: if not; for a child nobody refuses.
    """
    if how not in ENDINGS[kind] or (child and how in SECOND_PERSON):
        raise Invalid("clock.ending", field="how")


def moved(state: State | str, act: str) -> State:
    """Return the new state.

    :raises Conflict: if it is not there any more: somebody else was faster.
    """
    to = _MOVES.get((State(state), act))
    if to is None:
        raise Conflict("clock.moved", state=str(state), act=act)
    return to


_S = State
_MOVES = {
    (_S.RUNNING, "correct"): _S.RUNNING,
    (_S.PAUSED, "correct"): _S.PAUSED,
    (_S.RUNNING, "pause"): _S.PAUSED,
    (_S.PAUSED, "resume"): _S.RUNNING,
    (_S.RUNNING, "end"): _S.ENDED,
    (_S.PAUSED, "end"): _S.ENDED,
    (_S.ENDED, "again"): _S.RUNNING,
}


def kept(
    how: str | None, due_at: datetime, ended_at: datetime | None, lost: timedelta = timedelta(0)
) -> str | None:
    """Return `kept`, `late_signal`, `late` or `open`; None where there was nothing to keep.

    `lost` is how long the report lay on a phone without signal after this clock had begun: what
    would have been in time without it is not the desk's.
    """
    if ended_at is None:
        return "open"
    if how in VOID:
        return None
    if how != "ran_out" and ended_at <= due_at:
        return "kept"
    return "late_signal" if how != "ran_out" and ended_at - lost <= due_at else "late"


def lost_to_signal(starts_at: datetime, happened_at: datetime, received_at: datetime) -> timedelta:
    """Return how long a report lay on the phone while this clock ran already."""
    return max(received_at - max(starts_at, happened_at), timedelta(0))


@dataclass(frozen=True, slots=True)
class Keeper:
    """Somebody of the staff who could keep a clock."""

    id: UUID
    roles: frozenset[str]
    here: bool = True
    related: bool = False


_KEEP = (Role.COORDINATOR, Role.HEAD, Role.CASEWORKER)


def owner(first: Iterable[UUID | None], staff: Iterable[Keeper]) -> UUID | None:
    """Return whose a clock is: the first of `first` who can keep it, else whoever of the desk can.

    Somebody can who works here, sees cases and is not related. None only where nobody can: then it
    is the parent office's, and the page says so.
    """
    able = {one.id: one for one in staff if one.here and not one.related}
    able = {key: one for key, one in able.items() if not one.roles.isdisjoint(_KEEP)}
    for wanted in first:
        if wanted in able:
            return wanted
    for role in _KEEP:
        if held := sorted(key for key, one in able.items() if role in one.roles):
            return held[0]
    return None
