"""Sending: stored first and judged later, a receipt for each, and one bad one sinks nobody."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select

from app.db import db, transaction, utc_now
from app.models import Device, InboxEnvelope, Server
from app.sealing import b64, digest, phone_keys
from app.services import phones
from tests import make
from tests.phone import InProcess, Phone, fresh, paired


def statuses(answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [result["status"] for result in answer.json["results"]]


def rows(**which) -> list[InboxEnvelope]:
    with fresh():
        found = select(InboxEnvelope).filter_by(**which).order_by(InboxEnvelope.server_seq)
        return list(db.session.scalars(found))


def revoke(phone):
    with fresh(), transaction() as session:
        phones.revoke(session.get_one(Device, UUID(phone.device_id)), now=utc_now())


def test_what_is_stored_is_in_the_inbox_with_its_receipt(phone):
    envelope_id = phone.seal("report.create", make.report_body())

    answer = phone.send()

    assert statuses(answer) == ["stored"]
    (row,) = rows()
    assert row.envelope_id == UUID(envelope_id)
    assert row.receipt == phone.receipts[envelope_id] == answer.json["results"][0]["receipt"]
    assert phone_keys().check_receipt(row.receipt, envelope_id, row.sha256.hex())
    assert not phone.outbox


def test_the_same_again_gets_the_first_receipt_again(phone):
    phone.seal("report.create", make.report_body())
    first = phone.send(lost=True)

    again = phone.send()

    assert statuses(again) == ["duplicate"]
    assert again.json["results"][0]["receipt"] == first.json["results"][0]["receipt"]
    assert len(rows()) == 1


def test_twice_in_one_batch_is_stored_once(phone):
    phone.seal("report.create", make.report_body())
    (envelope,) = phone.outbox.values()

    assert statuses(phone.send([envelope, envelope])) == ["stored", "duplicate"]
    assert len(rows()) == 1


def test_other_bytes_under_the_same_id_are_both_kept(phone):
    first = phone.seal("report.create", make.report_body())
    phone.send()
    other = make.report_body(violence=["sexual"])
    phone.seal("report.create", other, id=first)

    answer = phone.send()

    assert statuses(answer) == ["conflict"]
    assert len(rows()) == 2
    assert statuses(phone.send([phone.sent[first]])) == ["duplicate"]


def test_other_bytes_in_one_batch_are_both_kept(phone):
    first = phone.seal("report.create", make.report_body())
    one = phone.outbox[first]
    phone.seal("report.create", make.report_body(), id=first)
    two = phone.outbox[first]

    assert statuses(phone.send([one, two])) == ["stored", "conflict"]


MALFORMED = {
    "not an object": lambda e: 7,
    "null": lambda e: None,
    "empty": lambda e: {},
    "no sealed": lambda e: {k: v for k, v in e.items() if k != "sealed"},
    "no id": lambda e: {k: v for k, v in e.items() if k != "id"},
    "id is a number": lambda e: e | {"id": 7},
    "id in capitals": lambda e: e | {"id": e["id"].upper()},
    "id of version 7": lambda e: e | {"id": "0190163d-8694-739b-aea5-966c26f8ad91"},
    "kid off its pattern": lambda e: e | {"kid": "Intake 1"},
    "kid with a newline": lambda e: e | {"kid": "intake.33.02.1\n"},
    "kid too long": lambda e: e | {"kid": "k" * 65},
    "schema is text": lambda e: e | {"schema": "1"},
    "schema zero": lambda e: e | {"schema": 0},
    "seq negative": lambda e: e | {"seq": -1},
    "seq too large": lambda e: e | {"seq": 2**63},
    "seq a fraction": lambda e: e | {"seq": 1.5},
    "hash of other bytes": lambda e: e | {"sha256": digest(b"other")},
    "hash in capitals": lambda e: e | {"sha256": e["sha256"].upper()},
    "padding": lambda e: e | {"sealed": e["sealed"] + "="},
    "not base64url": lambda e: e | {"sealed": "+/" + e["sealed"]},
    "empty bytes": lambda e: e | {"sealed": "", "sha256": digest(b"")},
    "over 17 KiB": lambda e: e | {"sealed": b64(bytes(17409)), "sha256": digest(bytes(17409))},
}


def test_a_broken_envelope_does_not_sink_its_neighbours(phone, subtests):
    for number, (name, spoil) in enumerate(MALFORMED.items(), 1):
        with subtests.test(name):
            ids = [phone.seal("report.create", make.report_body()) for _ in range(3)]
            one, two, three = (phone.outbox[envelope_id] for envelope_id in ids)

            answer = phone.send([one, spoil(two), three])

            assert statuses(answer) == ["stored", "malformed", "stored"]
            assert "receipt" not in answer.json["results"][1]
            assert len(rows()) == 2 * number


def test_a_malformed_one_is_named_by_its_id_so_that_the_phone_knows_which(phone):
    envelope_id = phone.seal("report.create", make.report_body())

    answer = phone.send([phone.outbox[envelope_id] | {"seq": "x"}])

    assert answer.json["results"] == [{"status": "malformed", "id": envelope_id}]


def test_nothing_about_the_bytes_is_judged_when_they_come(phone):
    phone.put(str(uuid4()), b"not sealed by anyone", kid="intake.99.99.7", schema=9)

    assert statuses(phone.send()) == ["stored"]


NOT_A_BATCH = {
    "not json": (b"hello", 400, "body.not_json"),
    "cut": (b'{"device_now":', 400, "body.not_json"),
    "not utf-8": (b'{"device_now":"\xff\xfe"}', 400, "body.not_json"),
    "deep": (b'{"envelopes":' + b"[" * 5000, 400, "body.not_json"),
    "a list": (b"[]", 400, "body.invalid"),
    "no envelopes": (b'{"device_now":"2026-01-01T00:00:00Z"}', 400, "body.invalid"),
    "no clock": (b'{"last_receipt":null,"envelopes":[]}', 400, "body.invalid"),
    "clock without zone": (
        b'{"device_now":"2026-01-01T00:00:00","last_receipt":null,"envelopes":[]}',
        400,
        "body.invalid",
    ),
    "clock before time": (
        b'{"device_now":"0001-01-01T00:00:00+14:00","last_receipt":null,"envelopes":[]}',
        400,
        "body.invalid",
    ),
    "envelopes an object": (
        b'{"device_now":"2026-01-01T00:00:00Z","last_receipt":null,"envelopes":{}}',
        400,
        "body.invalid",
    ),
    "51": (
        b'{"device_now":"2026-01-01T00:00:00Z","last_receipt":null,"envelopes":['
        + b",".join([b"{}"] * 51)
        + b"]}",
        413,
        "batch.too_many",
    ),
    "over 256 KiB": (b" " * (256 * 1024 + 1), 413, "body.too_large"),
    "10 MB": (b" " * 10_000_000, 413, "body.too_large"),
}


def test_what_is_not_a_batch_is_refused_with_a_code(phone, subtests):
    for name, (body, status, code) in NOT_A_BATCH.items():
        with subtests.test(name):
            answer = phone.ask("POST", "/envelopes", body)

            assert (answer.status, answer.json["code"]) == (status, code)
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert not rows()


def test_exactly_fifty_and_just_under_the_size_go_through(phone):
    for _ in range(50):
        phone.seal("drill.record", {"ok": True, "seconds": 60})

    assert set(statuses(phone.send())) == {"stored"}


FOREIGN = [
    {"X_Siaga": "0"},
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
]


def test_only_our_own_app_may_send(phone, subtests):
    phone.seal("report.create", make.report_body())
    for headers in FOREIGN:
        with subtests.test(str(headers)):
            answer = phone.send(**headers)

            assert (answer.status, answer.json["code"]) == (403, "origin.refused")
            assert not rows()


def test_a_form_of_another_site_cannot_pretend_to_be_json(phone):
    answer = phone.ask("POST", "/envelopes", b"{}", Content_Type="text/plain")

    assert (answer.status, answer.json["code"]) == (415, "body.type")


def test_without_session_and_device_the_phone_keeps_everything(app):
    answer = Phone(InProcess(app)).ask("POST", "/envelopes", {"device_now": "x", "envelopes": []})

    assert (answer.status, answer.json["code"]) == (401, "session.none")


def test_a_phone_without_its_cookie_sends_all_the_same(phone):
    phone.cookie = None
    phone.seal("report.create", make.report_body())

    assert statuses(phone.send(X_Device=phone.device_id)) == ["stored"]
    assert [row.no_session for row in rows()] == [True]


def test_a_name_that_is_no_device_is_no_device(phone, subtests):
    phone.cookie = None
    for name in ("x", str(uuid4()), "", "é", "0" * 5000):
        with subtests.test(name[:40]):
            answer = phone.ask("POST", "/envelopes", {}, X_Device=name)

            assert (answer.status, answer.json["code"]) == (401, "session.none")


def test_a_revoked_phone_is_stored_and_told_to_end(phone):
    revoke(phone)
    phone.seal("report.create", make.report_body())

    answer = phone.send()

    assert statuses(answer) == ["stored"]
    assert answer.json["ended"] is True
    assert [row.junk for row in rows()] == [True]


def test_an_ended_phone_may_send_two_mebibytes_a_day(phone):
    revoke(phone)
    kid = phone.keys[-1]["kid"]
    for _ in range(125):
        phone.put(str(uuid4()), bytes(17 * 1024), kid=kid)
    while len(phone.outbox) > 5:
        phone.send(list(phone.outbox.values())[:10])

    answer = phone.send()

    assert "later" in statuses(answer)
    late = next(r for r in answer.json["results"] if r["status"] == "later")
    assert late["retry_after"] > 0
    assert "receipt" not in late
    assert sum(len(row.sealed) for row in rows()) <= 2 * 1024 * 1024


def test_numbers_that_never_came_can_be_seen(phone):
    for _ in range(5):
        phone.seal("report.create", make.report_body())
    envelopes = list(phone.outbox.values())

    phone.send([envelopes[0], envelopes[4]])
    phone.send([envelopes[2]])

    with fresh():
        device = db.session.get(Device, UUID(phone.device_id))
        assert (device.highest_seq, device.missing_seqs) == (5, "2,4")


def test_an_answer_carries_nothing_that_http_does_not_need(phone):
    phone.seal("report.create", make.report_body())

    headers = phone.send().headers

    needed = {"Content-Type", "Content-Length", "Cache-Control", "X-Content-Type-Options"}
    assert set(headers) - {"Set-Cookie"} <= needed
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_each_contact_gives_the_session_four_hundred_more_days(phone):
    phone.seal("report.create", make.report_body())

    cookie = phone.send().headers["Set-Cookie"]

    assert "Max-Age=34560000" in cookie
    for needed in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert needed in cookie


def test_a_receipt_ahead_of_us_means_that_we_were_restored(phone):
    envelope_id = phone.seal("report.create", make.report_body())
    phone.send()
    before = phone.epoch
    with fresh(), transaction() as session:
        session.delete(session.get(InboxEnvelope, 1))
        session.get(Server, 1).inbox_seq = 0

    phone.seal("report.create", make.report_body())
    phone.send()
    phone.send()

    assert phone.epoch > before
    assert len(rows()) == 2
    assert UUID(envelope_id) in {row.envelope_id for row in rows()}
    assert not phone.outbox


def test_a_receipt_that_is_not_ours_changes_nothing(phone, subtests):
    with fresh():
        before = db.session.scalar(select(Server.epoch))
    for receipt in ("", "1.2.x", "9" * 200, "1.999.AAAAAAAAAAAAAAAA", "é.é.é"):
        with subtests.test(receipt[:40]):
            phone.last_receipt = receipt
            phone.seal("report.create", make.report_body())

            assert phone.send().json["epoch"] == before


def test_twenty_phones_at_once_lose_nothing(app):
    with transaction():
        people = [make.person() for _ in range(20)]
    everyone = [paired(app, person) for person in people]
    for one in everyone:
        for _ in range(5):
            one.seal("drill.record", {"ok": True, "seconds": 60})

    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda one: [one.send([e]) for e in list(one.outbox.values())], everyone)
        )

    assert all(status == "stored" for each in answers for a in each for status in statuses(a))
    with fresh():
        count, highest = db.session.execute(
            select(func.count(), func.max(InboxEnvelope.server_seq))
        ).one()
    assert count == highest == 100


def test_the_same_envelope_at_once_by_two_ways_is_stored_once(app, phone):
    with transaction():
        neighbour = make.person()
    other = paired(app, neighbour)
    for _ in range(5):
        envelope_id = phone.seal("drill.record", {"ok": True, "seconds": 60})
        envelope = phone.outbox[envelope_id]
        with ThreadPoolExecutor(4) as pool:
            sending = [pool.submit(one.send, [envelope]) for one in [phone, other] * 2]

        found = sorted(status for each in sending for status in statuses(each.result()))
        assert found == ["duplicate"] * 3 + ["stored"]
    assert len(rows()) == 5


def test_a_batch_that_came_before_its_clock_was_fixed_is_stored_all_the_same(phone):
    phone.clock_off = timedelta(days=-50 * 365)
    phone.seal("report.create", make.report_body())

    assert statuses(phone.send()) == ["stored"]


def test_problems_are_json_and_say_nothing_of_what_was_sent(phone):
    marked = "kata-rahasia"

    answer = phone.ask("POST", "/envelopes", json.dumps({"device_now": marked}).encode())

    assert marked.encode() not in answer.body
    assert answer.json == {"type": "about:blank", "status": 400, "code": "body.invalid"}
