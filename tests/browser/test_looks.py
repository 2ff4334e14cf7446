"""Every screen in every language, light and dark, and at 320 px with letters twice as large."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import given, spoken, walk
from tests.browser.conftest import NUMBERS

LARGE = "document.documentElement.dataset.size = '{}'"
SIDEWAYS = "() => document.documentElement.scrollWidth - innerWidth"
PRESSED = ".page :is(button, a, summary, label:has([type=radio], [type=checkbox]))"
SMALL = f"""() => [...document.querySelectorAll('{PRESSED}, #cover:not([hidden]) button')]
  .filter((one) => one.offsetParent && one.offsetHeight < 48)
  .map((one) => one.textContent.trim() + ' ' + one.offsetHeight)"""
# Letters twice as large on the narrowest phone may wrap between words, never inside one.
BROKEN = """() => {
  const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = texts.nextNode());) {
    if (!text.parentElement.checkVisibility() || text.parentElement.closest('.sr')) continue;
    for (const { 0: word, index } of text.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) found.push(word);
    }
  }
  return found;
}"""

# What a screen reader says there first: one line a control, heading, group or announcement.
SAID = {
    "offer": ["button Kembali", "button Tutup", "heading PIN Anda", "button Pakai PIN ini"],
    "pin": ["button Kembali", "button Tutup", "heading Ulangi PIN", "status", "button 1"],
    "sign": ["button Kembali", "button Tutup", "heading Pilih gambar Anda"]
    + ["group Pilih gambar Anda", "radio 🥥"],
    "ask-07-danger_signs": ["button Kembali", "button Tutup", "progressbar 6 dari 12", "status"]
    + ["heading Tanda bahaya", "group Tanda bahaya", "checkbox Sedang terjadi"],
    "ask-10-consent": ["button Kembali", "button Tutup", "progressbar 9 dari 12", "status"]
    + ["heading Apakah ia setuju UPTD diberi tahu?", "group Apakah ia setuju UPTD diberi tahu?"],
    "sum": ["button Kembali", "button Tutup", "progressbar 12 dari 12", "status"]
    + ["heading Sudah benar?", "button Ubah Bahaya sekarang", "button Ubah Siapa"],
    "end-waiting": ["button Tutup", "heading BELUM TERKIRIM", "heading Sekarang lakukan"]
    + ["button Coba kirim lagi", "link Kirim SMS: “Mohon telepon saya.”", "button Selesai"],
    "alarm": ["button Tutup", "heading Jangan menunggu aplikasi", "link Polisi 110"],
    "running": ["heading Kunjungan", "button Tutup"],
    "size": ["button Pengaturan", "button Tutup", "heading Besar huruf", "button Biasa (pressed)"],
}


def barriers(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA on the screen that stands."""
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    looked = Axe().run(page, options=options).response
    assert looked["passes"], "axe saw nothing"
    found = looked["violations"]
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes']][:3]}" for one in found]


