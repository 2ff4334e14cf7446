"""Laporan baru: what comes by another door, by the same questions."""

from __future__ import annotations

from datetime import timedelta

from app.db import db, transaction, utc_now
from app.domain import pocket_card
from app.domain.permissions import Role
from app.models import Referral, Report, Tally
from app.services.rows import facts_of, texts_of
from tests.make import VILLAGE, person

SECRET = "datang lewat pintu belakang"


def told(**other) -> dict:
    """What somebody told by telephone an hour ago."""
    at = (utc_now() + timedelta(hours=7) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    return {
        "do": "save",
        "channel": "phone",
        "told_at": at,
        "danger_now": "no",
        "survivor_sex": "female",
        "survivor_age": "25_44",
        "violence": ["physical"],
        "last_happened": "days_4_7",
        "danger_signs": ["death_threat"],
        "reported_person_near": "yes",
        "source": "survivor",
        "consent": "yes",
        "contact_via": "survivor_will_call",
        "conflict": "none",
        "village": VILLAGE,
        "note": SECRET,
    } | other


def test_a_telephone_call_becomes_a_report_in_the_queue(desk):
    answer = desk.post("/desk/intake", told())

    referral = db.session.scalars(db.select(Referral)).one()
    assert answer.headers["Location"] == f"/desk/referrals/{referral.id}"
    assert (referral.risk, referral.state) == ("high", "received")
    assert referral.report.channel == "phone"
    assert referral.report.entered_by == desk.person_id


def test_clocks_start_when_the_person_told_us(desk):
    desk.post("/desk/intake", told())

    referral = db.session.scalars(db.select(Referral)).one()

    hour = referral.report.received_at - referral.clock_from
    assert timedelta(minutes=59) <= hour <= timedelta(minutes=62)


def test_what_was_written_is_sealed(desk):
    desk.post("/desk/intake", told())

    report = db.session.scalars(db.select(Report)).one()
    assert texts_of(report)["note"] == SECRET
    assert "note" not in facts_of(report)


def test_after_a_fault_what_was_typed_stands_there_still(desk):
    answer = desk.post("/desk/intake", told(village=""))

    assert answer.status_code == 422
    assert SECRET in answer.text
    assert db.session.query(Report).count() == 0


def test_a_report_of_tomorrow_is_refused(desk):
    ahead = (utc_now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")

    assert desk.post("/desk/intake", told(told_at=ahead)).status_code == 422


def test_an_adults_no_without_danger_leaves_only_a_count(desk):
    desk.post("/desk/intake", told(consent="no", danger_signs=["none_seen"]))

    assert db.session.query(Report).count() == 0
    assert db.session.query(Tally).count() == 1


def test_a_cadres_paper_is_written_down_on_her_behalf(desk):
    with transaction():
        melati = person(Role.CADRE)

    desk.post("/desk/intake", told(channel="paper", on_behalf_of=str(melati.id)))

    assert db.session.scalars(db.select(Report)).one().cadre_id == melati.id


def test_the_digits_of_a_pocket_card_fill_the_form(desk):
    answers = {
        "danger_now": "no",
        "survivor_sex": "female",
        "survivor_age": "13_17",
        "violence": ["sexual"],
        "last_happened": "days_2_3",
        "danger_signs": ["none_seen"],
        "reported_person_near": "yes",
        "source": "teacher",
        "child_wish": "tell_uptd",
        "contact_via": "through_me",
        "conflict": "none",
    }

    page = desk.post("/desk/intake", {"do": "card", "card": pocket_card.encode(answers)}).text

    for code in ("13_17", "days_2_3", "teacher"):
        assert 'checked id="' in page or "checked" in page
        assert any("checked" in tag and f'value="{code}"' in tag for tag in page.split("<input")), (
            code
        )


def test_a_misread_digit_is_noticed_and_nothing_is_lost(desk):
    line = "1010101"
    misread = line + str((int(pocket_card.check_digit(line)) + 1) % 10)

    page = desk.post("/desk/intake", told(do="card", card=misread))

    assert page.status_code == 422
    assert "Digit terakhir tidak cocok" in page.text
    assert SECRET in page.text


def test_a_digit_that_is_no_answer_names_its_question(desk):
    line = "109" + pocket_card.check_digit("109")

    page = desk.post("/desk/intake", told(do="card", card=line)).text

    assert "Bahaya sekarang" in page.split('id="fault-card"')[1][:200]
