"""A coordinator's hands that know no mouse."""

from __future__ import annotations

import pyotp
from playwright.sync_api import Page

from app.db import utc_now

MOST_TABS = 400
# How many presses of Tab (negative: of Shift+Tab) lie between the focus and the first, or the last,
# thing like this; null if Tab comes to none. A group of radio buttons is one stop.
HOW_FAR = """([selector, last]) => {
  const at = document.activeElement;
  if (!last && at?.matches(selector)) return 0;
  const named = (one) => [...document.getElementsByName(one.name)];
  const held = (one) => named(one).filter((other) => other.form === one.form);
  const stop = (one) => one.type !== 'radio' || one.checked ||
    (!held(one).some((other) => other.checked) && held(one)[0] === one) || one === at;
  const able = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const stops = [...document.querySelectorAll(able)].filter((one) => one.tabIndex >= 0 &&
    one.type !== 'hidden' && !one.matches(':disabled') && stop(one) &&
    one.checkVisibility({visibilityProperty: true}));
  const behind = (one) => at.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
  const before = (one) => at && at !== document.body && one !== at && !behind(one);
  const here = stops.filter(before).length;
  const places = stops.flatMap((one, place) => (one.matches(selector) ? [place] : []));
  if (!places.length) return null;
  if (last && stops[places.at(-1)] === at) return 0;
  const goal = last ? places.at(-1) : places.find((place) => place >= here) ?? places.at(-1);
  return goal < here ? goal - here : goal - here + (stops[here] === at ? 0 : 1);
}"""
# What hides from whoever looks at the screen where the focus stands; null if they see its ring.
HIDDEN = """() => {
  const at = document.activeElement, {left, top, width, height} = at.getBoundingClientRect();
  const {outlineStyle, outlineWidth} = getComputedStyle(at);
  const part = at.matches('[type^=date]:not(:focus-visible)');
  if (!part && (outlineStyle === 'none' || parseFloat(outlineWidth) < 2)) return 'it has no ring';
  const over = [0.1, 0.5, 0.9].map((far) =>
    document.elementFromPoint(left + width * far, top + height * far));
  if (over.some((one) => one && (at.contains(one) || one.contains(at)))) return null;
  return `at ${Math.round(left)}, ${Math.round(top)} lies ${over[1]?.outerHTML ?? 'no screen'}`;
}"""


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

    def tab_to(self, selector: str, *, last: bool = False) -> None:
        """Press Tab, or Shift+Tab to what lies before, until the focus stands there to be seen."""
        pressed = 0
        while far := self._far(selector, last):
            self.press(*["Tab" if far > 0 else "Shift+Tab"] * abs(far))
            pressed += abs(far)
            assert pressed < MOST_TABS, f"{selector} cannot be reached by Tab"
        hidden = self.page.evaluate(HIDDEN)
        assert hidden is None, f"nobody sees that the focus stands on {selector}: {hidden}"

    def _far(self, selector: str, last: bool) -> int:
        far = self.page.evaluate(HOW_FAR, [selector, last])
        assert far is not None, f"{selector} cannot be reached by Tab"
        return far

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
