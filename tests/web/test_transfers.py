"""The pages of transfers: sending on, answering, the file and the letter."""

from __future__ import annotations

import io
import json
import re

import pytest

from app import sealing
from app.db import db, transaction
from app.domain.permissions import Role
from app.models import Area, Case, District, Referral, ReportAddition, TrailRow, Transfer
from app.sealing import b64, new_private, public_of
from app.services import consents
from tests.desk import Desk, in_care, reported, screened, staff
from tests.make import NOON, fresh, person

ELSEWHERE = "52.72"
WHY = {"basis": "consent", "method": "written", "words": "ia pindah ke sana"}


@pytest.fixture
def head(sit) -> Desk:
    return sit(Role.HEAD)


@pytest.fixture
def referral(app) -> Referral:
    with transaction():
        return screened(reported(person()), staff())


@pytest.fixture
def other(app) -> Desk:
    with transaction() as session:
        session.add(Area(code=ELSEWHERE, level="regency", parent_code=None, name="KOTA LAIN"))
        session.flush()
        session.add(District(code=ELSEWHERE))
        session.flush()
        member = person(Role.COORDINATOR, label="Petugas Jambu", district=ELSEWHERE)
    settings = app.config["SIAGA"]
    sealing.make_development_keys(settings, [ELSEWHERE])
    sealing.register(app, settings)
    return Desk(app, member)


def the_transfer() -> Transfer:
    return db.session.query(Transfer).populate_existing().one()


def test_it_goes_comes_into_the_other_queue_and_the_answer_comes_back(head, other, referral):
    place = f"/desk/referrals/{referral.id}/transfer"
    wrong = head.post(place, WHY | {"to": ELSEWHERE, "method": "spoken_witnessed"})
    assert wrong.status_code == 422
    assert "ia pindah ke sana" in wrong.text

    sent = head.post(place, WHY | {"to": ELSEWHERE})
    row = the_transfer()
    assert "Menunggu jawaban" in head.get(sent.location).text
    copy = other.get(f"/desk/referrals/{row.copy_id}").text
    assert "salinan tersegel" in copy
    assert "Melati" not in copy

    other.post(f"/desk/transfers/{row.id}/answer", {"answer": "accepted"})
    assert the_transfer().state == "accepted"
    assert "Diambil alih" in head.get("/desk/transfers").text
    assert head.get(f"/desk/referrals/{row.copy_id}").status_code == 404
    assert other.get(f"/desk/referrals/{referral.id}").status_code == 404


def test_after_she_took_her_yes_back_only_what_a_person_has_judged_sends_it(head, other):
    with transaction():
        grave = screened(reported(person(), danger_signs=["weapon"]), staff())
        consents.withdraw(fresh(), grave.report, ["record"], received_at=NOON, now=NOON)
    place = f"/desk/referrals/{grave.id}/transfer"
    page = head.get(place).text
    assert "hanya atas dasar lain" in page
    assert "Tidak boleh memulai" not in page

    on_consent = head.post(place, WHY | {"to": ELSEWHERE})
    judged = head.post(place, WHY | {"to": ELSEWHERE, "basis": "life_in_danger"})

    assert (on_consent.status_code, judged.status_code) == (422, 303)
    assert the_transfer().basis == "life_in_danger"


def test_a_case_goes_as_a_copy_from_its_own_page_and_is_closed_here_by_people(head, other):
    with transaction():
        case = in_care(None, staff(Role.CASEWORKER, Role.COORDINATOR), violence=["physical"])
        referral_id = db.session.get_one(Case, case).referral_id
    place = f"/desk/referrals/{referral_id}/transfer"
    assert place in head.get(f"/desk/cases/{case}").text
    assert "Pendampingan tetap berjalan di sini" in head.get(place).text

    sent = head.post(place, WHY | {"to": ELSEWHERE})
    other.post(f"/desk/transfers/{the_transfer().id}/answer", {"answer": "accepted"})
    assert f"/desk/cases/{case}/closing" in head.get(sent.location).text
    assert db.session.get_one(Case, case, populate_existing=True).closed_at is None
    assert "belum sampai kepada mereka" not in head.get(f"/desk/cases/{case}").text
    added(db.session.get_one(Referral, referral_id))
    page = head.get(f"/desk/cases/{case}").text
    assert "belum sampai kepada mereka" in page and f"{sent.location}#later" in page


