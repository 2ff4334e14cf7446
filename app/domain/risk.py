"""The proposed risk of a report and of a visit record, with its reasons (domain.md section 3.1).

A machine may raise a level, never lower it (rule 9). The phone's page judges the same way; both are
held together by `tests/vectors/domain.json`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.codes import CHILD_AGES, GRAVE_SIGNS, LESSER_SIGNS, SIGNS_1_TO_7
from app.domain.fields.field import codes_in

WITHIN_72_HOURS = ("now", "last_24h", "days_2_3")
WITHIN_A_DAY = ("now", "last_24h")
PLANNED_CRIMES = ("child_marriage", "trafficking")
# Access needs that make somebody depend on the one who may hurt her.
DEPENDENCE = (
    "wheelchair",
    "sight",
    "hearing_speech",
    "intellectual",
    "mental",
    "elderly",
    "language",
)

# What a level is judged by. What says nothing of these says nothing of danger.
JUDGED = (
    "danger_now",
    "danger_signs",
    "violence",
    "last_happened",
    "reported_person_near",
    "reported_person",
    "survivor_age",
    "access_needs",
)


class Risk(StrEnum):
    """How soon a person must act."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


_RANK = {Risk.LOW: 0, Risk.MEDIUM: 1, Risk.HIGH: 2}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A level for a person to confirm or raise. `reasons` are codes, the weightiest first."""

    risk: Risk
    emergency: bool
    reasons: tuple[str, ...]


def raised(risk: Risk, other: Risk) -> Risk:
    """Return the higher of two levels."""
    return max(risk, other, key=_RANK.__getitem__)


def is_higher(risk: Risk, than: Risk) -> bool:
    """Tell whether a level is above another; as words they do not compare."""
    return _RANK[risk] > _RANK[than]


def is_child(answers: Mapping[str, object]) -> bool:
    """Tell whether the survivor is known to be under 18."""
    return answers.get("survivor_age") in CHILD_AGES


def is_sexual(answers: Mapping[str, object]) -> bool:
    """Tell whether it is sexual violence; a pregnant child means that it is."""
    return "sexual" in codes_in(answers.get("violence")) or _pregnant_child(answers)


def starts_police_clock(answers: Mapping[str, object]) -> bool:
    """Tell whether the police must hear within 3 x 24 h (UU 12/2022 art. 41)."""
    return is_sexual(answers) or "child_marriage" in codes_in(answers.get("violence"))


def proposed_risk(answers: Mapping[str, object]) -> Proposal:
    """Return the level that these answers speak for.

    Wants facts and texts together (`Parsed.answers`) and takes anything that was salvaged from a
    broken report: an answer that is not there counts as unknown.
    """
    emergency = _emergency(answers)
    high = _high(answers)
    medium = _medium(answers)
    if emergency or high:
        return Proposal(Risk.HIGH, bool(emergency), tuple(dict.fromkeys(emergency + high + medium)))
    return Proposal(Risk.MEDIUM if medium else Risk.LOW, False, tuple(medium))


def risk_of_news(known: Mapping[str, object], news: Mapping[str, object]) -> Proposal:
    """Judge what is added to a report: all that is known by then, if the news speaks of danger.

    Else a level which a caseworker lowered with a reason would be raised again by any word.
    """
    if not any(name in news for name in JUDGED):
        return Proposal(Risk.LOW, False, ())
    return proposed_risk({**known, **news})


def risk_of_visit(known: Mapping[str, object], record: Mapping[str, object]) -> Proposal:
    """Judge what a visit record tells, by the same rule.

    Only what is new counts: who she is (age, dependence, who is near) comes from the report, when
    and what happened does not, so that a level which a caseworker lowered with a reason is not
    raised again by a quiet visit.
    """
    signs = [code for code in codes_in(record.get("danger_signs")) if code != "none_seen"]
    new = record.get("new_violence") == "yes"
    asked = "raise_risk" in codes_in(record.get("next"))
    reasons: tuple[str, ...] = ("cadre_asks_to_raise",) if asked else ()
    if record.get("injury") == "needs_medical":
        reasons += ("needs_medical",)
    if not signs and not new:
        return Proposal(Risk.MEDIUM if reasons else Risk.LOW, False, reasons)
    who = ("survivor_age", "access_needs", "reported_person", "reported_person_near")
    answers = {name: known[name] for name in who if name in known}
    answers["danger_signs"] = signs or ["none_seen"]
    if new:
        answers["violence"] = known.get("violence") or ["other"]
    told = proposed_risk(answers)
    risk = raised(told.risk, Risk.MEDIUM) if reasons else told.risk
    return Proposal(risk, told.emergency, told.reasons + reasons)


def waits_for_sending(answers: Mapping[str, object]) -> str:
    """Return the name of the setting that says how long a waiting envelope rests untouched."""
    high = proposed_risk(answers).risk is Risk.HIGH
    return "waiting_envelope.high" if high else "waiting_envelope.other"


def _pregnant_child(answers: Mapping[str, object]) -> bool:
    pregnant = "pregnant_now" in codes_in(answers.get("danger_signs"))
    pregnant = pregnant or "pregnant" in codes_in(answers.get("access_needs"))
    return is_child(answers) and pregnant


def _emergency(answers: Mapping[str, object]) -> list[str]:
    signs = codes_in(answers.get("danger_signs"))
    reasons = [f"sign.{sign}" for sign in ("happening_now", "suicidal") if sign in signs]
    if answers.get("last_happened") in WITHIN_A_DAY:
        hurt = [f"sign.{sign}" for sign in ("strangled", "serious_injury") if sign in signs]
        reasons += [*hurt, "within_a_day"] if hurt else []
    if answers.get("danger_now") == "yes":
        reasons.append("danger_now")
    return reasons


def _high(answers: Mapping[str, object]) -> list[str]:
    signs = codes_in(answers.get("danger_signs"))
    violence = codes_in(answers.get("violence"))
    when = answers.get("last_happened")
    near = answers.get("reported_person_near")
    lesser = [sign for sign in LESSER_SIGNS if sign in signs]
    depends = any(need in DEPENDENCE for need in codes_in(answers.get("access_needs")))
    carer = answers.get("reported_person") == "carer"
    planned = [kind for kind in PLANNED_CRIMES if kind in violence]
    reasons = [f"sign.{sign}" for sign in GRAVE_SIGNS if sign in signs]
    reasons += [f"sign.{sign}" for sign in lesser] if len(lesser) >= 2 else []
    reasons += ["pregnant_child"] if _pregnant_child(answers) else []
    reasons += ["sexual_72h"] if is_sexual(answers) and when in WITHIN_72_HOURS else []
    reasons += ["child_near"] if is_child(answers) and near != "no" else []
    reasons += [f"planned.{kind}" for kind in planned] if when == "planned_7d" else []
    if "trafficking" in violence and "confined" in signs:
        reasons.append("trafficking_confined")
    if depends and (carer or near == "yes"):
        reasons.append("dependent")
    return reasons


def _medium(answers: Mapping[str, object]) -> list[str]:
    signs = codes_in(answers.get("danger_signs"))
    reasons = [f"sign.{sign}" for sign in LESSER_SIGNS if sign in signs]
    reasons += [
        f"violence.{kind}" for kind in codes_in(answers.get("violence")) if kind != "unknown"
    ]
    if not signs or "unknown" in signs:
        reasons.append("signs_unknown")
    return reasons


def has_sign_1_to_7(answers: Mapping[str, object]) -> bool:
    """Tell whether the unsent report must send her to the telephone."""
    return any(sign in SIGNS_1_TO_7 for sign in codes_in(answers.get("danger_signs")))
