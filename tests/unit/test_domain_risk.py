"""The proposed risk against a table written from domain.md section 3.1, not from the code."""

from itertools import combinations, product

import pytest

from app.domain.codes import ACCESS_NEEDS, AGE, SIGNS, VIOLENCE
from app.domain.risk import (
    Risk,
    is_higher,
    is_sexual,
    proposed_risk,
    raised,
    risk_of_visit,
    starts_police_clock,
    waits_for_sending,
)

BY_NUMBER = dict(enumerate(SIGNS, start=1))
HIGH_NUMBERS = {1, 2, 3, 4, 5, 6, 7, 11, 12}
UNDER_18 = {"0_5", "6_12", "13_17"}


def told(answers: dict) -> tuple[str, bool]:
    """Read the specification's own sentences, one after the other."""
    numbers = {n for n, sign in BY_NUMBER.items() if sign in answers.get("danger_signs", [])}
    kinds = set(answers.get("violence", []))
    when = answers.get("last_happened", "unknown")
    child = answers.get("survivor_age") in UNDER_18
    near = answers.get("reported_person_near", "unknown")
    pregnant = 10 in numbers or "pregnant" in answers.get("access_needs", [])
    if child and pregnant:
        kinds.add("sexual")
    needs = set(answers.get("access_needs", [])) - {"pregnant", "infant"}
    today = when in ("now", "last_24h")
    emergency = [
        1 in numbers,
        6 in numbers,
        3 in numbers and today,
        5 in numbers and today,
        answers.get("danger_now") == "yes",
    ]
    high = [
        bool(numbers & HIGH_NUMBERS),
        len(numbers & {8, 9, 10}) > 1,
        "sexual" in kinds and when in ("now", "last_24h", "days_2_3"),
        child and near in ("yes", "unknown"),
        child and pregnant,
        when == "planned_7d" and bool(kinds & {"child_marriage", "trafficking"}),
        "trafficking" in kinds and 7 in numbers,
        bool(needs) and (answers.get("reported_person") == "carer" or near == "yes"),
    ]
    medium = [
        bool(numbers & {8, 9, 10}),
        bool(kinds - {"unknown"}),
        "unknown" in answers.get("danger_signs", ["unknown"]),
    ]
    if any(emergency):
        return "high", True
    if any(high):
        return "high", False
    return ("medium" if any(medium) else "low"), False


def test_every_pair_of_signs_with_every_time_age_and_kind_is_judged_as_the_table_says():
    signs = [["none_seen"], ["unknown"], *([s] for s in SIGNS), *map(list, combinations(SIGNS, 2))]
    kinds = [[kind] for kind in VIOLENCE] + [["trafficking", "sexual"]]
    whens = ("now", "last_24h", "days_2_3", "days_4_7", "planned_7d", "unknown")
    for now, sign, kind, when, age, near in product(
        ("yes", "no"), signs, kinds, whens, ("13_17", "25_44"), ("yes", "no", "unknown")
    ):
        answers = {
            "danger_now": now,
            "danger_signs": sign,
            "violence": kind,
            "last_happened": when,
            "survivor_age": age,
            "reported_person_near": near,
        }

        proposal = proposed_risk(answers)

        assert (proposal.risk, proposal.emergency) == told(answers), answers


def test_dependence_on_the_reported_person_is_judged_as_the_table_says():
    for need, who, near, age, sign in product(
        [[], *([need] for need in ACCESS_NEEDS), ["pregnant", "infant"], ["infant", "sight"]],
        ("carer", "spouse", None),
        ("yes", "no", "unknown"),
        AGE,
        (["none_seen"], ["pregnant_now"], []),
    ):
        answers = {
            "danger_signs": sign,
            "violence": ["unknown"],
            "survivor_age": age,
            "reported_person_near": near,
            "access_needs": need,
            "reported_person": who,
        }
        answers = {name: value for name, value in answers.items() if value}

        proposal = proposed_risk(answers)

        assert (proposal.risk, proposal.emergency) == told(answers), answers


def test_every_set_of_signs_is_judged_as_the_table_says():
    for mask in range(1 << len(SIGNS)):
        signs = [sign for bit, sign in enumerate(SIGNS) if mask >> bit & 1] or ["none_seen"]
        answers = {"danger_signs": signs, "violence": ["unknown"], "survivor_age": "unknown"}
        assert (proposed_risk(answers).risk, proposed_risk(answers).emergency) == told(answers)


def test_a_high_level_always_says_why():
    assert proposed_risk({"danger_signs": ["confined"], "violence": ["trafficking"]}).reasons == (
        "sign.confined",
        "trafficking_confined",
        "violence.trafficking",
    )
    assert proposed_risk({"violence": ["unknown"], "danger_signs": ["none_seen"]}).reasons == ()


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"danger_signs": None, "violence": 7},
        {"violence": [{"a": 1}, 3], "survivor_age": []},
        {"danger_signs": "strangled", "last_happened": ["now"]},
    ],
)
def test_a_broken_report_is_judged_for_its_risk_all_the_same(broken):
    assert proposed_risk(broken).risk in Risk


def test_what_is_not_answered_is_not_taken_for_harmless():
    assert proposed_risk({}).risk is Risk.MEDIUM
    assert proposed_risk({"survivor_age": "0_5", "danger_signs": ["none_seen"]}).risk is Risk.HIGH


def test_a_pregnant_child_means_sexual_violence_and_the_police_clock():
    answers = {"survivor_age": "13_17", "danger_signs": ["pregnant_now"], "violence": ["other"]}
    assert is_sexual(answers)
    assert starts_police_clock(answers)
    assert not is_sexual(answers | {"survivor_age": "18_24"})
    assert starts_police_clock({"violence": ["child_marriage"]})
    assert not starts_police_clock({"violence": ["physical"]})


def test_a_machine_raises_a_level_and_never_lowers_it():
    order = [Risk.LOW, Risk.MEDIUM, Risk.HIGH]
    for first, second in product(order, order):
        assert raised(first, second) is order[max(order.index(first), order.index(second))]
        assert is_higher(first, second) == (order.index(first) > order.index(second))


def test_a_quiet_visit_does_not_raise_what_a_caseworker_lowered():
    known = {"survivor_age": "6_12", "reported_person_near": "yes", "violence": ["sexual"]}

    quiet = risk_of_visit(known, {"outcome": "met", "danger_signs": ["none_seen"]})

    assert (quiet.risk, quiet.reasons) == (Risk.LOW, ())


def test_a_visit_that_finds_danger_passes_the_same_rule():
    adult = {"survivor_age": "25_44", "violence": ["physical"], "last_happened": "now"}
    assert risk_of_visit(adult, {"danger_signs": ["suicidal"]}).emergency
    assert risk_of_visit(adult, {"danger_signs": ["strangled"]}).risk is Risk.HIGH
    assert not risk_of_visit(adult, {"danger_signs": ["strangled"]}).emergency
    assert risk_of_visit(adult, {"new_violence": "yes"}).risk is Risk.MEDIUM
    assert risk_of_visit(adult, {"next": ["raise_risk"]}).reasons == ("cadre_asks_to_raise",)
    assert risk_of_visit(adult, {"injury": "needs_medical"}).risk is Risk.MEDIUM


def test_a_waiting_envelope_of_high_risk_rests_for_an_hour():
    assert waits_for_sending({"danger_now": "yes"}) == "waiting_envelope.high"
    quiet = {"violence": ["physical"], "danger_signs": ["none_seen"]}
    assert waits_for_sending(quiet) == "waiting_envelope.other"
