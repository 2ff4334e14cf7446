"""One referral at the desk: read, opened, screened, decided."""

from __future__ import annotations

import re

import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.domain.report import short_code
from app.models import Case, Person, Referral, ReportAddition, TrailRow
from app.services import deciding, forgetting, referrals
from app.services.rows import seal_texts, write_facts
from tests.desk import as_staff, phone_of, reported, screened
from tests.make import DISTRICT, fresh, person

SECRET = "datang lewat pintu belakang"
TOLD = "Nomor dinas sosial"
SHOWN = re.compile(r'name="(of)" value="([^"]+)"')


@pytest.fixture
def melati(app):
    with transaction():
        made = person(Role.CADRE)
        phone_of(made)
    return made


@pytest.fixture
def one(melati) -> Referral:
    with transaction():
        return reported(melati, note=SECRET, danger_signs=["getting_worse"])


def again(referral: Referral) -> Referral:
    return db.session.get_one(Referral, referral.id, populate_existing=True)


def screening(desk, **other) -> dict:
    return {
        "screening": "violence_against_woman",
        "risk": "medium",
        "authority": "district",
        "caseworker": str(desk.person_id),
        "do": "save",
    } | other


def test_looking_shows_facts_and_reasons_and_nothing_that_is_sealed(desk, one):
    page = desk.get(f"/desk/referrals/{one.id}").text

    assert "Makin sering, makin parah" in page
    assert SECRET not in page
    assert "0812" not in page
    assert again(one).state == "seen"


def test_opening_shows_it_with_who_must_not_know_above_every_call_button(desk, one):
    page = desk.post(f"/desk/referrals/{one.id}/open", {"reason": "screening"}).text

    assert SECRET in page
    for call in ("tel:",):
        before = page.split(call)[:-1]
        assert before, "there is a call button"
        assert all("Tidak boleh tahu" in part for part in before)


def test_opening_stands_in_the_trail_and_on_the_page(desk, one):
    desk.post(f"/desk/referrals/{one.id}/open", {"reason": "contact"})

    row = db.session.scalars(db.select(TrailRow).filter_by(act="report.open")).one()
    assert row.by == desk.person_id
    assert "Petugas Salak" in desk.get(f"/desk/referrals/{one.id}").text


def test_an_opened_page_is_kept_by_no_browser(desk, one):
    answer = desk.post(f"/desk/referrals/{one.id}/open", {"reason": "contact"})

    assert answer.headers["Cache-Control"] == "no-store"


def test_screening_and_accepting_are_one_press(desk, one):
    desk.get(f"/desk/referrals/{one.id}")

    answer = desk.post(f"/desk/referrals/{one.id}/screen", screening(desk, do="accept"))

    assert answer.headers["Location"] == "/desk/queue"
    assert again(one).state == "accepted"
    assert db.session.query(Case).one().caseworker_id == desk.person_id


def test_a_screening_without_a_kind_says_what_is_missing_and_keeps_the_rest(desk, one):
    desk.get(f"/desk/referrals/{one.id}")

    answer = desk.post(
        f"/desk/referrals/{one.id}/screen", screening(desk, screening="", authority="province")
    )

    assert answer.status_code == 422
    assert 'value="province" checked' in answer.text or "checked" in answer.text
    assert again(one).state == "seen"


def test_lowering_the_risk_asks_why(desk, one):
    desk.get(f"/desk/referrals/{one.id}")

    answer = desk.post(f"/desk/referrals/{one.id}/screen", screening(desk, risk="low"))
    assert answer.status_code == 422

    desk.post(
        f"/desk/referrals/{one.id}/screen", screening(desk, risk="low", risk_why="sudah pindah")
    )
    assert again(one).risk == "low"


