"""An alert is written with its cause, rings whom it concerns, and is acknowledged once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.db import db, transaction, utc_now
from app.domain.errors import Missing
from app.domain.permissions import Role
from app.models import Alert, OutboxRow, RelatedStaff
from app.services import alerts
from app.signals import alert_written
from tests import make
from tests.jobs import given


@pytest.fixture
def said():
    """What was said aloud, and whether the row was on disk by then."""
    heard = []

    def hear(sender, outbox_id, **more):
        heard.append(outbox_id)

    alert_written.connect(hear)
    yield heard
    alert_written.disconnect(hear)


def count(table) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def test_an_alert_that_is_rolled_back_leaves_nothing_and_rings_nobody(app, push_service, said):
    given.coordinator(push_service)

    with pytest.raises(RuntimeError), transaction():
        alerts.ring(Role.COORDINATOR, "new_referral", district=make.DISTRICT, now=utc_now())
        raise RuntimeError("what caused it failed")

    assert (count(Alert), count(OutboxRow), said) == (0, 0, [])


def test_the_signal_comes_after_the_commit(app, push_service, said):
    given.coordinator(push_service)

    with transaction():
        alerts.ring(Role.COORDINATOR, "new_referral", district=make.DISTRICT, now=utc_now())
        assert said == []

    assert said == [str(row.id) for row in given.outbox()]


def test_everyone_of_the_role_in_the_district_is_rung_and_nobody_else(app, push_service):
    with transaction():
        mine = [make.person(Role.COORDINATOR) for _ in range(2)]
        make_others = [make.person(Role.AUDITOR), make.person(Role.CASEWORKER)]
        gone = make.person(Role.COORDINATOR)
        gone.left_at = utc_now()
        wanted = [push_service.subscriber() for _ in range(3)]
        given.rung_at(mine[0], wanted[0], push_service)
        given.rung_at(mine[0], wanted[1], push_service)  # Her second browser.
        given.rung_at(mine[1], wanted[2], push_service)
        for person in (*make_others, gone):
            given.rung_at(person, push_service.subscriber(), push_service)

    with transaction():
        alerts.ring(Role.COORDINATOR, "new_referral", district=make.DISTRICT, now=utc_now())

    assert count(OutboxRow) == len(wanted)
    assert count(Alert) == 1


def test_where_nobody_holds_the_role_the_head_is_rung(app, push_service):
    head, _ = given.coordinator(push_service, role=Role.HEAD)

    with transaction():
        alerts.ring(Role.CASEWORKER, "second_on_call", district=make.DISTRICT, now=utc_now())

    assert count(OutboxRow) == 1
    assert [alert.kind for alert in alerts.waiting_for(head)] == ["second_on_call"]


def test_a_phone_is_rung_some_time_later_so_that_nobody_can_tell_why(app, push_service):
    person, *_ = given.cadre(push_service)
    now = utc_now()

    with transaction():
        for _ in range(40):
            alerts.ring(person, "new_visit", now=now)

    later = [(row.due_at - now).total_seconds() for row in given.outbox()]
    assert all(0 <= seconds <= 120 for seconds in later)
    assert max(later) - min(later) > 30


@pytest.mark.parametrize(
    "more", [{"kind": "unread_emergency"}, {"kind": "please_call", "urgent": True}]
)
def test_what_is_urgent_leaves_at_once(app, push_service, more):
    person, *_ = given.cadre(push_service)
    now = utc_now()

    with transaction():
        alerts.ring(person, now=now, **more)

    assert [row.due_at for row in given.outbox()] == [now]


def test_a_phone_that_is_not_confirmed_hears_of_its_practice_only(app, push_service):
    person, *_ = given.cadre(push_service, state="pending")

    with transaction():
        alerts.ring(person, "new_visit", now=utc_now())
        alerts.ring(person, "drill_received", now=utc_now())

    db.session.rollback()
    kinds = db.session.scalars(select(Alert.kind).join(OutboxRow)).all()
    assert kinds == ["drill_received"]


def test_an_ended_phone_is_not_rung(app, push_service):
    person, *_ = given.cadre(push_service, state="ended")

    with transaction():
        alerts.ring(person, "new_visit", now=utc_now())

    assert count(OutboxRow) == 0


def test_an_alert_is_acknowledged_once_and_the_first_counts(app, push_service):
    first, _ = given.coordinator(push_service)
    second, _ = given.coordinator(push_service)
    with transaction():
        alert = alerts.ring(
            Role.COORDINATOR, "emergency", district=make.DISTRICT, now=utc_now(), urgent=True
        )
    noon = make.NOON

    with transaction():
        alerts.acknowledge(alert.id, first.id, now=noon)
    with transaction():
        alerts.acknowledge(alert.id, second.id, now=noon + timedelta(minutes=1))

    kept = db.session.get(Alert, alert.id)
    assert (kept.acknowledged_by, kept.acknowledged_at) == (first.id, noon)
    assert alerts.waiting_for(second) == []


def test_nobody_acknowledges_what_is_not_theirs(app, push_service):
    cadre, *_ = given.cadre(push_service)
    other, *_ = given.cadre(push_service)
    with transaction():
        alert = alerts.ring(cadre, "new_visit", now=utc_now())

    with pytest.raises(Missing), transaction():
        alerts.acknowledge(alert.id, other.id, now=utc_now())


def test_who_is_related_to_a_referral_is_not_told_of_it(app, push_service):
    person, _ = given.coordinator(push_service)
    now = utc_now()
    with transaction():
        referral = given.referral(received_at=now)
        db.session.add(RelatedStaff(person_id=person.id, referral_id=referral.id, marked_at=now))
        alerts.ring(
            Role.COORDINATOR,
            "new_referral",
            district=make.DISTRICT,
            now=now,
            report_id=referral.report_id,
        )

    assert alerts.waiting_for(person) == []
