"""A phone to measure with: Chromium at 360 × 640 in a pocket of its own, and an office to call.

No TLS, HTTP/1.1. Chromium's own throttling (CDP) slows the processor, bench/line.py the line.
"""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import place
from bench.line import Line, line

# Slow 3G as browsers' own tools have it: 400 kbit/s each way, 400 ms there and back.
SLOW_3G = {"rate": 50_000, "round_trip": 0.4}
TIMES = 5
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "locale": "id-ID"}
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]


class Office:
    """The invented district, served by gunicorn; what the office does happens in this process."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        from app import create_app
        from app.config import load_settings

        self.port = port
        self.app = create_app(load_settings(environment))

    def invite(self, way: Line) -> str:
        """Return the link of a fresh invite, along this line."""
        from app.db import transaction, utc_now
        from app.services import demo, phones

        with self.app.app_context(), transaction():
            invited = phones.invite(demo.cadre_without_phone(), now=utc_now())
            return invited.link(f"http://localhost:{way.port}")

    def confirm(self) -> None:
        """Compare the four digits of the newest phone."""
        from tests.browser import given

        with self.app.app_context():
            given.confirmed()

    def tell(self, count: int) -> None:
        """Write the newest phone so many messages; each comes with its alert."""
        from sqlalchemy import select

        from app.db import db, transaction, utc_now
        from app.models import Device, Person
        from app.services import notices
        from sync import jobs

        with self.app.app_context():
            newest = select(Device.person_id).order_by(Device.enrolled_at.desc())
            person = db.session.scalars(newest).first()
            with transaction():
                for number in range(count):
                    text = f"Pesan {number}: besok kami datang pukul sembilan, mohon ditunggu."
                    notices.message(db.session.get(Person, person), text, now=utc_now())
            jobs.open_due()


@contextmanager
def office() -> Iterator[Office]:
    """Serve the invented district from a folder that goes afterwards."""
    with place.folder() as here:
        environment = place.with_demo(here)
        with place.served("wsgi:app", environment) as (port, _):
            yield Office(environment, port)


@contextmanager
def browser() -> Iterator:
    """Debian's Chromium, and how to start it on a profile: `(chromium, on(folder))`."""
    from playwright.sync_api import sync_playwright

    where = {"executable_path": shutil.which("chromium"), "args": ARGUMENTS}
    with sync_playwright() as playwright:

        def on(profile: Path):
            return playwright.chromium.launch_persistent_context(str(profile), **where, **PHONE)

        yield on


def slowed(page, times: int):
    """Slow the processor under this page; return its CDP session."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": times})
    return session


def median(measure: Callable[[], float]) -> float:
    """Return the middle one of several measurements."""
    return statistics.median(measure() for _ in range(TIMES))


def judged(rows: list[tuple[str, float, float, str]]) -> int:
    """Print what was measured against what was promised; 1 if anything is over."""
    for what, measured, most, unit in rows:
        verdict = "ok" if measured <= most else "OVER"
        digits = 2 if unit == "s" else 0
        print(f"{what:<56} {measured:>9,.{digits}f} {unit:<5} (at most {most:,g}) {verdict}")
    return 0 if all(measured <= most for _, measured, most, _ in rows) else 1


__all__ = ["SLOW_3G", "Office", "browser", "judged", "line", "median", "office", "slowed"]