def test_a_coordinator_alone_does_not_lower_a_risk(sit, one):
    jambu = sit(Role.COORDINATOR, label="Petugas Jambu")
    jambu.get(f"/desk/referrals/{one.id}")

    answer = jambu.post(
        f"/desk/referrals/{one.id}/screen", screening(jambu, risk="low", risk_why="sudah pindah")
    )

    assert answer.status_code == 422
    assert again(one).risk == "medium"


def test_who_comes_second_reads_that_somebody_was_first(desk, sit, one):
    other = sit(Role.COORDINATOR, label="Petugas Jambu")
    desk.get(f"/desk/referrals/{one.id}")
    desk.post(f"/desk/referrals/{one.id}/screen", screening(desk, do="accept"))

    answer = other.post(f"/desk/referrals/{one.id}/screen", screening(other, do="accept"))

    assert answer.status_code == 409
    assert "Orang lain lebih dulu" in answer.text
    assert db.session.query(Case).count() == 1


def test_a_question_returns_it_to_the_cadre(desk, one):
    desk.get(f"/desk/referrals/{one.id}")

    desk.post(f"/desk/referrals/{one.id}/ask", {"question": "Kapan bisa ditelepon?"})

    assert again(one).state == "returned"


def test_not_ours_needs_what_was_told_and_where_they_were_sent(desk, one):
    desk.get(f"/desk/referrals/{one.id}")
    assert desk.post(f"/desk/referrals/{one.id}/not-ours", {"told": "x"}).status_code == 422

    told = {"told": TOLD, "sent_to": "Dinas sosial"}
    desk.post(f"/desk/referrals/{one.id}/not-ours", told)

    assert again(one).state == "not_ours"


def test_a_twin_is_named_by_its_code_looked_at_joined_and_taken_back(desk, one, melati):
    with transaction():
        other = reported(melati, danger_signs=["weapon"])
    code = {"other": short_code(other.report_id)}
    both = desk.post(f"/desk/referrals/{one.id}/duplicate", code).headers["Location"]
    page = desk.get(both).text

    assert "Pakai senjata, benda tajam" in page and "Makin sering, makin parah" in page
    assert SECRET not in page and again(one).same_as is None
    assert again(other).state == "seen"
    desk.post(both)
    assert again(one).same_as == other.id

    desk.post(f"/desk/referrals/{one.id}/undo")
    assert again(one).same_as is None


def test_what_is_taken_back_is_the_decision_that_was_shown(desk, sit, one):
    place, told = f"/desk/referrals/{one.id}", {"told": TOLD, "sent_to": "Dinas sosial"}
    desk.get(place)
    desk.post(f"{place}/not-ours", told)
    shown = dict(SHOWN.findall(desk.get(place).text))
    colleague = sit(Role.COORDINATOR, label="Petugas Jambu")
    colleague.post(f"{place}/undo", dict(SHOWN.findall(colleague.get(place).text)))
    colleague.post(f"{place}/not-ours", told)

    late = desk.post(f"{place}/undo", shown)

    assert late.status_code == 409 and "Petugas Jambu" in late.text
    assert again(one).state == "not_ours"


def test_the_words_of_two_open_for_one_reason_and_two_rows(desk, one, melati):
    with transaction():
        other = reported(melati, note="kata yang lain", must_not_know=["rt_rw"])
    page = desk.post(f"/desk/referrals/{one.id}/same/{other.id}/open", {"reason": "screening"}).text

    assert SECRET in page and "kata yang lain" in page
    assert "Tidak boleh tahu" in page
    rows = db.session.scalars(db.select(TrailRow).filter_by(act="report.open"))
    assert {row.object_id for row in rows} == {str(one.report_id), str(other.report_id)}


def test_what_was_emptied_still_has_its_page(desk, one):
    with transaction():
        forgetting.forget(again(one), now=utc_now())

    page = desk.get(f"/desk/referrals/{one.id}")
    assert page.status_code == 200
    assert "dikosongkan" in page.text
    assert desk.post(f"/desk/referrals/{one.id}/open", {"reason": "contact"}).status_code == 200
    assert desk.get("/desk/queue").status_code == 200