def test_a_refusal_needs_its_reason(head, other, referral):
    head.post(f"/desk/referrals/{referral.id}/transfer", WHY | {"to": ELSEWHERE})
    place = f"/desk/transfers/{the_transfer().id}"

    assert other.post(f"{place}/answer", {"answer": "refused"}).status_code == 422
    other.post(f"{place}/answer", {"answer": "refused", "refusal": "not_our_area"})

    assert the_transfer().refusal == "not_our_area"
    assert "Bukan wilayah kami" in head.get(place).text


def test_a_file_goes_only_after_its_key_was_compared(head, referral):
    line = f"intake.32.01.1 {b64(public_of(new_private()))}"
    outside = WHY | {"to": "elsewhere", "name": "UPTD Bogor", "key": line}
    place = f"/desk/referrals/{referral.id}/transfer"
    assert head.post(place, outside | {"key": "intake.32.01.1 kosong"}).status_code == 422
    asked = head.post(place, outside)
    assert asked.status_code == 422
    assert db.session.query(Transfer).count() == 0

    head.post(place, outside | {"compared": "y"})

    row = the_transfer()
    file = head.post(f"/desk/transfers/{row.id}/file")
    assert json.loads(file.data)["kid"] == "intake.32.01.1"
    assert "salinan.siaga" in file.headers["Content-Disposition"]
    head.post(f"/desk/transfers/{row.id}/take-back")
    assert db.session.get_one(Referral, referral.id, populate_existing=True).state == "seen"


def added(referral) -> None:
    with transaction() as session:
        session.add(ReportAddition(id=fresh(), report_id=referral.report_id, added_at=NOON))


def test_the_desk_is_told_what_has_not_gone_and_the_head_sends_it(head, other, referral, desk):
    head.post(f"/desk/referrals/{referral.id}/transfer", WHY | {"to": ELSEWHERE})
    own, row = f"/desk/referrals/{referral.id}", the_transfer()
    way = f"/desk/transfers/{row.id}/later"
    assert "belum sampai kepada mereka" not in head.get(own).text
    added(referral)

    assert "Kepala UPTD yang mengirimkan" in desk.get(own).text
    assert way not in desk.get(f"/desk/transfers/{row.id}").text
    assert "Kirim sebagai susulan" in head.get(own).text
    assert way in head.get(f"/desk/transfers/{row.id}").text
    assert "belum sampai" not in other.get(f"/desk/referrals/{row.copy_id}").text

    sent = head.post(way)

    assert "Susulannya sudah sampai" in head.get(sent.location).text
    assert "belum sampai kepada mereka" not in head.get(own).text
    acts = {one.act for one in db.session.query(TrailRow)}
    assert {"transfer.more", "transfer.more_in", "report.open"} <= acts
    assert other.post(way).status_code in (403, 404)


def test_what_came_later_is_saved_as_a_file_for_an_office_elsewhere(head, referral):
    line = f"intake.32.01.1 {b64(public_of(new_private()))}"
    outside = WHY | {"to": "elsewhere", "name": "UPTD Bogor", "key": line, "compared": "y"}
    head.post(f"/desk/referrals/{referral.id}/transfer", outside)
    place = f"/desk/transfers/{the_transfer().id}"
    added(referral)

    answer = head.post(f"{place}/later")

    assert "Simpanlah berkasnya" in head.get(answer.location).text
    [address] = re.findall(rf'action="({place}/later/[^"]+/file)"', head.get(place).text)
    file = head.post(address)
    assert json.loads(file.data)["kid"] == "intake.32.01.1"
    assert "susulan.siaga" in file.headers["Content-Disposition"]


def test_the_letter_names_nobody_and_who_must_not_know_stands_above_it(head, other, referral):
    head.post(f"/desk/referrals/{referral.id}/transfer", WHY | {"to": ELSEWHERE})

    page = head.post(f"/desk/transfers/{the_transfer().id}/letter").text

    above, letter = page.split('<article class="paper"')
    assert 'class="must"' in above
    assert "laporan masyarakat" in letter
    for told in ("Melati", "Bunga", "0812", "datang pagi"):
        assert told not in letter
    assert db.session.query(TrailRow).filter_by(act="paper.print", reason="transfer").count() == 1


def test_what_is_no_file_is_said_and_nothing_is_read(desk):
    sent = {"file": (io.BytesIO(b"bukan"), "salinan.siaga")}
    answer = desk.post("/desk/transfers", sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "tidak bisa dibaca di sini" in answer.text
