"""One case through all nine stages by keyboard: three officers, two cadres, two partners."""

# ruff: noqa: F401, F811 — pytest takes the fixtures by their names.

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Playwright, expect

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import Case, Device, FollowUp, Recall, Referral, ServiceReferral, Visit, VisitRecord
from app.services import people, phones, sign_in
from tests import phone as by_protocol
from tests.browser import nine_steps as steps
from tests.browser.care_hands import Officer, months_pass
from tests.browser.hands import QUIET, Phone, shell
from tests.browser.pocket import begin_report, cadre, eventually, finish_report, invite, one, phone
from tests.make import CHECKED_ALL, DISTRICT, VILLAGE

pytestmark = pytest.mark.lasting_site

PASSWORD = "sebuah kata sandi panjang"
OFFICE = {"salak": Role.COORDINATOR, "teratai": Role.CASEWORKER, "wijaya": Role.HEAD}


@pytest.fixture
def office(playwright: Playwright, site) -> Iterator[list[Officer]]:
    """Three people, each with a browser of their own, signed in."""
    browser = playwright.chromium.launch(executable_path=shell(), args=QUIET)
    officers = []
    for name, role in OFFICE.items():
        with transaction():
            person = people.add(DISTRICT, [role], name.title(), now=utc_now())
            seed = sign_in.new_account(person, name, PASSWORD)
        context = browser.new_context(locale="id-ID", timezone_id="Asia/Jakarta")
        officers.append(Officer(context, site.url, name, PASSWORD, seed))
        officers[-1].come_in()
    yield officers
    browser.close()


@pytest.fixture
def other_phone(site) -> by_protocol.Phone:
    """A second cadre of the village; her phone speaks the protocol without a browser."""
    with transaction():
        dahlia = people.add(DISTRICT, [Role.CADRE], "Dahlia", village=VILLAGE, now=utc_now())
        invited = phones.invite(dahlia, now=utc_now())
    phone = by_protocol.Phone(by_protocol.OverHttp(site.url))
    assert phone.enrol(invited.code).status == 201
    with transaction():
        device = db.session.scalars(db.select(Device).filter_by(person_id=dahlia.id)).one()
        phones.confirm(device, now=utc_now())
    return phone


def test_nine_stages_by_three_people(
    phone: Phone, invite: str, cadre, office: list[Officer], other_phone
) -> None:
    salak, teratai, wijaya = office

    # The coordinator knows the cadre, keeps two partners, and takes her report into care.
    pin, digits = phone.enrol(invite)
    salak.to("people")
    salak.follow(f"main a[href$='{cadre.id}']")
    expect(salak.page.locator(".digits")).to_have_text(digits)
    salak.letter("c")
    steps.two_partners(salak)
    begin_report(phone)
    finish_report(phone)
    phone.press("send")
    eventually(lambda: one(Referral))
    case = steps.accepted(salak)
    for officer in office:
        officer.case = str(case.id)

    # Intake, engagement, assessment, planning: each holds what it must before it is left.
    steps.from_intake_to_plan(teratai)

    # Intervention: one partner refuses, who stands in takes it; she is visited and reached.
    steps.one_refuses_and_one_stands_in(teratai, wijaya)
    steps.handed(teratai, "Kenanga")
    steps.visited(phone, pin)
    teratai.open(teratai.path)
    teratai.sees("Bertemu")
    teratai.care("work")
    teratai.fill("/attempts", attempt_via="phone", attempt_result="reached", attempt_safe="yes")
    teratai.fill(work_kind="counselling", minutes=45)

    # She takes one consent back: nothing new goes there, and who has it is asked to stop.
    steps.taken_back(teratai)
    teratai.care("work")
    teratai.onward()
    teratai.stands_at("monitoring")

    # Monitoring: a visit is stopped because it was not safe; she is assessed again.
    second = steps.handed(teratai, "Dahlia")
    steps.stopped(other_phone, second)
    salak.to("visits")
    salak.sees("dihentikan karena tidak aman")
    salak.follow("form[action*='/calls/'][action$='/number'] button")
    salak.follow("form[action*='/calls/'][action$='/done'] button")
    steps.assessed_again(teratai)

    # Evaluation and the end, which a second person must agree to.
    steps.evaluated(teratai)
    teratai.fill(
        closing_reason="goals_reached",
        closing_words="Rekaan: ia tenang.",
        closing_check=CHECKED_ALL,
    )
    assert teratai.page.locator("[data-key=a]").count() == 0
    wijaya.to("queue")
    wijaya.follow("main .notices a[href*='/cases']")
    wijaya.follow(f"main a[href*='{case.id}']")
    wijaya.follow("main a[href$='/closing']")
    wijaya.letter("a")
    assert eventually(lambda: one(Case).closed_at)

    # After six months somebody asks after her, and the same case opens again.
    months_pass(184)
    teratai.come_in()
    teratai.follow("main .notices a[href*='/cases']")
    teratai.follow(f"main a[href*='{case.id}']")
    teratai.follow("main a[href$='/follow-up']")
    db.session.rollback()
    last = db.session.scalars(db.select(FollowUp).filter_by(months=6)).one()
    teratai.fill(f"/follow-up/{last.id}", follow_up_result="new_violence", follow_note="Rekaan.")
    teratai.fill("/reopen", reopen_reason="Rekaan: terjadi lagi.")
    teratai.stands_at("consent")

    again = eventually(lambda: one(Case) if one(Case).closed_at is None else None)
    assert (again.id, again.stage) == (case.id, "engagement")
    assert one(Referral).state == "accepted"
    assert steps.states(FollowUp) == {"done", "stopped"}