def test_not_yours_and_not_there_answer_alike(desk, one, sit):

    auditor = sit(Role.AUDITOR, label="Petugas Kamboja")
    absent = auditor.get(f"/desk/referrals/{fresh()}")
    foreign = auditor.get(f"/desk/referrals/{one.id}")

    assert absent.status_code == foreign.status_code == 404
    assert absent.text == foreign.text


def test_what_a_colleague_accompanies_opens_only_with_words(desk, sit, one):
    other = sit(Role.CASEWORKER, label="Petugas Jambu")
    with transaction():
        member = db.session.get_one(Person, desk.person_id)
        referral = screened(db.session.get_one(Referral, one.id), member)
        deciding.accept(referral, member, as_staff(member), now=utc_now())

    refused = other.post(f"/desk/referrals/{one.id}/open", {"reason": "contact"})
    opened = other.post(
        f"/desk/referrals/{one.id}/open", {"reason": "contact", "words": "Salak sedang cuti"}
    )

    assert refused.status_code == 422
    assert SECRET not in refused.text
    assert SECRET in opened.text


def test_what_came_without_the_right_pin_says_call_her_first(desk, melati):
    with transaction():
        referral = reported(melati)
        referral.report.unlocked = False

    assert "Telepon kader dulu" in desk.get(f"/desk/referrals/{referral.id}").text


def test_taking_it_shows_everybody_who_has_it(desk, sit, one):
    desk.post(f"/desk/referrals/{one.id}/take")

    other = sit(Role.COORDINATOR, label="Petugas Jambu")
    assert "Petugas Salak" in other.get("/desk/queue").text


def test_looking_again_moves_nothing(desk, one):
    desk.get(f"/desk/referrals/{one.id}")
    with transaction():
        member = db.session.get_one(Person, desk.person_id)
        screened(db.session.get_one(Referral, one.id), member)

    desk.get(f"/desk/referrals/{one.id}")

    assert again(one).state == "screened"
    assert len(referrals.moves(again(one))) == 2


def test_what_was_added_later_stands_among_the_facts(desk, one):
    with transaction() as session:
        addition = ReportAddition(id=fresh(), report_id=one.report_id, added_at=utc_now())
        write_facts(addition, {"needs": ["medical"]})
        session.add(addition)

    assert "Perlu sekarang" in desk.get(f"/desk/referrals/{one.id}").text


def test_what_was_asked_of_the_cadre_opens_with_the_rest_and_not_before(desk, one):
    desk.get(f"/desk/referrals/{one.id}")
    desk.post(f"/desk/referrals/{one.id}/ask", {"question": "Kapan bisa ditelepon?"})

    closed = desk.get(f"/desk/referrals/{one.id}").text
    opened = desk.post(f"/desk/referrals/{one.id}/open", {"reason": "contact"}).text

    assert "Kapan bisa ditelepon?" not in closed
    assert "Kapan bisa ditelepon?" in opened


def test_who_is_to_be_called_without_a_number_is_named_so(desk):
    with transaction():
        one = reported(person(Role.CADRE), contact_via="phone", safe_contact={"message_ok": "no"})

    page = desk.post(f"/desk/referrals/{one.id}/open", {"reason": "screening"}).text

    assert "Nomornya belum diketahui" in page


def test_nobody_calls_her_once_the_cadre_said_not_to(desk):
    with transaction():
        one = reported(
            person(Role.CADRE), contact_via="phone", safe_contact={"number": "0800 111 222"}
        )
    page = f"/desk/referrals/{one.id}/open"
    called = "tel:0800111222"

    assert called in desk.post(page, {"reason": "contact"}).text
    with transaction() as session:
        addition = ReportAddition(id=fresh(), report_id=one.report_id, added_at=utc_now())
        session.add(addition)
        seal_texts(addition, DISTRICT, {"contact_via": "do_not_contact"})

    assert called not in desk.post(page, {"reason": "contact"}).text
