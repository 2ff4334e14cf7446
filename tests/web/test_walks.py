"""Where the walks with invented people hurt (docs/walks.md), and what was mended."""

from __future__ import annotations

import re

import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.domain.report import short_code
from app.models import Case, DirectoryNumber, Person, Referral, ServiceReferral
from app.services import deciding, handovers, referrals
from tests.desk import Desk, as_staff, in_care, reported, staff
from tests.make import CHECKED, DISTRICT, VILLAGE, person
from tests.onward import partner, sent, taken_back

SEXUAL = {"violence": ["sexual"], "last_happened": "days_2_3"}
MEDICINE = "Obat pencegah"


@pytest.fixture
def me(desk):
    return as_staff(db.session.get_one(Person, desk.person_id))


@pytest.fixture
def care(desk):
    """A case that whoever sits at the desk accompanies."""

    def cared(**answers):
        with transaction():
            return in_care(
                person(Role.CADRE), db.session.get_one(Person, desk.person_id), **answers
            )

    return cared


def ask(desk: Desk, case, **wish):
    wish = {"partner": "us", "escort": "with_officer"} | wish
    return desk.post(f"/desk/cases/{case}/services/new", wish)


def test_every_unanswered_question_is_named_at_once(desk):
    page = desk.post("/desk/intake", {"channel": "phone", "violence": "physical"}).text

    wrong = page.partition('class="wrong"')[2].partition("</div>")[0]
    assert {"danger_now", "survivor_sex", "survivor_age", "last_happened", "village"} <= set(
        re.findall(r"#ask-(\w+)", wrong)
    )
    assert "#ask-violence" not in wrong
    assert "#ask-child_wish" not in wrong


def test_two_reports_put_together_lead_to_each_other(desk, me):
    with transaction():
        first, second = reported(person(Role.CADRE)), reported(person(Role.CADRE))
        referrals.see(second, me, now=utc_now())
        deciding.mark_duplicate(second, first, me, now=utc_now())

    for one, other in ((first, second), (second, first)):
        page = desk.get(f"/desk/referrals/{one.id}").text
        assert short_code(other.report_id) in page
        assert f'/desk/referrals/{other.id}"' in page


def test_a_wedding_in_the_coming_days_has_its_last_day_on_report_and_case(desk, care):
    case = care(survivor_age="13_17", violence=["child_marriage"], last_happened="planned_7d")
    referral = db.session.get_one(Case, case).referral

    for page in (f"referrals/{referral.id}", f"cases/{case}", f"cases/{case}/plan"):
        assert "paling lambat" in desk.get(f"/desk/{page}").text


def test_a_cadre_without_a_number_is_looked_for_through_her_village(desk):
    with transaction() as session:
        referral = reported(person(Role.CADRE), danger_now="yes")
        for village, number in ((VILLAGE, "0281 000222"), (None, "0281 000333")):
            row = {"district": DISTRICT, "village": village, "kind": "midwife", "number": number}
            session.add(DirectoryNumber(**row))

    page = desk.post(f"/desk/referrals/{referral.id}/open", {"reason": "screening"}).text

    assert "tel:0281000222" in page
    assert "tel:0281000333" not in page


def test_after_a_withdrawal_of_everything_nothing_new_is_offered(desk, care):
    case = care(**SEXUAL)
    before = desk.get(f"/desk/cases/{case}").text
    with transaction():
        taken_back(case, "record", "contact", "visit", now=utc_now())

    page = desk.get(f"/desk/cases/{case}").text

    for offered in (f"/cases/{case}/hand", f"/cases/{case}/services/new", MEDICINE):
        assert offered in before
        assert offered not in page
    assert f"/cases/{case}/closing" in page.partition("Persetujuannya sudah ditarik")[2][:600]


def test_medicine_after_rape_is_not_offered_to_a_child_who_is_suspected(desk, care):
    case = care(survivor_age="13_17", **SEXUAL)
    assert MEDICINE in desk.get(f"/desk/cases/{case}").text
    found = {"screening": ["child_and_law"], "child_and_law_role": "suspect"}

    desk.post(f"/desk/cases/{case}/assessment", found | {"risk": "high", "authority": "district"})

    assert MEDICINE not in desk.get(f"/desk/cases/{case}").text


def test_what_cannot_wait_goes_out_with_the_press_that_writes_it(desk, care):
    case = care(survivor_age="13_17", **SEXUAL)
    urgent, other = "medical.rape_72h", "psychosocial.counselling"

    assert "Kirim sekarang" in ask(desk, case, asked=urgent, do="offer").text
    assert "Kirim sekarang" not in ask(desk, case, asked=other, do="offer").text
    assert ask(desk, case, asked=urgent, do="send").status_code == 303
    assert ask(desk, case, asked=other, do="send").status_code == 303

    assert {row.what: row.state for row in db.session.query(ServiceReferral)} == {
        "rape_72h": "sent",
        "counselling": "awaiting_approval",
    }


def test_what_may_not_be_sent_is_not_half_saved(desk, care):
    case = care(violence=["physical"], danger_signs=["none_seen"])

    page = ask(desk, case, asked="medical.rape_72h", do="send")

    assert page.status_code == 422
    assert "belum setuju" in page.text.partition('id="fault-partner"')[2][:200]
    assert db.session.query(ServiceReferral).count() == 0


