"""The cover, the settings and being called: what a cadre does beside reporting."""

from __future__ import annotations

from playwright.sync_api import expect

from app.db import db
from app.models import Device
from tests.browser import given, walk
from tests.browser.pocket import eventually

# A phone with a voice of its own and one that asks a server; what is said is noted.
VOICES = """() => {
  globalThis.said = [];
  globalThis.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const voices = [{lang: 'id-ID', localService: false}, {lang: 'id-ID', localService: true}];
  Object.defineProperty(globalThis, 'speechSynthesis', {value: {
    getVoices: () => voices,
    cancel: () => void (said.length = 0),
    speak: ({text, voice}) => void said.push([text, voice.localService]),
  }});
}"""

KEPT = "async () => (await caches.match('/'))?.text()"
# On how many lines each number to call stands, in letters of twice their size.
LINES = """() => {
  const page = document.documentElement;
  page.style.fontSize = '200%';
  const lines = [...document.querySelectorAll('.page a b')].map((number) => {
    const held = document.createRange();
    held.selectNodeContents(number);
    return held.getClientRects().length;
  });
  page.style.fontSize = '';
  return lines;
}"""


def test_her_dates_stand_on_the_cover(phone, served):
    phone.goto(served)
    walk.press(phone, "date")
    walk.at(phone, "date")
    walk.press(phone, "keep")
    assert phone.locator("[role=alert]").inner_text()
    phone.locator("[name=what]").fill("Penimbangan balita")
    phone.locator("[name=day]").fill("2031-11-26")
    phone.locator("[name=time]").fill("08:00")
    walk.put_down(phone)
    expect(phone.locator("[name=what]")).to_have_value("Penimbangan balita")
    walk.press(phone, "keep")
    row = phone.locator("#dates [data-do=day]")
    row.wait_for()
    assert "Penimbangan balita" in row.inner_text()

    phone.reload()
    row.wait_for()
    row.click()
    walk.at(phone, "date")
    walk.put_down(phone)
    expect(phone.locator("[name=what]")).to_have_value("Penimbangan balita")
    walk.press(phone, "drop")
    row.wait_for(state="detached")


def test_numbers_are_two_touches_away_without_a_pin(phone, served):
    phone.goto(served)
    walk.press(phone, "numbers")
    walk.at(phone, "numbers")

    numbers = phone.locator(".page a").evaluate_all("(all) => all.map((one) => one.href)")

    assert {"tel:110", "tel:119", "tel:129"} <= set(numbers)


def test_settings_change_the_language_the_letters_and_the_pin(phone, invite):
    pin = walk.enrol(phone, invite())
    walk.press(phone, "numbers")
    walk.at(phone, "numbers")
    phone.set_viewport_size({"width": 320, "height": 640})
    assert phone.evaluate(LINES) == [1] * 8  # No number is broken in two.
    walk.back(phone, "today")

    walk.press(phone, "settings")
    walk.at(phone, "settings")
    walk.press(phone, "size")
    walk.at(phone, "size")
    walk.press(phone, "use", "2")
    phone.wait_for_selector('[aria-pressed=true][value="2"]')
    walk.back(phone, "settings")

    walk.press(phone, "pin")
    walk.digits(phone, pin)
    phone.wait_for_function("() => document.querySelector('[data-t=hint]')?.textContent")
    walk.digits(phone, "830274")
    phone.wait_for_function("() => !document.querySelector('.pins .on')")
    walk.digits(phone, "830274")
    walk.at(phone, "asked")
    walk.press(phone, "done")
    walk.at(phone, "settings")

    phone.wait_for_function("() => navigator.serviceWorker.controller")
    walk.press(phone, "language")
    walk.at(phone, "language")
    assert phone.locator("[aria-pressed=true]").get_attribute("value") == "id"
    walk.press(phone, "use", "en")
    phone.wait_for_selector("html[lang=en] #cover")
    assert phone.locator("html").get_attribute("lang") == "en"
    phone.wait_for_selector('html[data-size="2"]')
    walk.unlock(phone, "830274")
    assert phone.locator(".sign[data-t=sign]").count()


def test_without_signal_every_language_is_there_on_a_phone_that_never_had_wifi(
    phone, invite, served
):
    languages = ("en", "jv-x-banyumas", "id")
    pages = {one: phone.request.get(f"{served}/?l={one}").text() for one in languages}
    pin = walk.enrol(phone, invite())
    phone.wait_for_function("() => navigator.serviceWorker.controller")

    # all that any screen says is in the page, and the page is as the office would give it
    with walk.without_signal(phone):
        for language in languages:
            walk.press(phone, "settings")
            walk.press(phone, "language")
            walk.press(phone, "use", language)
            phone.wait_for_selector(f"html[lang={language}] #cover")
            assert phone.evaluate(KEPT) == pages[language]
            walk.unlock(phone, pin)
    assert len(set(pages.values())) == 3


def test_the_guide_is_read_aloud_by_the_phone_itself_until_she_leaves(phone, invite):
    phone.add_init_script(f"({VOICES})()")
    walk.enrol(phone, invite())
    walk.press(phone, "guide")
    walk.at(phone, "guide")
    part = phone.locator("details").nth(2)
    part.locator("summary").click()

    part.locator("[data-do=aloud]").click()

    lines = part.locator("li").all_text_contents()
    assert phone.evaluate("() => said") == [[line, True] for line in lines]
    walk.press(phone, "exit")
    assert phone.evaluate("() => said") == []


def test_she_can_ask_to_be_called_and_leave_the_phone(phone, invite):
    walk.enrol(phone, invite())
    device = given.confirmed()
    walk.press(phone, "callme")
    walk.at(phone, "callme")
    phone.evaluate("Object.defineProperty(navigator, 'onLine', { value: true })")  # so it seems
    phone.context.set_offline(True)
    walk.press(phone, "when", "now")
    walk.at(phone, "asked")
    expect(phone.locator(".page .end.wait")).to_contain_text("BELUM TERKIRIM")
    phone.context.set_offline(False)
    expect(phone.locator(".page .end.ok")).to_be_visible()
    walk.press(phone, "done")
    walk.at(phone, "today")
    # What *Hari ini* asks leads back there, and says so.
    walk.press(phone, "note", "contact")
    walk.at(phone, "contact")
    expect(phone.locator(".page [data-do=back]")).to_have_text("Kembali")
    phone.locator("[data-q=number] input").fill("0812 0000 0000")
    walk.press(phone, "keep")
    walk.at(phone, "asked")
    walk.press(phone, "done")
    walk.at(phone, "today")

    walk.press(phone, "settings")
    walk.at(phone, "settings")
    walk.press(phone, "remove")
    walk.at(phone, "remove")
    walk.press(phone, "go")

    phone.wait_for_selector("#cover:not([hidden])")
    walk.press(phone, "notes")
    walk.at(phone, "code")
    # Her cover comes first; the office hears of it when all is deleted here.
    eventually(lambda: db.session.get(Device, device.id).ended_why == "removed")
    assert phone.locator(".page[data-screen=code]").is_visible()  # and throws her out of nothing
