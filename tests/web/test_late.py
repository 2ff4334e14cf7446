"""Where two decide at once, the second reads what the first decided and keeps what was typed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db, transaction, utc_now
from app.domain.fields import parse
from app.domain.permissions import Role
from app.models import Case, Closing, Deadline, FollowUp, Person, ServiceReferral
from app.services import absences, deciding, safe_ways, service_referrals
from tests.desk import as_staff, in_care, reported, screened
from tests.make import fresh, person
from tests.onward import partner, sent

TYPED = "ia minta ditelepon sore"


@pytest.fixture
def other(sit):
    return sit(Role.COORDINATOR, Role.CASEWORKER, Role.HEAD, label="Petugas Jambu")


@pytest.fixture
def case(desk):
    with transaction():
        return in_care(person(Role.CADRE), db.session.get_one(Person, desk.person_id))


def first(answer, *decided: str) -> str:
    """The words above the page of who came second: what was decided, and what they typed."""
    assert answer.status_code == 409
    words = answer.text.partition("Orang lain lebih dulu")[2].partition("</section>")[0]
    assert all(one in words for one in (*decided, "Petugas Jambu", TYPED)), words
    return words


@pytest.mark.parametrize(
    "act, typed",
    [
        ("not-ours", {"told": TYPED, "sent_to": "Dinas sosial"}),
        ("ask", {"question": TYPED}),
        (
            "screen",
            {"screening": "violence_against_woman", "risk": "high", "authority": "district"},
        ),
    ],
)
def test_what_was_decided_about_a_report_comes_with_what_was_typed(desk, other, act, typed):
    with transaction():
        member = db.session.get_one(Person, other.person_id)
        one = screened(reported(person(Role.CADRE)), member)
        deciding.accept(one, member, as_staff(member), now=utc_now())
    more = {"caseworker": str(other.person_id), "do": "accept", "risk_why": TYPED}

    answer = desk.post(f"/desk/referrals/{one.id}/{act}", typed | more)

    assert "Dinas sosial" in first(answer, "Diterima") or act != "not-ours"


def test_a_question_that_can_still_be_asked_stands_in_its_form(desk, other):
    with transaction():
        member = as_staff(db.session.get_one(Person, other.person_id))
        one = screened(reported(person(Role.CADRE)), db.session.get_one(Person, member.id))
        deciding.ask_cadre(one, "Kapan?", member, now=utc_now())

    answer = desk.post(f"/desk/referrals/{one.id}/ask", {"question": TYPED})

    first(answer, "Kader ditanya")
    assert f">\n{TYPED}</textarea>" in answer.text.replace("\r", "")


def test_why_a_case_stays_open_is_not_lost_when_another_head_was_faster(sit, other, case):
    head = sit(Role.HEAD, label="Bu Kepala")
    with transaction() as session:
        asked = Closing(id=fresh(), case_id=case, reason="moved_away", from_stage="evaluation")
        asked.asked_at, asked.asked_by = utc_now(), session.get_one(Case, case).caseworker_id
        session.get_one(Case, case).stage = "termination"
        session.add(asked)
    place = f"/desk/cases/{case}/closing/{asked.id}"

    silent = head.post(f"{place}/keep-open", {"refuse_words": ""})
    other.post(f"{place}/agree")
    late = head.post(f"{place}/keep-open", {"refuse_words": TYPED})

    assert silent.status_code == 422 and "Ini belum diisi" in silent.text
    first(late, "Ditutup")


def test_who_has_given_the_case_away_keeps_what_she_was_writing(desk, other, sit, case):
    stranger = sit(Role.CASEWORKER, label="Petugas Melati")
    row = {"plan_need": "safety", "need_words": TYPED, "goal": TYPED, "resource": TYPED}
    row |= {"due_on": str((utc_now() + timedelta(days=9)).date()), "expected": "x", "who": "y"}
    with transaction():
        member = db.session.get_one(Person, other.person_id)
        shown = db.session.get_one(Case, case)
        deciding.assign(shown, member, as_staff(member), now=utc_now())

    first(desk.post(f"/desk/cases/{case}/plan", row), "pendamping")
    assert desk.post(f"/desk/cases/{case}/hand", {"purpose": "accompany"}).status_code == 409
    assert stranger.post(f"/desk/cases/{case}/plan", row).status_code == 404


def test_what_she_said_a_month_after_stands_at_that_month_only(desk, case):
    with transaction() as session:
        closing = Closing(id=fresh(), case_id=case, reason="moved_away", from_stage="evaluation")
        closing.asked_at, closing.asked_by, closing.state = utc_now(), desk.person_id, "approved"
        closing.settled_by = person(Role.HEAD).id
        session.get_one(Case, case).closed_at = utc_now()
        session.add(closing)
        rows = [FollowUp(id=fresh(), case_id=case, closing_id=closing.id) for _ in range(2)]
        for months, row in enumerate(rows, 1):
            row.months, row.due_at = months, utc_now() + timedelta(days=30 * months)
        session.add_all(rows)

    page = desk.post(f"/desk/cases/{case}/follow-up/{rows[0].id}", {"follow_note": TYPED}).text

    assert page.count(TYPED) == 1
    assert f"follow-up/{rows[0].id}" in page.partition(TYPED)[0].rpartition("<details")[2]


def test_a_clock_that_another_ended_gives_back_how_she_would_have(desk, other, app):
    with transaction():
        one = reported(person(Role.CADRE), violence=["sexual"])
    clock = db.session.scalars(db.select(Deadline).filter_by(referral_id=one.id)).first()
    end = {"how": "not_sexual", "at": f"{utc_now():%Y-%m-%dT%H:%M}", "words": TYPED}

    other.post(f"/desk/clocks/{clock.id}/end", end)
    late = desk.post(f"/desk/clocks/{clock.id}/end", end)
    own = other.post(f"/desk/clocks/{clock.id}/end", end)

    first(late, "Selesai")
    assert "Anda sudah melakukannya" in own.text


def test_an_answer_that_another_wrote_down_gives_back_the_second(desk, other):
    with transaction():
        member = db.session.get_one(Person, desk.person_id)
        case = in_care(None, member, danger_signs=["weapon"])
        me = as_staff(db.session.get_one(Person, other.person_id))
        out = sent(case, me, partner(me, now=utc_now()), now=utc_now())
        service_referrals.answered(out, "partner_refused", me, refusal="full", now=utc_now())

    late = desk.post(f"/desk/services/{out.id}/answer", {"answer": "scheduled", "on": "2027-01-09"})

    assert late.status_code == 409
    words = late.text.partition("Orang lain lebih dulu")[2].partition("</section>")[0]
    assert "9 Januari 2027" in words and "Petugas Jambu" in words
    assert db.session.get_one(ServiceReferral, out.id, populate_existing=True).state == out.state


def test_a_case_that_another_has_given_on_is_not_given_on_once_more(desk, other, case, sit):
    third = sit(Role.CASEWORKER, label="Petugas Melati")
    place, to = f"/desk/cases/{case}/assign", {"caseworker": str(third.person_id)}
    seen = {"seen": str(desk.person_id), "assign_why": TYPED}
    shown = desk.get(place).text

    other.post(place, {"caseworker": str(other.person_id), "seen": str(desk.person_id)})
    late = desk.post(place, to | seen)
    stands = db.session.get_one(Case, case, populate_existing=True).caseworker_id
    now = desk.post(place, to | {"seen": str(other.person_id)})

    assert f'value="{desk.person_id}"' in shown.partition('name="seen"')[2][:80]
    first(late, "pendamping", "Petugas Melati")
    assert stands == other.person_id
    assert now.status_code == 303


def test_why_a_successor_all_the_same_is_kept_where_it_cannot_be(desk, other, case):
    place = f"/desk/people/{desk.person_id}/handover"
    other.post(place)
    way = {"contact_via": "do_not_contact", "cover_story": "arisan"}
    with transaction():
        here = db.session.get_one(Case, case).referral
        me = as_staff(db.session.get_one(Person, other.person_id))
        safe_ways.set_new(here, parse("desk.safe_way", way), me, now=utc_now())
        away, today = db.session.get_one(Person, other.person_id), utc_now().date()
        absences.note(away, today, today + timedelta(days=9), me, today=today, now=utc_now())
    asked = {"successor": str(other.person_id), "why": TYPED}

    nobody = other.post(f"{place}/{case}", {"successor": "", "why": TYPED})
    given = other.post(f"{place}/{case}", asked)
    late = desk.post(f"{place}/{case}", asked)

    assert nobody.status_code == 422
    assert f'value="{TYPED}"' in nobody.text and "siapa yang mendampingi" in nobody.text
    assert given.status_code == 303
    first(late, "pengganti")
