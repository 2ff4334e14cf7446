"""What the wire costs once she is a cadre: an idle round, ten changes, a report.

A round is started as a push starts it, in the worker, with no page open; the line counts both ways.
"""

from __future__ import annotations

import sys
import time

from bench import pocket
from tests.browser import walk

IDLE, TEN, SHORT, FULL = 600, 10_000, 2_000, 3_200
CHANGES = 10
# Every question of *Tambah keterangan* answered; of a list to tick three, every text to its limit.
FILL = """() => {
  for (const part of document.querySelectorAll('.page [data-q]')) {
    const controls = [...part.querySelectorAll('input,select,textarea')];
    const [one] = controls;
    if (!one) continue;
    if (one.type === 'checkbox') controls.slice(0, 3).forEach((each) => (each.checked = true));
    else if (one.type === 'radio') one.checked = true;
    else if (one.type === 'time') one.value = '09:00';
    else if (one.type === 'date') one.value = '2026-11-22';
    else if (one.type === 'tel') one.value = '081200000000';
    else if (one.localName === 'select') one.selectedIndex = 1;
    else one.value = 'temui di balai desa sesudah arisan ya '.repeat(8).slice(0, one.maxLength);
  }
  document.querySelector('.page [data-q]').dispatchEvent(new Event('input', { bubbles: true }));
}"""


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
        walk.enrol(page, office.invite(way))
        page.wait_for_function("() => Boolean(navigator.serviceWorker.controller)")
        short, full = _report(page, way), _report(page, way, more=True)
        office.confirm()
        wake = _waker(page, way)
        wake()  # What is due once a day is said, what is new is fetched.
        idle, asked = wake()
        office.tell(CHANGES // 2)  # Each message is two: itself, and the alert of it.
        ten, _ = wake()
        phone.close()
    print(f"rounds             an idle round asks {asked}")
    return pocket.judged(
        [
            ("shortest report, body", short, SHORT, "bytes"),
            ("full report, body", full, FULL, "bytes"),
            ("idle round in the worker, both ways with headers", idle, IDLE, "bytes"),
            ("requests of it", len(asked), 1, ""),
            (f"{CHANGES} changes, both ways with headers", ten, TEN, "bytes"),
        ]
    )


def _report(page, way, *, more: bool = False) -> int:
    """Write one and give the length of the body that took it away."""
    walk.write(page)
    walk.at(page, "sum")
    if more:
        walk.press(page, "more")
        walk.at(page, "more")
        page.evaluate(FILL)
        walk.press(page, "next")
        page.wait_for_timeout(500)
        if page.locator(".page[data-screen=more]").count():
            walk.press(page, "next")  # warned of what looks like a number, and sure
        walk.at(page, "sum")
    way.forget()
    walk.press(page, "send")
    walk.at(page, "end")
    sizes = _until(lambda: [n for what, n in way.requests if what == "POST /sync/v1/envelopes"])
    page.reload()
    walk.unlock(page, "111222")
    return sizes[0]


def _waker(page, way):
    """Give what pushes to the worker, waits until it rests, and counts."""
    page.context.grant_permissions(["notifications"])
    session = page.context.new_cdp_session(page)
    known: dict[str, str] = {}
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: known.update(
            (one["scopeURL"], one["registrationId"]) for one in told["registrations"]
        ),
    )
    session.send("ServiceWorker.enable")
    page.goto(f"http://localhost:{way.port}/")
    page.wait_for_timeout(3000)
    page.goto("about:blank")
    [(scope, registration)] = known.items()
    push = {"origin": scope.rstrip("/"), "registrationId": registration, "data": '{"v":1}'}

    def wake() -> tuple[int, list[str]]:
        way.forget()
        session.send("ServiceWorker.deliverPushMessage", push)
        _until(lambda: way.requests)
        page.wait_for_timeout(25_000)  # It may tell what it showed up to 20 s later.
        return way.down + len(way.up), [what for what, _ in way.requests]

    return wake


def _until(look, within: float = 30.0):
    end = time.monotonic() + within
    while not (found := look()):
        if time.monotonic() > end:
            raise RuntimeError(f"not within {within} s")
        time.sleep(0.1)
    return found


if __name__ == "__main__":
    sys.exit(main())
