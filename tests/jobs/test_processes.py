"""The real processes: a queue that dies, a worker that dies, and still everybody is rung."""

import time
from dataclasses import replace

import pytest

from app.db import transaction, utc_now
from app.domain.permissions import Role
from app.services import alerts
from tests import make
from tests.jobs import given


@pytest.fixture
def settings(settings):
    """The whole site, not a worker alone."""
    return replace(settings, parts=frozenset({"cadre", "sync", "desk"}))


def ring():
    with transaction():
        alerts.ring(Role.COORDINATOR, "new_referral", district=make.DISTRICT, now=utc_now())


def eventually(ask, seconds=90):
    end = time.monotonic() + seconds
    while not ask():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def test_whoever_dies_meanwhile_everybody_is_rung(site, push_service):
    _, subscriber = given.coordinator(push_service)

    ring()
    eventually(lambda: len(push_service.to(subscriber)) == 1)

    # The queue dies and comes back empty; the worker finds it again by itself.
    site.kill("valkey")
    ring()
    site.start("valkey")
    eventually(lambda: len(push_service.to(subscriber)) == 2)

    # The worker dies, and another takes its place.
    site.kill("worker")
    ring()
    site.start("worker")
    eventually(lambda: len(push_service.to(subscriber)) == 3)

    # Both at once, and the sweeper as well.
    site.kill("worker", "valkey", "sweeper")
    ring()
    site.start("valkey")
    site.start("sweeper", "worker")
    eventually(lambda: len(push_service.to(subscriber)) == 4)
    eventually(lambda: all(row.sent_at for row in given.outbox()))
