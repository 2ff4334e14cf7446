"""Consent: per purpose, versioned, the newest word counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain import codes

Purpose = StrEnum("Purpose", [(code.upper(), code) for code in codes.CONSENT_PURPOSE])
Decision = StrEnum("Decision", [(code.upper(), code) for code in codes.CONSENT_DECISION])
Giver = StrEnum("Giver", [(code.upper(), code) for code in codes.CONSENT_GIVER])
Method = StrEnum("Method", [(code.upper(), code) for code in codes.CONSENT_METHOD])
Basis = StrEnum("Basis", [(code.upper(), code) for code in codes.LEGAL_BASIS])

# UU 27/2022 art. 22: consent is given in writing or recorded.
COUNTING_METHODS = frozenset({Method.WRITTEN, Method.RECORDED})
EXPLAINED = 5


@dataclass(frozen=True, slots=True)
class Word:
    """One decision about one purpose; a cadre's first word has no method and nothing explained."""

    purpose: Purpose
    decision: Decision
    at: datetime
    giver: Giver = Giver.SURVIVOR
    method: Method | None = None
    explained: int = 0

    @property
    def is_first_yes(self) -> bool:
        """Tell whether nobody of the office asked her: a cadre says that she agrees."""
        return self.method is None and self.decision is Decision.YES

    @property
    def counts(self) -> bool:
        """Tell whether the law would call this consent given."""
        return (
            self.decision is Decision.YES
            and self.method in COUNTING_METHODS
            and self.explained >= EXPLAINED
        )


def newest(words: Iterable[Word]) -> dict[Purpose, Word]:
    """Return the word that holds for each purpose; of two at one moment the stricter.

    A cadre's yes counts only until anything else was said, whoever spoke last: another cadre's no,
    her own word when she was asked, or that she took it back.
    """
    words = list(words)
    said = {one.purpose for one in words if not one.is_first_yes}
    held: dict[Purpose, Word] = {}
    for word in sorted(words, key=lambda one: (one.at, one.decision is not Decision.YES)):
        if not (word.is_first_yes and word.purpose in said):
            held[word.purpose] = word
    return held


def may_share(
    purpose: Purpose, words: Iterable[Word], bases: Iterable[Basis] = (), *, now: datetime
) -> bool:
    """Tell whether something may go out for this purpose now.

    A legal basis stands without consent, but no basis outlives a withdrawal that came after it
    without a person deciding again: callers pass the bases that hold now.
    """
    word = newest(one for one in words if one.at <= now).get(purpose)
    return bool(list(bases)) or (word is not None and word.counts)


def withdrawn(purposes: Iterable[Purpose | str], at: datetime) -> tuple[Word, ...]:
    """Return the words of a withdrawal: it stops everything new at once, whoever carried it."""
    wanted = {Purpose(purpose) for purpose in purposes}
    return tuple(Word(purpose, Decision.WITHDRAWN, at) for purpose in Purpose if purpose in wanted)


def first_word(answers: Mapping[str, object], at: datetime) -> tuple[Word, ...]:
    """Return what a cadre's report says: her first word, to be asked again by the caseworker."""
    said = {"yes": Decision.YES, "no": Decision.NO}.get(str(answers.get("consent")))
    if said is None:
        return ()
    return (Word(Purpose.RECORD, said, at), Word(Purpose.CONTACT, said, at))


def legal_bases(answers: Mapping[str, object]) -> tuple[Basis, ...]:
    """Return the bases that a report itself carries; they are computed, never asked."""
    found = []
    if answers.get("survivor_age") in codes.CHILD_AGES:
        found.append(Basis.CHILD)
    signs = answers.get("danger_signs") or ()
    if any(sign in codes.GRAVE_SIGNS for sign in signs):
        found.append(Basis.LIFE_IN_DANGER)
    return tuple(found)
