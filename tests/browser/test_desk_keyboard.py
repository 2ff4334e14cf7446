"""The desk wholly by keyboard, in a real Chromium. Care has `test_care_keyboard`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Browser

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import Case, Device, Person, Referral, Report, Visit
from app.services import sign_in
from tests.browser.desk_hands import Keyboard
from tests.desk import in_care, phone_of, reported, staff
from tests.make import VILLAGE, person

PASSWORD = "sebuah kata sandi panjang"


@pytest.fixture
def salak(served) -> tuple[Person, str]:
    with transaction():
        member = staff(Role.COORDINATOR, Role.CASEWORKER)
        return member, sign_in.new_account(member, "salak", PASSWORD)


@pytest.fixture
def keys(chromium: Browser, served: str, salak) -> Iterator[Keyboard]:
    context = chromium.new_context(viewport={"width": 1280, "height": 817}, locale="id-ID")
    page, stumbled = context.new_page(), []
    page.on("pageerror", lambda error: stumbled.append(error.stack))
    page.on("console", lambda said: "Policy" in said.text and stumbled.append(said.text))
    hands = Keyboard(page, served)
    hands.sign_in("salak", PASSWORD, salak[1])
    yield hands
    context.close()
    assert not stumbled


@pytest.fixture
def melati(served) -> Person:
    with transaction():
        made = person(Role.CADRE, now=utc_now())
        phone_of(made)
    return made


def fresh(row):
    db.session.rollback()
    return db.session.get_one(type(row), row.id, populate_existing=True)


def test_from_the_queue_to_an_accepted_case(keys, melati):
    with transaction():
        first = reported(melati, danger_signs=["weapon"])
        second = reported(melati)
    keys.open("/desk/queue")

    keys.press("j", "j", "k")
    keys.go()
    assert keys.path == f"/desk/referrals/{first.id}"

    keys.press("b")
    keys.tab_to("form[action$='/open'] button")
    keys.go()
    assert keys.page.get_by_text("datang pagi saja").is_visible()
    assert keys.page.get_by_text("Tidak boleh tahu").first.is_visible()

    keys.press("a")
    assert keys.focused("#accept")
    keys.go()
    assert keys.path == "/desk/queue"
    assert fresh(first).state == "accepted"
    assert fresh(second).state == "received"


def test_a_on_a_line_leads_to_its_accept_button(keys, melati):
    with transaction():
        one = reported(melati)
    keys.open("/desk/queue")

    keys.press("j")
    keys.go("a")

    assert keys.path == f"/desk/referrals/{one.id}#accept"
    assert keys.focused("#accept")

    keys.go()
    assert fresh(one).state == "accepted"  # three actions: j, a, Enter


def test_slash_searches_s_filters_and_escape_comes_back_to_the_line(keys, melati):
    with transaction():
        reported(melati)
    keys.open("/desk/queue")

    keys.press("j", "/")
    assert keys.focused("[type=search]")
    keys.press("Escape")
    assert keys.page.evaluate("() => !!document.activeElement.closest('[data-row]')")

    keys.press("s")
    assert keys.focused(".tabs a")
    keys.press("/")
    keys.type("kalicon")
    keys.go()
    assert "village=" in keys.path


def test_letters_in_a_field_are_letters(keys):
    keys.open("/desk/queue")
    keys.press("/")

    keys.type("jknas")

    assert keys.page.locator("[type=search]").input_value() == "jknas"
    assert keys.path == "/desk/queue"


def test_a_report_by_telephone_is_written_down(keys):
    keys.open("/desk/queue")
    began = utc_now()
    keys.go("n")

    for name, code in (("danger_now", "no"), ("survivor_sex", "female"), ("survivor_age", "25_44")):
        keys.choose(name, code)
    keys.tick("violence", "physical")
    keys.choose("last_happened", "days_2_3")
    keys.tick("danger_signs", "getting_worse")
    keys.choose("reported_person_near", "yes")
    keys.choose("source", "survivor")
    keys.choose("consent", "yes")
    keys.choose("contact_via", "survivor_will_call")
    keys.tab_to("select[name=village]")
    keys.type("Kalicontoh")
    keys.press("w")  # a letter in a list moves in the list; the button is reached by Tab
    keys.tab_to("select[name=village]")
    keys.type("Kalicontoh")
    keys.tab_to(".dock .btn")
    keys.go()

    db.session.rollback()
    report = db.session.scalars(db.select(Report)).one()
    assert report.village == VILLAGE
    assert re.fullmatch(r"/desk/referrals/[0-9a-f-]{36}", keys.path)
    assert utc_now() - began < timedelta(seconds=90)


def test_questions_appear_with_the_answer_that_makes_them_necessary(keys):
    keys.open("/desk/intake")
    wish = keys.page.locator("#ask-child_wish")
    assert wish.is_hidden()

    keys.choose("survivor_age", "13_17")

    assert wish.is_visible()
    assert keys.page.locator("#ask-consent").is_hidden()


def test_a_visit_is_handed_over(keys, melati, salak):
    with transaction():
        in_care(melati, db.session.get_one(Person, salak[0].id))
    case = db.session.scalars(db.select(Case)).one()
    keys.open("/desk/cases")

    keys.press("j")
    keys.go()
    keys.go("h")
    assert keys.path == f"/desk/cases/{case.id}/hand"
    keys.choose("purpose", "bring_information")
    keys.tab_to("[name=agreed_on]")
    keys.type("01012026")  # Reads the same with the day first and with the month first.
    keys.tab_to("form .btn")
    keys.go()

    db.session.rollback()
    visit = db.session.scalars(db.select(Visit)).one()
    assert keys.path == f"/desk/visits/{visit.id}"
    assert visit.purpose == "bring_information"


def test_a_waiting_phone_is_confirmed(keys, served):
    with transaction():
        cadre = person(Role.CADRE, label="Kader Dahlia", now=utc_now())
        device = phone_of(cadre, "pending")
    keys.open("/desk/people")

    keys.press("j")
    keys.go()
    keys.press("c")
    keys.go()

    db.session.rollback()
    assert db.session.get_one(Device, device.id, populate_existing=True).state == "active"


def test_a_new_report_comes_by_itself_and_moves_neither_line_nor_focus(keys, melati):
    with transaction():
        for _ in range(3):
            reported(melati)
    keys.page.add_init_script(LISTENER)
    keys.open("/desk/queue")
    keys.press("j", "j")
    before = keys.page.evaluate(PLACE)

    with transaction():
        late = reported(melati, danger_now="yes", at=utc_now() - timedelta(hours=1))
    keys.page.wait_for_selector(f'[data-row="{late.id}"]', timeout=60_000)

    after = keys.page.evaluate(PLACE)
    assert after["row"] == before["row"]
    assert after["focused"] == before["focused"]
    assert abs(after["top"] - before["top"]) <= 1 or after["scrolled"]
    assert keys.page.evaluate("() => heard") == {"tones": 1, "badge": 1}


def test_an_emergency_rings_though_it_is_not_in_the_view(keys, melati):
    keys.page.add_init_script(LISTENER)
    keys.open("/desk/queue?tab=mine")
    keys.press("j")
    with transaction():
        reported(melati, danger_now="yes")

    keys.page.wait_for_selector("[data-alarms]:not([hidden])", timeout=60_000)

    assert keys.page.evaluate("() => heard") == {"tones": 1, "badge": 1}


def test_an_emergency_rings_once_though_somebody_stands_where_it_is_told(keys, melati):
    keys.page.add_init_script(LISTENER)
    with transaction():
        reported(melati, danger_now="yes")
    keys.open("/desk/queue?tab=mine")
    keys.press("j")
    keys.page.focus("[data-alarms] a")
    with transaction():
        reported(melati, danger_now="yes")

    # It asks again only when it has read the answer before.
    for _answer in range(3):
        with keys.page.expect_response("**/desk/queue?tab=mine"):
            keys.page.evaluate("() => document.dispatchEvent(new Event('alert'))")

    assert keys.page.evaluate("() => heard") == {"tones": 1, "badge": 2}


def test_a_queue_whose_session_ended_leads_to_the_door(keys, melati):
    keys.open("/desk/queue")
    with transaction() as session:
        session.execute(db.text("UPDATE staff_sessions SET ended_at = began_at"))

    keys.page.wait_for_url("**/desk/enter**", timeout=60_000)


def test_what_was_typed_comes_back_after_the_session_ran_out(keys, salak):
    keys.open("/desk/intake")
    keys.choose("danger_now", "no")
    with transaction() as session:
        session.execute(db.text("UPDATE staff_sessions SET ended_at = began_at"))
        db.session.execute(db.text("UPDATE staff_accounts SET totp_step = 0"))

    keys.tab_to(".dock .btn")
    keys.go()
    assert keys.page.locator("[name=kept]").count() == 1
    keys.type("salak")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Tab")
    keys.type(pyotp.TOTP(salak[1]).at(utc_now()))
    keys.go()
    keys.tab_to("form[action='/desk/intake'] .btn")
    keys.go()

    assert keys.page.locator("input[name=danger_now][value=no]").is_checked()
    assert db.session.query(Referral).count() == 0


# What the machine would sound and show, as its browser is told.
LISTENER = """
  globalThis.heard = {tones: 0, badge: 0};
  globalThis.AudioContext = class {
    state = 'running';
    currentTime = 0;
    resume() {}
    createOscillator() {
      return {frequency: {}, connect() {}, stop() {}, start() { heard.tones += 1; }};
    }
  };
  navigator.setAppBadge = async (count) => { heard.badge = count; };
  navigator.clearAppBadge = async () => { heard.badge = 0; };
"""
PLACE = """() => {
  const line = document.querySelector('[data-row].here');
  return {row: line?.dataset.row, top: line?.getBoundingClientRect().top ?? 0,
          focused: !!document.activeElement?.closest('[data-row]'), scrolled: window.scrollY === 0};
}"""


def test_on_a_low_screen_where_one_is_and_signing_out_stay_in_sight(keys):
    keys.page.set_viewport_size({"width": 1280, "height": 480})

    keys.open("/desk/settings")

    rail = keys.page.locator(".rail")
    assert rail.evaluate("(rail) => rail.scrollHeight <= rail.clientHeight")
    for seen in ("[aria-current]", ".me button"):
        place, me = rail.locator(seen).bounding_box(), rail.locator(".me").bounding_box()
        assert place["y"] + place["height"] <= 480
        assert seen != "[aria-current]" or place["y"] + place["height"] <= me["y"]
