"""Partners and service referrals: their codes, states, and which partner fits which need."""

from collections.abc import Iterable
from enum import StrEnum

from app.domain.errors import Conflict

KIND = (
    "uptd_ppa",
    "clinic",
    "midwife_post",
    "hospital",
    "police_ppa",
    "cyber_unit",
    "prosecutor",
    "district_court",
    "religious_court",
    "bapas",
    "legal_aid",
    "women_child_ngo",
    "social_office",
    "shelter",
    "education_office",
    "school",
    "civil_registry",
    "manpower_office",
    "bp3mi",
    "kua",
    "baznas",
    "psychologist",
    "puspaga",
    "university",
    "lpsk",
    "village",
    "faith_leader",
    "other",
)
MOU = ("none", "draft", "in_talks", "in_force", "ending", "ended", "not_needed")
ACCESSIBILITY = (
    "ramp",
    "accessible_toilet",
    "sign_language",
    "braille_audio",
    "easy_language",
    "interpreter",
    "mental_health_staff",
    "elderly_friendly",
    "child_friendly",
)
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

_ASKS_FOR = {
    "wheelchair": ("ramp", "accessible_toilet"),
    "sight": ("braille_audio",),
    "hearing_speech": ("sign_language",),
    "intellectual": ("easy_language",),
    "mental": ("mental_health_staff",),
    "elderly": ("elderly_friendly",),
    "infant": ("child_friendly",),
    "language": ("interpreter",),
}


def unmet(access_needs: Iterable[str], offered: Iterable[str]) -> tuple[str, ...]:
    """Return what a partner lacks for these needs; pregnancy asks for nothing of a building."""
    offered = set(offered)
    wanted = [part for need in access_needs for part in _ASKS_FOR.get(need, ())]
    return tuple(part for part in dict.fromkeys(wanted) if part not in offered)


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
# What a withdrawal asks back.
RECALLABLE = frozenset({_P.SENT, _P.ACCEPTED, _P.SCHEDULED, _P.SERVED})


def moved(state: ServiceState, to: ServiceState) -> ServiceState:
    """Return the new state.

    :raises Conflict: if that way does not exist from here.
    """
    if to not in MOVES[state]:
        raise Conflict("service.moved", state=str(state), to=str(to))
    return to