def test_a_partner_of_another_trade_is_not_offered_as_if_only_a_ramp_were_missing(desk, care, me):
    case = care(access_needs=["wheelchair"])
    with transaction():
        partner(me, "LBH Contoh", kind="legal_aid", now=utc_now())
        partner(me, "RSUD Contoh", accessibility=("ramp",), now=utc_now())

    page = ask(desk, case, asked="medical.first_aid", do="offer").text

    hospital, legal = page.partition("RSUD Contoh")[2].split("LBH Contoh")
    assert "biasanya tidak" not in hospital
    assert "tidak ada: Toilet aksesibel" in hospital
    assert "biasanya tidak" in legal
    assert "belum dicatat" in legal


def test_nobody_is_told_that_a_cadre_will_be_told_where_there_is_none(desk, me):
    with transaction():
        referral = reported(None)
    answers = {"screening": "violence_against_woman", "risk": "high", "authority": "district"}
    answers |= {"caseworker": str(desk.person_id), "do": "accept"}

    desk.post(f"/desk/referrals/{referral.id}/screen", answers)

    assert db.session.get_one(Referral, referral.id, populate_existing=True).state == "accepted"
    assert "Kader akan" not in desk.get("/desk/queue").text


def test_a_new_safe_way_leads_back_to_the_handover_that_asked_for_it(desk, care, me):
    case = care()
    way = {"contact_via": "midwife"}
    usual = desk.post(f"/desk/cases/{case}/safe-way", way)
    with transaction():
        handovers.begin(db.session.get_one(Person, desk.person_id), me, now=utc_now())

    handing_over = desk.post(f"/desk/cases/{case}/safe-way", way)

    assert usual.location == f"/desk/cases/{case}"
    assert handing_over.location == f"/desk/people/{desk.person_id}/handover"


def test_a_refusal_without_a_stand_in_leads_to_asking_anew(desk, care, me):
    case = care(survivor_age="13_17")
    with transaction():
        hospital = partner(me, now=utc_now())
        row = sent(case, me, hospital, "medical", "first_aid", now=utc_now())

    page = desk.post(
        f"/desk/services/{row.id}/answer", {"answer": "partner_refused", "refusal": "full"}
    )

    assert f"/desk/cases/{case}/services/new" in desk.get(page.location).text


def test_what_is_asked_back_waits_for_no_answer_any_more(desk, care, me):
    case = care(survivor_age="13_17")
    with transaction():
        sent(case, me, partner(me, now=utc_now()), "medical", "first_aid", now=utc_now())
    services = re.compile(r'id="services">.*?</section>', re.DOTALL)
    assert 'class="left' in services.search(desk.get(f"/desk/cases/{case}").text).group()
    with transaction():
        taken_back(case, "refer_medical", now=utc_now())

    assert 'class="left' not in services.search(desk.get(f"/desk/cases/{case}").text).group()


def test_who_asked_for_the_end_takes_it_back_without_giving_reasons(desk, care):
    case = care()
    asked = {"closing_reason": "survivor_asked", "closing_words": "rekaan"}
    desk.post(f"/desk/cases/{case}/closing", asked | {"closing_check": CHECKED})

    page = desk.get(f"/desk/cases/{case}/closing").text

    assert "/keep-open" in page
    assert "refuse_words" not in page


def test_who_opens_a_report_every_day_fills_one_line_only(desk, care):
    case = care()
    referral = db.session.get_one(Case, case).referral_id
    for _day in range(3):
        desk.post(f"/desk/referrals/{referral}/open", {"reason": "care"})

    page = desk.get(f"/desk/referrals/{referral}").text.partition("Siapa yang membuka")[2]

    assert page.count("Petugas Salak") == 1
    assert "3 kali" in page


def test_the_second_person_is_not_told_that_she_can_only_look(desk, sit, app):
    with transaction():
        case = in_care(None, db.session.get_one(Person, desk.person_id))
    asked = {"closing_reason": "survivor_asked", "closing_words": "rekaan"}
    desk.post(f"/desk/cases/{case}/closing", asked | {"closing_check": CHECKED})
    head = sit(Role.HEAD, label="Petugas Jati")

    assert "Anda dapat melihat" in head.get(f"/desk/cases/{case}/plan").text
    page = head.get(f"/desk/cases/{case}/closing").text
    assert "Anda dapat melihat" not in page
    way = re.search(r'action="([^"]+/agree)"', page).group(1)
    assert "Kader akan" not in head.get(head.post(way).location).text


def test_who_does_not_accompany_her_is_offered_the_case_to_give_not_the_visit(desk):
    with transaction():
        case = in_care(person(Role.CADRE), staff(Role.CASEWORKER))

    page = desk.get(f"/desk/cases/{case}").text
    plan = desk.get(f"/desk/cases/{case}/plan").text

    assert f"/desk/cases/{case}/hand" not in page
    assert f"/desk/cases/{case}/assign" in page
    assert f"/desk/cases/{case}/assign" in plan
    assert '<option selected value="care">' in page


def test_what_ends_a_service_for_good_is_not_one_press_away(desk, care, me):
    case = care(survivor_age="13_17")
    with transaction():
        row = sent(case, me, partner(me, now=utc_now()), now=utc_now())

    page = desk.get(f"/desk/services/{row.id}").text

    drawers = "".join(re.findall(r"<details.*?</details>", page, re.S))
    for final in ("survivor_refused", "cancelled"):
        assert (f'value="{final}"' in drawers) == (f'value="{final}"' in page)
    assert 'value="survivor_refused"' in drawers
    assert 'value="no_show"' in page
    assert 'value="no_show"' not in drawers
