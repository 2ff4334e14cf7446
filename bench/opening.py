"""How long a cadre waits: for the cover, to be independent of signal, for the PIN pad without any.

Slow 3G is 400 kbit/s each way and 400 ms there and back, one line for page and worker together
(bench/line.py); the page's processor is slowed six times by CDP. Medians of five; a fresh profile
for each first visit, a fresh browser for each cold start.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from bench import pocket
from tests.browser import walk

COVER, OFFLINE, PAD = 3.0, 12.0, 0.6
BYTES = 80_000
SLOWER = 6
REST = 3000
# The boot module has run and the cover is painted: from here on its buttons answer. What was asked
# for before that, beside the page itself, is counted.
USABLE = """() => new Promise((done) => new PerformanceObserver((list) => {
  const [load] = performance.getEntriesByType('navigation');
  const painted = list.getEntries().find(({ name }) => name === 'first-contentful-paint');
  if (!painted) return;
  const usable = Math.max(painted.startTime, load.domContentLoadedEventEnd);
  const before = performance.getEntriesByType('resource').filter((one) => one.responseEnd < usable);
  done([usable, 1 + before.length]);
}).observe({ type: 'paint', buffered: true }))"""
INSTALLED = "() => navigator.serviceWorker.ready.then(() => performance.now())"
# A thumb that is as fast as the page: presses the door at once, and looks when the pad is painted.
THUMB = """globalThis.pad = new Promise((painted) => addEventListener('DOMContentLoaded', () => {
  new MutationObserver((_, watch) => {
    if (!document.querySelector('.page[data-screen=pin]')) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => painted(performance.now())));
  }).observe(document.getElementById('app'), { childList: true, subtree: true });
  document.querySelector('[data-do=notes]').click();
}));"""
# Asked by CDP itself: Playwright would first put 330 KB of its own into the page that is measured.
ASKED = {"expression": "pad", "awaitPromise": True, "returnByValue": True}


def main() -> int:
    """Measure, print, judge."""
    with pocket.office() as office, pocket.browser() as on, pocket.place.folder() as here:
        cover, ready, loaded, first = _first_time(office, on, here)
        pad = _without_signal(office, on, here)
    print(f"opening            medians of {pocket.TIMES}, slow 3G, processor {SLOWER}× slower")
    return pocket.judged(
        [
            ("requests that the cover waited for", first, 1, ""),
            ("cover usable", cover, COVER, "s"),
            ("ready to be used without signal", ready, OFFLINE, "s"),
            ("came down the line until then, doubles and all", loaded, BYTES, "bytes"),
            ("PIN pad at a cold start without signal", pad, PAD, "s"),
        ]
    )


def _first_time(office, on, here: Path) -> tuple[float, float, float, int]:
    runs = []
    for number in range(pocket.TIMES):
        with pocket.line(office.port, **pocket.SLOW_3G) as way:
            phone = on(here / f"first{number}")
            page = phone.pages[0]
            pocket.slowed(page, SLOWER)
            page.wait_for_timeout(REST)
            page.goto(f"http://localhost:{way.port}/", wait_until="commit")
            cover, asked = page.evaluate(USABLE)
            ready = page.evaluate(INSTALLED)
            runs.append((cover / 1000, ready / 1000, way.down, asked))
            phone.close()
    return tuple(statistics.median(column) for column in zip(*runs, strict=True))


def _without_signal(office, on, here: Path) -> float:
    profile = here / "enrolled"
    with pocket.line(office.port) as way:
        address = f"http://localhost:{way.port}/"
        phone = on(profile)
        walk.enrol(phone.pages[0], office.invite(way))
        phone.pages[0].wait_for_function("() => Boolean(navigator.serviceWorker.controller)")
        phone.close()

    def once() -> float:
        phone = on(profile)
        page = phone.pages[0]
        asking = pocket.slowed(page, SLOWER)
        page.add_init_script(THUMB)
        page.wait_for_timeout(REST)  # What the browser does for itself after its start is not ours.
        page.goto(address)
        painted = asking.send("Runtime.evaluate", ASKED)
        phone.close()
        return painted["result"]["value"] / 1000

    return pocket.median(once)


if __name__ == "__main__":
    sys.exit(main())
