"""Papers on A4: what a partner, she and the data officer get, and what never stands there."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from app.db import db, transaction, utc_now
from app.domain import codes
from app.domain.permissions import Role
from app.models import Case, Person, Recall, SimfoniRef, TrailRow
from app.services import forgetting, own_record, service_referrals, simfoni
from tests.desk import as_staff, in_care, reported
from tests.make import person
from tests.onward import asked, partner, sent, taken_back

ARTICLE = re.compile(r"<article.*</article>", re.S)


@pytest.fixture
def desk(sit):
    return sit(Role.COORDINATOR, Role.CASEWORKER, Role.HEAD)


@pytest.fixture
def me(desk):
    return as_staff(db.session.get_one(Person, desk.person_id))


@pytest.fixture
def row(desk, me):
    with transaction():
        cadre = person(Role.CADRE, label="Kader Kenari")
        member = db.session.get_one(Person, desk.person_id)
        told = {"danger_signs": ["weapon"], "place": "household", "access_needs": ["wheelchair"]}
        case = in_care(cadre, member, source="neighbour", note="RAHASIA-31", **told)
        hospital = partner(me, "RSUD Contoh", now=utc_now())
        return sent(case, me, hospital, now=utc_now())


def printed(page: str) -> str:
    return ARTICLE.search(page).group()


def paper(desk, row, kind: str, **more):
    return desk.post(f"/desk/services/{row.id}/paper", {"kind": kind, "reason": "care"} | more)


def test_a_letter_says_report_from_the_community_and_names_nobody(desk, row):
    page = paper(desk, row, "letter").text

    letter = printed(page)
    assert "laporan masyarakat" in letter
    assert "Kepada</th><td>RSUD Contoh" in letter
    assert "Konseling oleh konselor" in letter
    for never in ("Kenari", "Bunga", "RAHASIA", "Tetangga", "Kalicontoh", "0812", "Pasangan"):
        assert never not in letter, never


def test_who_must_not_know_stands_in_red_above_the_letter_and_is_not_printed(desk, row):
    page = paper(desk, row, "letter").text

    assert 'class="must"' in page
    assert page.index('class="must"') < page.index("<article")
    assert 'class="must"' not in printed(page)
    assert page.rindex('class="noprint"', 0, page.index('class="must"')) > 0


def test_printing_is_an_opening_and_stands_in_the_trail(desk, row):
    paper(desk, row, "letter")

    acts = [one.act for one in db.session.scalars(db.select(TrailRow).order_by(TrailRow.seq))][-2:]
    assert acts == ["report.open", "paper.print"]


def test_somebody_elses_case_asks_for_words_first(sit, row):
    other = sit(Role.COORDINATOR, label="Petugas Jambu")

    assert paper(other, row, "letter").status_code == 303
    assert paper(other, row, "letter", words="Salak sedang cuti").status_code == 200


def test_a_summary_tells_what_she_need_not_tell_again_and_not_who_reported(desk, row):
    summary = printed(paper(desk, row, "summary").text)

    assert "Pakai senjata" in summary
    assert "Kursi roda" in summary
    assert "Tetangga" not in summary
    assert "RAHASIA" not in summary


def test_after_a_withdrawal_only_the_notice_is_printed_with_a_number_and_nothing_else(desk, row):
    with transaction():
        taken_back(row.case_id, "record", now=utc_now())

    for kind in ("letter", "summary"):
        assert paper(desk, row, kind).status_code == 303
    notice = printed(paper(desk, row, "recall").text)
    assert re.search(r"RL-\w{5}", notice)
    assert db.session.query(Recall).count() == 1
    for never in ("Perempuan", "25–44", "Konseling", "senjata", "Kalicontoh"):
        assert never not in notice, never


def test_a_draft_has_no_papers(desk, me, row):
    with transaction():
        draft = asked(row.case_id, me, None, now=utc_now())

    assert paper(desk, draft, "letter").status_code == 303
    assert "Surat rujukan" not in desk.get(f"/desk/services/{draft.id}").text


def test_the_record_of_consent_lists_every_purpose_with_her_decision(desk, row):
    answer = desk.post(f"/desk/cases/{row.case_id}/paper", {"kind": "consent", "reason": "care"})

    record = printed(answer.text)
    assert record.count("<tr>") >= len(codes.CONSENT_PURPOSE)
    assert "Telah dijelaskan kepadanya" not in record
    assert record.count('class="box"') == 5
    assert "Ya (belum sah)" in record


def test_a_record_after_a_real_talk_says_what_was_explained_and_how_she_agreed(desk, row):
    talk = {"method": "written", "giver": "survivor", "explained": list(codes.EXPLAINED)}
    talk |= {"rights_read": "yes", "agree_refer_medical": "yes"}
    said = desk.post(f"/desk/cases/{row.case_id}/consent", talk)
    assert said.status_code == 303

    answer = desk.post(f"/desk/cases/{row.case_id}/paper", {"kind": "consent", "reason": "care"})

    record = printed(answer.text)
    assert "Telah dijelaskan kepadanya" in record
    assert re.search(r"Dirujuk ke layanan kesehatan</td><td>Ya</td>", record)


def own(desk, row) -> str:
    answer = desk.post(f"/desk/cases/{row.case_id}/paper", {"kind": "own", "reason": "complaint"})
    return printed(answer.text)


def test_what_is_kept_about_her_says_kinds_and_who_was_told_and_never_what_or_who_reported(
    desk, row
):
    paper = own(desk, row)

    for said in ("Layanan yang diminta untuk Anda", "RSUD Contoh", "Konseling", "1 petugas"):
        assert said in paper, said
    for unsaid in ("Kunjungan kepada Anda", "25 tahun", "Tidak seorang pun"):
        assert unsaid not in paper, unsaid
    for never in ("Kenari", "Salak", "Bunga", "RAHASIA", "Tetangga", "Kalicontoh", "0812"):
        assert never not in paper, never
    last = db.session.scalars(db.select(TrailRow).order_by(TrailRow.seq.desc())).first()
    assert (last.act, last.reason) == ("paper.print", "own")


def test_what_is_kept_about_her_says_until_when(desk, row):
    with transaction():
        case = db.session.get_one(Case, row.case_id)
        row.partner_id, case.closed_at = None, datetime(2026, 1, 15, tzinfo=UTC)

    closed = own(desk, row)
    with transaction():
        db.session.get_one(Case, row.case_id).referral.child = True
    child = own(desk, row)
    with transaction():
        db.session.get_one(Case, row.case_id).closing_reason = "out_of_scope"
    outside = own(desk, row)

    assert "15 Januari 2031" in closed and "Tidak seorang pun" in closed
    assert "25 tahun" in child and "2031" not in child
    assert "15 Januari 2027" in outside and "25 tahun" not in outside


@pytest.mark.parametrize(
    "child, settled, said",
    [
        (False, None, "paling lama 5 tahun sesudahnya"),
        (False, "not_ours", "15 Januari 2027"),
        (True, "not_ours", "15 Januari 2027"),
        (True, None, "25 tahun"),
    ],
)
def test_a_report_that_became_no_case_has_its_paper_too(desk, child, settled, said):
    with transaction():
        one = reported(person(Role.CADRE, label="Kader Kenari"), note="RAHASIA-31")
        one.child = child
        if settled:
            one.state, one.open, one.settled_at = settled, False, datetime(2026, 1, 15, tzinfo=UTC)

    assert f"/desk/referrals/{one.id}/paper" in desk.get(f"/desk/referrals/{one.id}").text
    paper = printed(desk.post(f"/desk/referrals/{one.id}/paper", {"reason": "complaint"}).text)

    assert said in paper and "Tidak seorang pun" in paper and "pada awalnya" in paper
    for never in ("Kenari", "Salak", "RAHASIA", "0812", "Pendamping", "Catatan pendamping"):
        assert never not in paper, never
    last = db.session.scalars(db.select(TrailRow).order_by(TrailRow.seq.desc())).first()
    assert (last.act, last.object_kind, last.reason) == ("paper.print", "referral", "own")


def test_of_two_put_together_the_paper_is_of_the_one_in_which_care_goes_on(desk, me, row):
    with transaction():
        twin = reported(None)
        twin.state, twin.same_as = "duplicate", db.session.get_one(Case, row.case_id).referral_id
        gone = reported(None)
        forgetting.forget(gone, now=utc_now())

    paper = desk.post(f"/desk/referrals/{twin.id}/paper", {"reason": "complaint"}).text
    emptied = desk.post(f"/desk/referrals/{gone.id}/paper", {"reason": "complaint"})

    assert "RSUD Contoh" in printed(paper)
    assert emptied.status_code == 303


def test_nothing_that_holds_her_words_is_left_out_of_what_she_is_told():
    told = {table for tables in own_record.HELD.values() for table in tables}

    assert set(forgetting.ALL) <= told


def test_the_worksheet_speaks_simfonis_words_and_leaves_the_official_code_empty(desk, me, row):
    with transaction():
        again = service_referrals.get(row.id, me, lock=True)
        service_referrals.answered(again, "served", me, now=utc_now())
    desk.post(f"/desk/cases/{row.case_id}/simfoni", {"ref": "3302-2026-17"})

    answer = desk.post(f"/desk/cases/{row.case_id}/paper", {"kind": "simfoni", "reason": "care"})

    sheet = printed(answer.text)
    for said in ("Rumah tangga", "Fisik", "Suami/Istri", "Pengaduan, Rehabilitasi sosial"):
        assert said in sheet, said
    assert "Kode resmi" in sheet
    assert "3302-2026-17" in sheet
    assert simfoni.mapping()["version"] in sheet
    assert db.session.query(SimfoniRef).one().ref == "3302-2026-17"


def test_what_simfoni_does_not_know_is_other():
    known = {"place": codes.PLACE, "violence": codes.VIOLENCE}
    known["reported_person"] = codes.REPORTED_PERSON
    kinds = {what for each in codes.SERVICES.values() for what in each}
    known["service"] = (*codes.SERVICE, *kinds)

    for field, ours in known.items():
        table = simfoni.mapping()[field]
        assert set(table) <= set(ours), field
        assert {simfoni.category(field, code) for code in set(ours) - set(table)} <= {"Lainnya"}
    assert simfoni.category("place", None) == "Lainnya"


def test_a_receipt_asks_for_a_mark_and_says_nothing_of_what_happened(desk, row):
    receipt = printed(paper(desk, row, "receipt").text)

    assert "cap jempol" in receipt
    assert "Oleh" in receipt and "Pada tanggal" in receipt
    assert "Dipukul" not in receipt
