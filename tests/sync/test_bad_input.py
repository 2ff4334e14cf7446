"""Bad input through the whole running site: a clear code, no 5xx, unharmed neighbours."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app import sealing
from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import InboxEnvelope, Person, Referral, Report, Visit, VisitRecord
from app.sealing import ACT_SIZES, envelope_info, unb64
from app.services import phones, quarantine
from sync.protocol import PROBLEMS
from tests import make
from tests.desk import Desk, staff
from tests.phone import OverHttp, Phone
from tests.reports import report

pytestmark = pytest.mark.lasting_site

ODD = "😀👩🏽‍🦱 שלום‏ مرحبا \u202eABC\u202c é̷ 𝒳"
"""Emoji with joiners, two right-to-left scripts, an override, a stack of accents."""
RECORD = {"outcome": "met", "alone_with_survivor": "yes", "protected": "partly"}


def test_a_request_that_is_no_message_gets_its_code_and_the_phone_goes_on(site, subtests):
    phone = enrolled(site)
    batch = phone.batch([])
    good = {"Content_Type": "application/json"}
    refused = {
        "not JSON": ("POST", "/envelopes", b"hello", good, 400, "body.not_json"),
        "not UTF-8": ("POST", "/envelopes", b"\xff\xfe\x00", good, 400, "body.not_json"),
        "nothing": ("POST", "/envelopes", b"", good, 400, "body.not_json"),
        "a list": ("POST", "/envelopes", b"[]", good, 400, "body.invalid"),
        "a pit of brackets": ("POST", "/envelopes", b"[" * 200_000, good, 400, None),
        "a wrong type": ("POST", "/envelopes", batch | {"envelopes": {}}, {}, 400, "body.invalid"),
        "no time": ("POST", "/envelopes", batch | {"device_now": "now"}, {}, 400, "body.invalid"),
        "year 1": (
            "POST",
            "/envelopes",
            batch | {"device_now": "0001-01-01T00:00:00+07:00"},
            {},
            400,
            "body.invalid",
        ),
        "10 MB": ("POST", "/envelopes", b" " * 10_000_000, good, 413, "body.too_large"),
        "51": ("POST", "/envelopes", batch | {"envelopes": [{}] * 51}, {}, 413, "batch.too_many"),
        "text": ("POST", "/envelopes", batch, {"Content_Type": "text/plain"}, 415, "body.type"),
        "foreign": ("POST", "/envelopes", batch, {"X_Siaga": "0"}, 403, "origin.refused"),
        "a wrong proof": (
            "POST",
            "/unlocks",
            {"device_id": phone.device_id, "proof": "A" * 43},
            {},
            403,
            "unlock.wrong",
        ),
        "no proof": ("POST", "/unlocks", {"device_id": 7}, {}, 400, "body.invalid"),
        "no verifier": ("PUT", "/verifier", {"proof": None}, {}, 400, "body.invalid"),
        "no state": ("PUT", "/phone", {"app": 7}, {}, 400, "body.invalid"),
        "no endpoint": ("PUT", "/push-subscription", {"endpoint": "x"}, {}, 400, "body.invalid"),
        "no code": ("POST", "/enrolments", {"code": ODD}, {}, 400, "body.invalid"),
        "no method": ("PATCH", "/envelopes", batch, {}, 405, None),
        "no route": ("GET", "/nothing", None, {}, 404, None),
    }
    for name, (method, path, body, headers, status, code) in refused.items():
        with subtests.test(name):
            answer = phone.ask(method, path, body, **headers)
            assert answer.status == status, answer.body
            assert answer.headers["Content-Type"].startswith("application/problem+json")
            assert code in {None, answer.json["code"]}
            assert answer.json["code"] in PROBLEMS or code is None
    for cursor in ("x", "1.2.3.abc", "%00", "%F0%9F%98%80", "9" * 3000, "..."):
        with subtests.test(f"cursor {cursor[:9]}"):
            answer = phone.ask("GET", f"/changes?since={cursor}")
            assert answer.status == 200
            assert answer.json["reset"] is True

    report_id = phone.act("report.create", report())

    assert eventually(lambda: db.session.get(Report, UUID(report_id)))
    assert phone.fetch().status in {200, 204}
    assert nothing_broke(site)


def test_whatever_is_sealed_is_kept_for_a_person_and_its_neighbours_arrive(site):
    phone, other = enrolled(site), enrolled(site)
    hers = other.act("report.create", report())
    visit = handed_to(other, UUID(hers))
    ids = {
        phone.seal("report.cook", {}): "unknown_act",
        phone.seal("report.create", {"village": 7, "danger_now": ["yes"]}): "invalid",
        phone.seal("report.create", report(note="x" * 281)): "invalid",
        phone.seal("report.create", report(village="99.99.99.9999")): "invalid",
        phone.seal("report.create", report(), at="yesterday"): "invalid",
        phone.seal("report.create", report(), schema=9): "newer_schema",
        phone.seal("visit.accept", {"visit_id": str(visit), "conflict": "none"}): "not_allowed",
        phone.seal("visit.record", {"visit_id": str(visit)} | RECORD): "not_allowed",
        phone.seal("report.add", {"report_id": hers, "note": "milik orang"}): "not_allowed",
        phone.seal_content({"hello": ODD}): "invalid",
        phone.seal_content(frame(phone), kid="intake.99.99.7"): "unreadable",
        wrong_info(phone): "unreadable",
        garbage(phone, b"\x01" + bytes(80)): "unreadable",
        garbage(phone, b"\xff"): "unreadable",
    }
    good = [phone.seal("report.create", report(survivor_alias=f"Bunga {n}")) for n in range(3)]
    envelopes = list(phone.outbox.values())
    envelopes.insert(4, envelopes.pop(-1))

    answer = phone.send(envelopes)

    assert [result["status"] for result in answer.json["results"]] == ["stored"] * len(envelopes)
    for report_id in good:
        assert eventually(lambda report_id=report_id: db.session.get(Report, UUID(report_id)))
    eventually(lambda: not waiting())
    assert {row["id"]: row["reason"] for row in quarantine.listed()} == ids
    assert set(phone.receipts) == {*ids, *good}
    mine = db.session.get(Visit, visit)
    assert (mine.state, db.session.query(VisitRecord).count()) == ("assigned", 0)
    assert nothing_broke(site)


def test_a_replayed_invite_lets_nobody_in_and_puts_nobody_out(site):
    with transaction():
        invited = phones.invite(make.person(now=utc_now()), now=utc_now())
    first, thief = Phone(OverHttp(site.url)), Phone(OverHttp(site.url))
    assert first.enrol(invited.code).status == 201

    refused = thief.enrol(invited.code)

    assert (refused.status, refused.json["code"]) == (403, "enrol.refused")
    assert thief.cookie is None
    again = Phone(OverHttp(site.url), private=first.private)
    assert again.enrol(invited.code).json["share"] == first.share
    assert first.unlock().json["share"] == first.share
    assert first.act("report.create", report()) in first.receipts


@pytest.mark.parametrize("years", [-50, 50])
def test_a_clock_that_is_50_years_off_changes_nothing_but_what_the_phone_says(site, years):
    phone = enrolled(site)
    phone.clock_off = timedelta(days=365 * years)
    began = utc_now()

    report_id = phone.act("report.create", report(danger_now="yes"), ago=timedelta(hours=2))

    found = eventually(lambda: db.session.get(Report, UUID(report_id)))
    assert began - timedelta(hours=2, minutes=1) < found.happened_at < utc_now()
    assert abs(found.phone_said_at - began) > timedelta(days=364 * 50)
    referral = eventually(lambda: db.session.query(Referral).one())
    assert began < referral.clock_from <= referral.due_at < began + timedelta(days=2)
    other = enrolled(site)
    later = other.act("report.create", report())
    assert eventually(lambda: db.session.get(Report, UUID(later)))
    assert phone.fetch().status in {200, 204}
    assert nothing_broke(site)


def test_emoji_and_right_to_left_text_stand_at_the_desk_as_they_were_written(site, app):
    phone = enrolled(site, label=ODD[:60])
    with transaction():
        desk = Desk(app, staff(Role.COORDINATOR, Role.CASEWORKER))
    contact = {"who_may_answer": f"{ODD[:38]}a", "code_word": ODD[:30], "ask_for": ODD}
    contact |= {"unsafe_signals": ODD, "number": "0812 😀 3456"}
    body = report(survivor_alias=ODD[:30], note=f"{ODD} catatan", safe_contact=contact)
    phone.act("contact.update", {"number": "0812 3456", "opening": ODD, "word": ODD[:30]})
    report_id = phone.act("report.create", body)

    eventually(lambda: db.session.get(Report, UUID(report_id)))
    referral = db.session.query(Referral).one()
    shown = desk.post(f"/desk/referrals/{referral.id}/open", {"reason": "screening"}).text
    for text in (body["survivor_alias"], body["note"], *contact.values()):
        assert text in shown
    person = db.session.query(Person).filter(Person.id == referral.report.cadre_id).one()
    eventually(lambda: not waiting())
    hers = desk.post(f"/desk/people/{person.id}/contact").text
    assert ODD in hers
    assert ODD[:60] in hers

    visit = handed_to(phone, UUID(report_id))
    about = {"visit_id": str(visit)}
    phone.act("visit.accept", about | {"conflict": "none"})
    start = {"still_agreed": "yes", "cover_ready": "yes", "check_out_in": 60}
    phone.act("visit.start", about | start | {"companion_contact": ODD[:40]})
    phone.act("visit.end", about | {"how": "done", "need": "none"})
    record = RECORD | {"survivor_wish": f"{ODD} tenang"}
    phone.act("visit.record", about | record)
    eventually(lambda: db.session.query(VisitRecord).first())
    shown = desk.post(f"/desk/visits/{visit}/open", {"reason": "screening"}).text
    assert record["survivor_wish"] in shown
    assert quarantine.listed() == []
    assert nothing_broke(site)


def enrolled(site, label: str = "Python") -> Phone:
    """A phone of another cadre, in over HTTP and confirmed."""
    with transaction():
        invited = phones.invite(make.person(now=utc_now()), now=utc_now())
    phone = Phone(OverHttp(site.url), label=label)
    assert phone.enrol(invited.code).status == 201
    with transaction():
        phones.confirm(phones.find(UUID(phone.device_id)), now=utc_now())
    return phone


def handed_to(phone: Phone, report_id: UUID) -> UUID:
    """A visit to the posyandu is handed to whose phone this is; return its id."""
    eventually(lambda: db.session.get(Report, report_id))
    found, now = db.session.get(Report, report_id), utc_now()
    with transaction() as session:
        session.merge(found)
        made = make.visit(
            report_id,
            phones.find(UUID(phone.device_id)).person_id,
            make.person(Role.COORDINATOR, now=now).id,
            now,
            district=found.district,
            village=found.village,
            opens_at=now - timedelta(minutes=5),
            due_at=now + timedelta(hours=3),
            agreed_at=now,
        )
        session.add(made)
    return made.id


def frame(phone: Phone) -> dict:
    at = phone.now().isoformat()
    return {"act": "report.create", "at": at, "by": phone.device_id, "unlocked": True, "body": {}}


def wrong_info(phone: Phone) -> str:
    """Sealed well, but for another id: what a replay under a new id looks like."""
    key, envelope_id = phone.keys[-1], str(uuid4())
    info = envelope_info(key["kid"], str(uuid4()), 1)
    sealed = sealing.seal(unb64(key["public_key"]), info, frame(phone), ACT_SIZES)
    phone.put(envelope_id, sealed, kid=key["kid"])
    return envelope_id


def garbage(phone: Phone, sealed: bytes) -> str:
    envelope_id = str(uuid4())
    phone.put(envelope_id, sealed, kid=phone.keys[-1]["kid"])
    return envelope_id


def waiting() -> bool:
    return db.session.query(InboxEnvelope).filter_by(state="new").first() is not None


def nothing_broke(site) -> bool:
    """No answer was a 5xx and no process stumbled, in the site's own log."""
    said = site.said()
    assert "Traceback" not in said, said[-3000:]
    assert not re.search(r" 5\d\d \d+ ", said), said[-3000:]
    return True


def eventually(look, within: float = 40.0):
    """Return what `look` finds, as soon as it finds something."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        db.session.rollback()
        db.session.expire_all()
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"nothing within {within} s")
