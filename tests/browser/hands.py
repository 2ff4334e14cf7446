"""A cadre's thumb and a coordinator's keyboard, in a real Chromium."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, Route
from playwright.sync_api import TimeoutError as PageTimeout

PHONE = {"width": 360, "height": 640}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-software-rasterizer",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000
SHELF = """async () => {
  const kept = {};
  if (!(await caches.has('siaga-kept'))) return kept;
  const shelf = await caches.open('siaga-kept');
  for (const request of await shelf.keys()) {
    const name = new URL(request.url).pathname.slice('/k/'.length);
    const found = await shelf.match(request); // Gone meanwhile is gone.
    if (found) kept[name] = await found.text();
  }
  return kept;
}"""
HIDE = """(hidden) => {
  Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}"""
LEDGER = """() => new Promise((done, failed) => {
  const opening = indexedDB.open('siaga');
  opening.onerror = () => failed(opening.error);
  opening.onsuccess = () => {
    const asked = opening.result.transaction('acts').objectStore('acts').getAll();
    asked.onsuccess = () => {
      opening.result.close();
      done(asked.result.map((act) => ({...act, sealed: [...act.sealed]})));
    };
  };
})"""


def chromium() -> str:
    """Return the browser on the PATH."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise RuntimeError("no Chromium on the PATH: run bin/system-packages")


def shell() -> str:
    """Return Chromium without its windows, where nothing but pages is looked at; else the whole.

    What is kept in a profile, pushed or killed is tested with the whole one.
    """
    return shutil.which("chromium-headless-shell") or chromium()


