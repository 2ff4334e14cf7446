"""Two under one name: a phone that lost what it kept is hers, a copy beside it is not."""

from uuid import UUID

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.permissions import Role
from app.models import Alert, Device, Quarantined, Report
from tests import make
from tests.phone import Phone, fresh


@pytest.fixture
def beside(phone):
    """Give what makes another phone of what this one keeps now, but for what is said."""

    def answer(**other) -> Phone:
        names = ("cookie", "device_id", "keys", "seq", "last_receipt")
        return Phone(phone.server, **{name: getattr(phone, name) for name in names} | other)

    return answer


def report(phone, **more) -> str:
    return phone.act("report.create", make.report_body(**more))


def device_of(phone) -> Device:
    with fresh():
        return db.session.get_one(Device, UUID(phone.device_id))


def junk() -> int:
    with fresh():
        return len(db.session.scalars(select(Quarantined).filter_by(reason="junk")).all())


def flags() -> list[bool]:
    with fresh():
        rows = db.session.scalars(select(Report).order_by(Report.received_at)).all()
        return ["number_again" in row.flags for row in rows]


def test_a_phone_that_lost_what_it_kept_is_still_hers(phone, beside, opened):
    for _ in range(2):
        report(phone)
    lost = beside(seq=0, last_receipt=None)
    for _ in range(3):
        report(lost)
    lost_again = beside(seq=0, last_receipt=None)
    for _ in range(2):
        report(lost_again)

    opened()

    assert junk() == 0
    assert device_of(phone).cloned_at is None
    assert flags() == [False, False, True, True, False, True, True]


def test_a_phone_set_back_to_an_earlier_day_is_still_hers(phone, beside, opened):
    report(phone)
    earlier = {"seq": phone.seq, "last_receipt": phone.last_receipt}
    report(phone)
    set_back = beside(**earlier)
    for _ in range(3):
        report(set_back)

    opened()

    assert junk() == 0
    assert flags() == [False, False, True, False, False]


def test_an_answer_that_was_lost_makes_no_copy(phone, opened):
    report(phone)
    envelope_id = phone.seal("report.create", make.report_body())
    phone.send(lost=True)
    phone.send()
    report(phone)

    opened()

    assert junk() == 0
    assert envelope_id in phone.receipts
    assert flags() == [False, False, False]


@pytest.mark.parametrize("sent_before", [0, 2])
def test_two_that_live_side_by_side_are_junk_from_then_on(phone, beside, opened, sent_before):
    for _ in range(sent_before):
        report(phone)
    copy = beside()
    report(phone)
    report(copy, danger_now="yes")
    opened()
    assert junk() == 0
    assert flags()[-1] is True

    report(phone)
    report(copy)
    opened()

    assert junk() == 2
    assert device_of(phone).cloned_at is not None
    with fresh():
        rung = db.session.scalars(select(Alert.kind).filter_by(role=Role.COORDINATOR)).all()
        assert rung.count("junk") == 1


def test_who_knows_only_the_name_of_a_phone_makes_it_no_copy(phone, beside, opened):
    stranger = beside(cookie=None)
    for seq in (0, 0):
        stranger.seq = seq
        stranger.seal("report.create", make.report_body())
        stranger.send(X_Device=phone.device_id)
        report(phone)
    stranger.seal("report.create", make.report_body())
    stranger.send(X_Device=phone.device_id)

    opened()

    assert junk() == 0
    assert device_of(phone).fork_until is None
