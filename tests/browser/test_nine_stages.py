"""One case through all nine stages: three officers, two cadres, two partners."""

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
from tests.browser.care_hands import WORDS, Officer, months_pass, this_minute, today
from tests.browser.hands import QUIET, Phone, chromium
from tests.browser.pocket import begin_report, cadre, eventually, finish_report, invite, one, phone
from tests.make import DISTRICT, VILLAGE

pytestmark = pytest.mark.lasting_site

PASSWORD = "sebuah kata sandi panjang"
OFFICE = {"salak": Role.COORDINATOR, "teratai": Role.CASEWORKER, "wijaya": Role.HEAD}


@pytest.fixture
def office(playwright: Playwright, site) -> Iterator[list[Officer]]:
    """Three people, each with a browser of their own, signed in."""
    browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
    officers = []
    for name, role in OFFICE.items():
        with transaction():
            person = people.add(DISTRICT, [role], name.title(), now=utc_now())
            seed = sign_in.new_account(person, name, PASSWORD)
        context = browser.new_context(locale="id-ID", timezone_id="Asia/Jakarta")
        officers.append(Officer(context, site.url, name, PASSWORD, seed))
        officers[-1].sign_in()
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
    salak.go(f"people/{cadre.id}")
    expect(salak.page.locator(".digits")).to_have_text(digits)
    salak.press("[data-key=c]")
    _two_partners(salak)
    begin_report(phone)
    finish_report(phone)
    phone.press("send")
    eventually(lambda: one(Referral))
    case = _accepted(salak)
    for officer in office:
        officer.case = str(case.id)

    # Intake, engagement, assessment, planning: each holds what it must before it is left.
    _from_intake_to_plan(teratai)

    # Intervention: one partner refuses, who stands in takes it; she is visited and reached.
    _one_refuses_and_one_stands_in(teratai, wijaya)
    visit = _handed(teratai, "Kenanga")
    _visited(phone, pin)
    teratai.go(f"visits/{visit.id}")
    teratai.sees("Bertemu")
    teratai.care("work")
    teratai.fill(work_kind="counselling", minutes=45)

    # She takes one consent back: nothing new goes there, and who has it is asked to stop.
    _taken_back(teratai)
    teratai.care("work")
    teratai.onward()
    teratai.stands_at("monitoring")

    # Monitoring: a visit is stopped because it was not safe; she is assessed again.
    second = _handed(teratai, "Dahlia")
    _stopped(other_phone, second)
    salak.go("visits")
    salak.sees("dihentikan karena tidak aman")
    salak.press("form[action*='/calls/'][action$='/number'] button")
    salak.press("form[action*='/calls/'][action$='/done'] button")
    _assessed_again(teratai)

    # Evaluation and the end, which a second person must agree to.
    _evaluated(teratai)
    teratai.fill(
        closing_reason="goals_reached",
        closing_words="Rekaan: ia tenang.",
        closing_check=[
            "talked_over",
            "safety_plan",
            "knows_way_back",
            "partners_told",
            "follow_up_agreed",
        ],
    )
    assert teratai.page.locator("[data-key=a]").count() == 0
    wijaya.go("queue")
    wijaya.press("main .notices a[href*='/cases']")
    wijaya.press(f"main a[href*='{case.id}']")
    wijaya.press("main a[href$='/closing']")
    wijaya.press("[data-key=a]")
    assert eventually(lambda: one(Case).closed_at)

    # After six months somebody asks after her, and the same case opens again.
    months_pass(184)
    teratai.sign_in()
    teratai.press("main .notices a[href*='/cases']")
    teratai.press(f"main a[href*='{case.id}']")
    teratai.press("main a[href$='/follow-up']")
    db.session.rollback()
    last = db.session.scalars(db.select(FollowUp).filter_by(months=6)).one()
    teratai.fill(f"/follow-up/{last.id}", follow_up_result="new_violence", follow_note="Rekaan.")
    teratai.fill("/reopen", reopen_reason="Rekaan: terjadi lagi.")
    teratai.stands_at("consent")

    again = eventually(lambda: one(Case) if one(Case).closed_at is None else None)
    assert (again.id, again.stage) == (case.id, "engagement")
    assert one(Referral).state == "accepted"
    assert _states(FollowUp) == {"done", "stopped"}


def _states(kind) -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(db.select(kind.state)))


def _two_partners(salak: Officer) -> None:
    for name, kind in (("Klinik Contoh", "clinic"), ("RSUD Contoh", "hospital")):
        salak.go("partners/new")
        fallback = salak.page.locator("[name=fallback] option", has_text="Klinik Contoh")
        stands_in = fallback.get_attribute("value") if fallback.count() else ""
        salak.fill(kind=kind, name=name, number="0281 000111", fallback=stands_in)


def _accepted(salak: Officer) -> Case:
    salak.go("queue")
    salak.press("table.queue td.code a")
    salak.press("form[action$='/open'] button")
    form = salak.form("/screen")
    form.locator("[name=screening]").first.check()
    form.locator("[name=authority]").first.check()
    form.locator("[name=caseworker]").select_option(label="Teratai")
    salak.press("#accept")
    return eventually(lambda: one(Case))


def _from_intake_to_plan(teratai: Officer) -> None:
    teratai.go("cases?tab=mine")
    teratai.press("main table a")
    teratai.press(".stages a[href$='/intake']")
    teratai.fill(told=["survivor", "caseworker"])
    teratai.onward()
    yes = dict.fromkeys(
        ("record", "contact", "visit", "refer_medical", "refer_psychosocial"), "yes"
    )
    teratai.fill(
        explained=["what_is_kept", "what_for", "who_sees", "how_long", "may_withdraw"],
        rights_read="yes",
        giver="survivor",
        method="written",
        **{f"agree_{purpose}": decision for purpose, decision in yes.items()},
        agree_refer_legal="thinking",
    )
    teratai.onward()
    _assessed(teratai, "medium")
    teratai.onward()
    for need, answer in (("psychosocial", "accepts"), ("legal", "refuses")):
        teratai.fill(plan_need=need, **WORDS, who="Kita", due_on=today(30), plan_answer=answer)
    teratai.onward()
    teratai.stands_at("work")


