"""Seven days without signal in a real browser: reports and visits wait, one sync brings all.

`make test` walks one day; `make faults` (`SIAGA_WHOLE`) 20 reports and 5 visits in seven days.
"""

# ruff: noqa: F401, F811 — pytest takes the fixtures by their names.

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from app.db import db, transaction, utc_now
from app.models import Device, InboxEnvelope, Report, Visit
from app.services import phones
from tests.browser import given
from tests.browser.hands import Phone
from tests.browser.pocket import begin_report, cadre, eventually, finish_report, invite, one, phone

pytestmark = pytest.mark.lasting_site
WHOLE = "SIAGA_WHOLE" in os.environ
DAYS, REPORTS, VISITS = (7, 20, 5) if WHOLE else (1, 2, 1)


def report(phone: Phone, *, there: str) -> None:
    """Write one, from *Hari ini* and back."""
    begin_report(phone)
    finish_report(phone)
    phone.press("send")
    phone.at(there)
    phone.press("done")
    phone.at("today")


def visit(phone: Phone, name: str) -> None:
    """Prepare, leave, come back, write it down."""
    phone.press("visits")
    phone.press("open", name)
    phone.at("prepare")
    phone.choose("still_agreed", "yes")
    phone.press("ready")
    phone.at("visits")
    phone.press("open", name)
    phone.at("gate")
    for question in ("still_agreed", "cover_ready", "signal_there"):
        phone.choose(question, "yes")
    phone.press("leave")
    phone.at("running")
    phone.press("done")
    phone.at("ended")
    phone.press("record")
    phone.at("record")
    phone.choose("outcome", "met")
    phone.choose("alone_with_survivor", "yes")
    phone.press("next")
    phone.at("asked")
    phone.press("done")
    phone.at("visits")
    phone.press("back")
    phone.at("today")


def test_what_was_done_in_days_without_signal_comes_in_one_sync(phone, invite, cadre):
    # given a phone with visits accepted, and then no signal
    pin, _ = phone.enrol(invite)
    with transaction() as session:
        phones.confirm(session.scalars(db.select(Device)).one(), now=utc_now())
    report(phone, there="end")
    first = eventually(lambda: one(Report))
    names = [
        str(given.visit(first, hours=24 * DAYS - 12, picture=str(n + 1)).id) for n in range(VISITS)
    ]
    phone.page.evaluate("() => dispatchEvent(new Event('online'))")
    phone.settle(lambda: sum(name.startswith("item/visit/") for name in phone.kept()) == VISITS)
    phone.press("visits")
    for name in names:
        phone.press("open", name)
        phone.at("accept")
        phone.choose("conflict", "none")
        phone.press("accept")
        phone.at("visits")
    eventually(lambda: {row.state for row in visits()} == {"accepted"})
    phone.settle(lambda: all(act["state"] == "sent" for act in phone.acts()))
    before = len(phone.acts())
    phone.offline()

    # when she works, a day after the other
    for day in range(DAYS):
        phone.set_clock(timedelta(days=day, minutes=5))
        phone.unlock(pin)
        assert phone.at("today").locator("[data-t=sign]").count() == 1
        for _ in range(len(range(day, REPORTS, DAYS))):
            report(phone, there="end")
        if day < VISITS:
            visit(phone, names[day])
    waiting = [act["id"] for act in sorted(phone.acts(), key=lambda act: act["order"])][before:]
    assert len(waiting) >= REPORTS + 3 * VISITS  # What she heard of is acknowledged beside.

    # then the first signal brings all of it in one or two requests, in the order of sealing
    asked = []
    phone.context.on("request", lambda request: asked.append(request.url))
    phone.offline(False)
    eventually(lambda: {row.state for row in visits()} == {"recorded"}, 90)
    phone.settle(lambda: all(act["state"] == "sent" for act in phone.acts()))
    eventually(lambda: len(db.session.scalars(db.select(Report)).all()) == 1 + REPORTS)
    arrived = db.session.scalars(
        db.select(InboxEnvelope).order_by(InboxEnvelope.seq).offset(before)
    ).all()
    assert [str(row.envelope_id) for row in arrived] == waiting
    assert [row.state for row in arrived] == ["applied"] * len(waiting)
    sent = [url for url in asked if url.endswith("/envelopes")]
    assert 1 <= len(sent) <= 2
    print(f"{REPORTS} reports, {VISITS} visits, {DAYS} days: {len(sent)} request")


def visits() -> list[Visit]:
    return list(db.session.scalars(db.select(Visit)))
