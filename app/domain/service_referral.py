"""Service referrals: what is asked of a partner, how it moves, and what the law forbids."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain import codes
from app.domain.clocks import JAKARTA, ServiceHours
from app.domain.consent import Purpose
from app.domain.errors import Conflict, Invalid
from app.domain.settings import SETTINGS, Setting

ESCORT = ("with_officer", "without", "cadre_asked")
REFUSAL = (
    "full",
    "not_competent",
    "no_mou",
    "documents",
    "cost",
    "disability_access",
    "other",
)
RECALL = ("recalled", "kept_by_partner_law", "already_done")
MEDIATION = "civil_mediation"
# What cannot wait for a second person: sent at once, and the head is told.
URGENT = frozenset({"first_aid", "medicolegal", "rape_72h", "police_report", "protection_order"})


class ServiceState(StrEnum):
    """Where a service referral stands."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    SENT = "sent"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    SERVED = "served"
    DONE = "done"
    PARTNER_REFUSED = "partner_refused"
    SURVIVOR_REFUSED = "survivor_refused"
    NO_SHOW = "no_show"
    EXPIRED = "expired"
    REROUTED = "rerouted"
    CANCELLED = "cancelled"
    RECALLED = "recalled"


_P = ServiceState
_ENDED_OUTSIDE = frozenset(
    {_P.PARTNER_REFUSED, _P.SURVIVOR_REFUSED, _P.NO_SHOW, _P.EXPIRED, _P.REROUTED, _P.RECALLED}
)
MOVES: dict[ServiceState, frozenset[ServiceState]] = {
    _P.DRAFT: frozenset({_P.AWAITING_APPROVAL, _P.CANCELLED, _P.SURVIVOR_REFUSED}),
    _P.AWAITING_APPROVAL: frozenset({_P.DRAFT, _P.SENT, _P.CANCELLED, _P.SURVIVOR_REFUSED}),
    _P.SENT: _ENDED_OUTSIDE | {_P.ACCEPTED, _P.SCHEDULED, _P.SERVED},
    _P.ACCEPTED: _ENDED_OUTSIDE | {_P.SCHEDULED, _P.SERVED},
    _P.SCHEDULED: _ENDED_OUTSIDE | {_P.SCHEDULED, _P.SERVED},
    _P.SERVED: frozenset({_P.DONE, _P.RECALLED}),
    _P.DONE: frozenset(),
    _P.PARTNER_REFUSED: frozenset({_P.REROUTED}),
    _P.SURVIVOR_REFUSED: frozenset(),
    _P.NO_SHOW: frozenset({_P.SCHEDULED, _P.REROUTED, _P.CANCELLED}),
    _P.EXPIRED: frozenset({_P.REROUTED, _P.CANCELLED}),
    _P.REROUTED: frozenset(),
    _P.CANCELLED: frozenset(),
    _P.RECALLED: frozenset(),
}
# Pressed by hand, and so perhaps by mistake. What went out, went on or was asked back is no press.
_BY_HAND = frozenset(
    {
        _P.ACCEPTED,
        _P.SCHEDULED,
        _P.SERVED,
        _P.DONE,
        _P.PARTNER_REFUSED,
        _P.SURVIVOR_REFUSED,
        _P.NO_SHOW,
        _P.EXPIRED,
        _P.CANCELLED,
    }
)
# What a withdrawal asks back.
RECALLABLE = frozenset({_P.SENT, _P.ACCEPTED, _P.SCHEDULED, _P.SERVED})


def moved(state: ServiceState, to: ServiceState) -> ServiceState:
    """Return the new state.

    :raises Conflict: if that way does not exist from here.
    """
    if to not in MOVES[state]:
        raise Conflict("service.moved", state=str(state), to=str(to))
    return to