def _assessed(teratai: Officer, risk: str) -> None:
    teratai.fill(
        screening=["violence_against_woman"],
        risk=risk,
        authority="district",
        needs=["psychosocial"],
        assess_note="Rekaan.",
    )


def _one_refuses_and_one_stands_in(teratai: Officer, wijaya: Officer) -> None:
    _asked(teratai, "psychosocial.counselling", "RSUD Contoh")
    _sent(teratai, wijaya)
    teratai.fill("/answer", answer="partner_refused", refusal="full")
    teratai.press("form[action$='/reroute'] button")
    teratai.sees("Klinik Contoh")
    _sent(teratai, wijaya)
    for answer in ("accepted", "served"):
        teratai.fill("/answer", answer=answer)
    teratai.press("form:has([value=done]) button")
    assert _states(ServiceReferral) == {"rerouted", "done"}


def _asked(teratai: Officer, what: str, partner: str) -> None:
    teratai.care()
    teratai.press("main a[href$='/services/new']")
    teratai.page.locator("[name=asked]").select_option(what)
    teratai.press("button[value=offer]")
    teratai.page.locator("label", has_text=partner).locator("[name=partner]").check()
    teratai.press("button[value=save]")


def _sent(teratai: Officer, wijaya: Officer) -> None:
    teratai.press("form[action$='/submit'] button")
    wijaya.go("queue")
    wijaya.press("main .notices a[href*='/services']")
    wijaya.press("main a[href*='/services/']")
    wijaya.press("form[action$='/approve'] button")
    teratai.page.reload()


def _handed(teratai: Officer, who: str) -> Visit:
    teratai.care("hand")
    teratai.page.locator("label", has_text=who).locator("[name=cadre]").check()
    teratai.page.locator("[name=opens_at]").fill(this_minute())
    teratai.page.locator("[name=agreed_on]").fill(today())
    teratai.press("[data-key=a]")
    db.session.rollback()
    return db.session.get_one(Visit, UUID(teratai.page.url.rpartition("/")[2]))


def _visited(phone: Phone, pin: str) -> None:
    phone.page.reload()
    phone.unlock(pin)
    phone.press("visits")
    phone.at("visits")
    phone.press("open")
    phone.at("accept")
    phone.choose("conflict", "none")
    phone.press("accept")
    phone.at("visits")
    phone.press("open")
    phone.at("prepare")
    phone.choose("still_agreed", "yes")
    phone.press("ready")
    phone.at("visits")
    phone.press("open")
    phone.at("gate")
    for question in ("still_agreed", "cover_ready", "signal_there"):
        phone.choose(question, "yes")
    phone.press("leave")
    phone.at("running")
    phone.press("done")
    phone.at("ended")
    phone.press("record")
    phone.at("record")
    phone.choose("outcome", "met")
    phone.choose("alone_with_survivor", "yes")
    phone.choose("protected", "partly")
    phone.press("next")
    eventually(lambda: one(VisitRecord))


def _taken_back(teratai: Officer) -> None:
    _asked(teratai, "medical.first_aid", "RSUD Contoh")
    teratai.press("form[action$='/submit'] button")  # It cannot wait: it goes out at once.
    teratai.care("consent")
    drawer = teratai.form("/withdraw")
    drawer.locator("xpath=ancestor::details/summary").click()
    for box in drawer.locator("[name=purposes]").all():
        box.set_checked(box.get_attribute("value") == "refer_medical")
    teratai.press("form[action$='/withdraw'] button")
    teratai.care()
    teratai.page.locator("#recall [value=kept_by_partner_law]").check()
    teratai.press("#recall form button")
    assert eventually(lambda: one(Recall).result) == "kept_by_partner_law"


def _stopped(phone: by_protocol.Phone, visit: Visit) -> None:
    phone.fetch()
    about = {"visit_id": str(visit.id)}
    phone.seal("visit.accept", about | {"conflict": "none"})
    gate = {"still_agreed": "yes", "cover_ready": "yes", "check_out_in": 60}
    phone.seal("visit.start", about | gate)
    phone.seal("visit.end", about | {"how": "unsafe_stopped", "need": "call_me"})
    stopped = {"outcome": "unsafe_stopped", "stop_reason": "person_came"}
    phone.seal("visit.record", about | stopped | {"alone_with_survivor": "no"})
    assert phone.send().status == 200
    eventually(lambda: db.session.get_one(Visit, visit.id).state == "recorded")


def _assessed_again(teratai: Officer) -> None:
    teratai.care("monitoring")
    teratai.fill("/again", again_reason="Rekaan: ia didatangi.")
    _assessed(teratai, "high")
    for stage in ("plan", "work", "monitoring"):
        teratai.onward()
        teratai.stands_at(stage)
    teratai.fill(service_level="right", review_note="Rekaan.")
    teratai.onward()


def _evaluated(teratai: Officer) -> None:
    teratai.press("button[name=state][value=done]")
    for _partner in range(2):
        teratai.press("main a.ghost[href$='/score']")
        teratai.fill(on_time="yes", respectful="yes", met_need="partly", told_back="no")
        teratai.care("evaluation")
    teratai.fill(protected="yes", feels_safe="partly", satisfied="yes")
    teratai.onward()
    teratai.stands_at("closing")