class Looks:
    """Looks at what stands on the phone, and keeps a picture where that is wanted."""

    def __init__(self, page: Page, folder: str | None, language: str) -> None:
        self._page, self._language = page, language
        self._folder = Path(folder) if folder else None
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)

    def at(self, screen: str, name: str | None = None) -> None:
        """Wait for this screen, look at it in both themes and large."""
        if screen != "cover":
            walk.at(self._page, screen)
        name = name or screen
        lines = spoken.said(self._page)
        assert not spoken.nameless(lines), name
        if self._language == "id" and name in SAID:
            assert lines[: len(SAID[name])] == SAID[name]
        assert not self._page.evaluate(SMALL), f"{name}: targets are too small"
        for theme in ("dark", "light") if self._folder else ("light",):
            self._page.emulate_media(color_scheme=theme)
            assert not (found := barriers(self._page)), f"{name}, {theme}: {found}"
        self._keep(name, "360")
        self._page.set_viewport_size({"width": 320, "height": 640})
        self._keep(name, "320")
        self._page.evaluate(LARGE.format(3))
        assert self._page.evaluate(SIDEWAYS) <= 0, f"{name} scrolls sideways"
        assert not (found := self._page.evaluate(BROKEN)), f"{name} breaks words: {found}"
        self._keep(name, "320-large")
        self._page.set_viewport_size({"width": 360, "height": 640})
        self._keep(name, "360-large")
        self._page.evaluate(LARGE.format(0))

    def _keep(self, name: str, how: str) -> None:
        if not self._folder:
            return
        for theme in ("dark", "light"):
            self._page.emulate_media(color_scheme=theme)
            path = self._folder / f"{name}-{self._language}-{how}-{theme}.png"
            self._page.screenshot(path=path, full_page=True, animations="disabled")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One language tells whether a screen holds; `make looks` sees all three, in both themes."""
    wanted = metafunc.config.getoption("--looks", default=None)
    if "language" in metafunc.fixturenames:
        metafunc.parametrize("language", ["id", "en", "jv-x-banyumas"] if wanted else ["id"])


def test_every_screen_looks_right(phone, invite, served, request, language):
    folder = request.config.getoption("--looks", default=None)
    phone.goto(f"{served}/?l={language}")
    looks = Looks(phone, folder, language)

    _enrolling(phone, invite(), looks)
    report = _reporting(phone, looks)
    _visiting(phone, looks, report)
    _the_rest(phone, looks)


def _enrolling(phone: Page, link: str, looks: Looks) -> None:
    phone.wait_for_load_state("networkidle")
    looks.at("cover")
    walk.press(phone, "date")
    looks.at("date")
    walk.press(phone, "back")
    walk.press(phone, "numbers")
    looks.at("numbers")
    walk.press(phone, "back")
    walk.press(phone, "notes")
    looks.at("code")
    phone.evaluate(f"location.hash = {link.partition('#')[2]!r}")
    looks.at("offer")
    pin = walk.shown(phone, "pin")
    walk.press(phone, "take")
    looks.at("pin")
    walk.digits(phone, pin)
    looks.at("sign")
    phone.locator(".pics label").first.click()
    walk.press(phone, "next")
    looks.at("match")
    walk.press(phone, "next")
    looks.at("install")
    walk.press(phone, "next")
    looks.at("alerts")
    walk.press(phone, "next")
    looks.at("today", "today-empty")
    given.confirmed()


def _reporting(phone: Page, looks: Looks):
    walk.press(phone, "practice")
    looks.at("drill")
    walk.press(phone, "go")
    looks.at("start", "start-drill")
    walk.back(phone, "drill")
    walk.back(phone, "today")
    walk.press(phone, "report")
    looks.at("start")
    walk.press(phone, "go")
    for number, (field, value) in enumerate(walk.REPORT):
        looks.at("ask", f"ask-{number + 2:02}-{field}")
        if field == "danger_now":
            walk.answer(phone, field, "yes")
            looks.at("calls")
            walk.back(phone, "ask")
        walk.answer(phone, field, value)
    looks.at("sum")
    walk.press(phone, "more")
    looks.at("more")
    phone.locator('[data-q=picture] [value="3"]').check(force=True)
    walk.press(phone, "next")
    walk.at(phone, "sum")
    walk.press(phone, "send")
    looks.at("end", "end-sent")
    walk.press(phone, "done")
    report = given.opened()
    with walk.without_signal(phone):
        _unsent(phone, looks)
    return report


def _unsent(phone: Page, looks: Looks) -> None:
    walk.write(phone)
    walk.press(phone, "send")
    looks.at("end", "end-waiting")
    assert phone.locator(f".page a[href^='sms:{NUMBERS['duty']}?body=']").is_visible()
    walk.press(phone, "done")
    looks.at("today", "today-waiting")
    pressing = [("danger_now", "yes"), *walk.REPORT[1:5], ("danger_signs", ["weapon"])]
    walk.write(phone, [*pressing, *walk.REPORT[6:]])
    walk.press(phone, "send")
    looks.at("alarm")
    walk.press(phone, "done")
    looks.at("end", "end-urgent")
    walk.press(phone, "done")
    calm = [*walk.REPORT[:5], ("danger_signs", ["none_seen"])]
    walk.write(phone, [*calm, *walk.REPORT[6:8], ("consent", "no")])
    looks.at("tally")
    walk.press(phone, "send")
    looks.at("end", "end-tally")
    walk.press(phone, "done")


def _visiting(phone: Page, looks: Looks, report) -> None:
    given.message(report, "Terima kasih, Bu. Besok kami telepon.")
    walk.fetch(phone)
    walk.press(phone, "news")
    looks.at("message")
    walk.back(phone, "today")
    given.moved(report, "seen")
    given.visit(report)
    given.visit(report, purpose="bring_information", place="clinic", opens_in=20, picture="12")
    given.visit(report, purpose="accompany", place="survivor_home", opens_in=70, picture="3")
    walk.fetch(phone, 2)
    looks.at("today", "today")
    walk.press(phone, "reports")
    looks.at("reports")
    walk.press(phone, "open")
    looks.at("one")
    walk.press(phone, "add")
    looks.at("news")
    walk.back(phone, "one")
    walk.press(phone, "withdraw")
    looks.at("withdraw")
    walk.back(phone, "one")
    walk.back(phone, "reports")
    walk.back(phone, "today")
    walk.press(phone, "visits")
    walk.at(phone, "visits")
    walk.press(phone, "open")
    looks.at("accept")
    walk.press(phone, "decline")
    looks.at("decline")
    walk.back(phone, "accept")
    phone.locator('[data-q=conflict] [value="none"]').check()
    walk.press(phone, "accept")
    walk.at(phone, "visits")
    walk.press(phone, "open")
    looks.at("prepare")
    phone.locator('[data-q=still_agreed] [value="yes"]').check()
    walk.press(phone, "ready")
    looks.at("visits")
    walk.press(phone, "open")
    looks.at("gate")
    for question in ("still_agreed", "cover_ready", "signal_there"):
        phone.locator(f'[data-q={question}] [value="yes"]').check()
    walk.press(phone, "leave")
    looks.at("running")
    walk.press(phone, "stop")
    looks.at("ended")
    walk.press(phone, "record")
    looks.at("record")
    walk.back(phone, "visits")
    walk.back(phone, "today")


def _the_rest(phone: Page, looks: Looks) -> None:
    walk.press(phone, "callme")
    looks.at("callme")
    walk.press(phone, "when", "today")
    looks.at("asked")
    walk.press(phone, "done")
    walk.press(phone, "numbers")
    looks.at("numbers", "numbers-inside")
    walk.back(phone, "today")
    walk.press(phone, "guide")
    walk.at(phone, "guide")
    phone.locator("summary").nth(2).click()
    looks.at("guide")
    walk.back(phone, "today")
    walk.press(phone, "settings")
    looks.at("settings")
    for part in ("language", "size", "contact", "offline", "health", "sent", "limits", "remove"):
        walk.press(phone, part)
        looks.at(part)
        if part == "health":  # what waits for its own hour is not unsent for want of signal
            assert not any(map(str.isdigit, phone.locator("dd").first.inner_text()))
        walk.back(phone, "settings")
    walk.back(phone, "today")
    walk.press(phone, "exit")
    walk.press(phone, "notes")
    walk.at(phone, "pin")
    walk.press(phone, "forgot")
    looks.at("forgot")
