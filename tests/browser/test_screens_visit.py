"""A visit on the phone: accepted, prepared, begun through the gate, ended in one tap, recorded."""

from __future__ import annotations

from playwright.sync_api import expect

from app.db import db
from app.models import Visit, VisitRecord
from app.services.rows import facts_of
from tests.browser import given, walk
from tests.browser.conftest import NUMBERS
from tests.browser.hands import LEDGER

LEASE = "async () => Boolean(await (await caches.open('siaga-kept')).{}('/k/lease'))"
SENT = "async (id) => (await caches.open('siaga-kept')).delete(`/k/own/sent/${id}`)"
TICKED = '[data-item=knows_numbers] [value="yes"]'


def test_a_visit_is_walked_from_terima_to_the_record(phone, invite):
    walk.enrol(phone, invite())
    given.confirmed()
    walk.write(phone)
    walk.at(phone, "sum")
    walk.press(phone, "send")
    walk.at(phone, "end")
    walk.press(phone, "done")
    report = given.opened()
    visit = given.visit(report, place="survivor_home")
    given.visit(report, opens_in=20)
    walk.fetch(phone)

    # A screen reader tells two buttons apart by their times; what is declined has none.
    walk.press(phone, "visits")
    walk.at(phone, "visits")
    times = phone.locator(".page li strong").all_inner_texts()
    for when in times:
        assert phone.get_by_role("button", name=f"Terima {when}", exact=True).count() == 1
    phone.get_by_role("button", name=f"Terima {times[1]}").click()
    walk.at(phone, "accept")
    walk.press(phone, "decline")
    walk.at(phone, "decline")
    walk.press(phone, "reason", "not_available")
    walk.at(phone, "visits")
    assert phone.locator(".page li").count() == 2
    assert phone.locator(".page li button").count() == 1
    walk.press(phone, "open")
    walk.at(phone, "accept")
    walk.press(phone, "accept")
    assert phone.locator("[role=alert]").inner_text()  # pressed too early, it says what is missing
    phone.locator('[data-q=conflict] [value="none"]').check()
    walk.press(phone, "accept")
    walk.at(phone, "visits")

    # A lease that is not there, as on the phone that replaced hers, is made again.
    assert phone.evaluate(LEASE.format("delete"))
    walk.back(phone, "today")
    phone.wait_for_function(LEASE.format("match"))
    walk.press(phone, "visits")
    walk.at(phone, "visits")
    walk.press(phone, "open")
    walk.at(phone, "prepare")
    assert "." not in phone.locator("dd").last.inner_text()  # a day, no hour
    phone.locator('[data-q=still_agreed] [value="yes"]').check()
    _later(phone)
    walk.press(phone, "ready")
    walk.at(phone, "visits")
    walk.press(phone, "open")
    walk.at(phone, "gate")

    for question in ("still_agreed", "cover_ready", "companion", "exit_known", "daylight"):
        phone.locator(f'[data-q={question}] [value="yes"]').check()
    phone.locator("[data-q=companion_contact] input").fill("0812 0000 0000")
    phone.locator('[data-q=reported_person_away] [value="unknown"]').check()
    _later(phone)  # Put down for a moment, it asks nothing twice.
    assert phone.locator("[data-q=companion_contact] input").input_value() == "0812 0000 0000"
    walk.press(phone, "leave")
    assert phone.locator(".bad").get_attribute("data-q") == "signal_there"
    phone.locator('[data-q=signal_there] [value="yes"]').check()
    walk.press(phone, "leave")
    expect(phone.locator("[role=alert]")).to_be_in_viewport()  # not known means another place
    assert phone.locator(".bad").get_attribute("data-q") == "reported_person_away"
    walk.at(phone, "gate")
    phone.locator('[data-q=reported_person_away] [value="yes"]').check()
    walk.press(phone, "leave")
    walk.at(phone, "running")
    assert int(phone.locator("[data-t=minutes]").inner_text()) > 30
    tiles = [phone.locator(f"[data-do={end}]").bounding_box() for end in ("done", "stop")]
    assert tiles[0]["height"] == tiles[1]["height"]
    assert tiles[0]["width"] == tiles[1]["width"]

    # No officer calls who cannot know, and none stops counting the minutes.
    phone.context.set_offline(True)
    walk.press(phone, "done")
    walk.at(phone, "ended")
    expect(phone.locator(".page .end.wait")).to_contain_text("Belum terkirim")
    assert phone.locator(".page [href^='sms:']").count() == 1
    phone.context.set_offline(False)
    expect(phone.locator(".page .end.ok")).not_to_contain_text("Belum terkirim")
    walk.press(phone, "record")
    walk.at(phone, "record")
    walk.press(phone, "next")
    assert phone.locator("[role=alert]:not([hidden])").inner_text()
    phone.locator('[data-q=outcome] [value="unsafe_stopped"]').check()
    assert phone.locator("[data-q=stop_reason]").is_visible()
    phone.locator('[data-q=outcome] [value="met"]').check()
    assert phone.locator("[data-q=stop_reason]").is_hidden()
    phone.locator('[data-q=alone_with_survivor] [value="yes"]').check()
    phone.locator(TICKED).check()
    walk.put_down(phone)  # before it is kept
    expect(phone.locator(TICKED)).to_be_checked()
    walk.back(phone, "visits")
    walk.press(phone, "open")
    walk.at(phone, "record")
    since = phone.evaluate("Date.now()")
    assert phone.locator(TICKED).is_checked()
    phone.locator(".page [data-do=next]").dblclick()
    walk.at(phone, "asked")
    assert sum(act["made_at"] > since for act in phone.evaluate(LEDGER)) == 1

    given.until(phone, lambda: db.session.get(Visit, visit.id).state == "recorded")
    record = db.session.scalars(db.select(VisitRecord)).one()
    assert facts_of(record)["checklist"] == {"knows_numbers": "yes"}


