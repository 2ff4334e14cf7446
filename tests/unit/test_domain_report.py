"""What follows from a report: its code, what to do now, the last page, warnings, the card."""

from itertools import product
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import Invalid
from app.domain.fields import Kind, parse
from app.domain.pocket_card import CARD, check_digit, decode, encode
from app.domain.report import do_now, ending, short_code
from app.domain.suspicion import PATTERNS, suspected
from tests.reports import report


def test_a_short_code_is_the_first_five_crockford_characters():
    assert short_code("00000000-0000-4000-8000-000000000000") == "00000"
    assert short_code("ffffffff-ffff-4fff-bfff-ffffffffffff") == "ZZZZZ"
    assert short_code(UUID("08421000-0000-4000-8000-000000000000")) == "11110"
    assert short_code("b809f800-0000-4000-8000-000000000000") == "Q04ZG"


def test_at_most_three_lines_and_always_the_one_for_all():
    signs = ([], ["suicidal"], ["strangled"], ["suicidal", "strangled"])
    for sign, kind, when in product(
        signs, ("sexual", "child_marriage", "other"), ("now", "planned_7d")
    ):
        lines = do_now({"danger_signs": sign, "violence": [kind], "last_happened": when})
        assert len(lines) <= 3
        assert "stay_away" in lines


def test_lines_are_chosen_by_sign_and_kind():
    assert do_now({}) == ("stay_away", "call_110")
    strangled = {"danger_signs": ["strangled"], "violence": ["sexual"], "last_happened": "now"}
    assert do_now(strangled) == ("strangled", "sexual_72h", "stay_away")
    late = {"violence": ["sexual"], "last_happened": "days_4_7"}
    assert do_now(late) == ("stay_away", "call_110")
    wedding = {"violence": ["child_marriage"], "last_happened": "planned_later"}
    assert do_now(wedding) == ("wedding_planned", "stay_away", "call_110")
    past = {"violence": ["child_marriage"], "last_happened": "older"}
    assert do_now(past) == ("stay_away", "call_110")


def test_unsent_with_a_grave_sign_the_page_sends_her_to_the_telephone():
    assert ending({"danger_signs": ["weapon"]}, sent=True) == "sent"
    assert ending({"danger_signs": ["weapon"]}, sent=False) == "urgent"
    assert ending({"danger_now": "yes"}, sent=False) == "urgent"
    assert ending({"danger_signs": ["cadre_fears"]}, sent=False) == "waiting"
    assert ending({}, sent=False) == "waiting"


# Suspicious text -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("NIK 3302170101900001", "nik"),
        ("3302.1701.0190.0001", "nik"),
        ("wa 0812-3456-7890 ya", "phone"),
        ("+62 812 3456 7890", "phone"),
        ("rumah RT 03/RW 02", "address"),
        ("di Jl. Mawar", "address"),
        ("rumah no 12", "address"),
        ("-7.42450, 109.23020", "gps"),
        ("lahir 12-03-2009", "birth_date"),
        ("3 maret 2009", "birth_date"),
        ("Siti Aminah", "full_name"),
        ("anaknya bernama sari", "full_name"),
        ("ahmad bin slamet", "full_name"),
    ],
)
def test_text_that_looks_forbidden_is_flagged_on_arrival_and_kept(text, what):
    assert what in suspected(text)

    parsed = parse("report.create", report(note=text))

    assert f"suspicious.{what}:note" in parsed.flags
    assert parsed.texts["note"] == text


@pytest.mark.parametrize(
    "text",
    ["sudah 3 kali", "umur 15", "jam 08.30", "ke Rumah Sakit", "Bu Bidan tahu", "🧕🏽 مرحبا", ""],
)
def test_everyday_words_are_left_alone(text):
    assert suspected(text) == ()


def test_a_companions_number_is_no_offence():
    start = {
        "visit_id": "0d9e8b1a-5c2f-4e3d-8a7b-1c2d3e4f5a6b",
        "still_agreed": "yes",
        "cover_ready": "yes",
        "check_out_in": 30,
        "companion_contact": "tetangga 0812 3456 7890",
    }
    assert parse("visit.start", start).flags == ()


def test_the_patterns_are_such_that_javascript_reads_them_alike():
    for _, pattern, _ in PATTERNS:
        assert pattern.isascii()
        assert not any(part in pattern for part in ("\\", "(?<", "(?P", "\n"))


@settings(max_examples=200, deadline=200)
@given(st.text(max_size=280))
def test_no_text_makes_a_detector_slow_or_fail(text):
    suspected(text)


# The pocket card -----------------------------------------------------------------------------


def chosen(draw, one):
    if one.kind is Kind.CHOICE:
        return draw(st.sampled_from(one.codes))
    codes = draw(st.sets(st.sampled_from(one.codes), min_size=1))
    found = [code for code in one.codes if code in codes]
    return [code for code in found if code not in one.alone] or found[:1]


@st.composite
def card_answers(draw):
    answers = {}
    for one in CARD:
        if one.asked(answers) and (one.mandatory or draw(st.booleans())):
            answers[one.name] = chosen(draw, one)
    return answers


@settings(max_examples=300, deadline=None)
@given(card_answers())
def test_what_is_written_as_digits_is_read_back(answers):
    assert decode(encode(answers)) == answers


def test_the_digits_of_the_first_card_never_change():
    assert decode("1 02 01 05 01 03 00 03 02 00 01 01 01 01 01 7") == {
        "danger_now": "no",
        "survivor_sex": "female",
        "survivor_age": "25_44",
        "violence": ["physical", "sexual"],
        "last_happened": "days_2_3",
        "danger_signs": ["death_threat"],
        "reported_person_near": "yes",
        "source": "survivor",
        "consent": "yes",
        "contact_via": "through_me",
        "conflict": "none",
    }


def test_every_wrong_digit_and_every_swap_of_neighbours_is_found():
    line = encode(report())
    for at in range(len(line)):
        for digit in "0123456789":
            if digit != line[at]:
                with pytest.raises(Invalid):
                    decode(line[:at] + digit + line[at + 1 :])
        swapped = line[:at] + line[at : at + 2][::-1] + line[at + 2 :]
        if swapped != line:
            with pytest.raises(Invalid):
                decode(swapped)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "card.digits"),
        ("12a", "card.digits"),
        ("١٢٣", "card.digits"),
        ("2" + check_digit("2"), "card.version"),
        ("102" + check_digit("102"), "card.length"),
        ("10" + check_digit("10"), "card.number"),
        ("109" + check_digit("109"), "card.number"),
    ],
)
def test_a_line_that_cannot_be_read_says_why(line, code):
    with pytest.raises(Invalid) as caught:
        decode(line)
    assert caught.value.code == code


def test_the_check_digit_is_damms():
    assert check_digit("572") == "4"
    assert check_digit("5724") == "0"
