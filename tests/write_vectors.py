"""Writes tests/vectors/domain.json: answers and what Python's rules say of them.

The phone's page has rules of its own in JavaScript; the tests of both sides read this file, so
neither can drift. Run `python -m tests.write_vectors` after changing a rule.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from uuid import UUID

from app.domain import codes, pocket_card
from app.domain.fields import ADDED, SAFE_CONTACT, SCREENS, START, Field, Kind, holds
from app.domain.report import do_now, ending, proposed_risk, short_code, waits_for_sending
from app.domain.settings import SETTINGS
from app.domain.suspicion import as_shared, suspected
from app.domain.visit import PlaceKind, gate, place_kind
from app.domain.wishes import what_may_go

FILE = Path(__file__).parent / "vectors" / "domain.json"

TEXTS = (
    "datang pagi saja",
    "NIK 3302170101900001",
    "3302 1701 0190 0001",
    "33021701019000012",
    "telp 0812-3456-7890",
    "+62 812 3456 7890",
    "(0281) 636123",
    "RT 03 RW 02",
    "rt03/02",
    "Jl. Mawar",
    "gang buntu",
    "jalan kaki tiap pagi",
    "rumah no. 12",
    "nomor 7",
    "-7.4245, 109.2302",
    "lahir 12-03-2009",
    "12/3/09",
    "3 Maret 2009",
    "tgl lahir belum tahu",
    "Siti Aminah minta tolong",
    "ibunya bernama sari",
    "ahmad bin slamet",
    "dibawa ke Rumah Sakit",
    "lapor Kepala Desa",
    "Puskesmas tutup hari ini",
    "sudah 3 kali",
    "umur 15",
    "jam 08.30",
    "🧕🏽 مرحبا",
    "",
)


def _some(one: Field, dice: random.Random) -> object:
    if one.kind is Kind.CHOICE:
        return dice.choice(one.codes)
    if one.kind is Kind.CHOICES:
        chosen = dice.sample(one.codes, dice.choice((1, 1, 1, 2, 3)))
        chosen = [code for code in one.codes if code in chosen]
        return [code for code in chosen if code not in one.alone] or chosen[:1]
    if one.kind is Kind.GROUP:
        return {part.name: _some(part, dice) for part in one.parts if dice.random() < 0.3}
    return {"village": "33.02.17.2001", "from": "09:00", "to": "11:00"}.get(one.name, "abc")


def _answers(dice: random.Random) -> dict[str, object]:
    """Return what a phone may hold at some moment: most questions answered, some not asked."""
    given: dict[str, object] = {}
    for one in (*SCREENS, *ADDED):
        likely = 0.93 if one.mandatory else 0.25
        if one.asked(given) and dice.random() < likely:
            value = _some(one, dice)
            if value:
                given[one.name] = value
    return given


def _judged(answers: dict[str, object]) -> dict[str, object]:
    proposal = proposed_risk(answers)
    allowed = what_may_go(answers)
    return {
        "answers": answers,
        "asked": [one.name for one in SCREENS if one.asked(answers)],
        "risk": proposal.risk,
        "emergency": proposal.emergency,
        "reasons": proposal.reasons,
        "waits": waits_for_sending(answers),
        "going": allowed.going,
        "goes": allowed.body,
        "do_now": do_now(answers),
        "unsent": ending(answers, sent=False),
    }


def _pairs() -> list[dict[str, object]]:
    """Return every sign and consent with every age group that a rule knows."""
    quiet = {"danger_now": "no", "violence": ["unknown"], "danger_signs": ["none_seen"]}
    low = [quiet | {"survivor_age": age} for age in codes.AGE]
    return low + [
        {"survivor_age": age, "consent": consent, "danger_signs": [sign], "violence": [kind]}
        for age, kind in (("25_44", "physical"), ("13_17", "unknown"), ("unknown", "sexual"))
        for consent in ("yes", "no", "not_met")
        for sign in codes.DANGER_SIGNS
    ]


def _gates(dice: random.Random) -> list[dict[str, object]]:
    asked = [one for one in START if one.kind is Kind.CHOICE]
    found = []
    for _ in range(60):
        answers: dict[str, object] = {
            one.name: dice.choice(("yes", "yes", "yes", "yes", "no", "unknown")) for one in asked
        }
        if dice.random() < 0.85:
            answers |= {"check_out_in": 60}
        if dice.random() < 0.85:
            answers |= {"companion_contact": "0812"}
        for kind in PlaceKind:
            result = gate(answers, kind)
            found.append(
                {
                    "answers": answers,
                    "kind": kind,
                    "open": result.is_open,
                    "missing": result.missing,
                    "another_place": result.another_place,
                }
            )
    return found


def _rules() -> list[dict[str, object]]:
    """Return each shape of a skip rule with answers that meet it and that do not."""
    rules = [
        None,
        {"a": ["x", "y"]},
        {"not": {"a": ["x"]}},
        {"any": [{"a": ["x"]}, {"b": ["y"]}]},
        {"all": [{"a": ["x"]}, {"b": ["y"]}]},
        {"all": [{"not": {"a": ["x"]}}, {"any": [{"b": ["y"]}, {"a": ["z"]}]}]},
        {"all": []},
        {"any": []},
    ]
    answers = [{}, {"a": "x"}, {"a": ["z", "x"]}, {"b": "y"}, {"a": [], "b": ["y"]}, {"a": "z"}]
    return [
        {"rule": rule, "answers": given, "holds": holds(rule, given)}
        for rule in rules
        for given in answers
    ]


def _cards() -> list[dict[str, object]]:
    """Return reports whose questions are all answered, with their lines of digits."""
    dice = random.Random(8)
    given = ({one.name: _some(one, dice) for one in pocket_card.CARD} for _ in range(40))
    found = []
    for every in given:
        answers: dict[str, object] = {}
        for one in pocket_card.CARD:
            if one.asked(answers) and (one.mandatory or dice.random() < 0.5):
                answers[one.name] = every[one.name]
        found.append({"answers": answers, "line": pocket_card.encode(answers)})
    return found


def vectors() -> dict[str, object]:
    """Return everything that both sides must agree on, the same at every call."""
    dice = random.Random(33_02)
    ids = [str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(20)]
    return {
        "about": "Written by `python -m tests.write_vectors`; do not edit.",
        "rules": _rules(),
        "reports": [_judged(one) for one in (*_pairs(), *(_answers(dice) for _ in range(250)))],
        "gates": _gates(dice),
        "place_kinds": {place: place_kind(place) for place in codes.MEETING_PLACE},
        "safe_contact": [one.name for one in SAFE_CONTACT],
        "short_codes": {one: short_code(one) for one in ids},
        "cards": _cards(),
        "card_codes": {one.name: one.codes for one in pocket_card.CARD},
        "detectors": as_shared(),
        "suspicion": [{"text": text, "found": suspected(text)} for text in TEXTS],
        "settings": {
            name: {"value": one.value, "unit": one.unit} for name, one in SETTINGS.items()
        },
    }


def written() -> str:
    """Return the file's text."""
    parts = []
    for name, part in vectors().items():
        if isinstance(part, list):  # one example a line, so that a change is seen in a diff
            body = "[\n" + ",\n".join(_line(one) for one in part) + "\n]"
        else:
            body = _line(part)
        parts.append(f"{_line(name)}: {body}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _line(part: object) -> str:
    return json.dumps(part, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(written(), encoding="utf-8")
