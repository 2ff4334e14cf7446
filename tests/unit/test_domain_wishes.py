"""Rule 4: an adult's answer decides what goes, and nothing that should not have come is lost."""

from itertools import product

import pytest

from app.domain.codes import AGE, CONSENT, SIGNS
from app.domain.fields import parse
from app.domain.wishes import Going, going, what_may_go
from tests.reports import report

CHILDREN = ("0_5", "6_12", "13_17")
GRAVE = {SIGNS[number - 1] for number in (1, 2, 3, 4, 5, 6, 7, 11, 12)}


def test_every_age_answer_and_sign_goes_as_rule_4_says():
    for age, consent, sign in product(AGE, (*CONSENT, None), (*SIGNS, "none_seen", "unknown")):
        answers = {"survivor_age": age, "consent": consent, "danger_signs": [sign]}
        if age in CHILDREN or consent in ("yes", "cannot_decide"):
            expected = Going.WHOLE
        elif consent == "no":
            expected = Going.WITHOUT_NAME if sign in GRAVE else Going.TALLY_ONLY
        elif consent in ("not_met", "unsafe_to_ask"):
            expected = Going.CADRE_ONLY
        else:
            expected = Going.NOT_YET_ASKED
        assert going(answers) is expected


def test_an_overridden_no_arrives_without_anything_that_names_her():
    body = report(consent="no", danger_signs=["death_threat"])

    parsed = parse("report.create", body)

    assert parsed.texts == {"contact_via": "do_not_contact", "reported_person": "spouse"}
    assert parsed.flags == (
        "rule4.removed:survivor_alias",
        "rule4.removed:note",
        "rule4.removed:must_not_know",
        "rule4.removed:safe_contact",
        "rule4.removed:contact_via",
    )
    assert parsed.facts["consent"] == "no"
    assert "Bunga" not in repr(parsed.aside)


@pytest.mark.parametrize("consent", ["not_met", "unsafe_to_ask"])
def test_until_she_has_answered_only_the_cadre_is_called(consent):
    parsed = parse("report.create", report(consent=consent))

    assert parsed.texts["contact_via"] == "through_me"
    assert "number" not in parsed.texts["safe_contact"]
    assert parsed.texts["survivor_alias"] == "Bunga"
    assert "rule4.removed:number" in parsed.flags


def test_a_waiting_envelope_carries_no_name_before_she_was_asked():
    body = {**report(), "incomplete": True}
    del body["consent"]

    parsed = parse("report.create", body)

    assert not {"survivor_alias", "note", "must_not_know", "safe_contact"} & set(parsed.texts)


def test_a_report_that_should_have_stayed_a_tally_is_kept_bare_and_flagged():
    parsed = parse("report.create", report(consent="no", danger_signs=["none_seen"]))

    assert parsed.flags[0] == "not_asked:conflict"
    assert "rule4.tally_only" in parsed.flags
    assert "survivor_alias" not in parsed.texts


def test_a_childs_report_goes_whole_and_a_stray_consent_is_set_aside():
    parsed = parse("report.create", report(survivor_age="6_12", consent="no"))

    assert parsed.texts["safe_contact"]["number"] == "0812 3456 7890"
    assert "consent" not in parsed.facts
    assert parsed.aside == {"consent": "no"}
    assert parsed.flags == ("not_asked:consent",)


def test_what_is_added_is_judged_by_the_whole_report():
    known = report(consent="no", danger_signs=["weapon"])
    added = {"report_id": "6f1d7f0e-3b1c-4f57-9b52-0a4b1f2c3d4e", "note": "pintu belakang"}

    refused = parse("report.add", added, known=known)
    allowed = parse("report.add", added, known=report())
    unknown = parse("report.add", added)

    assert "note" not in refused.texts
    assert allowed.texts["note"] == unknown.texts["note"] == "pintu belakang"


def test_what_she_agreed_to_is_left_as_it_is():
    body = report()
    allowed = what_may_go(body)
    assert dict(allowed.body) == body
    assert allowed.removed == ()
