"""A phone without room: what cannot be kept changes nothing that is kept."""

from __future__ import annotations

from tests.browser import walk

NEW_PIN = "482915"
ROOM = 1 << 30


def test_a_pin_that_a_full_phone_cannot_keep_is_not_taken_and_the_old_one_still_reads(
    context, invite, served
):
    # given a phone with a draft, and no room for a byte, not even for its ballast
    phone = context.new_page()  # One whose errors are expected.
    pin = walk.enrol(phone, invite())
    walk.write(phone, walk.REPORT[:4])
    phone.locator("#saved:not(:empty)").wait_for()
    walk.press(phone, "exit")
    walk.unlock(phone, pin)
    storage = phone.context.new_cdp_session(phone)
    storage.send("Storage.overrideQuotaForOrigin", {"origin": served, "quotaSize": 1})

    # when she changes her PIN
    walk.press(phone, "settings")
    walk.press(phone, "pin")
    for digits in (pin, NEW_PIN, NEW_PIN):
        walk.digits(phone, digits)

    # then she is told that it failed
    walk.at(phone, "stuck")

    # and the old digits open her draft, now and when there is room again
    walk.press(phone, "exit")
    phone.reload()
    walk.unlock(phone, pin)
    phone.locator(".sign[data-t=sign]").wait_for()
    assert phone.locator("[data-do=draft]").count() == 1
    storage.send("Storage.overrideQuotaForOrigin", {"origin": served, "quotaSize": ROOM})
    walk.press(phone, "settings")
    walk.press(phone, "pin")
    for digits in (pin, NEW_PIN, NEW_PIN):
        walk.digits(phone, digits)
    walk.at(phone, "asked")
    phone.reload()
    walk.unlock(phone, NEW_PIN)
    phone.locator(".sign[data-t=sign]").wait_for()
    assert phone.locator("[data-do=draft]").count() == 1
