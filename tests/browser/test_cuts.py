"""Cut at the worst moment: the server did what was asked, and the phone never heard of it."""

# ruff: noqa: F401, F811 — pytest takes the fixtures by their names.

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from app.db import db
from app.models import Device, InboxEnvelope, Report
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

NEW_PIN = "736150"


@pytest.mark.parametrize("meanwhile", ["she tries again", "the app was closed"])
def test_when_the_answer_of_enrolling_is_lost_the_same_phone_comes_in(phone, invite, meanwhile):
    lost = phone.lose_answer("enrolments")
    phone.open(invite)
    pin = phone.at("offer").locator(".digits").inner_text().replace(" ", "").strip()
    phone.press("take")
    phone.digits(pin)
    phone.at("stuck")
    assert "pin" not in phone.kept()

    if meanwhile == "she tries again":
        phone.press("again")
    else:
        phone.kill()
        phone.switch_on()
        phone.open()
        phone.page.locator("[data-do=notes]").first.click()
        phone.digits("849302" if pin != "849302" else "849307")
        expect(phone.page.locator("#app [data-t=hint]")).not_to_be_empty()
        assert len(lost) == 1
        phone.digits(pin)
    phone.at("sign").locator('input[value="7"]').check(force=True)
    phone.press("next")

    device = eventually(lambda: one(Device))
    assert lost[0]["device_id"] == str(device.id)
    assert lost[0]["match"] in phone.at("match").inner_text().replace(" ", "")
    for _ in range(3):
        phone.press("next")
    phone.at("today")
    phone.put_away()
    phone.open()
    phone.unlock(pin)
    assert opened_right(phone)
    begin_report(phone)
    finish_report(phone)
    phone.press("send")
    assert eventually(lambda: one(Report)).unlocked is True


@pytest.mark.parametrize("lost", ["the answer", "the question"])
def test_when_a_pin_change_is_cut_one_pin_reads_both_write_and_the_draft_lives(phone, invite, lost):
    old, _ = phone.enrol(invite)
    begin_report(phone)
    phone.press("exit")
    phone.unlock(old)
    phone.press("settings")
    phone.at("settings")
    phone.press("pin")
    phone.lose_answer("verifier", asked=lost == "the answer")
    phone.digits(old)
    phone.digits(NEW_PIN)
    phone.digits(NEW_PIN)
    phone.at("asked")
    right, other = (NEW_PIN, old) if lost == "the answer" else (old, NEW_PIN)

    phone.kill()
    phone.switch_on()
    phone.open()
    phone.unlock(other)
    assert not opened_right(phone)
    expect(phone.page.locator("#app [data-do=draft]")).to_have_count(1)
    phone.press("exit")
    phone.unlock(right)
    assert opened_right(phone)
    phone.press("draft")
    finish_report(phone)
    phone.press("send")
    phone.page.locator(".page[data-screen=end]").wait_for()

    report = eventually(lambda: one(Report))
    assert (report.unlocked, report.incomplete) == (True, False)
    phone.press("exit")
    phone.unlock(right)
    assert opened_right(phone)
    expect(phone.page.locator("#app [data-do=draft]")).to_have_count(0)
    assert "next" not in json.loads(phone.kept()["pin"])


@pytest.mark.parametrize("meanwhile", ["it tries again by itself", "the app was closed"])
def test_when_the_answer_of_sending_is_lost_there_is_one_report_and_its_first_receipt(
    phone, invite, meanwhile
):
    pin, _ = phone.enrol(invite)
    begin_report(phone)
    finish_report(phone)
    lost = phone.lose_answer("envelopes")
    phone.press("send")
    phone.at("end")

    if meanwhile == "the app was closed":
        phone.kill()
        phone.switch_on()
        phone.open()
        phone.unlock(pin)
    phone.settle(lambda: [act["state"] for act in phone.acts()] == ["sent"])

    (act,) = phone.acts()
    envelope = eventually(lambda: one(InboxEnvelope))
    assert act["receipt"] == lost[0]["results"][0]["receipt"] == envelope.receipt
    assert (act["state"], act["seq"]) == ("sent", 1)
    assert eventually(lambda: one(Report)).id == envelope.envelope_id


def opened_right(phone) -> bool:
    """Tell whether her own sign stands on *Hari ini*: these digits read."""
    return phone.at("today").locator("[data-t=sign]").count() == 1
