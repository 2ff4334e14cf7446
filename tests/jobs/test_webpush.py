"""One Web Push: what leaves us, and what each answer means."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from app.domain.push import subscription
from sync.outbound import Answer, outbound
from sync.webpush import PAYLOAD, Outcome, Sender, told, topic
from tests.push.subscriber import b64

KEY = b64(ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32))
NOW = datetime.now(UTC)


def send(service, *subscribers, **more):
    async def go():
        async with outbound(service.origin) as out:
            sender = Sender(out, KEY, "mailto:desk@example.org", now=NOW)
            given = {"ttl": timedelta(hours=4), "urgency": "high"} | more
            return await asyncio.gather(
                *(
                    sender.send(subscription(s.as_json, service.origin), **given)
                    for s in subscribers
                )
            )

    return asyncio.run(go())


def test_a_push_says_the_constant_and_nothing_else(push_service):
    subscriber = push_service.subscriber()

    (said,) = send(push_service, subscriber, topic=topic("a"))

    (sent,) = push_service.to(subscriber)
    assert said.outcome is Outcome.TAKEN
    assert subscriber.opened(sent.body) == PAYLOAD == b'{"v":1}'
    assert sent.headers["TTL"] == "14400"
    assert sent.headers["Urgency"] == "high"
    assert sent.headers["Topic"] == topic("a")
    assert set(sent.headers) == {
        "Host",
        "Authorization",
        "Content-Encoding",
        "Content-Type",
        "Content-Length",
        "TTL",
        "Urgency",
        "Topic",
    }


def test_every_push_is_as_long_as_every_other(push_service):
    subscribers = [push_service.subscriber() for _ in range(5)]

    send(push_service, *subscribers)

    assert len({len(sent.body) for sent in push_service.sent}) == 1


def test_a_round_is_signed_once_an_origin(push_service):
    subscribers = [push_service.subscriber() for _ in range(5)]

    send(push_service, *subscribers)

    assert len({sent.headers["Authorization"] for sent in push_service.sent}) == 1


def test_a_topic_is_one_that_push_services_take():
    found = topic("visit", "Q04XZ")

    assert len(found) == 32
    assert "Q04XZ" not in found
    assert found == topic("visit", "Q04XZ") != topic("visit", "Q04XY")
    assert hashlib.sha256(found.encode())  # ASCII, base64url


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.TAKEN),
        (201, Outcome.TAKEN),
        (202, Outcome.TAKEN),
        (404, Outcome.ENDED),
        (410, Outcome.ENDED),
        (429, Outcome.LATER),
        (500, Outcome.LATER),
        (503, Outcome.LATER),
        (301, Outcome.REFUSED),
        (307, Outcome.REFUSED),
        (400, Outcome.REFUSED),
        (401, Outcome.REFUSED),
        (403, Outcome.REFUSED),
        (413, Outcome.REFUSED),
    ],
)
def test_only_404_and_410_end_a_subscription(push_service, status, outcome):
    (said,) = send(push_service, push_service.subscriber(status))

    assert (said.outcome, said.code) == (outcome, str(status))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (format_datetime(NOW.replace(microsecond=0) + timedelta(minutes=5), usegmt=True), 300),
        ("9999999999", 24 * 3600),
        ("Sat, 01 Jan 2000 00:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_a_push_service_says_when_to_come_back(header, seconds):
    said = told(Answer(429, {"retry-after": header}, b""), now=NOW.replace(microsecond=0))

    assert said.outcome is Outcome.LATER
    assert said.retry_after == (None if seconds is None else timedelta(seconds=seconds))


def test_a_host_that_is_not_there_is_tried_again_later(push_service):
    subscriber = push_service.subscriber()
    push_service.stop()

    (said,) = send(push_service, subscriber)

    assert (said.outcome, said.code) == (Outcome.LATER, "connection")


def test_one_slow_host_does_not_hold_up_the_others(push_service):
    slow = [push_service.subscriber(3.0) for _ in range(3)]
    quick = [push_service.subscriber() for _ in range(20)]

    async def go():
        async with outbound(push_service.origin) as out:
            sender = Sender(out, KEY, "mailto:desk@example.org", now=NOW)
            jobs = [
                asyncio.create_task(
                    sender.send(
                        subscription(s.as_json, push_service.origin),
                        ttl=timedelta(hours=1),
                        urgency="normal",
                    )
                )
                for s in slow + quick
            ]
            done, waiting = await asyncio.wait(jobs, timeout=2)
            for job in waiting:
                job.cancel()
            return len(done)

    assert asyncio.run(go()) == len(quick)


def test_no_more_than_32_are_in_flight(push_service):
    push_service.delay = 0.05

    send(push_service, *(push_service.subscriber() for _ in range(80)))

    assert len(push_service.sent) == 80
    assert 16 < push_service.most_in_flight <= 32
