"""Handing a visit to a cadre, and seeing at the desk what became of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import (
    Alert,
    CallRequest,
    Case,
    Device,
    DeviceItem,
    DirectoryNumber,
    Person,
    Report,
    TrailRow,
    Visit,
    VisitRecord,
    VisitSeries,
    VisitStep,
    Withdrawal,
)
from app.services import people, trail
from app.services.rows import facts_of, seal_texts, texts_of, write_facts
from app.words import label
from tests.desk import in_care, phone_of, reported
from tests.make import fresh, person


@pytest.fixture
def melati(app):
    with transaction():
        made = person(Role.CADRE)
        phone_of(made)
    return made


@pytest.fixture
def case(desk, melati):
    with transaction():
        return in_care(melati, db.session.get_one(Person, desk.person_id))


def errand(cadre, **other) -> dict:
    zone = timedelta(hours=7)
    opens = utc_now() + zone
    return {
        "cadre": str(cadre.id),
        "purpose": "check_safety",
        "meeting_place": "posyandu",
        "opens_at": opens.strftime("%Y-%m-%dT%H:%M"),
        "due_at": (opens + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"),
        "agreed_on": (opens - timedelta(days=1)).strftime("%Y-%m-%d"),
        "look_for": "apakah ia makan",
    } | other


def test_a_visit_goes_sealed_to_the_phone_of_the_cadre(desk, case, melati):
    answer = desk.post(f"/desk/cases/{case}/hand", errand(melati))

    visit = db.session.scalars(db.select(Visit)).one()
    assert answer.headers["Location"] == f"/desk/visits/{visit.id}"
    kinds = db.session.scalars(db.select(DeviceItem.kind).filter_by(item_id=visit.id)).all()
    assert set(kinds) == {"visit", "visit_details"}
    assert visit.place_kind == "public"


def test_a_visit_goes_to_no_phone_in_doubt_and_the_desk_reads_what_to_do_first(desk, case, melati):
    with transaction():
        db.session.scalars(db.select(Device)).one().cloned_at = utc_now()

    shown = desk.get(f"/desk/cases/{case}/hand").text
    answer = desk.post(f"/desk/cases/{case}/hand", errand(melati))

    assert f'value="{melati.id}"' not in shown
    assert "telepon dia dahulu" in shown
    assert f'href="/desk/people/{melati.id}"' in shown
    assert answer.status_code == 422
    assert db.session.scalar(db.select(Visit)) is None


def test_a_visit_says_that_nothing_new_reaches_a_phone_in_doubt(desk, case, melati):
    page = desk.post(f"/desk/cases/{case}/hand", errand(melati)).location
    assert "Dua HP mengirim" not in desk.get(page).text
    with transaction():
        db.session.scalars(db.select(Device)).one().cloned_at = utc_now()

    shown = desk.get(page).text

    assert "Dua HP mengirim" in shown
    assert f'href="/desk/people/{melati.id}"' in shown


def test_a_series_is_planned_shown_on_the_case_and_ended_there(desk, case, melati):
    answer = desk.post(f"/desk/cases/{case}/hand", errand(melati, every_days="14", times="6"))
    shown = desk.get(f"/desk/cases/{case}").text
    end = re.search(r'action="(/desk/cases/[^"]+/series/[^"]+/end)"', shown).group(1)

    desk.post(end)
    desk.post(end)

    visit = db.session.scalars(db.select(Visit)).one()
    row = db.session.scalars(db.select(VisitSeries)).one()
    assert answer.headers["Location"] == f"/desk/visits/{visit.id}"
    assert "tiap 14 hari" in shown and "1 dari 6" in shown
    assert row.ended_why == "desk"
    assert end not in desk.get(f"/desk/cases/{case}").text


def test_a_series_is_not_ended_by_one_press(desk, case, melati):
    desk.post(f"/desk/cases/{case}/hand", errand(melati, every_days="14", times="6"))

    shown = desk.get(f"/desk/cases/{case}").text

    drawers = "".join(re.findall(r"<details.*?</details>", shown, re.S))
    assert re.search(r'action="/desk/cases/[^"]+/series/[^"]+/end"', drawers)


def test_the_signs_of_recovery_are_drawn_over_time_once_there_are_two(desk, case, melati):
    desk.post(f"/desk/cases/{case}/hand", errand(melati))
    visit = db.session.scalars(db.select(Visit)).one()
    shown = []
    for level in ("not_yet", "yes"):
        with transaction() as session:
            at = utc_now()
            row = VisitRecord(
                id=fresh(), visit_id=visit.id, received_at=at, happened_at=at, outcome="met"
            )
            write_facts(row, {"protected": level})
            session.add(row)
        shown.append(desk.get(f"/desk/cases/{case}").text)

    assert "charts.js" not in shown[0]
    assert "charts.js" in shown[1]
    assert re.findall(r'data-level="(\d)"', shown[1]) == ["1", "3"]
    assert 'data-levels="Belum|Sebagian|Ya"' in shown[1]


def test_a_series_without_an_end_is_refused_and_keeps_what_was_typed(desk, case, melati):
    answer = desk.post(f"/desk/cases/{case}/hand", errand(melati, every_days="14"))

    assert answer.status_code == 422
    assert 'value="14"' in answer.text
    assert db.session.query(Visit).count() == 0


def test_who_goes_learns_who_must_not_know(desk, case, melati):
    desk.post(f"/desk/cases/{case}/hand", errand(melati))

    visit = db.session.scalars(db.select(Visit)).one()
    assert texts_of(visit)["safe_contact"]["must_not_know"] == ["spouse"]


def test_the_details_of_a_visit_in_a_week_stay_here_for_now(desk, case, melati):
    opens = utc_now() + timedelta(days=7)
    later = {
        "opens_at": opens.strftime("%Y-%m-%dT%H:%M"),
        "due_at": (opens + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"),
    }
    desk.post(f"/desk/cases/{case}/hand", errand(melati, **later))

    visit = db.session.scalars(db.select(Visit)).one()
    kinds = db.session.scalars(db.select(DeviceItem.kind).filter_by(item_id=visit.id)).all()
    assert kinds == ["visit"]


def test_a_visit_carries_the_minimum_and_never_the_narrative(desk, case, melati):
    desk.post(f"/desk/cases/{case}/hand", errand(melati))

    texts = texts_of(db.session.scalars(db.select(Visit)).one())
    assert set(texts) == {"survivor_alias", "safe_contact", "look_for"}


def test_a_visit_without_her_yes_is_not_handed_over(desk, case, melati):
    answer = desk.post(f"/desk/cases/{case}/hand", errand(melati, agreed_on=""))

    assert answer.status_code == 422
    assert db.session.query(Visit).count() == 0


def test_a_window_that_ends_before_it_begins_is_refused(desk, case, melati):
    answer = desk.post(f"/desk/cases/{case}/hand", errand(melati, due_at="2020-01-01T00:00"))

    assert answer.status_code == 422


def test_only_fitting_cadres_can_be_chosen_and_the_page_says_why_others_are_not(desk, case, melati):
    with transaction():
        far = person(Role.CADRE, label="Kader Jauh", village="33.02.17.2002")
        phone_of(far)
        without = person(Role.CADRE, label="Kader Tanpa")

    page = desk.get(f"/desk/cases/{case}/hand").text
    answer = desk.post(f"/desk/cases/{case}/hand", errand(far))

    assert "desa lain" in page
    assert "belum punya HP yang dikonfirmasi" in page
    assert f'value="{melati.id}"' in page
    assert f'value="{far.id}"' not in page
    assert f'value="{without.id}"' not in page
    assert answer.status_code == 422


def test_who_must_not_know_stands_on_the_page_where_a_visit_is_handed_over(desk, case):
    page = desk.get(f"/desk/cases/{case}/hand").text

    assert "Tidak boleh tahu" in page
    assert db.session.query(TrailRow).filter_by(act="report.open", reason="visit").count() == 1


def test_only_its_caseworker_hands_over_a_visit(sit, case, melati):
    other = sit(Role.CASEWORKER, label="Petugas Jambu")

    other.post(f"/desk/cases/{case}/hand", errand(melati))

    assert db.session.query(Visit).count() == 0


def test_a_visit_taken_back_leaves_the_phone(desk, case, melati):
    desk.post(f"/desk/cases/{case}/hand", errand(melati))
    visit = db.session.scalars(db.select(Visit)).one()

    desk.post(f"/desk/visits/{visit.id}/withdraw")

    assert db.session.get_one(Visit, visit.id, populate_existing=True).state == "withdrawn"
    gone = db.session.scalars(db.select(DeviceItem.gone).filter_by(item_id=visit.id)).all()
    assert gone and all(gone)


def test_the_desk_shows_what_was_recorded_and_opens_her_wish_with_a_reason(desk, case, melati):
    desk.post(f"/desk/cases/{case}/hand", errand(melati))
    visit = db.session.scalars(db.select(Visit)).one()
    with transaction() as session:
        record = VisitRecord(
            id=fresh(),
            visit_id=visit.id,
            received_at=utc_now(),
            happened_at=utc_now(),
            outcome="met",
        )
        write_facts(record, {"outcome": "met", "feels_safe": "partly", "barriers": ["transport"]})
        seal_texts(record, visit.district, {"survivor_wish": "ingin kerja lagi"})
        session.add(record)

    closed = desk.get(f"/desk/visits/{visit.id}").text
    opened = desk.post(f"/desk/visits/{visit.id}/open", {"reason": "visit"}).text
    whole = desk.get(f"/desk/cases/{case}").text

    assert "Merasa aman" in closed
    assert "ingin kerja lagi" not in closed
    assert "ingin kerja lagi" in opened
    assert re.search(r"Merasa aman.*Sebagian", whole, re.S | re.I)


def test_how_the_cadre_is_herself_is_for_her_supervisor_only(sit, desk, case, melati):
    pendamping = sit(Role.CASEWORKER, label="Petugas Jambu")
    desk.post(f"/desk/cases/{case}/hand", errand(melati))
    visit = db.session.scalars(db.select(Visit)).one()
    about = {"id": fresh(), "visit_id": visit.id, "outcome": "met"}
    with transaction() as session:
        session.get_one(Case, case).caseworker_id = pendamping.person_id
        record = VisitRecord(**about, received_at=utc_now(), happened_at=utc_now())
        write_facts(record, {"outcome": "met", "cadre_wellbeing": "tired"})
        session.add(record)

    hers, others = desk.get(f"/desk/visits/{visit.id}"), pendamping.get(f"/desk/visits/{visit.id}")

    assert "Lelah" in hers.text
    assert str(label("outcome", "met")) in others.text
    assert "Lelah" not in others.text


def test_the_board_lists_it(desk, case, melati):
    desk.post(f"/desk/cases/{case}/hand", errand(melati))
    visit = db.session.scalars(db.select(Visit)).one()

    assert str(visit.id) in desk.get("/desk/visits").text
    assert facts_of(visit)["meeting_place"] == "posyandu"


def test_after_she_took_her_consent_back_no_visit_is_handed_over(desk, case, melati):
    report_id = db.session.scalars(db.select(Report.id)).one()
    with transaction() as session:
        session.add(
            Withdrawal(
                id=fresh(),
                report_id=report_id,
                purposes="visit,contact",
                received_at=utc_now(),
                due_at=utc_now(),
            )
        )

    page = desk.get(f"/desk/cases/{case}").text
    answer = desk.post(f"/desk/cases/{case}/hand", errand(melati))

    assert "Persetujuannya sudah ditarik" in page
    assert answer.status_code == 422
    assert db.session.query(Visit).count() == 0


def test_who_must_not_know_stands_above_the_number_of_a_call_we_owe(desk, case, melati):
    with transaction() as session:
        people.set_number(melati, "0800 111 222", now=utc_now())
        call = CallRequest(
            id=fresh(),
            district=melati.district,
            person_id=melati.id,
            why="asked",
            asked_at=utc_now(),
            due_at=utc_now(),
        )
        session.add(call)

    page = desk.post(f"/desk/calls/{call.id}/number").text
    before = page.split("tel:")[0]

    assert "0800 111 222" in page
    assert "Tidak boleh tahu" in before


@pytest.mark.parametrize(
    "kind, said", [("midwife", "Bidan, 0281 000 002"), (None, "temui langsung")]
)
def test_who_has_no_number_is_reached_through_her_village(desk, melati, kind, said):
    owed = {"district": melati.district, "person_id": melati.id, "why": "asked"}
    with transaction() as session:
        call = CallRequest(id=fresh(), asked_at=utc_now(), due_at=utc_now(), **owed)
        session.add(call)
        if kind:
            place = {"district": melati.district, "village": melati.village}
            session.add(DirectoryNumber(kind=kind, number="0281 000 002", **place))

    page = desk.post(f"/desk/calls/{call.id}/number").text

    assert "Belum ada nomor" in page and said in page
    assert page.count('href="/desk/visits"') == 3  # In the rail, above, and below what to do.


def test_a_call_that_was_made_leaves_the_board(desk, melati):
    with transaction() as session:
        call = CallRequest(
            id=fresh(),
            district=melati.district,
            person_id=melati.id,
            why="unsafe_stopped",
            asked_at=utc_now(),
            due_at=utc_now(),
        )
        session.add(call)
    assert "tidak aman" in desk.get("/desk/visits").text

    desk.post(f"/desk/calls/{call.id}/done")

    assert str(call.id) not in desk.get("/desk/visits").text


def test_to_somebody_related_a_call_about_her_is_not_there(desk, melati):
    with transaction() as session:
        people.set_number(melati, "0800 111 222", now=utc_now())
        referral = reported(melati)
        call = CallRequest(
            id=fresh(),
            district=melati.district,
            person_id=melati.id,
            why="asked",
            report_id=referral.report_id,
            asked_at=utc_now(),
            due_at=utc_now(),
        )
        session.add(call)
    shown = desk.get("/desk/visits").text
    assert "1 kader menunggu ditelepon" in desk.get("/desk/queue").text
    desk.post(f"/desk/referrals/{referral.id}/related")

    assert str(call.id) in shown
    assert str(call.id) not in desk.get("/desk/visits").text
    assert "menunggu ditelepon" not in desk.get("/desk/queue").text
    assert desk.post(f"/desk/calls/{call.id}/number").status_code == 404
    assert desk.post(f"/desk/calls/{call.id}/done").status_code == 404


def test_a_visit_of_a_colleagues_case_opens_with_words_and_she_is_told(desk, sit, case, melati):
    desk.post(f"/desk/cases/{case}/hand", errand(melati))
    visit = db.session.scalars(db.select(Visit)).one()
    other = sit(Role.CASEWORKER, label="Petugas Jambu")
    address, words = f"/desk/visits/{visit.id}/open", "Salak sedang cuti"

    refused = other.post(address, {"reason": "visit"})
    opened = other.post(address, {"reason": "visit", "words": words})

    assert refused.status_code == 422
    assert 'name="words"' in refused.text
    assert "apakah ia makan" not in refused.text
    assert "apakah ia makan" in opened.text
    told = db.session.query(Alert).filter_by(person_id=desk.person_id, kind="opened_by_other")
    assert told.count() == 1
    assert other.person_id in [row.by for row in trail.openers("report", visit.report_id)]


def test_who_goes_with_her_is_found_where_a_visit_is_overdue(desk, case, melati):
    desk.post(f"/desk/cases/{case}/hand", errand(melati))
    with transaction() as session:
        visit = session.scalars(db.select(Visit)).one()
        now = utc_now()
        for act, companion in (("visit.plan", "Bu Kenanga 0811"), ("visit.start", "Bu Teratai")):
            step = VisitStep(
                id=fresh(), visit_id=visit.id, act=act, received_at=now, happened_at=utc_now()
            )
            seal_texts(step, visit.district, {"companion_contact": companion})
            session.add(step)
        owed = {"district": visit.district, "person_id": melati.id, "why": "overdue_visit"}
        owed |= {"visit_id": visit.id, "report_id": visit.report_id, "when": "now"}
        call = CallRequest(id=fresh(), asked_at=now, due_at=now, **owed)
        session.add(call)

    shown = desk.get(f"/desk/visits/{visit.id}").text
    assert "Bu Teratai" not in shown
    assert f'action="/desk/calls/{call.id}/number"' in shown
    assert "Bu Teratai" not in desk.get("/desk/visits").text
    opened = desk.post(f"/desk/visits/{visit.id}/open", {"reason": "visit"}).text
    called = desk.post(f"/desk/calls/{call.id}/number").text

    assert "Bu Teratai" in opened and "Bu Teratai" in called
    rows = db.session.scalars(db.select(TrailRow).where(TrailRow.act == "visit.open"))
    assert {row.reason for row in rows} == {"visit", "contact"}
    desk.post(f"/desk/calls/{call.id}/done")
    assert f"/desk/calls/{call.id}" not in desk.get(f"/desk/visits/{visit.id}").text


def test_an_overdue_visit_shows_how_its_cadre_is_reached_with_a_row(desk, case, melati):
    page = desk.post(f"/desk/cases/{case}/hand", errand(melati)).location
    assert f"{page}/number" not in desk.get(page).text
    with transaction() as session:
        visit = session.scalars(db.select(Visit)).one()
        visit.opens_at, visit.due_at = utc_now() - timedelta(days=3), utc_now() - timedelta(days=1)

    assert f'action="{page}/number"' in desk.get(page).text
    called = desk.post(f"{page}/number").text

    assert "belum ada catatan" in called
    assert f'href="{page}"' in called
    assert db.session.scalars(db.select(TrailRow).where(TrailRow.act == "contact.open")).all()