# Nobody answers any more, nothing more may be asked.
ENDED = frozenset(state for state in _P if not MOVES[state])
# What a partner may say, and where it leads.
ANSWERS = {
    "accepted": _P.ACCEPTED,
    "scheduled": _P.SCHEDULED,
    "served": _P.SERVED,
    "partner_refused": _P.PARTNER_REFUSED,
}

_PURPOSE = {
    "police_report": Purpose.REFER_POLICE,
    "protection_order": Purpose.REFER_POLICE,
    "shelter": Purpose.REFER_SHELTER,
    "medical": Purpose.REFER_MEDICAL,
    "psychosocial": Purpose.REFER_PSYCHOSOCIAL,
    "legal": Purpose.REFER_LEGAL,
    "reintegration": Purpose.REFER_REINTEGRATION,
}


def must_exist(service: str, what: str | None) -> None:
    """Check that there is such a service, and that kind of it.

    :raises Invalid: if not; a service with kinds needs one.
    """
    kinds = codes.SERVICES.get(service)
    if kinds is None or (what not in kinds if kinds else what is not None):
        raise Invalid("service.unknown", field="what")


def purpose_of(service: str, what: str | None) -> Purpose:
    """Return what the survivor must have agreed to before this goes out."""
    return _PURPOSE.get(what or "") or _PURPOSE.get(service, Purpose.REFER_SOCIAL)


def may_settle(*, banned: bool, own: bool) -> bool:
    """Tell whether civil mediation may be offered: by the UPTD itself, never where it is forbidden.

    What bans it: `case.settlement_banned`.
    """
    return own and not banned


def may_take_back(was: str, state: str) -> bool:
    """Tell whether a step may be taken back; another day of the same kind overwrote the former."""
    return state in _BY_HAND and was != state and was not in (_P.PARTNER_REFUSED, _P.REROUTED)


def annulled(state: ServiceState) -> ServiceState:
    """Return where a mediation stands once the case turns out to be one that forbids it.

    Not a way that anybody may take: the law takes it, from every state.
    """
    never_went_out = (_P.DRAFT, _P.AWAITING_APPROVAL, _P.CANCELLED, _P.SURVIVOR_REFUSED)
    return _P.CANCELLED if state in never_went_out else _P.RECALLED


def covered(service: str, what: str | None, withdrawn: Collection[str]) -> bool:
    """Tell whether a withdrawal of these purposes asks this referral back.

    Who takes back that anything is recorded takes back everything.
    """
    return Purpose.RECORD in withdrawn or purpose_of(service, what) in withdrawn


def recalled(state: ServiceState, result: str) -> ServiceState:
    """Return where a referral stands after its partner was asked to stop.

    :raises Conflict: if there is nothing to ask back.
    """
    if state not in RECALLABLE:
        raise Conflict("recall.settled", state=str(state))
    return _P.DONE if result == "already_done" else _P.RECALLED


def is_urgent(what: str | None) -> bool:
    """Tell whether this is sent without waiting for approval."""
    return what in URGENT


def reply_due(
    what: str | None,
    sent_at: datetime,
    hours: ServiceHours = JAKARTA,
    settings: Mapping[str, Setting] = SETTINGS,
) -> datetime:
    """Return when the partner must have answered."""
    if is_urgent(what):
        return sent_at + settings["service.reply_urgent"].span
    return hours.working_days_after(sent_at, settings["service.reply"].value)


_AGE = {"now": (0, 0), "last_24h": (0, 24), "days_2_3": (24, 72)}  # hours: at least, at most


def medicine_until(
    facts: Mapping[str, object], written_at: datetime
) -> tuple[datetime, datetime] | None:
    """Return until when preventive medicine after rape surely, and perhaps, still helps.

    72 hours from what happened, which a report tells only roughly; None if longer ago or unknown.
    """
    age = _AGE.get(str(facts.get("last_happened")))
    if age is None:
        return None
    least, most = age
    helps = SETTINGS["medical.rape"].value
    return tuple(written_at + timedelta(hours=helps - past) for past in (most, least))
