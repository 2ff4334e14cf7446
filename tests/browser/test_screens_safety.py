"""What somebody sees who takes the phone: the same app for every PIN, or nothing at all."""

from __future__ import annotations

from contextlib import contextmanager

from tests.browser import given, walk
from tests.browser.conftest import PHONE

PLACES = """() => [...document.querySelectorAll('.page [data-do]')]
  .map((one) => one.dataset.do).filter((act) => !['news', 'draft', 'note'].includes(act))"""
# From the touch until the frame in which nothing of the screen is left.
EXIT_TIME = """() => new Promise((done) => {
  const from = performance.now();
  document.querySelector('.page [data-do=exit]').click();
  requestAnimationFrame(() => done(performance.now() - from));
})"""
HIDE = """(hidden) => {
  Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}"""
STANDS = """({act, value}) => {
  const on = document.activeElement;
  return (act === null || on.dataset.do === act) && (value === null || on.value === value);
}"""

BACK_AND_OUT = """() => ['back', 'exit'].forEach((act) =>
  document.querySelector(`.page [data-do=${act}]`).click())"""
# Nothing is being sent any more, and whoever waited for that has gone on.
SETTLED = """() => navigator.locks.request('siaga-send', () => {})
  .then(() => new Promise((done) => requestIdleCallback(() => requestIdleCallback(done))))"""
EDGES = "(all) => [...document.querySelectorAll(all)].map(e => getComputedStyle(e).borderTopWidth)"


def test_every_pin_opens_the_same_app(phone, invite):
    pin = walk.enrol(phone, invite())
    walk.write(phone)
    walk.at(phone, "sum")
    walk.press(phone, "send")
    walk.at(phone, "end")
    walk.press(phone, "exit")
    walk.unlock(phone, pin)
    phone.wait_for_selector(".sign[data-t=sign]")
    right = phone.evaluate(PLACES)
    walk.press(phone, "exit")

    walk.unlock(phone, walk.other(pin))

    assert phone.evaluate(PLACES) == right
    assert not phone.locator(".sign[data-t=sign]").count()
    walk.press(phone, "reports")
    walk.at(phone, "reports")
    assert not phone.locator("[data-do=open]").count()
    walk.back(phone, "today")
    walk.press(phone, "settings")
    walk.press(phone, "sent")
    walk.at(phone, "sent")
    assert not phone.locator(".page li").count()
    walk.back(phone, "settings")
    walk.back(phone, "today")
    walk.write(phone)
    walk.at(phone, "sum")
    walk.press(phone, "send")
    walk.at(phone, "end")
    given.confirmed()
    assert given.opened() is not None


def test_digits_go_in_before_the_app_has_come(chromium, invite):
    with chromium.new_context(**PHONE, service_workers="block") as context:
        page, held = context.new_page(), []
        pin = walk.enrol(page, invite())
        page.route("**/s/app-*", lambda route: held.append(route))
        page.reload()
        walk.press(page, "notes")
        walk.digits(page, pin)
        assert page.locator(".pins .on").count() == 6
        walk.press(page, "exit")
        walk.press(page, "notes")
        walk.digits(page, pin)
        page.wait_for_selector(".page[data-screen=wait]")

        for route in held:
            route.continue_()

        walk.at(page, "today")
        page.wait_for_selector(".sign[data-t=sign]")


def test_one_touch_leaves_nothing_on_the_glass(phone, invite):
    walk.enrol(phone, invite())
    walk.write(phone, walk.REPORT[:6])
    phone.context.new_cdp_session(phone).send("Emulation.setCPUThrottlingRate", {"rate": 4})

    took = phone.evaluate(EXIT_TIME)

    assert took <= 100
    assert phone.locator("#cover").is_visible()
    assert phone.locator("#app").inner_html() == ""
    phone.go_back()
    assert phone.locator(".page").count() == 0


def test_three_taps_on_the_header_leave_too(phone, invite):
    pin = walk.enrol(phone, invite())
    walk.press(phone, "numbers")
    walk.at(phone, "numbers")
    phone.evaluate(BACK_AND_OUT)  # as *Hari ini* is being gathered
    phone.evaluate(SETTLED)
    walk.unlock(phone, pin)

    phone.locator(".top").click(position={"x": 200, "y": 20}, click_count=3)

    assert phone.locator("#cover").is_visible()
    assert phone.locator(".page").count() == 0


