"""The main job, end to end: a report without signal, a visit back, its record at the desk."""

# ruff: noqa: F401, F811 — pytest takes the fixtures by their names.

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Playwright, expect

from app.db import transaction, utc_now
from app.domain.permissions import Role
from app.models import InboxEnvelope, Referral, Report, Visit, VisitRecord
from app.services import people, sign_in
from tests.browser.hands import QUIET, Desk, Phone, shell
from tests.browser.pocket import cadre, eventually, invite, one, phone
from tests.make import DISTRICT

pytestmark = pytest.mark.lasting_site

NAME, PASSWORD = "salak", "sebuah kata sandi panjang"


@pytest.fixture
def desk(playwright: Playwright, site) -> Iterator[Desk]:
    with transaction():
        roles = [Role.COORDINATOR, Role.CASEWORKER]
        person = people.add(DISTRICT, roles, "Petugas Salak", now=utc_now())
        seed = sign_in.new_account(person, NAME, PASSWORD)
    browser = playwright.chromium.launch(executable_path=shell(), args=QUIET)
    context = browser.new_context(locale="id-ID", timezone_id="Asia/Jakarta")
    yield Desk(context, site.url, NAME, PASSWORD, seed)
    browser.close()


def answer_report(phone: Phone, *, danger: str = "no", signs: tuple[str, ...] = ("death_threat",)):
    """Fill the twelve screens, up to the summary."""
    phone.press("report")
    phone.at("start")
    phone.press("go")
    phone.press("pick", danger)
    phone.press("pick", "female")
    phone.press("pick", "25_44")
    phone.tick("violence", "physical", "psychological")
    phone.press("pick", "days_2_3")
    phone.tick("danger_signs", *signs)
    phone.press("pick", "yes")
    phone.press("pick", "survivor")
    phone.press("pick", "yes")
    phone.press("pick", "through_me")
    phone.press("pick", "none")
    phone.at("sum")


def test_a_report_without_signal_becomes_a_visit_that_the_desk_reads(
    phone: Phone, desk: Desk, invite: str, cadre
) -> None:
    # The phone is let in; the four digits are compared at the desk.
    pin, digits = phone.enrol(invite)
    desk.sign_in()
    desk.go(f"people/{cadre.id}")
    expect(desk.page.locator(".digits")).to_have_text(digits)
    desk.press("[data-key=c]")

    # A full report without signal; the browser is killed; the signal comes back.
    phone.put_away()
    phone.open()
    phone.unlock(pin)
    phone.offline()
    answer_report(phone)
    phone.press("more")
    phone.at("more")
    phone.page.locator("#app [name=survivor_alias]").fill("Bu Contoh")
    phone.page.locator("#app [name=note]").fill("Catatan rekaan 😀 مثال")
    phone.press("next")
    phone.at("sum")
    phone.press("send")
    phone.at("alarm")
    phone.kill()
    phone.switch_on()
    phone.open()
    began = time.monotonic()
    referral = eventually(lambda: one(Referral))
    queued_after = time.monotonic() - began
    envelope = one(InboxEnvelope)

    assert envelope.receipt
    assert envelope.state == "applied"
    assert (referral.risk, referral.state) == ("high", "received")
    assert queued_after < 20
    assert (referral.changed_at - envelope.received_at).total_seconds() <= 2
    assert b"Bu Contoh" not in referral.report.sealed

    # The desk screens and accepts it, and hands a visit back.
    desk.go("queue")
    desk.press("table.queue td.code a")
    desk.press("form[action$='/open'] button")
    expect(desk.page.locator("main")).to_contain_text("Catatan rekaan 😀 مثال")
    desk.page.locator("[name=screening]").first.check()
    desk.page.locator("[name=risk][value=high]").check()
    desk.page.locator("[name=authority]").first.check()
    desk.press("#accept")
    assert one(Referral).state == "accepted" or eventually(
        lambda: one(Referral).state == "accepted"
    )
    desk.go("cases")
    desk.press("main a[href*='/cases/']")
    desk.press("a[href$='/hand']")
    desk.page.locator("[name=cadre]").first.check()
    desk.page.locator("[name=purpose]").first.check()
    desk.page.locator("[name=meeting_place][value=posyandu]").first.check()
    desk.page.locator("[name=look_for]").fill("Lihat apakah ia tenang.")
    here = utc_now().astimezone(ZoneInfo("Asia/Jakarta"))
    desk.page.locator("[name=opens_at]").fill(here.strftime("%Y-%m-%dT%H:%M"))
    desk.page.locator("[name=agreed_on]").fill(here.strftime("%Y-%m-%d"))
    desk.press("[data-key=a]")
    visit = eventually(lambda: one(Visit))
    assert visit.state == "assigned"

    # The locked phone fetches it and cannot read it; the PIN opens it.
    phone.page.reload()
    phone.page.wait_for_timeout(1500)
    assert "Kunjungan" not in phone.page.locator("body").inner_text()
    assert "Bu Contoh" not in json.dumps(everything_kept(phone))
    phone.unlock(pin)
    phone.press("visits")
    phone.at("visits")
    phone.press("open")
    expect(phone.at("accept")).to_contain_text("Bu Contoh")
    phone.choose("conflict", "none")
    phone.press("accept")
    phone.at("visits")
    eventually(lambda: one(Visit).state == "accepted")

    # She prepares, passes the gate, checks in and out, and records.
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
    eventually(lambda: one(Visit).state == "started")
    phone.press("done")
    phone.at("ended")
    eventually(lambda: one(Visit).state == "ended")
    phone.press("record")
    phone.at("record")
    phone.choose("outcome", "met")
    phone.choose("alone_with_survivor", "yes")
    phone.choose("protected", "partly")
    phone.page.locator("[data-q=survivor_wish] textarea, [name=survivor_wish]").first.fill(
        "Ingin tenang."
    )
    phone.press("next")
    eventually(lambda: one(VisitRecord))

    # The desk shows it.
    desk.go(f"visits/{visit.id}")
    expect(desk.page.locator("main")).to_contain_text("Bertemu")


def everything_kept(phone: Phone) -> dict:
    """Return all text that the phone keeps in its caches, as a thief with the profile sees it."""
    return phone.page.evaluate(
        """async () => {
          const kept = {};
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) {
              const answer = await cache.match(request);
              kept[name + request.url] = await answer.text();
            }
          }
          return kept;
        }"""
    )


@pytest.mark.parametrize("lease", ["wrong digits", "no lease"])
def test_whatever_the_digits_a_report_arrives_and_says_that_it_was_not_unlocked(
    phone: Phone, invite: str, lease: str
) -> None:
    pin, _ = phone.enrol(invite)
    wrong = pin[1:] + pin[0] if pin[1:] + pin[0] != pin else "135792"
    phone.page.reload()
    phone.page.wait_for_timeout(500)
    if lease == "no lease":
        phone.offline()
        phone.unlock(pin)
    else:
        phone.unlock(wrong)
    phone.page.wait_for_timeout(500)
    assert phone.at("today").locator(".sign svg").count() == 1

    answer_report(phone)
    phone.press("send")
    phone.page.locator(".page[data-screen=alarm], .page[data-screen=end]").wait_for()
    phone.offline(False)

    report = eventually(lambda: one(Report))
    assert report.unlocked is False
