"""The register of partners at the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import Partner
from app.services import partners
from app.services.partners import Details
from tests.desk import as_staff, staff

HOSPITAL = {"kind": "hospital", "name": "RSUD Contoh", "mou": "none", "fee": "free", "fallback": ""}


@pytest.fixture
def add(app):
    def added(name: str, **more) -> Partner:
        with transaction():
            who = as_staff(staff())
            details = Details(**{"kind": "hospital", "name": name} | more)
            return partners.add(details, who, now=utc_now())

    return added


def test_an_empty_register_says_whom_to_write_down_first(desk):
    assert "Mulailah dengan rumah sakit" in desk.get("/desk/partners").text


def test_a_partner_is_written_down_and_shown_with_its_number_and_what_it_offers(desk):
    typed = HOSPITAL | {"number": "0281 000111", "accessibility": ["ramp", "sign_language"]}

    answer = desk.post("/desk/partners/new", typed)
    page = desk.get(answer.headers["Location"]).text

    assert "tel:0281000111" in page
    assert "Jalan landai" in page
    assert "Bahasa isyarat" in page
    assert "dihitung sebagai bukti" in page


def test_a_refused_form_keeps_what_was_typed(desk):
    typed = HOSPITAL | {"kind": "shelter", "address": "Jl. Mawar 3", "contact": "Bu Sekar"}

    answer = desk.post("/desk/partners/new", typed)

    assert answer.status_code == 422
    assert "Bu Sekar" in answer.text
    assert "rumah aman tidak ditulis di mana pun" in answer.text
    assert db.session.query(Partner).count() == 0


def test_a_day_or_a_number_that_is_none_is_said_in_words(desk):
    answer = desk.post("/desk/partners/new", HOSPITAL | {"mou_until": "x", "capacity": "-1"})

    assert answer.status_code == 422
    assert answer.text.count("Tidak bisa dibaca.") >= 2


def test_the_words_of_a_search_reach_no_address(desk, add):
    add("RSUD Contoh")
    add("RSUD Lain")

    answer = desk.post("/desk/partners", {"q": "lain"})

    assert answer.status_code == 200
    assert "RSUD Lain" in answer.text
    assert "RSUD Contoh" not in answer.text
    assert "q=" not in answer.text


def test_an_agreement_about_to_end_is_warned_of_in_the_list_and_in_the_queue(desk, add):
    until = utc_now().date() + timedelta(days=20)
    add("RSUD Contoh", mou="in_force", mou_until=until)

    assert "hari lagi" in desk.get("/desk/partners").text
    assert "1 perjanjian" in desk.get("/desk/queue").text


def test_changing_a_partner_shows_what_is_known_and_notes_the_day(desk, add):
    made = add("RSUD Contoh", number="0281 1", accessibility=("ramp",))
    with transaction():
        db.session.get(Partner, made.id).checked_at = utc_now() - timedelta(days=300)
    assert "setengah tahun" in desk.get(f"/desk/partners/{made.id}").text

    assert "0281 1" in desk.get(f"/desk/partners/{made.id}/edit").text
    desk.post(f"/desk/partners/{made.id}/edit", HOSPITAL | {"name": "RSUD Baru"})
    page = desk.get(f"/desk/partners/{made.id}").text

    assert "RSUD Baru" in page
    assert "setengah tahun" not in page


def test_a_caseworker_reads_the_register_and_changes_nothing(sit, add):
    made = add("RSUD Contoh")
    desk = sit(Role.CASEWORKER)

    assert desk.get(f"/desk/partners/{made.id}").status_code == 200
    assert desk.post(f"/desk/partners/{made.id}/retire").status_code == 404
    assert desk.get("/desk/partners/new").status_code == 404
