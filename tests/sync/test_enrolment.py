"""Enrolling, unlocking and changing the PIN, over the wire."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from http.cookies import SimpleCookie
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from app import sealing
from app.db import db, transaction, utc_now
from app.models import Device, Invite, UnlockTry, WrongCode
from app.services import phones
from tests import make
from tests.enrolment import invited

COOKIE = "__Host-siaga"
A, B, WRONG = (sealing.b64(letter * 32) for letter in (b"a", b"b", b"w"))
KDF = {"name": "argon2id", "memory_kib": 19456, "passes": 2}
TOLD = {"app": "1.0", "schema": 1, "unsent": 0, "oldest_unsent_at": None}
KANARI = "KANARI-4711"


@pytest.fixture
def cadre(app):
    with transaction():
        return make.person(label=KANARI)


@pytest.fixture
def code(cadre):
    return invited(cadre, utc_now()).code


@pytest.fixture
def phone(app):
    """A browser on its own: of https, with our own header, with its own cookies."""

    def another():
        client = app.test_client()
        client.environ_base["wsgi.url_scheme"] = "https"
        client.environ_base["HTTP_X_SIAGA"] = "1"
        return client

    return another


def body(code, **other):
    point = sealing.b64(sealing.public_of(sealing.new_private()))
    device = {"public_key": point, "label": f"Chrome {KANARI}"}
    return {"code": code, "device": device, "verifier": A, "kdf": KDF} | other


def enrol(client, asked):
    return client.post("/sync/v1/enrolments", json=asked)


def unlock(client, device_id, proof=A):
    return client.post("/sync/v1/unlocks", json={"device_id": device_id, "proof": proof})


def change(client, proof, verifier):
    asked = {"proof": proof, "verifier": verifier, "kdf": KDF}
    return client.put("/sync/v1/verifier", json=asked)


def problem(answer):
    assert answer.content_type == "application/problem+json"
    return answer.status_code, answer.json["code"]


# Enrolling ------------------------------------------------------------------------------------


def test_a_phone_comes_in_with_all_it_needs(phone, code):
    client = phone()

    answer = enrol(client, body(code))

    assert answer.status_code == 201
    assert set(answer.json) == {
        *("device_id", "share", "match", "keys", "profile", "lease_hours", "server_time")
    }
    assert answer.json["profile"]["district"] == make.DISTRICT
    assert answer.json["profile"]["villages"][0] == {"code": make.VILLAGE, "name": "Kalicontoh"}
    keys = {name: sealing.unb64(text) for name, text in answer.json["keys"].items()}
    assert sealing.signature_holds(sealing.SignedList(**keys))
    assert len(answer.json["match"]) == 4
    cookie = SimpleCookie(answer.headers["Set-Cookie"])[COOKIE]
    assert cookie["max-age"] == str(400 * 24 * 3600)
    assert (cookie["path"], cookie["samesite"]) == ("/", "Strict")
    assert cookie["httponly"] and cookie["secure"] and not cookie["domain"]


@pytest.mark.parametrize("written", [str.lower, lambda c: f" {c[:4]}-{c[4:8]} {c[8:]} "])
def test_the_code_is_forgiven_as_it_was_typed(phone, code, written):
    assert enrol(phone(), body(written(code))).status_code == 201


def test_a_lost_answer_is_the_same_again_and_its_cookie_works(phone, code):
    asked = body(code)
    lost = enrol(phone(), asked)
    client = phone()

    again = enrol(client, asked)

    assert again.status_code == 201
    told = {name: again.json[name] for name in ("device_id", "share", "match", "keys", "profile")}
    assert told == {name: lost.json[name] for name in told}
    assert client.get("/sync/v1/changes").status_code in (200, 204)


@pytest.mark.parametrize("shown_by", ["unlocking", "naming itself"])
def test_a_phone_that_has_its_answer_gets_it_no_second_time(phone, code, shown_by):
    asked, client = body(code), phone()
    device_id = enrol(client, asked).json["device_id"]
    if shown_by == "unlocking":
        unlock(phone(), device_id)
    else:
        told = client.put("/sync/v1/phone", json=TOLD, headers={"X-Device": device_id})
        assert told.status_code == 204

    assert problem(enrol(phone(), asked)) == (403, "enrol.refused")


def test_a_former_app_under_a_cookie_whose_answer_was_cut_spoils_no_code(phone, code):
    asked, client = body(code), phone()
    cut = enrol(client, asked)

    client.get("/sync/v1/changes")
    client.put("/sync/v1/phone", json=TOLD, headers={"X-Device": str(uuid4())})
    client.put("/sync/v1/phone", json=TOLD | {"unsent": 1})
    unlock(phone(), cut.json["device_id"], WRONG)

    assert enrol(client, asked).json["share"] == cut.json["share"]


def test_wrong_used_and_old_codes_are_answered_alike(phone, cadre, code):
    assert enrol(phone(), body(code)).status_code == 201
    old = invited(cadre, utc_now() - timedelta(hours=73)).code

    answers = [enrol(phone(), body(each)) for each in (code, old, "0" * 12, "nonsense")]

    assert [problem(answer) for answer in answers] == [(403, "enrol.refused")] * 4
    assert len({json.dumps(answer.json) for answer in answers}) == 1
    assert not any("Set-Cookie" in answer.headers for answer in answers)


def test_thirty_cadres_enrol_behind_one_address_whatever_is_mistyped_there(app, phone):
    with transaction():
        cadres = [make.person() for _ in range(30)]
    codes = [invited(cadre, utc_now()).code for cadre in cadres]

    mistyped = [enrol(phone(), body("0" * 12)) for _ in range(25)]
    answers = [enrol(phone(), body(code)) for code in codes]

    assert [answer.status_code for answer in answers] == [201] * 30
    assert [problem(answer)[1] for answer in mistyped] == (
        ["enrol.refused"] * 20 + ["enrol.slow"] * 5
    )
    assert 0 < int(mistyped[-1].headers["Retry-After"]) <= 3600


def test_a_mistyping_address_slows_itself_only_and_not_for_ever(app, phone):
    for _ in range(21):
        slow = enrol(phone(), body("0" * 12))
    assert problem(slow) == (429, "enrol.slow")

    elsewhere = phone()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert problem(enrol(elsewhere, body("0" * 12))) == (403, "enrol.refused")

    with transaction() as session:
        session.execute(update(WrongCode).values(at=utc_now() - timedelta(hours=2)))
    assert problem(enrol(phone(), body("0" * 12))) == (403, "enrol.refused")
    assert db.session.scalar(select(func.count()).select_from(WrongCode)) == 1


def test_an_address_is_kept_only_as_a_hash(app, phone):
    client = phone()
    client.environ_base["REMOTE_ADDR"] = "2001:db8::1"
    enrol(client, body("0" * 12))
    client.environ_base["REMOTE_ADDR"] = "2001:db8::2"
    enrol(client, body("0" * 12))

    hashes = db.session.scalars(select(WrongCode.address_hash)).all()
    assert len(hashes) == 2 and len(set(hashes)) == 1
    assert len(hashes[0]) == 32


@pytest.mark.parametrize(
    "wrong",
    [
        {"verifier": "short"},
        {"verifier": A[:-1] + "_"},
        {"kdf": {"name": "md5", "memory_kib": 0, "passes": 1}},
        {"code": 5},
        {"code": "x" * 65},
        {"device": {"public_key": "B" + "A" * 86, "label": "x"}},
        {"device": {"public_key": "A" * 87, "label": "x"}},
        {"device": None},
    ],
)
def test_what_is_no_enrolment_is_said_to_be_none(phone, code, wrong):
    assert problem(enrol(phone(), body(code) | wrong)) == (400, "body.invalid")
    assert enrol(phone(), body(code)).status_code == 201


def test_emoji_and_other_scripts_in_the_label_harm_nobody(phone, code):
    asked = body(code, device=body(code)["device"] | {"label": "📱 \u202eهاتف"})

    assert enrol(phone(), asked).status_code == 201


# Unlocking ------------------------------------------------------------------------------------


@pytest.fixture
def enrolled(phone, code):
    client = phone()
    return client, enrol(client, body(code)).json


def test_the_right_proof_opens_with_and_without_the_cookie(phone, enrolled):
    client, told = enrolled

    with_cookie, without = unlock(client, told["device_id"]), unlock(phone(), told["device_id"])

    for answer in (with_cookie, without):
        assert answer.status_code == 200
        assert answer.json["share"] == told["share"]
        assert answer.json["lease_hours"] == 24
        assert answer.json["wrong_tries"] == []
        assert COOKIE in answer.headers["Set-Cookie"]


def test_an_unlock_whose_answer_was_lost_costs_no_session(phone, enrolled):
    client, told = enrolled
    before = client.get_cookie(COOKIE, domain="localhost").value

    unlock(client, told["device_id"])

    # The phone never saw this answer's cookie: the one it has must still do.
    client.set_cookie(COOKIE, before, domain="localhost", secure=True)
    assert client.get("/sync/v1/changes").status_code in (200, 204)


def test_an_unlock_gives_back_a_session_that_was_lost(phone, enrolled):
    _, told = enrolled
    client = phone()
    assert problem(client.get("/sync/v1/changes")) == (401, "session.none")

    unlock(client, told["device_id"])

    assert client.get("/sync/v1/changes").status_code in (200, 204)


def test_wrong_proofs_are_counted_shown_and_end_in_destruction(phone, enrolled):
    client, told = enrolled
    for _ in range(3):
        assert problem(unlock(client, told["device_id"], WRONG)) == (403, "unlock.wrong")
    assert len(unlock(client, told["device_id"]).json["wrong_tries"]) == 3

    answers = [problem(unlock(client, told["device_id"], WRONG)) for _ in range(10)]

    assert answers == [(403, "unlock.wrong")] * 9 + [(410, "unlock.destroyed")]
    assert problem(unlock(client, told["device_id"])) == (410, "unlock.destroyed")


def test_the_try_is_on_disk_before_it_is_compared(app, enrolled, monkeypatch):
    client, told = enrolled
    seen = []

    def cut(*_, **__):
        with db.engine.connect() as other:
            seen.append(other.execute(select(Device.wrong_tries)).scalar())
        raise SystemExit  # the plug

    # Not to be alone with a unit: there is no other way to pull the plug between the two.
    monkeypatch.setattr("app.services.unlocking.unlock", cut)
    with pytest.raises(SystemExit):
        unlock(client, told["device_id"], WRONG)

    db.session.rollback()
    assert seen == [1]
    assert db.session.scalar(select(func.count()).select_from(UnlockTry)) == 1


def test_a_revoked_phone_gets_no_share_and_keeps_its_word_about_it(phone, enrolled):
    client, told = enrolled
    with transaction():
        phones.revoke(db.session.scalars(select(Device)).one(), now=utc_now())

    assert problem(unlock(client, told["device_id"])) == (410, "unlock.destroyed")
    assert problem(change(client, A, B)) in [(401, "session.ended"), (410, "unlock.destroyed")]
    assert problem(client.get("/sync/v1/changes")) == (401, "session.ended")


def test_an_unknown_device_is_only_wrong(phone):
    assert problem(unlock(phone(), str(make.fresh()))) == (403, "unlock.wrong")


# Another PIN ----------------------------------------------------------------------------------


def test_a_pin_is_changed_and_a_lost_answer_asked_again(phone, enrolled):
    client, told = enrolled

    assert change(client, A, B).status_code == 204
    assert change(client, A, B).status_code == 204

    assert unlock(client, told["device_id"], B).json["share"] == told["share"]
    assert problem(unlock(client, told["device_id"], A)) == (403, "unlock.wrong")


def test_without_a_session_no_pin_is_changed(phone, enrolled):
    assert problem(change(phone(), A, B)) == (401, "session.none")


# Silence --------------------------------------------------------------------------------------


def test_nothing_of_a_person_or_a_secret_stands_in_a_log(app, phone, cadre, caplog):
    caplog.set_level(logging.DEBUG)
    invite = invited(cadre, utc_now())
    client = phone()

    told = enrol(client, body(invite.code)).json
    enrol(phone(), body(invite.code))
    unlock(client, told["device_id"], WRONG)
    unlock(client, told["device_id"])
    change(client, A, B)

    secrets = [KANARI, invite.code, A, B, WRONG, told["share"], told["match"], invite.fingerprint]
    cookie = client.get_cookie(COOKIE, domain="localhost").value
    for secret in [*secrets, cookie]:
        assert secret not in caplog.text
    stored = db.session.scalars(select(Invite)).all()
    assert all(invite.code.encode() not in row.code_hash for row in stored)
