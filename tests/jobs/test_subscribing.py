"""A phone says where it is rung; the process that hears it cannot read it again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.config import Misconfigured, load_settings
from app.db import db, transaction, utc_now
from app.domain.delivery import AlertsState
from app.domain.push import subscription
from app.models import Device, Person, PushSubscription
from app.sealing import KeyFolder, KeysAbsent, opener
from app.services import delivery, subscriptions
from tests import make
from tests.jobs import given
from tests.jobs.endpoints import MUST_REFUSE
from tests.push.subscriber import Subscriber

APP = {"X-Siaga": "1"}
COOKIE = "a reference that only this phone has"


@pytest.fixture
def settings(settings):
    """The public process: it has `phones.keys` and nothing else."""
    return replace(settings, parts=frozenset({"sync"}))


@pytest.fixture
def device(app, settings, client):
    """A phone with a session."""
    from sync.wire import COOKIE as NAME
    from sync.wire import session_hash

    with transaction() as session:
        person = Person(
            id=make.fresh(),
            district=make.DISTRICT,
            village=make.VILLAGE,
            label=b"not readable here",
            created_at=make.NOON,
        )
        session.add(person)
        session.flush()
        found = given.device_of(person)
        found.session_hash = session_hash(COOKIE)
    client.set_cookie(NAME, COOKIE, secure=True)
    return found


def put(client, told):
    return client.put("/sync/v1/push-subscription", json=told, headers=APP)


def kept() -> list[PushSubscription]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(PushSubscription)))


def test_a_phone_is_rung_where_it_says_and_only_the_worker_can_read_where(
    app, client, device, settings, push_service
):
    subscriber = push_service.subscriber()

    assert put(client, subscriber.as_json).status_code == 204

    (row,) = kept()
    assert subscriber.token.encode() not in row.sealed
    with pytest.raises(KeysAbsent):
        opener()
    worker = KeyFolder.of(settings).load_opener()
    texts = worker.open_row(
        "push_subscriptions", row.id, row.sealed, row.sealed_kid, row.sealed_schema
    )
    assert texts["endpoint"] == subscriber.endpoint


def test_said_again_at_each_opening_it_writes_nothing_new(client, device, push_service):
    subscriber = push_service.subscriber()

    put(client, subscriber.as_json)
    (before,) = [row.sealed for row in kept()]
    put(client, subscriber.as_json)

    assert [row.sealed for row in kept()] == [before]


def test_a_new_subscription_replaces_the_phones_former_one(client, device, push_service):
    put(client, push_service.subscriber().as_json)
    (first,) = kept()
    first_id = first.id

    assert put(client, push_service.subscriber().as_json).status_code == 204

    assert [row.id for row in kept()] == [first_id]  # What waits in the outbox finds it.


def test_the_same_browser_enrolled_anew_takes_its_subscription_along(app, device, push_service):
    told = subscription(push_service.subscriber().as_json, push_service.origin)
    with transaction() as session:
        subscriptions.keep(told, session.get(Device, device.id), now=utc_now())
        fresh = given.device_of(session.get(Person, device.person_id))
        subscriptions.keep(told, fresh, now=utc_now())

    assert [row.device_id for row in kept()] == [fresh.id]


def test_a_phone_that_wants_no_alerts_is_forgotten(client, device, push_service):
    put(client, push_service.subscriber().as_json)

    for _ in range(2):
        answer = client.delete("/sync/v1/push-subscription", headers=APP)
        assert answer.status_code == 204

    assert kept() == []


@pytest.mark.parametrize("endpoint", [e for e in MUST_REFUSE if e.startswith("http")][::7])
def test_an_endpoint_of_the_corpus_is_refused_by_name_and_not_kept(client, device, endpoint):
    answer = put(client, Subscriber(endpoint).as_json)

    assert answer.status_code in {400, 422}
    assert answer.json["code"] in {"push.host", "body.invalid"}
    assert endpoint not in answer.text or len(endpoint) < 10
    assert db.session.scalar(select(func.count()).select_from(PushSubscription)) == 0


def test_an_unknown_host_is_422_push_host(client, device):
    answer = put(client, Subscriber("https://push.evil.example/abc").as_json)

    assert (answer.status_code, answer.json["code"]) == (422, "push.host")


def test_without_a_session_nothing_is_kept(client, app, push_service):
    answer = put(client, push_service.subscriber().as_json)

    assert (answer.status_code, answer.json["code"]) == (401, "session.none")


def test_production_does_not_start_with_a_test_origin(tmp_path):
    with pytest.raises(Misconfigured, match="SIAGA_PUSH_TEST_ORIGIN"):
        load_settings(
            {
                "SIAGA_ENV": "production",
                "SIAGA_DATA": str(tmp_path),
                "SIAGA_PUSH_TEST_ORIGIN": "http://localhost:1",
            }
        )


def test_the_desk_sees_which_phones_can_be_rung(app, push_service):
    now = make.NOON
    with transaction():
        person = Person(id=make.fresh(), district=make.DISTRICT, label=b"x", created_at=now)
        db.session.add(person)
        db.session.flush()
        phones = {name: given.device_of(person, now=now) for name in AlertsState}
        for name, device in phones.items():
            if name is not AlertsState.NONE:
                given.rung_at(device, push_service.subscriber(), push_service)
        db.session.flush()
        place = {row.device_id: row for row in kept_inside()}
        place[phones[AlertsState.WORKING].id].worked_at = now
        place[phones[AlertsState.FAILING].id].failures = 3
        phones[AlertsState.SILENT].seen_at = now - timedelta(days=40)
        phones[AlertsState.WORKING].told = '{"unsent": 2, "oldest_unsent_at": null}'

    board = delivery.board(make.DISTRICT, now=now).phones

    assert {row.state: row.device_id for row in board} == {n: d.id for n, d in phones.items()}
    assert board[0].state is AlertsState.FAILING
    assert board[-1].unsent == 2


def kept_inside() -> list[PushSubscription]:
    return list(db.session.scalars(select(PushSubscription)))
