"""The outbox is emptied: nothing lost, nothing stuck behind a dead host, nothing sent for ever."""

import asyncio
import os
import time
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import current_app
from sqlalchemy import inspect, update

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import Device, OutboxRow, PushSubscription
from app.services import alerts
from sync import delivering, outbound, outbox
from sync.delivering import deliver_due
from sync.webpush import PAYLOAD
from tests import make
from tests.jobs import given
from tests.push.subscriber import Subscriber


def ring(whom=Role.COORDINATOR, kind="new_referral", **more):
    with transaction():
        return alerts.ring(whom, kind, district=make.DISTRICT, now=utc_now(), **more)


def come_due():
    """Let the time pass until every waiting row is due."""
    with transaction() as session:
        session.execute(update(OutboxRow).values(due_at=utc_now() - timedelta(seconds=1)))


def place_of(owner) -> PushSubscription | None:
    db.session.rollback()
    db.session.expire_all()
    column = PushSubscription.device_id if isinstance(owner, Device) else PushSubscription.person_id
    return db.session.scalar(
        db.select(PushSubscription).where(column == inspect(owner).identity[0])
    )


def test_a_new_referral_reaches_the_coordinators_browser(app, push_service):
    coordinator, subscriber = given.coordinator(push_service)
    ring(urgent=True)

    assert deliver_due() == 1

    (sent,) = push_service.to(subscriber)
    (row,) = given.outbox()
    assert subscriber.opened(sent.body) == PAYLOAD
    assert (sent.answer, sent.headers["Urgency"]) == (201, "high")
    assert row.sent_at is not None
    assert row.last_status == "201"
    assert place_of(coordinator).worked_at is not None


def test_what_was_sent_is_not_sent_again(app, push_service):
    _, subscriber = given.coordinator(push_service)
    ring()

    deliver_due()
    deliver_due()

    assert len(push_service.to(subscriber)) == 1


def test_nothing_about_the_work_leaves_with_a_push(app, push_service):
    _, first = given.coordinator(push_service)
    _, _, second = given.cadre(push_service)
    with transaction():
        person = db.session.scalar(db.select(Device)).person
    ring(urgent=True, report_id=uuid4())
    ring(person, "unread_emergency", urgent=True, report_id=uuid4())

    deliver_due()

    (to_desk,), (to_phone,) = push_service.to(first), push_service.to(second)
    assert len(to_desk.body) == len(to_phone.body)
    same = {"TTL", "Urgency", "Content-Encoding", "Content-Type", "Authorization"}
    assert {k: to_desk.headers[k] for k in same} == {k: to_phone.headers[k] for k in same}


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(app, push_service, status):
    coordinator, subscriber = given.coordinator(push_service, status)
    ring()
    ring()

    deliver_due()
    deliver_due()

    assert place_of(coordinator) is None
    assert [row.last_status for row in given.outbox()] == [str(status)] * 2
    assert all(row.given_up_at for row in given.outbox())


@pytest.mark.parametrize("status", [400, 401, 403, 413, 429, 500, 503])
def test_no_other_answer_forgets_a_browser(app, push_service, status):
    coordinator, _ = given.coordinator(push_service, status)
    ring()

    deliver_due()

    assert place_of(coordinator).failures == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_push_service_is_asked_again_and_then_takes_it(app, push_service, status):
    _, subscriber = given.coordinator(push_service, status, status, 201)
    ring()

    for _ in range(3):
        deliver_due()
        come_due()

    (row,) = given.outbox()
    assert row.sent_at is not None
    assert [sent.answer for sent in push_service.to(subscriber)] == [status, status, 201]


def test_a_push_service_that_says_when_is_not_asked_before(app, push_service):
    coordinator, _ = given.coordinator(push_service, (429, {"Retry-After": "900"}))
    before = utc_now()
    ring()

    deliver_due()

    (row,) = given.outbox()
    assert row.due_at >= before + timedelta(seconds=900)
    assert deliver_due() == 0
    # What comes next waits as well.
    ring()
    assert all(row.due_at >= before + timedelta(seconds=900) for row in given.outbox())


def test_each_failure_waits_longer_until_it_is_given_up(app, push_service):
    given.coordinator(push_service, 503)
    ring()

    waits = []
    while given.outbox()[0].given_up_at is None:
        assert len(waits) < 20
        deliver_due()
        waits.append((given.outbox()[0].due_at - utc_now()).total_seconds())
        come_due()

    assert waits[:-1] == sorted(waits[:-1])
    assert waits[0] < 30
    assert len(push_service.sent) == 10


def test_an_old_alert_is_not_pushed_for_ever(app, push_service):
    given.coordinator(push_service, 503)
    ring(urgent=True)
    with transaction() as session:
        session.execute(update(OutboxRow).values(made_at=utc_now() - timedelta(hours=25)))

    deliver_due()

    assert given.outbox()[0].given_up_at is not None


