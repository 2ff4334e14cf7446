"""The workload at the desk: board, standards, posts, ranked assignment, the annex as a paper."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import Absence, Case, Person, PostTerm, WorkEntry
from app.services import limits
from tests.desk import Desk, in_care, reported, screened, staff
from tests.make import DISTRICT, person


@pytest.fixture
def desk(sit):
    return sit(Role.COORDINATOR, Role.CASEWORKER, Role.HEAD)


@pytest.fixture
def jambu(app):
    with transaction():
        return staff(Role.CASEWORKER, label="Petugas Jambu")


@pytest.fixture
def today(app):
    return utc_now().date()


def away(desk, member, today):
    days = {"since": today.isoformat(), "until": (today + timedelta(days=9)).isoformat()}
    return desk.post("/desk/workload/away", {"person": str(member.id)} | days)


def test_the_board_shows_who_carries_what_and_never_whose_case(desk, jambu):
    with transaction():
        case = in_care(person(Role.CADRE), jambu, survivor_alias="Kuntum")

    page = desk.get("/desk/workload").text

    assert "Petugas Jambu" in page
    assert "1.680" in page
    assert str(case) not in page
    assert "Kuntum" not in page


def test_who_is_away_is_offered_last_and_given_a_case_with_a_reason_only(desk, jambu, today):
    with transaction():
        case = in_care(None, db.session.get_one(Person, desk.person_id))
    assert away(desk, jambu, today).status_code == 303
    place = f"/desk/cases/{case}/assign"
    page = desk.get(place).text

    without = desk.post(place, {"caseworker": str(jambu.id)})
    given = desk.post(place, {"caseworker": str(jambu.id), "assign_why": "kembali besok pagi"})

    assert page.index("Petugas Salak ·") < page.index("Petugas Jambu ·")
    assert "tidak bertugas sampai" in page
    assert without.status_code == 422
    assert "alasan tetap memilihnya" in without.text
    assert given.status_code == 303
    assert db.session.get_one(Case, case, populate_existing=True).caseworker_id == jambu.id
    told = Desk(desk.client.application, jambu).get(f"/desk/cases/{case}").text
    assert "tidak bertugas" in told
    assert "kembali besok pagi" in told  # Who was given a case reads why.


def test_accepting_against_a_warning_asks_why_and_keeps_what_was_chosen(desk, jambu, today):
    with transaction():
        referral = reported(None)
    away(desk, jambu, today)
    found = {"screening": "violence_against_woman", "risk": "medium", "authority": "district"}
    found |= {"do": "accept", "caseworker": str(jambu.id)}
    place = f"/desk/referrals/{referral.id}/screen"

    without = desk.post(place, found)
    given = desk.post(place, found | {"assign_why": "kembali besok pagi"})

    assert without.status_code == 422
    assert re.search(rf'<option selected value="{jambu.id}"', without.text)
    assert given.status_code == 303
    assert db.session.query(Case).one().caseworker_id == jambu.id


def test_an_absence_that_ends_before_it_begins_keeps_what_was_typed(desk, jambu, today):
    days = {"since": today.isoformat(), "until": (today - timedelta(days=2)).isoformat()}

    answer = desk.post("/desk/workload/away", {"person": str(jambu.id)} | days)

    assert answer.status_code == 422
    assert days["until"] in answer.text
    assert db.session.query(Absence).count() == 0


def test_a_standard_is_changed_with_its_source_by_the_head_and_shown_with_who(desk, sit):
    place = "/desk/workload/standards/work.contact"

    without = desk.post(place, {"value": "20"})
    changed = desk.post(place, {"value": "20", "source": "Perbup 12/2026"})
    page = desk.get("/desk/workload/standards").text

    assert without.status_code == 422
    assert changed.status_code == 303
    assert "Perbup 12/2026" in page
    assert "Petugas Salak" in page
    assert limits.limit(DISTRICT, "work.contact").value == 20
    assert desk.get("/desk/workload/standards/workload.minutes_a_year").status_code == 404
    assert desk.get("/desk/workload/standards/police.report").status_code == 404
    assert sit(Role.CASEWORKER).get(place).status_code == 404

    desk.post(f"{place}/default")
    assert limits.limit(DISTRICT, "work.contact").value == 15


def test_a_vacant_post_and_its_acting_holder_stand_on_the_board(desk, jambu, today):
    post = {"kind": "caseworker", "title": "Pendamping Korban", "since": today.isoformat()}
    added = desk.post("/desk/workload/posts", post)
    place = added.location
    acting = {"person": str(jambu.id), "acting": "y", "since": today.isoformat()}

    without = desk.post(place, acting)
    until = (today + timedelta(days=20)).isoformat()
    held = desk.post(place, acting | {"until": until})

    assert (added.status_code, without.status_code, held.status_code) == (303, 422, 303)
    page = desk.get("/desk/workload").text
    assert "kosong" in page
    assert "pelaksana tugas: Petugas Jambu" in page
    assert "segera berakhir" in page

    term = db.session.query(PostTerm).one()
    ended = desk.post(f"{place}/terms/{term.id}/end", {"until": today.isoformat()})
    assert ended.status_code == 303
    assert db.session.get_one(PostTerm, term.id, populate_existing=True).until == today


def test_the_annex_is_a_paper_in_indonesian_whatever_the_desk_speaks(desk, jambu):
    with transaction():
        screened(reported(None), jambu)
    desk.client.set_cookie("language", "en", domain="localhost", path="/desk")

    page = desk.get("/desk/workload/annex").text

    assert "Analisis beban kerja (ABK)" in page
    assert re.search(r"Penapisan laporan</td>.*?>30</td>.*?>1</td>.*?>30</td>.*?0,0004", page)
    assert "Jam kader tanpa bayaran" in page


def test_work_for_no_single_case_is_logged_and_struck_with_its_reason(desk, sit, today):
    entry = {"work_kind": "case_meeting", "work_on": today.isoformat(), "minutes": "45"}

    future = entry | {"work_on": (today + timedelta(days=3)).isoformat()}
    ahead = desk.post("/desk/workload/mine", future | {"work_note": "rapat dengan dinas"})
    desk.post("/desk/workload/mine", entry)
    row = db.session.query(WorkEntry).one()
    stranger = sit(Role.CASEWORKER, label="Petugas Jambu")
    stranger.post(f"/desk/workload/mine/{row.id}/strike", {"why": "twice"})

    assert ahead.status_code == 422
    assert "rapat dengan dinas" in ahead.text
    assert row.case_id is None
    assert "45 menit" in desk.get("/desk/workload/mine").text
    assert db.session.get_one(WorkEntry, row.id, populate_existing=True).struck_at is None

    desk.post(f"/desk/workload/mine/{row.id}/strike", {"why": "twice"})
    assert db.session.get_one(WorkEntry, row.id, populate_existing=True).struck_why == "twice"
    assert "tercatat dua kali" in desk.get("/desk/workload/mine").text
