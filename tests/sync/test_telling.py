"""What a phone says of itself, and how it leaves."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from app.db import db
from app.models import Alert, Device
from tests import make
from tests.phone import fresh

STATE = {"app": "1.0", "schema": 1, "unsent": 2, "oldest_unsent_at": "2026-11-01T00:00:00Z"}


def test_the_desk_knows_what_a_phone_has_not_sent(phone):
    said = STATE | {"push": True, "persisted": False, "lease_until": "2026-12-01T00:00:00Z"}

    assert phone.ask("PUT", "/phone", said).status == 204

    with fresh():
        device = db.session.get_one(Device, UUID(phone.device_id))
        assert json.loads(device.told)["unsent"] == 2
        assert device.lease_until == datetime(2026, 12, 1, tzinfo=UTC)


def test_an_alert_that_was_shown_is_marked_and_nobody_elses(phone, opened):
    phone.act("drill.record", {"ok": True, "seconds": 60})
    opened()
    phone.fetch()
    (alert,) = phone.of_kind("alert")

    phone.ask("PUT", "/phone", STATE | {"shown": [alert["alert_id"], str(uuid4())]})

    with fresh():
        assert db.session.scalars(select(Alert.shown_at)).one() is not None


def told(phone) -> dict:
    with fresh():
        return json.loads(db.session.get_one(Device, UUID(phone.device_id)).told)


def test_a_phone_that_knows_of_fewer_acts_than_before_has_lost_what_it_kept(phone):
    phone.ask("PUT", "/phone", STATE | {"acts": 5})
    phone.ask("PUT", "/phone", STATE | {"acts": 6, "unsent": 0})
    assert told(phone)["lost_at"] is None

    phone.ask("PUT", "/phone", STATE | {"acts": 1, "unsent": 1})
    lost_at = told(phone)["lost_at"]
    phone.ask("PUT", "/phone", STATE | {"acts": 2, "unsent": 0})

    assert lost_at is not None
    assert told(phone)["lost_at"] == lost_at


def test_a_phone_that_keeps_nothing_for_a_while_has_lost_nothing(phone):
    phone.ask("PUT", "/phone", STATE | {"acts": 5})
    phone.ask("PUT", "/phone", STATE)
    phone.ask("PUT", "/phone", STATE | {"acts": 5})

    assert (told(phone)["acts"], told(phone)["lost_at"]) == (5, None)


WRONG = [
    STATE | {"unsent": -1},
    STATE | {"unsent": "2"},
    STATE | {"app": "x" * 81},
    STATE | {"app": "a\nb"},
    STATE | {"shown": ["x"]},
    STATE | {"shown": [str(uuid4())] * 201},
    STATE | {"acts": -1},
    STATE | {"lease_until": "0001-01-01T00:00:00+14:00"},
    STATE | {"oldest_unsent_at": "yesterday"},
    {},
]


def test_what_is_no_state_is_refused(phone, subtests):
    for said in WRONG:
        with subtests.test(str(said)[:60]):
            answer = phone.ask("PUT", "/phone", said)

            assert (answer.status, answer.json["code"]) == (400, "body.invalid")


def test_a_removed_phone_has_no_session_but_is_still_heard(phone, opened):
    cookie = phone.cookie

    assert phone.ask("DELETE", "/session").status == 204
    assert phone.cookie is None

    phone.cookie = cookie
    assert phone.ask("GET", "/changes").status == 401
    phone.seal("report.create", make.report_body())
    answer = phone.send(X_Device=phone.device_id)
    assert [result["status"] for result in answer.json["results"]] == ["stored"]
    assert answer.json["ended"] is True


def test_every_unknown_path_and_method_is_a_problem(phone):
    missing = phone.ask("GET", "/nothing")
    wrong = phone.ask("DELETE", "/envelopes")

    for answer, status in ((missing, 404), (wrong, 405)):
        assert answer.status == status
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json["code"]
