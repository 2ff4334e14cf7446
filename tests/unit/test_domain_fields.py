"""What arrives is read by one list: types, codes, lengths, what must be there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import Invalid
from app.domain.fields import ACTS, FIELDS, SAFE_CONTACT, Kind, holds, parse, salvage
from tests.reports import report

VISIT = "0d9e8b1a-5c2f-4e3d-8a7b-1c2d3e4f5a6b"
EMOJI_AND_ARABIC = "🧕🏽 مرحبا ‏زهرة 👨‍👩‍👧"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def refusal(act: str, body: object) -> tuple[str, object]:
    with pytest.raises(Invalid) as caught:
        parse(act, body)
    return caught.value.code, caught.value.details.get("field")


def test_a_whole_report_is_parted_into_facts_and_sealed_texts():
    parsed = parse("report.create", report())

    assert set(parsed.texts) == {
        "contact_via",
        "survivor_alias",
        "reported_person",
        "must_not_know",
        "safe_contact",
        "note",
    }
    assert parsed.facts["village"] == "33.02.17.2001"
    assert parsed.answers == report()
    assert parsed.flags == ()
    assert "Bunga" not in repr(parsed)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"danger_now": "maybe"}, "field.code"),
        ({"danger_now": 1}, "field.type"),
        ({"violence": "physical"}, "field.type"),
        ({"violence": ["physical", 3]}, "field.type"),
        ({"violence": ["magic"]}, "field.code"),
        ({"violence": []}, "field.missing"),
        ({"village": "33.02"}, "field.format"),
        ({"village": "٣٣.02.17.2001"}, "field.format"),
        ({"village": None}, "field.missing"),
        ({"source": None}, "field.missing"),
        ({"survivor_alias": "x" * 31}, "field.too_long"),
        ({"note": "x" * 281}, "field.too_long"),
        ({"note": ["x"]}, "field.type"),
        ({"picture": "25"}, "field.code"),
        ({"picture": 3}, "field.type"),
        ({"incomplete": "yes"}, "field.type"),
    ],
)
def test_a_report_that_does_not_fit_is_refused_by_the_name_of_the_field(changed, why):
    assert refusal("report.create", report(**changed)) == (why, next(iter(changed)))


def test_lengths_are_counted_in_characters_not_in_bytes():
    assert parse("report.create", report(survivor_alias="🌻" * 30)).texts["survivor_alias"]
    code, field = refusal("report.create", report(survivor_alias="🌻" * 31))
    assert (code, field) == ("field.too_long", "survivor_alias")


def test_emoji_and_right_to_left_text_are_welcome_in_every_text():
    contact = {"code_word": EMOJI_AND_ARABIC[:30], "ask_for": EMOJI_AND_ARABIC}
    body = report(note=EMOJI_AND_ARABIC, safe_contact=contact)

    parsed = parse("report.create", body)

    assert parsed.texts["note"] == EMOJI_AND_ARABIC
    assert parsed.texts["safe_contact"] == contact


def test_a_half_character_and_control_characters_do_no_harm():
    parsed = parse("report.create", report(note="a\ud83d\x00b\x1b[31m\r\nc "))
    assert parsed.texts["note"] == "a\ufffdb[31m\nc"
    parsed.texts["note"].encode()


def test_unknown_keys_are_kept_aside_and_never_lose_a_report():
    body = report(mood="blue", safe_contact={"number": "0812", "pigeon": True})

    parsed = parse("report.create", body)

    assert parsed.aside == {"mood": "blue"}
    assert parsed.texts["safe_contact"] == {"number": "0812", "aside": {"pigeon": True}}
    assert "unknown_keys" in parsed.flags


def test_an_incomplete_report_needs_village_danger_and_violence_only():
    least = {"village": "33.02.17.2001", "danger_now": "yes", "violence": ["unknown"]}
    parsed = parse("report.create", {**least, "incomplete": True})
    assert parsed.facts["danger_now"] == "yes"
    for name in least:
        body = {key: value for key, value in least.items() if key != name}
        assert refusal("report.create", {**body, "incomplete": True}) == ("field.missing", name)
    assert refusal("report.create", {**least, "incomplete": False})[0] == "field.missing"


def test_an_empty_control_is_a_question_not_answered():
    assert "place" not in parse("report.create", report(place="", note=" ")).facts
    assert parse("call.me", {"when": "now", "number": ""}).facts == {"when": "now"}
    assert refusal("report.create", report(source="")) == ("field.missing", "source")


def test_what_is_skipped_is_not_missed():
    child = report(survivor_age="6_12")
    del child["consent"], child["contact_via"]
    assert parse("report.create", child).texts["contact_via"] == "through_me"
    adult = report()
    del adult["consent"]
    assert refusal("report.create", adult) == ("field.missing", "consent")
    silent = report(consent="not_met")
    del silent["contact_via"]
    assert parse("report.create", silent).texts["contact_via"] == "through_me"


def test_a_sign_outweighs_none_seen_and_unknown():
    parsed = parse("report.create", report(danger_signs=["none_seen", "weapon", "unknown"]))
    assert parsed.facts["danger_signs"] == ["weapon"]
    assert "contradiction:danger_signs" in parsed.flags


def test_the_way_of_contact_is_understood_inside_and_beside_safe_contact():
    inside = report(safe_contact={"contact_via": "midwife", "number": "0812"})
    del inside["contact_via"]
    assert parse("report.create", inside).texts["contact_via"] == "midwife"
    both = report(safe_contact={"contact_via": "midwife"})
    assert parse("report.create", both).texts["contact_via"] == "phone"


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("visit.accept", {"visit_id": VISIT, "conflict": "none"}),
        ("visit.decline", {"visit_id": VISIT, "reason": "unsafe"}),
        (
            "visit.plan",
            {"visit_id": VISIT, "planned_at": "2026-11-22T09:00:00+07:00", "check_out_in": 60},
        ),
        (
            "visit.start",
            {
                "visit_id": VISIT,
                "still_agreed": "yes",
                "cover_ready": "yes",
                "signal_there": "no",
                "check_out_in": 90,
                "companion_contact": "Bu Tin 0812 0000 0000",
            },
        ),
        ("visit.end", {"visit_id": VISIT, "how": "unsafe_stopped", "need": "call_me"}),
        (
            "visit.record",
            {
                "visit_id": VISIT,
                "outcome": "met",
                "alone_with_survivor": "yes",
                "protected": "partly",
                "survivor_wish": "ingin bekerja lagi",
                "checklist": {"knows_numbers": "yes"},
            },
        ),
        ("alert.acknowledge", {"alert_id": VISIT}),
        ("consent.withdraw", {"report_id": VISIT, "purposes": ["record", "visit"]}),
        ("contact.update", {"number": "0812", "via": "call", "from": "08:00", "to": "17:30"}),
        ("call.me", {"when": "now", "number": "mine"}),
        ("tally.add", {"village": "33.02.17.2001", "month": "2026-11", "violence": ["sexual"]}),
        ("drill.record", {"ok": True, "seconds": 55, "backs": 1, "missed_signs": ["weapon"]}),
        ("report.add", {"report_id": VISIT, "needs": ["police"]}),
    ],
)
def test_every_act_of_the_protocol_is_read(act, body):
    parsed = parse(act, body)
    assert set(parsed.answers) == set(body)
    assert parsed.flags == ()


def test_moments_are_kept_in_one_zone():
    body = {"visit_id": VISIT, "planned_at": "2026-11-22T09:00:00+07:00", "check_out_in": 60}
    assert parse("visit.plan", body).facts["planned_at"] == "2026-11-22T02:00:00+00:00"


@pytest.mark.parametrize(
    ("act", "changed", "why"),
    [
        ("visit.plan", {"planned_at": "2026-11-22T09:00:00"}, "field.format"),
        ("visit.plan", {"planned_at": "0001-01-01T00:00:00+14:00"}, "field.format"),
        ("visit.plan", {"check_out_in": 1441}, "field.range"),
        ("visit.plan", {"check_out_in": True}, "field.type"),
        ("visit.plan", {"check_out_in": -1}, "field.range"),
        ("visit.plan", {"visit_id": VISIT.upper()}, "field.format"),
        ("visit.plan", {"visit_id": "0d9e8b1a-5c2f-7e3d-8a7b-1c2d3e4f5a6b"}, "field.format"),
        ("tally.add", {"month": "2026-13"}, "field.format"),
        ("contact.update", {"from": "24:00"}, "field.format"),
        ("visit.record", {"checklist": {"Nama Ibu": "yes"}}, "field.code"),
        ("visit.record", {"checklist": ["a"]}, "field.type"),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused(act, changed, why):
    whole = {
        "visit.plan": {
            "visit_id": VISIT,
            "planned_at": "2026-11-22T09:00:00Z",
            "check_out_in": 60,
        },
        "tally.add": {"village": "33.02.17.2001", "month": "2026-11", "violence": ["sexual"]},
        "contact.update": {"number": "0812"},
        "visit.record": {"visit_id": VISIT, "outcome": "moved"},
    }[act]
    assert refusal(act, {**whole, **changed}) == (why, next(iter(changed)))


def test_an_unknown_act_and_a_body_that_is_none_are_refused():
    assert refusal("report.delete", {}) == ("act.unknown", None)
    assert refusal("report.create", ["village"]) == ("field.type", "body")
    assert refusal("report.create", None) == ("field.type", "body")


def test_what_is_readable_in_a_refused_report_is_salvaged_for_its_risk():
    body = report(danger_now="yes", survivor_age=17, danger_signs=["weapon", "laser"])
    found = salvage("report.create", body)
    assert found["danger_now"] == "yes"
    assert found["danger_signs"] == ["weapon"]
    assert "survivor_age" not in found
    assert salvage("report.create", "nonsense") == {}
    assert salvage("report.create", {"danger_signs": "weapon", "violence": 3}) == {}
    assert salvage("no.such", {"danger_now": "yes"}) == {"danger_now": "yes"}


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(ACTS)),
    st.dictionaries(st.sampled_from([one.name for one in FIELDS] + ["x"]), JSON),
)
def test_whatever_arrives_is_read_or_refused_and_never_anything_else(act, body):
    salvage(act, body)
    try:
        parsed = parse(act, body)
    except Invalid:
        return
    assert set(parsed.facts).isdisjoint(parsed.texts)


def test_skip_rules_name_fields_and_codes_that_exist():
    def leaves(rule):
        if rule is None:
            return
        ((key, inner),) = rule.items()
        if key == "not":
            yield from leaves(inner)
        elif key in ("any", "all"):
            for part in inner:
                yield from leaves(part)
        else:
            yield key, inner

    for act, fields in ACTS.items():
        codes = {one.name: one.codes for one in fields}
        for one in fields:
            for name, wanted in leaves(one.asked_when):
                assert set(wanted) <= set(codes[name]), (act, one.name)


def test_every_choice_has_codes_and_every_text_a_limit():
    for one in FIELDS:
        assert bool(one.codes) == (one.kind in (Kind.CHOICE, Kind.CHOICES)), one.name
        assert len(set(one.codes)) == len(one.codes)
        if one.kind in (Kind.TEXT, Kind.NUMBER, Kind.COUNT):
            assert one.limit, one.name


def test_a_rule_of_nothing_always_holds_and_unanswered_contains_nothing():
    assert holds(None, {})
    assert not holds({"violence": ["sexual"]}, {})
    assert holds({"not": {"violence": ["sexual"]}}, {"violence": ["other"]})
    assert holds({"all": []}, {})
    assert not holds({"any": []}, {})


SEALED = {
    "report.create": "contact_via survivor_alias reported_person must_not_know safe_contact note",
    "contact.update": "number via from to who_may_answer opening second_number word may_name_me",
    "visit.plan": "companion_contact",
    "visit.start": "companion_contact",
    "visit.record": "survivor_wish",
}
MANDATORY = {
    "report.create": "danger_now survivor_sex survivor_age violence last_happened danger_signs "
    "reported_person_near source consent contact_via conflict village",
    "report.add": "report_id",
    "visit.accept": "visit_id conflict",
    "visit.decline": "visit_id reason",
    "visit.plan": "visit_id planned_at check_out_in",
    "visit.start": "visit_id still_agreed cover_ready check_out_in",
    "visit.end": "visit_id how need",
    "visit.record": "visit_id outcome alone_with_survivor",
    "alert.acknowledge": "alert_id",
    "consent.withdraw": "report_id purposes",
    "contact.update": "number",
    "call.me": "when",
    "tally.add": "village month violence",
    "drill.record": "ok seconds",
}


@pytest.mark.parametrize("act", sorted(MANDATORY))
def test_what_is_sealed_and_what_must_be_there_is_as_the_specification_says(act):
    assert {one.name for one in ACTS[act] if one.sealed} == set(SEALED.get(act, "").split()) or (
        act == "report.add"
    )
    assert {one.name for one in ACTS[act] if one.mandatory} == set(MANDATORY[act].split())


def test_all_of_safe_contact_is_sealed():
    assert all(one.sealed for one in SAFE_CONTACT)
    added = {one.name for one in ACTS["report.add"] if one.sealed}
    assert added == set(SEALED["report.create"].split())


def test_what_is_kept_aside_is_sealed_with_the_texts():
    parsed = parse("report.create", report(mood="blue"))
    assert parsed.sealed == {**parsed.texts, "aside": {"mood": "blue"}}
    assert parse("report.create", report()).sealed == parse("report.create", report()).texts
