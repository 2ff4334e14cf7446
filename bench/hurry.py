"""How fast what must be fast is: quick exit, and a report sealed and safely laid down.

The page's processor is slowed four times by CDP. Medians of five, in the page's own clock:
until the browser has painted the cover, until the disk has the act.
"""

from __future__ import annotations

import sys

from bench import pocket
from tests.browser import walk

BLANK, SEALED = 100.0, 150.0
SLOWER = 4
# From the press until the screen is there and painted; the answer is in milliseconds.
PRESSED = """([button, there]) => new Promise((done) => {
  const since = performance.now();
  const look = () => {
    if (!document.querySelector(there)) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - since)));
  };
  const watch = new MutationObserver(look);
  watch.observe(document.body, { attributes: true, childList: true, subtree: true });
  document.querySelector(button).click();
})"""
# The moment at which a sealed act is on disk (its transaction is strict).
LEDGER = """() => {
  const plain = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (row, ...more) {
    const saved = () => (globalThis.savedAt ??= performance.now());
    if (row?.sealed && row.state === 'sealed') this.transaction.addEventListener('complete', saved);
    return plain.call(this, row, ...more);
  };
}"""
SAVED = """async (button) => {
  globalThis.savedAt = null;
  const since = performance.now();
  document.querySelector(button).click();
  while (globalThis.savedAt === null) await new Promise((over) => setTimeout(over, 5));
  return globalThis.savedAt - since;
}"""
EXIT = ["#app [data-do=exit]", "#cover:not([hidden])"]
SEND = ".page [data-do=send]"


def main() -> int:
    """Measure, print, judge."""
    with (
        pocket.office() as office,
        pocket.browser() as on,
        pocket.place.folder() as here,
        pocket.line(office.port) as way,
    ):
        phone = on(here / "pocket")
        page = phone.pages[0]
        pin = walk.enrol(page, office.invite(way))
        blank = pocket.median(lambda: _left(page, pin))
        sealed = pocket.median(lambda: _sent(page, pin))
        phone.close()
    print(f"hurry              medians of {pocket.TIMES}, processor {SLOWER}× slower")
    return pocket.judged(
        [
            ("quick exit, until the cover is painted", blank, BLANK, "ms"),
            ("Kirim, until sealed and on disk", sealed, SEALED, "ms"),
        ]
    )


def _left(page, pin: str) -> float:
    _at_today(page, pin)
    walk.write(page, walk.REPORT[:6])
    return _slowly(page, PRESSED, EXIT)


def _sent(page, pin: str) -> float:
    _at_today(page, pin)
    walk.write(page)
    walk.at(page, "sum")
    page.evaluate(LEDGER)
    return _slowly(page, SAVED, SEND)


def _at_today(page, pin: str) -> None:
    page.reload()
    walk.unlock(page, pin)


def _slowly(page, clock: str, what) -> float:
    session = pocket.slowed(page, SLOWER)
    took = page.evaluate(clock, what)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    session.detach()
    return took


if __name__ == "__main__":
    sys.exit(main())
