"""A coordinator's hands that know no mouse."""

from __future__ import annotations

import pyotp
from playwright.sync_api import Page

from app.db import utc_now

MOST_TABS = 400


class Keyboard:
    """Everything is reached by keys; what cannot be reached fails."""

    def __init__(self, page: Page, url: str):
        self.page, self.url = page, url

    def open(self, address: str) -> None:
        """Type an address."""
        self.page.goto(self.url + address)
        self.page.wait_for_load_state()

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Write text where the focus is."""
        self.page.keyboard.type(text)

    def focused(self, selector: str) -> bool:
        """Tell whether the focus stands on something like this."""
        return self.page.evaluate(
            "(selector) => !!document.activeElement?.matches(selector)", selector
        )

    def tab_to(self, selector: str) -> None:
        """Press Tab until the focus stands there."""
        for _ in range(MOST_TABS):
            if self.focused(selector):
                return
            self.press("Tab")
        raise AssertionError(f"{selector} cannot be reached by Tab")

    def choose(self, name: str, code: str) -> None:
        """Choose one of a list of buttons: Tab to the group, arrows to the answer, Space."""
        self.tab_to(f'input[name="{name}"]')
        for _ in range(30):
            if self.focused(f'input[name="{name}"][value="{code}"]'):
                self.press("Space")
                return
            self.press("ArrowDown")
        raise AssertionError(f"{name} has no {code}")

    def tick(self, name: str, code: str) -> None:
        """Tick a box."""
        self.tab_to(f'input[name="{name}"][value="{code}"]')
        self.press("Space")

    def go(self, key: str = "Enter") -> None:
        """Press something that leads to another page, and wait for it."""
        with self.page.expect_navigation():
            self.press(key)
        self.page.wait_for_load_state()

    def sign_in(self, name: str, password: str, seed: str) -> None:
        """Come in."""
        self.open("/desk/")
        assert self.focused("[name=name]")
        self.type(name)
        self.press("Tab")
        self.type(password)
        self.press("Tab")
        self.type(pyotp.TOTP(seed).at(utc_now()))
        self.go()

    @property
    def path(self) -> str:
        """Where one stands."""
        return self.page.url.removeprefix(self.url)
