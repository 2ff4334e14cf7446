"""The public part holds `phones.keys` and nothing else: it serves every route and opens nothing."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from app import create_app, sealing
from app.db import db, transaction, utc_now
from app.models import InboxEnvelope, PushSubscription
from app.sealing import KeysAbsent
from app.services import keylists, phones
from tests import make
from tests.enrolment import invited

A, B = sealing.b64(b"a" * 32), sealing.b64(b"b" * 32)
KDF = {"name": "argon2id", "memory_kib": 19456, "passes": 2}
PUBLIC = frozenset({"cadre", "sync"})


@pytest.fixture
def code(app):
    with transaction():
        return invited(make.person(), utc_now()).code


@pytest.fixture
def public(app, settings, tmp_path):
    """A process of the public parts, which was given `phones.keys` and its master alone."""
    keys = tmp_path / "public-keys"
    keys.mkdir(mode=0o700)
    for name in ("phones.keys", "master.phones"):
        shutil.copy(settings.keys_dir / name, keys / name)
    process = create_app(replace(settings, keys_dir=keys, parts=PUBLIC))
    yield process
    with process.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def phone(public):
    client = public.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.environ_base["HTTP_X_SIAGA"] = "1"
    return client


def envelope(device_id):
    """A sealed `call.me`, made of nothing but the signed list that every phone is given."""
    listed = keylists.current(make.DISTRICT)
    newest = sealing.SignedList(listed.signed, listed.signature, listed.signer).listed["keys"][-1]
    id, body = str(make.fresh()), {"when": "now", "number": "mine"}
    act = {"act": "call.me", "at": utc_now().isoformat(), "by": device_id, "unlocked": False}
    info = sealing.envelope_info(newest["kid"], id, 1)
    point = sealing.unb64(newest["public_key"])
    sealed = sealing.seal(point, info, act | {"body": body}, sealing.ACT_SIZES)
    sent = {"id": id, "kid": newest["kid"], "schema": 1, "seq": 1}
    return sent | {"sha256": sealing.digest(sealed), "sealed": sealing.b64(sealed)}


def enrolment(code):
    point = sealing.b64(sealing.public_of(sealing.new_private()))
    device = {"public_key": point, "label": "Chrome"}
    return {"code": code, "device": device, "verifier": A, "kdf": KDF}


def walk(device_id):
    """Every route but enrolling, in the order of a phone's life: method, path, body, answer."""
    now = utc_now().isoformat()
    point = sealing.b64(sealing.public_of(sealing.new_private()))
    push = {
        "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
        "keys": {"p256dh": point, "auth": "A" * 22},
    }
    told = {"app": "1", "schema": 1, "unsent": 0, "push": True, "persisted": True, "shown": []}
    batch = {"device_now": now, "last_receipt": None, "envelopes": [envelope(device_id)]}
    return [
        ("GET", "/sync/v1/openapi.json", None, 200),
        ("POST", "/sync/v1/unlocks", {"device_id": device_id, "proof": A}, 200),
        ("PUT", "/sync/v1/verifier", {"proof": A, "verifier": B, "kdf": KDF}, 204),
        ("POST", "/sync/v1/envelopes", batch, 200),
        ("GET", "/sync/v1/changes", None, 200),
        ("PUT", "/sync/v1/phone", told, 204),
        ("PUT", "/sync/v1/push-subscription", push, 204),
        ("DELETE", "/sync/v1/push-subscription", None, 204),
        ("PUT", "/sync/v1/push-subscription", push, 204),
        ("DELETE", "/sync/v1/session", None, 204),
    ]


def test_every_route_works_with_phones_keys_alone(public, phone, code):
    enrolled = phone.post("/sync/v1/enrolments", json=enrolment(code))
    assert enrolled.status_code == 201
    device_id, walked = enrolled.json["device_id"], {("POST", "/sync/v1/enrolments")}

    for method, path, body, expected in walk(device_id):
        answer = phone.open(path, method=method, json=body)
        assert answer.status_code == expected, (method, path, answer.text)
        walked.add((method, path))

    routes = {
        (method, rule.rule)
        for rule in public.url_map.iter_rules()
        if rule.rule.startswith("/sync/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert walked == routes


def test_the_public_part_holds_no_opener(public, phone, code):
    phone.post("/sync/v1/enrolments", json=enrolment(code))

    with public.app_context():
        assert sealing.phone_keys()
        with pytest.raises(KeysAbsent):
            sealing.opener()


def test_the_public_part_never_loads_what_it_could_load(settings):
    everything = create_app(replace(settings, parts=PUBLIC))

    with everything.app_context(), pytest.raises(KeysAbsent):
        sealing.opener()


def test_a_worker_holds_the_opener_and_no_phone_keys(settings):
    worker = create_app(replace(settings, parts=frozenset()))

    with worker.app_context():
        assert make.DISTRICT in sealing.opener().districts
        with pytest.raises(KeysAbsent):
            sealing.phone_keys()


def test_what_the_public_part_stored_is_opened_by_the_worker_alone(app, public, phone, code):
    device_id = phone.post("/sync/v1/enrolments", json=enrolment(code)).json["device_id"]
    for method, path, body, _ in walk(device_id)[:7]:
        phone.open(path, method=method, json=body)

    db.session.rollback()  # The key list was read before: look again.
    row = db.session.scalars(db.select(InboxEnvelope)).one()
    act = sealing.opener().open_envelope(row.kid, row.envelope_id, row.schema, row.sealed)
    assert act["act"] == "call.me"
    push = db.session.scalars(db.select(PushSubscription)).one()
    told = sealing.opener().open_row(
        "push_subscriptions", push.id, push.sealed, push.sealed_kid, push.sealed_schema
    )
    assert "fcm.googleapis.com" in str(told)


def test_removing_the_phone_itself_is_an_ending_like_any_other(app, phone, code):
    device_id = phone.post("/sync/v1/enrolments", json=enrolment(code)).json["device_id"]

    assert phone.delete("/sync/v1/session").status_code == 204

    device = phones.find(make.UUID(device_id))
    assert (device.state, device.ended_why, device.share) == ("ended", "removed", None)
