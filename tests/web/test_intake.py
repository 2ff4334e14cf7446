"""Laporan baru: what comes by another door, by the same questions."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from app.db import db, transaction, utc_now
from app.domain import pocket_card
from app.domain.permissions import Role
from app.models import Referral, Report, Tally
from app.services import replies
from app.services.rows import facts_of, texts_of
from tests.make import DISTRICT, VILLAGE, person

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


@pytest.mark.parametrize("do", ["card", "save"])  # its button, and Enter in the line
def test_the_digits_of_a_pocket_card_fill_the_form(desk, do):
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

    page = desk.post("/desk/intake", {"do": do, "card": pocket_card.encode(answers)}).text

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


MESSAGE = (
    "[05.14, 01/01/2026] Bu Melati Ningsih: bu tolong segera, istri dipukuli suaminya"
    " pakai golok di desa Kalicontoh, umur 34"
)


def taken(desk, **other):
    return desk.post("/desk/intake", {"do": "message", "message": MESSAGE} | other)


def ticked(page: str, code: str) -> bool:
    return any("checked" in tag and f'value="{code}"' in tag for tag in page.split("<input"))


def test_the_words_of_a_message_propose_answers_and_say_which(desk):
    page = taken(desk).text

    for code in ("physical", "weapon", "female", "25_44", "whatsapp_or_sms"):
        assert ticked(page, code) or f'selected value="{code}"' in page, code
    assert f'selected value="{VILLAGE}"' in page
    assert "2026-01-01T05:14" in page
    assert "“golok”" in page
    assert db.session.query(Report).count() == 0


def test_what_a_person_answered_is_not_overwritten_by_a_message(desk):
    page = taken(desk, survivor_age="18_24", violence=["sexual"], note="sudah ditelepon").text

    assert ticked(page, "18_24") and not ticked(page, "25_44")
    assert ticked(page, "sexual") and ticked(page, "physical")
    assert "sudah ditelepon</textarea>" in page


def test_what_was_proposed_is_saved_only_once_a_person_has_compared_it(desk):
    refused = desk.post("/desk/intake", told(message=MESSAGE))
    assert refused.status_code == 422
    assert SECRET in refused.text
    assert db.session.query(Report).count() == 0

    answer = desk.post("/desk/intake", told(message=MESSAGE, compared="y"))

    referral = db.session.scalars(db.select(Referral)).one()
    assert answer.headers["Location"] == f"/desk/replies?after={referral.id}"
    onward = desk.get(answer.headers["Location"]).text
    assert f"/desk/referrals/{referral.id}" in onward
    assert "mohon hapus pesan ini" in onward


def test_nothing_of_a_message_goes_into_log_address_or_cookie(desk, caplog):
    caplog.set_level(logging.DEBUG)
    answer = taken(desk)
    saved = desk.post("/desk/intake", told(message=MESSAGE, compared="y"))

    for trace in (caplog.text, str(answer.headers), str(saved.headers)):
        assert "golok" not in trace
        assert "Ningsih" not in trace


def test_a_message_survives_a_session_that_ran_out_sealed(desk):
    taken(desk)
    desk.age(timedelta(minutes=20))

    answer = desk.post("/desk/intake", told(message=MESSAGE))

    assert answer.status_code == 401
    assert "golok" not in answer.text
    assert 'name="kept"' in answer.text


def test_a_district_changes_its_replies_and_none_tells_of_anybody(sit):
    head = sit(Role.HEAD, Role.COORDINATOR, label="Kepala Wijaya")

    head.post("/desk/replies/use_app/retire")
    head.post("/desk/replies", {"text": "Telepon kantor 0281 555 0100, ya."})
    refused = head.post("/desk/replies", {"text": "Temui saya di jl. Kenanga no. 4"})

    shown = head.get("/desk/replies").text.split('id="reply-own')[1]
    offered = [one.text for one in replies.offered(DISTRICT)]
    assert refused.status_code == 422 and "Kenanga" in refused.text
    assert offered[-1] == "Telepon kantor 0281 555 0100, ya."
    assert not any("aplikasi" in text for text in offered)
    assert "Telepon kantor" in shown


def test_a_reply_moves_up_and_a_retired_one_comes_back(sit):
    head = sit(Role.HEAD, label="Kepala Wijaya")

    head.post("/desk/replies/danger_now/up")
    head.post("/desk/replies/danger_now/retire")
    head.post("/desk/replies/danger_now/retire")

    assert replies.offered(DISTRICT)[0].code == "danger_now"
    assert head.post("/desk/replies/nothing/up").status_code == 404