class Phone:
    """A cadre's phone: one browser profile that survives being killed."""

    def __init__(self, playwright: Playwright, profile: Path, url: str, **options: object) -> None:
        self._playwright, self._profile, self.url = playwright, profile, url
        self._options = options
        self.context: BrowserContext
        self.page: Page
        self.switch_on()

    def switch_on(self) -> None:
        """Start the browser on this phone's profile."""
        self.context = self._playwright.chromium.launch_persistent_context(
            str(self._profile),
            executable_path=chromium(),
            args=QUIET,
            headless=True,
            **{"viewport": PHONE, "locale": "id-ID", "timezone_id": "Asia/Jakarta"} | self._options,
        )
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.pages[0]

    def end(self) -> float:
        """Let its processes die at this instant, which is returned; from any thread."""
        at = time.monotonic()
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                line = (process / "cmdline").read_bytes()
                if f"--user-data-dir={self._profile}".encode() in line:
                    os.kill(int(process.name), signal.SIGKILL)
        return at

    def kill(self) -> None:
        """End the browser as Android does: at once, without a word."""
        self.end()
        with contextlib.suppress(Exception):
            self.context.close()

    def put_away(self) -> None:
        """Close the browser as at the end of a day, and start it again."""
        self.context.close()
        self.switch_on()

    def open(self, invite: str = "") -> None:
        """Open the book's cover, or the link of an invite."""
        self.page.goto(invite or self.url)

    def offline(self, off: bool = True) -> None:
        """Lose or find the signal."""
        self.context.set_offline(off)

    def lose_answer(self, path: str, *, asked: bool = True) -> list[dict]:
        """Lose the next answer at `path`: the server did it, the phone never hears of it.

        Unless `asked`, not even the question arrives. Return what was answered, once it was.
        """
        answers: list[dict] = []

        def lose(route: Route) -> None:
            if asked:
                had = {cookie["name"] for cookie in self.context.cookies()}
                answer = route.fetch()
                answers.append(answer.json() if answer.body() else {})
                for cookie in self.context.cookies():
                    if cookie["name"] not in had:
                        self.context.clear_cookies(name=cookie["name"])
            route.abort("connectionreset")

        self.context.route(f"**/sync/v1/{path}", lose, times=1)
        return answers

    def set_clock(self, ahead: timedelta) -> None:
        """Open the app under a clock that is so far ahead; it runs on by itself."""
        self.page.clock.install(time=datetime.now(UTC) + ahead)
        self.open()

    def put_down(self, down: bool) -> None:
        """Turn the screen off, or on again: the browser hides the page."""
        self.page.evaluate(HIDE, down)

    def kept(self) -> dict[str, str]:
        """Return what lies on the shelf, names and texts, as a thief with the profile sees it."""
        return self.page.evaluate(SHELF)

    def acts(self) -> list[dict]:
        """Return the rows of the ledger, their sealed bytes as lists of numbers."""
        return self.page.evaluate(LEDGER)

    def settle(self, look: Callable[[], object], within: float = 20.0) -> None:
        """Let the page live until `look` is true."""
        end = time.monotonic() + within
        while not look():
            assert time.monotonic() < end, f"not within {within} s"
            self.page.wait_for_timeout(100)

    def at(self, screen: str) -> Locator:
        """Wait for a screen and return it."""
        place = self.page.locator(f".page[data-screen={screen}]")
        try:
            place.wait_for()
        except PageTimeout:
            shown = self.page.locator("body").inner_text()
            raise AssertionError(f"not at {screen!r} but at:\n{shown}") from None
        return place

    def press(self, act: str, value: str | None = None) -> None:
        """Press the button that does `act`, on the screen that is shown."""
        which = f"[data-do={act}]" + (f'[value="{value}"]' if value is not None else "")
        self.page.locator(f"#app {which}").first.click()

    def digits(self, pin: str) -> None:
        """Type a PIN on the pad."""
        self.at("pin")
        for digit in pin:
            self.press("key", digit)

    def pick(self, field: str, code: str) -> None:
        """Answer a question of one choice."""
        self.page.locator(f'#app [data-q={field}] [value="{code}"]').first.click()

    def choose(self, field: str, code: str) -> None:
        """Choose one answer among others on a page."""
        self.page.locator(f'#app [data-q={field}] label:has([value="{code}"])').click()

    def tick(self, field: str, *codes: str) -> None:
        """Answer a question of several choices, and go on."""
        for code in codes:
            self.page.locator(f'#app [data-q={field}] input[value="{code}"]').check()
        self.press("next")

    def enrol(self, invite: str, picture: str = "7") -> tuple[str, str]:
        """Go through enrolment; return the PIN that was offered and the four digits."""
        self.open(invite)
        pin = self.at("offer").locator(".digits").inner_text().replace(" ", "").strip()
        self.press("take")
        self.digits(pin)
        self.at("sign").locator(f'input[value="{picture}"]').check(force=True)
        self.press("next")
        match = self.at("match").locator(".digits").inner_text().replace(" ", "").strip()
        self.press("next")
        self.at("install")
        self.press("next")
        self.at("alerts")
        self.press("next")
        self.at("today")
        return pin, match

    def unlock(self, pin: str) -> None:
        """From the cover to *Hari ini*."""
        self.page.locator("[data-do=notes]").first.click()
        self.digits(pin)
        self.at("today")


class Desk:
    """A coordinator at a desk, with a second factor."""

    def __init__(self, context: BrowserContext, url: str, name: str, password: str, seed: str):
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.url, self._name, self._password, self._seed = url, name, password, seed

    def sign_in(self) -> None:
        """Sign in and stand before the queue."""
        self.page.goto(f"{self.url}/desk/")
        self.page.locator("[name=name]").fill(self._name)
        self.page.locator("[name=password]").fill(self._password)
        self.page.locator("[name=code]").fill(pyotp.TOTP(self._seed).now())
        self.page.locator("main form button.btn").click()
        self.page.wait_for_url("**/desk/queue*")

    def go(self, path: str) -> None:
        """Open a page of the desk."""
        self.page.goto(f"{self.url}/desk/{path}")

    def press(self, selector: str) -> None:
        """Press something and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
