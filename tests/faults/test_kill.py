"""`kill -9` at the worst moments: nothing with a receipt is missing, nothing is applied twice."""

from __future__ import annotations

import http.client
import time
import urllib.error
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.db import db, transaction
from app.models import Alert, InboxEnvelope, Referral, Report
from tests import make
from tests.phone import OverHttp, Phone, fresh, paired

CUT = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)
WITHIN = 60.0


@pytest.fixture
def phone(app, processes) -> Phone:
    """A confirmed phone that speaks to the site's web process."""
    with transaction():
        cadre = make.person()
    phone = paired(app, cadre)
    phone.server = OverHttp(f"http://127.0.0.1:{processes.port}")
    return phone


def reports(phone: Phone, number: int = 3) -> list[str]:
    return [phone.seal("report.create", make.report_body()) for _ in range(number)]


def inbox() -> dict[UUID, str]:
    with fresh():
        rows = db.session.execute(select(InboxEnvelope.envelope_id, InboxEnvelope.state))
        return {envelope_id: state for envelope_id, state in rows}


def until(done) -> None:
    end = time.monotonic() + WITHIN
    while not done():
        assert time.monotonic() < end, "not done in time"
        time.sleep(0.2)


def everything_is_there_once(ids: list[str]) -> None:
    with fresh():
        made = [str(report_id) for report_id in db.session.scalars(select(Report.id))]
        assert sorted(made) == sorted(ids)
        for model in (Referral, Alert):
            assert db.session.scalar(select(func.count()).select_from(model)) == len(ids)


@pytest.mark.parametrize(
    ("point", "kept", "again"),
    [
        ("before insert", 0, "stored"),
        ("before commit", 0, "stored"),
        ("after commit", 3, "duplicate"),
    ],
)
def test_web_killed_while_receiving(processes, phone, opened, point, kept, again):
    ids = reports(phone)
    processes.start("web", SIAGA_FAULT=point)

    with pytest.raises(CUT):
        phone.send()
    processes.kill("web")

    assert phone.receipts == {}
    assert len(inbox()) == kept

    processes.start("web")
    answer = phone.send()

    assert [result["status"] for result in answer.json["results"]] == [again] * 3
    assert set(inbox()) == {UUID(one) for one in phone.receipts}
    opened()
    everything_is_there_once(ids)


@pytest.mark.parametrize("point", ["mid job", "before job commit"])
def test_worker_killed_while_opening(processes, phone, point):
    processes.start("web")
    ids = reports(phone)
    phone.send()
    processes.start("worker", "sweeper", SIAGA_FAULT=point)
    until(lambda: "horse" in processes.log.read_text() or "terminated" in processes.log.read_text())

    assert set(inbox().values()) == {"new"}
    processes.kill("worker", "sweeper")
    everything_is_there_once([])

    processes.start("worker", "sweeper")

    until(lambda: set(inbox().values()) == {"applied"})
    everything_is_there_once(ids)


def test_both_killed_at_any_moment(processes, phone):
    processes.start("web", "worker", "sweeper")
    ids = []
    for _ in range(3):
        ids += reports(phone, 10)
        try:
            phone.send()
        finally:
            processes.kill("web", "worker")
        processes.start("web", "worker")
    while phone.outbox:
        phone.send()

    until(lambda: set(inbox().values()) == {"applied"})
    everything_is_there_once(ids)
    assert set(inbox()) == {UUID(one) for one in phone.receipts}