def test_what_must_be_done_at_once_is_one_touch_behind_the_news_of_it(phone, invite):
    walk.enrol(phone, invite())
    given.confirmed()
    walk.write(phone)
    walk.press(phone, "send")
    walk.at(phone, "end")
    walk.press(phone, "done")
    report = given.opened()
    given.moved(report, "please_call")
    walk.fetch(phone)

    # Who is asked to telephone is asked once and has the number there, as in a message of it.
    assert phone.locator(".page [data-do=news]").count() == 1
    call = phone.locator(f".page a[href='tel:{NUMBERS['duty']}']")
    walk.press(phone, "news", str(report.id))
    walk.at(phone, "one")
    assert call.is_visible()

    # Nor does what she adds in danger wait for the app, or pass for read as the report was.
    walk.press(phone, "add")
    walk.at(phone, "news")
    phone.locator('[data-q=danger_signs] [value="death_threat"]').check()
    phone.context.set_offline(True)
    walk.press(phone, "next")
    walk.at(phone, "alarm")
    walk.press(phone, "done")
    walk.at(phone, "end")
    assert phone.locator(".steps .done").count() == 1
    phone.context.set_offline(False)
    expect(phone.locator(".page .end.ok")).to_be_visible()
    walk.press(phone, "done")
    walk.at(phone, "today")
    given.alert(report, "please_call")
    walk.fetch(phone)
    walk.press(phone, "news")
    walk.at(phone, "message")
    assert call.is_visible()
    walk.press(phone, "read")
    walk.at(phone, "today")

    # Whether she is back is answered on the visit itself.
    given.alert(report, "unread_emergency")  # and was read since
    given.alert(report, "check_out")
    walk.fetch(phone)
    assert phone.locator(".page [data-do=news]").count() == 1
    walk.press(phone, "news")
    walk.at(phone, "visits")
    assert phone.locator(".page ul").count() == 0  # None is left: words say so, no empty list.

    # From the phone that replaced hers nothing was sent; the office tells of it all the same.
    assert phone.evaluate(SENT, str(report.id))
    walk.back(phone, "today")
    expect(phone.locator("[data-do=reports] small")).to_have_text("1 laporan")


def _later(phone):
    """She chooses a later time; it is still hers when she takes up the phone that she put down."""
    walk.press(phone, "later")
    chosen = phone.locator("output").inner_text()
    walk.put_down(phone)
    assert phone.locator("output").inner_text() == chosen
