"""Leaving: quick exit, putting the phone down, and a phone that the office has ended."""

# ruff: noqa: F401, F811 — pytest takes the fixtures by their names.

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.db import db, transaction, utc_now
from app.models import Device, InboxEnvelope, Report, ReportAddition
from app.services import phones
from tests.browser.pocket import (
    begin_report,
    cadre,
    eventually,
    finish_report,
    invite,
    one,
    phone,
)

pytestmark = pytest.mark.lasting_site

GLASS = "() => document.querySelector('#app').innerText + document.title + location.href"


@pytest.mark.parametrize("how", ["Tutup", "three taps on the header"])
def test_leaving_a_report_in_a_hurry_shows_the_cover_and_back_does_not_return(phone, invite, how):
    pin, _ = phone.enrol(invite)
    begin_report(phone)

    if how == "Tutup":
        phone.press("exit")
    else:
        for _ in range(3):
            phone.page.mouse.click(180, 20)

    cover(phone)
    phone.page.go_back()
    assert phone.page.locator(".page").count() == 0
    phone.page.go_forward()
    cover(phone)
    phone.unlock(pin)
    expect(phone.page.locator("#app [data-do=draft]")).to_have_count(1)


def test_a_report_that_is_on_its_way_shows_nothing_to_who_left_in_a_hurry(phone, invite):
    # given a report that is being sent, by two presses
    phone.enrol(invite)
    begin_report(phone)
    finish_report(phone)
    on_the_way = []
    phone.page.route("**/sync/v1/envelopes", lambda route: on_the_way.append(route))
    phone.page.locator("#app [data-do=send]").dblclick()
    phone.settle(lambda: on_the_way)

    # when she leaves in a hurry before the office has answered
    phone.press("exit")
    on_the_way[0].continue_()
    phone.settle(lambda: [act["state"] for act in phone.acts()] == ["sent"])

    # then it went once, and only the cover shows
    cover(phone)
    assert eventually(lambda: one(Report))
    assert phone.page.locator(".page").count() == 0


def test_what_was_being_added_to_a_report_outlives_leaving_in_a_hurry(phone, invite):
    # given a report that was sent, and news of it half written
    pin, _ = phone.enrol(invite)
    begin_report(phone)
    finish_report(phone)
    phone.press("send")
    phone.at("end")
    phone.press("done")
    phone.at("today")
    news(phone).fill("ia pindah")

    # when she leaves in a hurry and comes back
    phone.press("exit")
    cover(phone)
    phone.unlock(pin)

    # then it stands there, and is no report of its own; once sent it is gone
    expect(phone.page.locator("#app [data-do=draft]")).to_have_count(0)
    expect(news(phone)).to_have_value("ia pindah")
    phone.press("next")
    phone.at("end")
    assert not [name for name in phone.kept() if name.startswith("draft/")]
    assert eventually(lambda: one(ReportAddition))


def news(phone):
    """From *Hari ini* to the free text of *Ada kabar baru* of the only report."""
    phone.press("reports")
    phone.at("reports")
    phone.press("open")
    phone.at("one")
    phone.press("add")
    phone.at("news")
    return phone.page.locator("[name=note]")


def test_put_down_for_more_than_15_seconds_it_asks_for_the_pin_and_less_shows_the_same(
    phone, invite
):
    pin, _ = phone.enrol(invite)
    phone.set_clock(timedelta(0))
    phone.unlock(pin)
    begin_report(phone)
    phone.press("pick", "days_2_3")
    ticked = phone.at("ask").locator('[data-q=danger_signs] [value="getting_worse"]')
    ticked.check()
    asked = phone.at("ask").locator("h1").inner_text()

    phone.put_down(True)
    assert phone.page.locator(".page, #cover:not([hidden])").count() == 0
    phone.page.clock.fast_forward("00:10")
    phone.put_down(False)
    assert phone.at("ask").locator("h1").inner_text() == asked
    assert ticked.is_checked()

    phone.put_down(True)
    phone.page.clock.fast_forward("00:16")
    assert phone.page.locator(".page, #cover:not([hidden])").count() == 0
    phone.put_down(False)
    phone.at("pin")
    phone.digits(pin)
    phone.at("today")
    phone.press("draft")
    assert phone.at("ask").locator("h1").inner_text() == asked
    assert ticked.is_checked()


def test_an_ended_phone_first_sends_everything_and_then_keeps_nothing(phone, invite, cadre):
    # given a phone with a report and a call sealed without signal, and a report half written
    pin, _ = phone.enrol(invite)
    phone.offline()
    begin_report(phone)
    finish_report(phone)
    phone.press("send")
    phone.at("end")
    phone.press("done")
    phone.at("today")
    begin_report(phone, violence=("sexual",))
    phone.press("exit")
    assert len(phone.acts()) == 2

    # when the office ends it and the signal comes back
    with transaction():
        phones.revoke(db.session.scalars(select(Device)).one(), now=utc_now())
    phone.offline(False)

    # then everything arrived, marked, and nothing of it is left on the phone
    eventually(lambda: arrived() == 2)
    phone.settle(lambda: phone.acts() == [])
    assert all(row.junk and row.receipt for row in db.session.scalars(select(InboxEnvelope)))
    assert not {name.split("/")[0] for name in phone.kept()} - {"ballast", "language", "size"}
    phone.page.locator("[data-do=notes]").first.click()
    phone.at("code")


def arrived() -> int:
    return len(db.session.scalars(select(InboxEnvelope)).all())


def cover(phone) -> None:
    """Only the book's cover is there, and no word of anything else."""
    expect(phone.page.locator("#cover")).to_be_visible()
    assert phone.page.locator(".page").count() == 0
    assert phone.page.evaluate(GLASS).strip().endswith(f"{phone.url}/")
