"""A report that was never finished does not stay on the phone: what may go goes by itself."""

# ruff: noqa: F401, F811 — pytest takes the fixtures by their names.

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from app.models import InboxEnvelope, Report, ReportAddition, Tally, Withdrawal
from app.sealing import opener
from app.services.rows import facts_of
from tests.browser.pocket import (
    begin_report,
    cadre,
    eventually,
    finish_report,
    invite,
    one,
    phone,
)

pytestmark = pytest.mark.lasting_site

MAY_GO = {
    "danger_now",
    "survivor_sex",
    "survivor_age",
    "violence",
    "village",
    "contact_via",
    "incomplete",
}


@pytest.mark.parametrize(("danger", "hours"), [("yes", 1), ("no", 6)])
def test_a_report_cut_off_midway_leaves_by_itself_and_the_rest_is_added(
    phone, invite, danger, hours
):
    # given a report that was being written when Android ended the app
    pin, _ = phone.enrol(invite)
    begin_report(phone, danger=danger)
    phone.kill()
    phone.switch_on()

    # then what lies ready holds only what may go before she was asked
    phone.set_clock(timedelta(hours=hours, minutes=-2))
    (act,) = phone.acts()
    sealed = opener().open_envelope(act["kid"], UUID(act["id"]), 1, bytes(act["sealed"]))
    assert (act["state"], sealed["act"], sealed["body"]["incomplete"]) == (
        "draft",
        "report.create",
        True,
    )
    assert sealed["body"].keys() - {"emergency_call"} == MAY_GO
    assert sealed["body"]["contact_via"] == "through_me"
    phone.unlock(pin)
    assert one(InboxEnvelope) is None

    # and untouched for that long it goes, by itself, as incomplete
    phone.page.clock.fast_forward("05:00")
    report = eventually(lambda: one(Report))
    assert (report.id, report.incomplete) == (UUID(act["id"]), True)

    # and when she goes on and sends it, the rest is added to the same report
    phone.open()
    phone.unlock(pin)
    phone.press("draft")
    finish_report(phone, signs=("death_threat",))
    phone.press("send")
    addition = eventually(lambda: one(ReportAddition))
    assert addition.report_id == report.id
    assert "death_threat" in facts_of(addition)["danger_signs"]
    assert eventually(lambda: one(Report)).incomplete is False
    assert not [name for name in phone.kept() if name.startswith("draft/")]


def test_a_no_after_it_has_gone_takes_everything_back(phone, invite):
    pin, _ = phone.enrol(invite)
    begin_report(phone)
    phone.kill()
    phone.switch_on()
    phone.set_clock(timedelta(hours=6, minutes=1))
    report = eventually(lambda: one(Report))

    phone.unlock(pin)
    phone.press("draft")
    phone.press("pick", "days_2_3")
    phone.tick("danger_signs", "none_seen")
    for answer in ("yes", "survivor", "no"):
        phone.press("pick", answer)
    phone.at("tally")
    phone.press("send")
    phone.at("end")

    assert eventually(lambda: one(Withdrawal)).report_id == report.id
    assert one(Tally) is None
    assert [act["quiet"] for act in phone.acts() if act.get("quiet")] == []
