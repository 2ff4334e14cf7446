"""A cadre's thumb and a coordinator's keyboard, in a real Chromium."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from pathlib import Path

import pyotp
from playwright.sync_api import BrowserContext, Locator, Page, Playwright
from playwright.sync_api import TimeoutError as PageTimeout

PHONE = {"width": 360, "height": 640}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000


def chromium() -> str:
    """Return the browser on the PATH."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise RuntimeError("no Chromium on the PATH: run bin/system-packages")


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

    def kill(self) -> None:
        """End the browser as Android does: at once, without a word."""
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                line = (process / "cmdline").read_bytes()
                if f"--user-data-dir={self._profile}".encode() in line:
                    os.kill(int(process.name), signal.SIGKILL)
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
