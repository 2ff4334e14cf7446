"""Enrolling survives being closed at every step, and having no signal at the worst one."""

from __future__ import annotations

from app.sealing import match_digits
from tests.browser import given, walk


def test_enrolling_goes_on_where_it_was_closed(phone, invite, served):
    link = invite()
    phone.goto(link)
    walk.at(phone, "offer")
    assert phone.url == f"{served}/"  # the invite has left the address bar

    phone.reload()
    walk.press(phone, "notes")
    walk.at(phone, "offer")
    pin = walk.shown(phone, "pin")
    walk.press(phone, "take")
    walk.digits(phone, walk.other(pin))
    assert phone.locator("[data-t=hint]").inner_text()  # not the same yet
    with walk.without_signal(phone):
        walk.digits(phone, pin)
        walk.at(phone, "stuck")

    phone.reload()
    walk.press(phone, "notes")
    walk.digits(phone, pin)
    walk.at(phone, "sign")
    phone.locator(".pics label").first.click()
    walk.press(phone, "next")
    walk.at(phone, "match")
    match = walk.shown(phone, "match")

    phone.reload()
    walk.unlock(phone, pin)
    assert match in phone.locator(".page").inner_text()
    assert phone.locator(".sign[data-t=sign]").count()
    device = given.confirmed()
    assert match == match_digits(device.id, device.public_key)


def test_a_code_is_typed_as_it_was_read_out(phone, invite, served):
    code = invite().partition("#")[2]
    phone.goto(served)
    walk.press(phone, "notes")
    walk.at(phone, "code")

    walk.press(phone, "next")
    assert phone.locator("[role=alert]").inner_text()
    wrong = phone.locator("[role=alert]").get_attribute("id")
    assert phone.locator("[name=code]").get_attribute("aria-describedby") == wrong
    typed = code[:12] + code[12:28]
    groups = [typed[at : at + 4].lower() for at in range(0, 28, 4)]
    phone.locator("[name=code]").fill(" ".join(groups))
    walk.press(phone, "next")

    walk.at(phone, "offer")


def test_a_weak_pin_is_refused(phone, invite):
    phone.goto(invite())
    walk.at(phone, "offer")
    walk.press(phone, "own")

    walk.digits(phone, "123456")

    phone.wait_for_function("() => document.querySelector('[data-t=hint]')?.textContent")
    walk.digits(phone, "830274")
    phone.wait_for_function("() => !document.querySelector('.pins .on')")
    walk.digits(phone, "830274")
    walk.at(phone, "sign")


def test_a_phone_that_locks_while_enrolling_goes_on_there(phone, invite):
    phone.clock.install()
    phone.goto(invite())
    walk.at(phone, "offer")
    offered = walk.shown(phone, "pin")

    phone.clock.fast_forward("03:10")

    # no PIN opens it yet: to ask for one would lead nowhere
    another = (
        "(old) => ![old, undefined].includes(document.querySelector('[data-t=pin]')?.innerText)"
    )
    phone.wait_for_function(another, arg=" ".join(offered))