def test_a_413_is_our_bug_and_is_not_tried_again(app, push_service):
    given.coordinator(push_service, 413)
    ring()

    deliver_due()

    (row,) = given.outbox()
    assert (row.last_status, row.given_up_at is None) == ("413", False)


def test_a_dead_push_host_does_not_stop_the_others(app, push_service, monkeypatch):
    # given more phones on a host that hangs than may be in flight at once
    async def hang(host, port):
        if host != "localhost":
            await asyncio.sleep(60)
        return ["127.0.0.1"]

    monkeypatch.setattr(outbound, "SECONDS", 1)
    monkeypatch.setattr(outbound, "addresses_of", hang)
    well = [push_service.subscriber() for _ in range(20)]
    dead = [Subscriber(f"https://fcm.googleapis.com/fcm/send/{n}") for n in range(60)]
    with transaction():
        for subscriber in dead + well:
            given.rung_at(make.person(Role.COORDINATOR), subscriber, push_service)
    ring()

    # when
    began = time.monotonic()
    deliver_due()

    # then the others are rung, and the hanging ones are tried later
    assert time.monotonic() - began < 5
    assert all(len(push_service.to(subscriber)) == 1 for subscriber in well)
    assert max(sent.at for sent in push_service.sent) - min(s.at for s in push_service.sent) < 1
    assert sum(row.sent_at is not None for row in given.outbox()) == 20
    assert sum(row.last_status in {"timeout", "host"} for row in given.outbox()) == 60


def test_a_worker_that_dies_after_sending_sends_again_and_it_is_harmless(app, push_service):
    _, subscriber = given.coordinator(push_service)
    ring()
    child = os.fork()
    if child == 0:
        db.engine.dispose(close=False)
        outbox.settle = lambda *args, **more: os._exit(9)
        deliver_due()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert deliver_due() == 0  # Claimed by the dead one for a while.

    with transaction() as session:
        session.execute(update(OutboxRow).values(due_at=utc_now()))
    deliver_due()

    (row,) = given.outbox()
    first, second = push_service.to(subscriber)
    assert row.sent_at is not None
    assert first.headers["Topic"] == second.headers["Topic"]
    assert subscriber.opened(first.body) == subscriber.opened(second.body) == PAYLOAD


def test_two_workers_at_once_do_not_both_take_a_row(app, push_service):
    given.coordinator(push_service)
    ring()
    keys, origin = delivering.opener(), current_app.config["SIAGA"].push_test_origin

    with transaction():
        first = outbox.claim(keys, origin, now=utc_now())
    with transaction():
        second = outbox.claim(keys, origin, now=utc_now())

    assert (len(first), len(second)) == (1, 0)


def test_a_phone_that_was_ended_meanwhile_is_not_rung(app, push_service):
    person, device, subscriber = given.cadre(push_service)
    ring(person, "please_call", urgent=True)
    with transaction() as session:
        session.get(Device, device.id).state = "ended"

    deliver_due()

    assert push_service.to(subscriber) == []
    assert given.outbox()[0].last_status == "no_subscription"


def test_a_subscription_that_cannot_be_opened_is_ended_and_the_others_go_on(app, push_service):
    broken, _ = given.coordinator(push_service)
    _, subscriber = given.coordinator(push_service)
    with transaction():
        place = place_of(broken)
    with transaction() as session:
        session.get(PushSubscription, place.id).sealed = b"\x01" + b"x" * 600
    ring()

    deliver_due()

    assert len(push_service.to(subscriber)) == 1
    assert sorted(row.last_status for row in given.outbox()) == ["201", "unreadable"]


def test_a_row_written_when_another_origin_was_allowed_is_not_called(app, push_service):
    given.coordinator(push_service)
    ring()
    app.config["SIAGA"] = replace(app.config["SIAGA"], push_test_origin=None)

    deliver_due()

    assert push_service.sent == []
    assert given.outbox()[0].last_status == "unreadable"


def test_many_rows_go_in_one_job(app, push_service):
    with transaction():
        for _ in range(130):
            person = make.person(Role.COORDINATOR)
            given.rung_at(person, push_service.subscriber(), push_service)
    ring()

    assert deliver_due() == 130
    assert all(row.sent_at for row in given.outbox())


def test_the_push_log_is_kept_for_30_days(app, push_service):
    given.coordinator(push_service)
    ring()
    ring()
    old = given.outbox()[0].id
    with transaction() as session:
        session.get(OutboxRow, old).made_at = utc_now() - timedelta(days=31)

    with transaction():
        assert outbox.purge(utc_now()) == 1

    assert [row.id == old for row in given.outbox()] == [False]
