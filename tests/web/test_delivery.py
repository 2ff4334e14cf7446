"""Alerts at the desk: its worker, its subscriptions, and the page of phones that cannot be rung."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.db import db, transaction
from app.domain.permissions import Role
from app.models import PushSubscription
from tests.desk import phone_of
from tests.make import person
from tests.push.subscriber import Subscriber

ORIGIN = "http://localhost:9"


@pytest.fixture
def settings(settings):
    """Our settings, with one literal test origin."""
    return replace(settings, push_test_origin=ORIGIN)


def kept() -> list[PushSubscription]:
    db.session.rollback()
    return list(db.session.scalars(db.select(PushSubscription)))


def tell(desk, method: str, told: object, **headers):
    headers = desk.token_header() | headers
    return desk.client.open(
        "/desk/push-subscription",
        method=method,
        data=json.dumps(told),
        headers=headers,
        base_url="https://localhost",
    )


def test_the_worker_says_the_constant_and_needs_no_sign_in(app, client):
    answer = client.get("/desk/sw.js")

    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert "{{words}}" not in answer.text
    assert '{"title": "Meja", "body": "Ada kabar baru."}' in answer.text


def test_a_browser_of_staff_is_kept_sealed_and_forgotten_at_its_wish(desk):
    mine, other = (Subscriber(f"{ORIGIN}/wpush/{name}") for name in ("mine", "other"))

    assert tell(desk, "PUT", mine.as_json).status_code == 204
    assert tell(desk, "PUT", other.as_json).status_code == 204

    assert [row.person_id for row in kept()] == [desk.person_id] * 2
    assert all(b"wpush" not in row.sealed for row in kept())

    assert tell(desk, "DELETE", mine.as_json).status_code == 204
    assert len(kept()) == 1


def test_another_host_is_refused(desk):
    answer = tell(desk, "PUT", Subscriber("https://push.evil.example/a").as_json)

    assert answer.status_code == 422
    assert kept() == []


@pytest.mark.parametrize("told", [None, [], "x", {}, {"endpoint": 1, "keys": {}}])
def test_what_is_no_subscription_is_refused(desk, told):
    assert tell(desk, "PUT", told).status_code == 422


def test_without_the_form_token_nothing_is_kept(desk):
    told = Subscriber(f"{ORIGIN}/wpush/mine").as_json

    answer = tell(desk, "PUT", told, **{"X-CSRFToken": "wrong"})

    assert answer.status_code == 400
    assert kept() == []


def test_the_page_names_whom_one_must_call_instead(desk):
    with transaction():
        phone_of(person(label="Melati"))

    page = desk.get("/desk/delivery")

    assert page.status_code == 200
    assert "Melati" in page.text
    assert "1 dari 1" in page.text


def test_an_auditor_does_not_see_phones(sit):
    assert sit(Role.AUDITOR).get("/desk/delivery").status_code == 404
