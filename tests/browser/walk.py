"""A cadre's hands: walks the app in a browser by the codes on its buttons, in any language."""

from __future__ import annotations

from contextlib import contextmanager, suppress

from playwright.sync_api import Page, TimeoutError

from tests.browser.hands import HIDE

PATIENCE = 15_000
# The twelve screens, answered; a list is ticked, then *Lanjut*.
REPORT = (
    ("danger_now", "no"),
    ("survivor_sex", "female"),
    ("survivor_age", "25_44"),
    ("violence", ["physical", "psychological"]),
    ("last_happened", "days_2_3"),
    ("danger_signs", ["getting_worse"]),
    ("reported_person_near", "yes"),
    ("source", "survivor"),
    ("consent", "yes"),
    ("contact_via", "through_me"),
    ("conflict", "none"),
)


def at(page: Page, screen: str) -> None:
    """Wait until this screen stands."""
    page.wait_for_selector(f'.page[data-screen="{screen}"]', timeout=PATIENCE)


def press(page: Page, act: str, value: str | None = None) -> None:
    """Press what does this on the screen that stands."""
    chosen = f'[data-do="{act}"]' + (f'[value="{value}"]' if value is not None else "")
    page.locator(f".page {chosen}, #cover:not([hidden]) {chosen}").first.click()


def back(page: Page, screen: str) -> None:
    """Go back, and wait until this screen stands."""
    press(page, "back")
    at(page, screen)


def digits(page: Page, pin: str) -> None:
    """Press six keys of the pad."""
    at(page, "pin")
    for digit in pin:
        press(page, "key", digit)


def shown(page: Page, slot: str) -> str:
    """Return the digits that stand there; they are shown one by one."""
    return page.locator(f"[data-t={slot}]").inner_text().replace(" ", "")


def enrol(page: Page, link: str) -> str:
    """Come in by the link as far as *Hari ini*; return the PIN that was offered."""
    page.goto(link)
    at(page, "offer")
    pin = shown(page, "pin")
    press(page, "take")
    digits(page, pin)
    at(page, "sign")
    page.locator(".pics label").nth(4).click()
    press(page, "next")
    at(page, "match")
    press(page, "next")
    at(page, "install")
    press(page, "next")
    at(page, "alerts")
    press(page, "next")
    at(page, "today")
    return pin


def unlock(page: Page, pin: str) -> None:
    """From the cover to *Hari ini* with these digits."""
    press(page, "notes")
    digits(page, pin)
    at(page, "today")


def other(pin: str) -> str:
    """Six digits that are not these."""
    return f"{(int(pin) + 111_111) % 1_000_000:06}"


def answer(page: Page, field: str, value: str | list[str]) -> None:
    """Answer the question that stands."""
    at(page, "ask")
    if isinstance(value, str):
        press(page, "pick", value)
        return
    page.wait_for_selector(f"[data-q={field}]", timeout=PATIENCE)
    for code in value:
        page.locator(f'[data-q={field}] [value="{code}"]').check()
    press(page, "next")


def write(page: Page, answers=REPORT) -> None:
    """From *Hari ini* through the questions, as far as these answers lead."""
    press(page, "report")
    at(page, "start")
    press(page, "go")
    for field, value in answers:
        answer(page, field, value)
        if (field, value) == ("danger_now", "yes"):
            at(page, "calls")
            press(page, "next")


def put_down(page: Page) -> None:
    """Put the phone down for a moment, and take it up again."""
    for hidden in (True, False):
        page.evaluate(HIDE, hidden)


@contextmanager
def without_signal(page: Page):
    """No network, as in a valley."""
    page.context.set_offline(True)
    try:
        yield
    finally:
        page.context.set_offline(False)


def fetch(page: Page, news: int = 1) -> None:
    """What is new is fetched, and *Hari ini* shows so much of it."""
    row = page.locator(".page[data-screen=today] [data-do=news]").nth(news - 1)
    for _ in range(10):
        page.evaluate("() => window.dispatchEvent(new Event('online'))")
        with suppress(TimeoutError):
            return row.wait_for(timeout=1500)
    raise AssertionError("nothing new came")
