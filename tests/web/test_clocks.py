"""The pages of clocks: what runs, whose it is, and what a person does with one."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.coordinator.clock_words import left_until
from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import Deadline
from app.services import deadlines
from tests.desk import in_care, reported, staff
from tests.make import person


@pytest.fixture
def police(desk) -> Deadline:
    with transaction():
        referral = reported(person(), violence=["sexual"])
    rows = deadlines.of_referral(referral)
    return next(row for row in rows if row.kind == "police_report")


def again(row: Deadline) -> Deadline:
    return db.session.get_one(Deadline, row.id, populate_existing=True)


def test_the_police_clock_stands_in_queue_referral_and_board_with_law_and_owner(desk, police):
    assert "Lapor ke polisi: " in desk.get("/desk/queue").text
    for place in (f"/desk/referrals/{police.referral_id}", "/desk/clocks"):
        page = desk.get(place).text
        assert "UU 12/2022 Pasal 41" in page
        assert "perkiraan, belum dipastikan" in page
        assert "Petugas Salak" in page


def test_a_case_shows_its_clocks_and_the_list_of_cases_the_laws(desk, app):
    from app.models import Person

    with transaction():
        case = in_care(person(), db.session.get_one(Person, desk.person_id), violence=["sexual"])

    assert "3 × 24 jam" in desk.get(f"/desk/cases/{case}").text
    assert "Lapor ke polisi: " in desk.get("/desk/cases").text


def test_its_start_is_confirmed_with_a_reason_and_a_fault_keeps_what_was_typed(desk, police):
    place = f"/desk/clocks/{police.id}/correct"
    wrong = desk.post(place, {"at": "2999-01-01T10:00", "why": "cadre_said", "words": "kata kader"})
    assert wrong.status_code == 422
    assert "kata kader" in wrong.text

    desk.post(place, {"at": "2026-01-01T10:00", "why": "cadre_said"})

    assert not again(police).estimate
    page = desk.get(f"/desk/clocks/{police.id}").text
    assert "Mulainya diubah" in page
    assert "Kata kader" in page


def test_an_end_is_written_down_once(desk, police):
    now = utc_now().strftime("%Y-%m-%dT%H:%M")
    place = f"/desk/clocks/{police.id}/end"
    assert desk.post(place, {"how": "closed", "at": now}).status_code == 422

    desk.post(place, {"how": "not_sexual", "at": now})

    assert again(police).ended_how == "not_sexual"
    assert '/end"' not in desk.get(f"/desk/clocks/{police.id}").text


def test_a_refusal_waits_for_the_head(desk, sit, police):
    now = utc_now().strftime("%Y-%m-%dT%H:%M")
    with transaction():
        staff(Role.HEAD, label="Kepala Contoh")
    refusal = {"how": "adult_refuses_recorded", "at": now, "words": "ia menolak"}
    desk.post(f"/desk/clocks/{police.id}/correct", {"at": "2026-01-01T10:00", "why": "cadre_said"})
    desk.post(f"/desk/clocks/{police.id}/end", refusal)
    assert again(police).ended_how is None
    assert desk.post(f"/desk/clocks/{police.id}/agree").status_code == 404

    sit(Role.HEAD).post(f"/desk/clocks/{police.id}/agree")

    assert again(police).ended_how == "adult_refuses_recorded"


def test_protection_and_her_own_data_start_clocks_from_the_page_of_the_referral(desk, police):
    place = f"/desk/referrals/{police.referral_id}/clocks"
    assert desk.post(place, {"at": "2026-01-01T10:00"}).status_code == 422
    desk.post(place, {"kind": "protection_sexual", "at": "2026-01-01T10:00", "words": "LP 1"})

    page = desk.get(place).text
    assert "LPSK" in page
    assert "UU 12/2022 Pasal 42" in page
    assert "LP 1" not in page


@pytest.mark.parametrize("kind", ["access", "correction"])
def test_who_answers_her_about_her_own_data_reads_how_it_is_safe(desk, police, kind):
    started = {"kind": kind, "at": "2026-01-01T10:00"}
    desk.post(f"/desk/referrals/{police.referral_id}/clocks", started)
    clock = db.session.query(Deadline).filter_by(kind=kind).one()

    page = desk.get(f"/desk/clocks/{clock.id}").text
    assert "Hanya lewat cara aman" in page
    assert f"/desk/referrals/{police.referral_id}" in page
    assert "Cara menjawab korban" not in desk.get(f"/desk/clocks/{police.id}").text


def test_a_breach_belongs_to_the_office(desk, app):
    assert "tiga bulan terakhir" in desk.get("/desk/clocks?tab=over").text
    assert desk.post("/desk/clocks", {"at": "2026-01-01T10:00"}).status_code == 422

    answer = desk.post("/desk/clocks", {"at": "2026-01-01T10:00", "words": "berkas hilang"})

    assert "UU 27/2022 Pasal 46" in desk.get(answer.location).text


@pytest.mark.parametrize(
    ("now", "due", "words"),
    [
        ("2026-11-22T12:20", "2026-11-22T17:00", "4 jam 40 menit"),
        ("2026-11-22T12:20", "2026-11-23T17:00", "besok 24.00"),
        ("2026-11-22T12:20", "2026-11-23T16:59", "besok 23.59"),
        ("2026-11-22T12:20", "2026-11-25T17:00", "25 November 24.00"),
    ],
)
def test_midnight_is_the_end_of_the_day_before_it(app, now, due, words):
    with app.test_request_context("/desk/clocks"):
        left = left_until(*(datetime.fromisoformat(f"{at}+00:00") for at in (due, now)))

    assert left.words == words
