"""Partners: their kinds, how the MoU stands, who serves what, which one fits which need."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from app.domain.errors import Invalid
from app.domain.settings import SETTINGS

_K = TypeVar("_K")

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
FEE = ("free", "insurance", "paid", "unknown")
# The partners that give a service; a kind that stands nowhere here may be asked all the same.
SERVED_BY = {
    "medical": ("hospital", "clinic", "midwife_post"),
    "psychosocial": ("psychologist", "puspaga", "hospital", "university", "women_child_ngo"),
    "legal": ("legal_aid", "women_child_ngo", "lpsk", "university"),
    "police_report": ("police_ppa", "cyber_unit"),
    "protection_order": ("police_ppa", "district_court", "lpsk"),
    "victim_fund": ("lpsk", "baznas"),
    "content_removal": ("cyber_unit",),
    "marriage_dispensation_hearing": ("religious_court", "district_court", "legal_aid"),
    "social_rehabilitation": ("social_office", "women_child_ngo", "faith_leader"),
    "shelter": ("shelter", "social_office", "women_child_ngo"),
    "economic": ("baznas", "manpower_office", "social_office"),
    "skills": ("manpower_office", "social_office"),
    "reintegration": ("social_office", "village", "women_child_ngo"),
    "school": ("school", "education_office"),
    "work": ("manpower_office",),
    "documents": ("civil_registry", "kua"),
    "migrant_protection": ("bp3mi",),
    "transport": ("hospital", "police_ppa", "village", "social_office"),
    "religious_support": ("faith_leader", "kua"),
}
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


# Who must not know, did it, or stands above the cadre: which partners are then no way to help.
_AROUND = {
    "rt_rw": "village",
    "village_office": "village",
    "official": "village",
    "superior": "village",
    "teacher": "school",
    "school": "school",
    "religious_teacher": "faith_leader",
}


def may_be_around(kind: str) -> bool:
    """Tell whether there are cases that partners of this kind must not hear of."""
    return kind in _AROUND.values()


def kept_out(said: Iterable[str | None]) -> frozenset[str]:
    """Return the kinds of partners that nothing of this goes to: the way leads around them.

    `said`: codes of who must not know, of who did it and of what ties a cadre has to them.
    Police are not among them: who must not know is the post of the village, not the unit for women
    and children of the regency.
    """
    return frozenset(_AROUND[code] for code in said if code in _AROUND)


def has_shelter(kind: str) -> bool:
    """Tell whether nobody may learn where this partner is: its address is never stored."""
    return kind == "shelter"


@dataclass(frozen=True, slots=True)
class Mou:
    """How an agreement stands on a day; `warn` is `first` (90 days), `last` (30 days), or empty."""

    state: str
    days_left: int | None = None
    warn: str = ""

    @property
    def stands(self) -> bool:
        """Tell whether a referral on this day goes out under an agreement, or needs none."""
        return self.state in ("in_force", "ending", "not_needed")


def mou_on(state: str, until: date | None, today: date) -> Mou:
    """Return how an agreement stands today: what was written down, corrected by its last day."""
    if state not in ("in_force", "ending") or until is None:
        return Mou(state)
    left = (until - today).days
    if left < 0:
        return Mou("ended", left)
    if left <= SETTINGS["mou.warn_last"].value:
        return Mou("ending", left, "last")
    if left <= SETTINGS["mou.warn_first"].value:
        return Mou("ending", left, "first")
    return Mou(state, left)


def serves(kind: str, service: str, what: str | None) -> bool:
    """Tell whether partners of this kind usually give this service."""
    return kind in SERVED_BY.get(what or "", SERVED_BY[service])


def chain(first: _K, after: Callable[[_K], _K | None]) -> tuple[_K, ...]:
    """Return a partner and all that stand in for it, in the order in which they are asked.

    :raises Invalid: if the chain comes back to one that was asked already.
    """
    found = [first]
    while (following := after(found[-1])) is not None:
        if following in found:
            raise Invalid("partner.fallback_cycle", field="fallback")
        found.append(following)
    return tuple(found)
