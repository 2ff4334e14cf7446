"""What people read for every field and code; rules about them are in `app.domain`."""

from app.domain.fields import INDICATORS, UPTD_INDICATORS
from app.words import (
    cadre,
    care,
    contact,
    desk,
    partner,
    report,
    rules,
    service,
    statistics,
    visit,
    workload,
)
from app.words.pictures import PICTURES
from app.words.question import Question

__all__ = [
    "LABELS",
    "QUESTIONS",
    "Question",
    "flag_label",
    "label",
    "question",
    "reason_label",
    "refusal",
]

QUESTIONS: dict[str, Question] = {
    **report.QUESTIONS,
    **contact.QUESTIONS,
    **visit.QUESTIONS,
    **desk.QUESTIONS,
    **care.QUESTIONS,
}
IN_AN_ACT: dict[tuple[str, str], Question] = visit.IN_AN_ACT
LABELS: dict[str, dict[str, object]] = {
    **report.LABELS,
    **contact.LABELS,
    **visit.LABELS,
    **desk.LABELS,
    **cadre.LABELS,
    **care.LABELS,
    **partner.LABELS,
    **rules.LABELS,
    **service.LABELS,
    **statistics.LABELS,
    **workload.LABELS,
}
# Fields that speak of the codes of another.
LABELS["purposes"] = LABELS["consent_purpose"]
LABELS["picture"] = PICTURES
LABELS["closing"], LABELS["visit_end"] = LABELS["closing_reason"], LABELS["how"]
LABELS["unmet_why"] = LABELS["unmet"]
LABELS |= dict.fromkeys(
    ("recovery_yes", "recovery_partly", "recovery_not_yet"),
    {one.name: QUESTIONS[one.name].short for one in (*INDICATORS, *UPTD_INDICATORS)},
)
LABELS["missed_signs"] = LABELS["danger_signs"]
LABELS |= {one.name: LABELS["indicator"] for one in (*INDICATORS, *UPTD_INDICATORS)}


def question(field: str, act: str = "") -> Question:
    """Return the question of a field, in the words of an act where that asks it in its own.

    :raises KeyError: if the field has no words: a bug.
    """
    return IN_AN_ACT.get((act, field)) or QUESTIONS[field]


def label(field: str, code: str) -> object:
    """Return what people read for a code of a field, or of a state, role, stage or reason, lazily.

    :raises KeyError: if the code has no word: a bug.
    """
    return LABELS[field][code]


def reason_label(reason: str) -> object:
    """Return the words for one reason of a proposed risk (`Proposal.reasons`)."""
    kind, _, code = reason.partition(".")
    if kind == "sign":
        return LABELS["danger_signs"][code]
    if kind == "violence":
        return LABELS["violence"][code]
    return LABELS["risk_reason"][reason]


def refusal(code: str) -> object:
    """Return what a form says beside a field that it refused with this code."""
    return desk.REFUSALS[code]


def flag_label(flag: str) -> tuple[object, object]:
    """Return the words for a flag of `Parsed.flags` and for the field it speaks of, or ""."""
    code, _, field = flag.partition(":")
    named = QUESTIONS.get(field)
    return LABELS["flag"].get(code, code), named.short if named else field