def test_a_phone_that_is_put_down_shows_nothing(phone, invite):
    walk.enrol(phone, invite())
    walk.press(phone, "report")
    walk.at(phone, "start")

    phone.evaluate(HIDE, True)
    assert phone.locator(".page").count() == 0
    assert phone.locator("#cover").is_hidden()

    phone.evaluate(HIDE, False)
    walk.at(phone, "start")


def test_a_report_can_be_written_with_the_keyboard_alone(phone, invite):
    walk.enrol(phone, invite())
    press = phone.keyboard.press

    _tab_to(phone, "report")
    press("Enter")
    walk.at(phone, "start")
    assert phone.evaluate("() => document.activeElement.localName") == "h1"
    _tab_to(phone, "go")
    press("Enter")
    for field, value in walk.REPORT:
        walk.at(phone, "ask")
        if isinstance(value, str):
            phone.wait_for_selector(f'[data-do=pick][value="{value}"]')
            _tab_to(phone, "pick", value)
            press("Enter")
            continue
        phone.wait_for_selector(f"[data-q={field}]")
        for code in value:
            _tab_to(phone, None, code)
            press("Space")
        _tab_to(phone, "next")
        press("Enter")
    walk.at(phone, "sum")
    _tab_to(phone, "send")
    press("Enter")
    walk.at(phone, "end")


def _tab_to(phone, act: str | None, value: str | None = None) -> None:
    wanted = {"act": act, "value": value}
    for _ in range(60):
        phone.keyboard.press("Tab")
        if phone.evaluate(STANDS, wanted):
            return
    raise AssertionError(f"the keyboard never comes to {act} {value}")


def test_where_the_phone_picks_the_colours_digits_and_buttons_still_show(phone, invite):
    walk.enrol(phone, invite())
    walk.press(phone, "exit")
    phone.emulate_media(forced_colors="active")

    walk.press(phone, "notes")
    walk.at(phone, "pin")
    walk.press(phone, "key", "4")

    assert phone.evaluate(EDGES, ".pins i") == ["8px", "2px", "2px", "2px", "2px", "2px"]
    assert "0px" not in phone.evaluate(EDGES, ".page button")


def test_an_answer_that_comes_late_takes_nobody_from_where_she_is(phone, invite):
    pin = walk.enrol(phone, invite())
    with _slow(phone) as answer:
        walk.press(phone, "callme")
        walk.at(phone, "callme")
        walk.press(phone, "when", "any")
        walk.at(phone, "asked")
        walk.press(phone, "done")
        walk.at(phone, "today")
        walk.press(phone, "settings")
        walk.at(phone, "settings")
        walk.press(phone, "health")
        walk.at(phone, "health")
        walk.press(phone, "send")
        walk.back(phone, "settings")
        walk.back(phone, "today")
        answer()
    walk.at(phone, "today")

    # A grave report that she tries to send again, and then goes on.
    phone.context.set_offline(True)
    walk.write(phone, [*walk.REPORT[:5], ("danger_signs", ["weapon"]), *walk.REPORT[6:]])
    walk.at(phone, "sum")
    walk.press(phone, "send")
    walk.at(phone, "alarm")
    with _slow(phone) as answer:
        phone.context.set_offline(False)
        walk.press(phone, "again")
        walk.press(phone, "done")
        walk.at(phone, "end")
        walk.press(phone, "done")
        walk.at(phone, "today")
        answer()
    walk.press(phone, "reports")
    walk.at(phone, "reports")

    # What adds to it is still on its way when somebody else opens the app with other digits.
    walk.press(phone, "open")
    walk.at(phone, "one")
    walk.press(phone, "add")
    walk.at(phone, "news")
    phone.locator('[data-q=danger_signs] [value="weapon"]').check()
    with _slow(phone) as answer:
        walk.press(phone, "next")
        walk.at(phone, "wait")
        walk.press(phone, "exit")
        walk.unlock(phone, walk.other(pin))
        answer()
    walk.at(phone, "today")


@contextmanager
def _slow(phone):
    """What is sent is answered only when the test says so; then all that waits for it happens."""
    held = []
    phone.context.route("**/sync/v1/envelopes", lambda route: held.append(route))

    def answer() -> None:
        for route in held:
            route.continue_()
        phone.evaluate(SETTLED)

    yield answer
    phone.context.unroute("**/sync/v1/envelopes")
