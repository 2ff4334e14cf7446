"""A phone that nobody opened for 400 days does its work on exactly that day."""

# ruff: noqa: F401, F811 — pytest takes the fixtures by their names.

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from app.config import Settings
from app.db import db, transaction, utc_now
from app.models import Alert, Device, Invite, Referral
from app.services import keylists, phones
from sync.wire import COOKIE
from tests import make
from tests.browser.pocket import begin_report, cadre, eventually, finish_report, invite, phone
from tests.phone import OverHttp
from tests.phone import Phone as PythonPhone
from tests.reports import report

LONG = timedelta(days=400)


def test_after_400_days_an_emergency_without_signal_arrives_like_any_other(
    phone, invite, site, settings: Settings
):
    # given a phone that was enrolled 400 days ago; its cookie ran out, the keys were changed twice
    pin, _ = phone.enrol(invite)
    phone.put_away()
    phone.context.clear_cookies()
    eventually(lambda: db.session.scalars(select(Device)).one())
    let_time_pass(settings)

    # when she opens it without signal and files an emergency, and the signal comes back
    site.kill("web")  # A worker that starts again does not know that its browser has no signal.
    phone.offline()
    phone.set_clock(LONG)
    phone.unlock(pin)
    begin_report(phone, danger="yes")
    finish_report(phone, signs=("strangled",))
    phone.press("send")
    phone.at("alarm")
    site.start("web")
    phone.offline(False)

    # then it is stored, judged, in the queue and alarmed exactly as one from a phone of today
    late = eventually(lambda: referral_of(no_session=True))
    mine = report(danger_now="yes", danger_signs=["strangled"], last_happened="days_2_3")
    sent = sent_today(site, mine)
    todays = eventually(lambda: referral_of(report_id=sent))
    assert judged(late) == judged(todays)
    assert late.emergency
    # The page's clock is moved, its worker's cannot be: when the worker sends, they differ.
    flags = set(late.report.flags.split(",")) - {"offset.negative"}
    assert (late.report.unlocked, flags) == (False, {"no_session", "device_pending"})
    assert alarmed(late) == alarmed(todays) == [("emergency", True)]

    # and the next right unlock gives her a session again, and what the office says
    phone.page.locator(".page[data-screen=end]").wait_for()
    phone.press("exit")
    phone.unlock(pin)
    assert phone.at("today").locator("[data-t=sign]").count() == 1
    assert COOKIE in {cookie["name"] for cookie in phone.context.cookies()}
    assert eventually(lambda: kept_of(phone, "/item/report_status/"))


def kept_of(phone, part: str) -> list[str]:
    """The addresses of what the phone keeps in which this occurs."""
    names = """async () => (await (await caches.open('siaga-kept')).keys()).map(({ url }) => url)"""
    return [name for name in phone.page.evaluate(names) if part in name]


def let_time_pass(settings: Settings) -> None:
    """Everything on the server is 400 days older than it was, and its keys are new."""
    with transaction() as session:
        for column in (Device.enrolled_at, Device.seen_at, Invite.made_at, Invite.expires_at):
            for row in session.scalars(select(column.class_)):
                setattr(row, column.key, getattr(row, column.key) - LONG)
    for _ in range(2):
        with transaction():
            keylists.rotate(settings, now=utc_now())


def sent_today(site, body: dict):
    """Another cadre's phone, enrolled today, sends this; return the report's id."""
    with transaction():
        invited = phones.invite(make.person(now=utc_now()), now=utc_now())
    other = PythonPhone(OverHttp(site.url))
    assert other.enrol(invited.code).status == 201
    return other.act("report.create", body)


def referral_of(*, no_session: bool | None = None, report_id: str | None = None):
    """Return the referral of this report, or of the one that came without a session."""
    for found in db.session.scalars(select(Referral)):
        if str(found.report_id) == report_id or found.report.no_session is no_session:
            return found
    return None


def judged(referral: Referral) -> tuple:
    """What the queue says of a referral, without who and when."""
    waits = referral.due_at - referral.clock_from
    return referral.state, referral.risk, referral.emergency, waits


def alarmed(referral: Referral) -> list[tuple[str, bool]]:
    """Who was rung for it, and how loudly."""
    found = select(Alert).where(Alert.report_id == referral.report_id)
    return [(alert.kind, alert.urgent) for alert in db.session.scalars(found)]
