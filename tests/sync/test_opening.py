"""Opening: acts become reports, visits and alerts; what cannot be applied is kept and looked at."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import (
    Alert,
    CadreContact,
    CallRequest,
    Device,
    Drill,
    InboxEnvelope,
    Quarantined,
    Referral,
    Report,
    ReportAddition,
    Tally,
    TrailRow,
    Visit,
    VisitRecord,
    VisitStep,
    Withdrawal,
)
from app.sealing import ACT_SIZES, envelope_info, new_private, opener, point, public_of, seal, unb64
from app.sealing.envelope import SUITE
from app.services import errands, phones, purging, quarantine, replaying, reports, settling, trail
from app.services.rows import facts_of, seal_texts, texts_of, write_facts
from sync import acts, jobs, schemas
from tests import make
from tests.desk import as_staff
from tests.phone import Phone, fresh, paired


def one(model, **which):
    with fresh():
        return db.session.scalars(select(model).filter_by(**which)).one()


def count(model, **which) -> int:
    with fresh():
        return db.session.scalar(select(func.count()).select_from(model).filter_by(**which))


def reasons() -> list[str]:
    with fresh():
        return [kept["reason"] for kept in quarantine.listed(make.DISTRICT)]


def alert_kinds() -> list[str]:
    with fresh():
        return list(db.session.scalars(select(Alert.kind).order_by(Alert.made_at)))


# Reports ----------------------------------------------------------------------------------------


def test_a_report_its_referral_and_its_alert_come_together(phone, opened):
    report_id = phone.act("report.create", make.report_body(survivor_alias="Bunga"))

    opened()

    report = one(Report, id=UUID(report_id))
    referral = one(Referral, report_id=report.id)
    assert (report.village, report.cadre_id) == (make.VILLAGE, one(Device).person_id)
    assert facts_of(report)["violence"] == ["physical"]
    assert texts_of(report)["survivor_alias"] == "Bunga"
    assert b"Bunga" not in report.facts + report.sealed
    assert (referral.state, referral.risk) == ("received", "medium")
    assert "new_referral" in alert_kinds()
    assert one(InboxEnvelope).state == "applied"
    assert trail.verify(make.DISTRICT).whole
    assert count(TrailRow, act="act.report.create") == 1


def test_the_phone_is_told_received_and_only_it_can_read_so(phone, opened):
    report_id = phone.act("report.create", make.report_body())
    opened()

    phone.fetch()

    assert phone.state_of(report_id) == "received"


def test_an_emergency_is_alarmed_as_one(phone, opened):
    phone.act("report.create", make.report_body(danger_now="yes"))

    opened()

    referral = one(Referral)
    assert (referral.risk, referral.emergency) == ("high", True)
    assert one(Alert, kind="emergency").urgent


def test_opening_twice_applies_once(phone, opened):
    phone.act("report.create", make.report_body())

    opened()
    opened()

    assert (count(Report), count(Referral), count(Alert)) == (1, 1, 1)


def test_what_is_added_is_added_and_may_raise_the_risk(phone, opened):
    report_id = phone.act("report.create", make.report_body())
    opened()

    phone.act("report.add", {"report_id": report_id, "danger_signs": ["strangled"], "note": "x"})
    opened()

    addition = one(ReportAddition)
    assert str(addition.report_id) == report_id
    assert facts_of(addition)["danger_signs"] == ["strangled"]
    assert facts_of(one(Report))["danger_signs"] == ["none_seen"]
    assert one(Referral).risk == "high"


def test_an_addition_waits_for_its_report(phone, opened):
    report_id = phone.seal("report.create", make.report_body())
    phone.seal("report.add", {"report_id": report_id, "needs": ["medical"]})
    first, second = phone.outbox.values()

    phone.send([second])
    opened()
    assert one(InboxEnvelope).state == "waiting"
    phone.send([first])
    opened()

    assert count(ReportAddition) == 1
    assert count(InboxEnvelope, state="applied") == 2


def test_a_person_sees_what_has_waited_for_an_hour(phone, opened):
    phone.act("report.add", {"report_id": str(uuid4()), "needs": ["medical"]})
    opened()

    with fresh():
        now, me = utc_now(), as_staff(make.person(Role.COORDINATOR))
        assert not settling.waiting_long(me, now=now + timedelta(minutes=59))
        assert settling.waiting_long(me, now=now + timedelta(minutes=61))


def test_what_waits_and_sounds_grave_is_told_at_once(phone, opened):
    phone.act("report.add", {"report_id": str(uuid4()), "danger_signs": ["happening_now"]})

    opened()
    opened()

    alert = one(Alert)
    assert (alert.kind, alert.urgent) == ("quarantine", True)
    with fresh():
        me = as_staff(make.person(Role.COORDINATOR))
        assert settling.waiting_long(me, now=utc_now())


def test_somebody_elses_report_cannot_be_added_to(app, phone, opened):
    with transaction():
        neighbour = make.person()
    other = paired(app, neighbour)
    report_id = other.act("report.create", make.report_body())
    phone.act("report.add", {"report_id": report_id, "danger_signs": ["weapon"]})

    opened()

    assert reasons() == ["not_allowed"]
    assert count(ReportAddition) == 0
    kept = one(Quarantined)
    assert (kept.risk, kept.emergency) == ("high", False)


def test_additions_apply_in_the_order_in_which_they_were_sealed(phone, opened):
    report_id = phone.seal("report.create", make.report_body())
    for need in ("medical", "police", "safe_place"):
        phone.seal("report.add", {"report_id": report_id, "needs": [need]})

    phone.send(list(reversed(phone.outbox.values())))
    with fresh(), transaction():
        rows = db.session.scalars(select(InboxEnvelope).order_by(InboxEnvelope.server_seq)).all()
        assert [row.seq for row in jobs.in_order(rows)] == [1, 2, 3, 4]
    opened()

    assert count(ReportAddition) == 3


def test_a_report_written_without_unlocking_says_so(phone, opened):
    phone.unlocked = False
    phone.act("report.create", make.report_body())

    opened()

    assert one(Report).unlocked is False


def test_a_report_sent_without_a_session_is_applied_and_marked(phone, opened):
    phone.cookie = None
    phone.seal("report.create", make.report_body())
    phone.send(X_Device=phone.device_id)

    opened()

    report = one(Report)
    assert report.no_session is True
    assert "no_session" in report.flags
    assert count(Referral) == 1


def test_a_pending_phone_can_report_at_once(app, cadre, opened):
    phone = paired(app, cadre, confirm=False)
    report_id = phone.act("report.create", make.report_body())
    opened()

    phone.fetch()

    assert count(Referral) == 1
    assert phone.state_of(report_id) == "received"


def test_another_phone_may_carry_what_this_one_sealed_and_it_is_flagged(phone, opened):
    phone.act("report.create", make.report_body(), by=str(uuid4()))

    opened()

    assert "other_sender" in one(Report).flags


def test_a_report_of_four_hundred_days_ago_is_judged_like_any_other(phone, opened):
    phone.act("report.create", make.report_body(danger_now="yes"), ago=timedelta(days=399))

    opened()

    referral = one(Referral)
    assert referral.emergency is True
    assert utc_now() - referral.clock_from < timedelta(minutes=1)


@pytest.mark.parametrize("years", [-50, 50])
def test_a_clock_that_is_off_by_fifty_years_keeps_its_differences(phone, opened, years):
    phone.clock_off = timedelta(days=365 * years)
    phone.act("report.create", make.report_body(), ago=timedelta(hours=3))

    opened()

    happened = utc_now() - one(Report).happened_at
    assert timedelta(hours=3) <= happened < timedelta(hours=3, minutes=1)


def test_emoji_and_right_to_left_text_survive_in_every_field(phone, opened):
    strange = "👩🏽‍🚒\u202eقصة\u200f ok"
    body = make.report_body(
        survivor_alias=strange[:30],
        note=strange,
        safe_contact={"contact_via": "phone", "number": "0812", "ask_for": strange},
    )
    phone.act("report.create", body)

    opened()

    texts = texts_of(one(Report))
    assert texts["note"] == strange
    assert reasons() == []


# What cannot be applied --------------------------------------------------------------------------


def test_an_envelope_sealed_to_an_unknown_key_is_unreadable(phone, opened):
    stranger = public_of(new_private())
    envelope_id = str(uuid4())
    info = envelope_info("intake.33.02.9", envelope_id, 1)
    sealed = seal(stranger, info, {"act": "report.create"}, ACT_SIZES)
    phone.put(envelope_id, sealed, kid="intake.33.02.9")
    phone.send()

    opened()

    assert reasons() == ["unreadable"]
    assert one(Alert).urgent
    phone.fetch()
    assert phone.state_of(envelope_id) == "please_call"


def test_an_envelope_under_another_ones_id_is_unreadable(phone, opened):
    envelope_id = phone.seal("report.create", make.report_body())
    envelope = phone.outbox.pop(envelope_id)

    phone.send([envelope | {"id": str(uuid4())}])
    opened()

    assert reasons() == ["unreadable"]
    assert count(Report) == 0


FRAMES = {
    "unknown_act": {"act": "report.burn", "unlocked": True},
    "invalid": {"act": "report.create", "unlocked": "yes"},
}


@pytest.mark.parametrize(("reason", "frame"), FRAMES.items())
def test_an_odd_act_is_opened_for_its_risk_all_the_same(phone, opened, reason, frame):
    frame = {"at": "2026-01-01T00:00:00Z", "by": phone.device_id} | frame
    phone.seal_content(frame | {"body": make.report_body(danger_signs=["suicidal"])})
    phone.send()

    opened()

    kept = one(Quarantined)
    assert (kept.reason, kept.risk, kept.emergency) == (reason, "high", True)
    assert one(Alert).urgent


ODD = [
    {},
    {"act": ["x"], "at": 1, "by": None, "unlocked": None, "body": []},
    {"act": "report.create", "at": "0001-01-01T00:00:00+14:00", "by": "", "unlocked": True}
    | {"body": {}},
    {"act": "report.create", "at": "2026-01-01T00:00:00Z", "by": "", "unlocked": True, "body": 7},
    {"act": "x\x00y", "at": "2026-01-01T00:00:00Z", "by": "", "unlocked": True, "body": {}},
    {"act": "visit.end", "at": "2026-01-01T00:00:00Z", "by": "", "unlocked": True}
    | {"body": {"visit_id": {"a": 1}, "need": [], "how": {}}},
    {"act": "report.add", "at": "2026-01-01T00:00:00Z", "by": "", "unlocked": True}
    | {"body": {"report_id": ["x"]}},
    {"act": "report.create", "at": "2026-01-01T00:00:00Z", "by": "\x00", "unlocked": True}
    | {"body": {"village": "99.99.99.9999", "danger_now": "no", "violence": ["unknown"]}},
]


def test_nothing_that_opens_can_stop_the_job_or_its_neighbours(phone, opened):
    for content in ODD:
        phone.seal("report.create", make.report_body())
        phone.seal_content(content)
    phone.seal("report.create", make.report_body())
    phone.send()

    opened()

    assert count(Report) == len(ODD) + 1
    assert len(reasons()) == len(ODD)
    assert "failed" not in reasons()


@pytest.mark.parametrize("depth", [100, 300, 480, 900, 5000])
def test_a_body_of_any_depth_holds_up_nobody(phone, opened, depth):
    deep = b"[" * depth + b"]" * depth
    frame = b'{"act":"report.create","at":"2026-01-01T00:00:00Z","by":"x","unlocked":true,"body":'
    body = json.dumps(make.report_body()).encode()[:-1] + b',"extra":' + deep + b"}}"
    key, envelope_id = phone.keys[-1], str(uuid4())
    info = envelope_info(key["kid"], envelope_id, 1)
    sealed = SUITE.encrypt((frame + body).ljust(16384), point(unb64(key["public_key"])), info=info)
    phone.put(envelope_id, b"\x01" + sealed, kid=key["kid"])
    phone.seal("report.create", make.report_body())
    phone.send()

    opened()

    assert count(Report) + len(reasons()) == 2
    assert count(InboxEnvelope, state="new") == 0


def test_a_bug_of_ours_keeps_the_record_for_a_person(phone, opened, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("kata-rahasia")

    monkeypatch.setattr(acts, "apply", broken)
    phone.act("report.create", make.report_body(danger_now="yes"))

    opened()

    kept = one(Quarantined)
    assert (kept.reason, kept.detail, kept.emergency) == ("failed", "ZeroDivisionError", True)


WRONG = [None, 7, 1.5, True, [], {}, [["x"]], "x" * 9000, "\x00", "😀", ""]


def test_any_wrong_value_in_any_field_is_invalid_or_left_out(phone, opened):
    names = [*make.report_body(), "note", "picture", "reported_person", "needs"]
    for name in names:
        for value in WRONG:
            phone.seal("report.create", make.report_body(**{name: value}))
    while phone.outbox:
        assert phone.send(list(phone.outbox.values())[:10]).status == 200

    opened()

    assert set(reasons()) == {"invalid"}
    assert count(Report) + len(reasons()) == len(names) * len(WRONG)


def test_a_newer_phone_is_kept_and_tried_again_after_an_upgrade(phone, opened, monkeypatch):
    phone.act("report.create", make.report_body(danger_now="yes"), schema=2)
    opened()
    assert reasons() == ["newer_schema"]
    assert one(Quarantined).emergency is True

    monkeypatch.setattr(jobs, "ENVELOPE_SCHEMA", 2)
    monkeypatch.setattr(schemas.upgraded, "__kwdefaults__", {"newest": 2, "converters": {1: dict}})
    opened()

    assert reasons() == []
    assert count(Report) == 1


def test_two_under_one_id_apply_one_and_show_the_other(phone, opened):
    first = phone.act("report.create", make.report_body())
    phone.act("report.create", make.report_body(danger_now="yes"), id=first)

    opened()

    assert count(Report) == 1
    kept = one(Quarantined)
    assert (kept.reason, kept.emergency) == ("conflict", True)


def test_what_an_ended_phone_sends_is_junk_opened_for_its_risk(phone, opened):
    with fresh(), transaction() as session:
        phones.revoke(session.get_one(Device, UUID(phone.device_id)), now=utc_now())
    for danger in ("no", "no", "yes", "yes"):
        phone.seal("report.create", make.report_body(danger_now=danger))
    phone.send()

    opened()

    assert reasons() == ["junk"] * 4
    assert count(Report) == 0
    assert sorted(kept.emergency for kept in quarantine_rows()) == [False, False, True, True]
    # One in fifteen minutes; only the first emergency breaks through.
    assert alert_kinds() == ["junk", "junk"]


def quarantine_rows() -> list[Quarantined]:
    with fresh():
        return list(db.session.scalars(select(Quarantined)))


def test_a_person_has_it_applied_corrected(phone, opened):
    report_id = phone.act("report.create", make.report_body(village="33.02.99.9999"))
    opened()
    assert reasons() == ["invalid"]

    with fresh(), transaction():
        kept = one(Quarantined)
        act = quarantine.content_of(kept)["opened"]
        quarantine.correct(kept, act | {"body": act["body"] | {"village": make.VILLAGE}})
        kept.settlement = "apply"
        db.session.add(kept)
    opened()

    assert one(Report).id == UUID(report_id)
    assert reasons() == []
    assert one(Quarantined).settlement == "applied"


def test_a_correction_that_still_cannot_be_applied_comes_back(phone, opened):
    phone.act("report.create", make.report_body(village="33.02.99.9999"))
    opened()
    with fresh(), transaction():
        kept = one(Quarantined)
        kept.settlement = "apply"
        db.session.add(kept)

    opened()

    assert one(Quarantined).settlement is None
    assert reasons() == ["invalid"]


def have_applied(kept_id: UUID) -> None:
    """What the desk does when it decides to apply an act as it came."""
    with fresh(), transaction() as session:
        session.get_one(Quarantined, kept_id).settlement = "apply"


def test_what_breaks_again_comes_back_and_holds_up_nobody(phone, opened, monkeypatch):
    works = acts.apply

    def broken(act, *rest, **named):
        if act == "call.me":
            raise ZeroDivisionError("kata-rahasia")
        works(act, *rest, **named)

    monkeypatch.setattr(acts, "apply", broken)
    phone.act("call.me", {"when": "now", "number": "other"})
    phone.act("report.create", make.report_body(village="33.02.99.9999"))
    opened()
    bug, wrong = sorted(quarantine_rows(), key=lambda kept: kept.reason)
    broken_id, wrong_id = bug.id, wrong.id
    with fresh(), transaction():
        act = quarantine.content_of(wrong)["opened"]
        quarantine.correct(wrong, act | {"body": act["body"] | {"village": make.VILLAGE}})
        db.session.merge(wrong)
    have_applied(broken_id)
    have_applied(wrong_id)

    opened()

    assert (one(Quarantined, id=broken_id).settlement, reasons()) == (None, ["failed"])
    assert one(Quarantined, id=broken_id).detail == "ZeroDivisionError"
    assert count(Report) == 1


def test_a_machine_out_of_order_leaves_what_is_marked_for_later(phone, opened, monkeypatch):
    phone.act("report.create", make.report_body(village="33.02.99.9999"))
    opened()
    have_applied(one(Quarantined).id)

    def away(*_, **__):
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(acts, "apply", away)
    with fresh(), pytest.raises(OperationalError):
        jobs.apply_marked(now=utc_now())

    assert one(Quarantined).settlement == "apply"


def test_a_second_act_under_one_id_is_applied_beside_the_first(phone, opened):
    first = phone.act("call.me", {"when": "now", "number": "other"})
    phone.act("call.me", {"when": "today", "number": "other"}, id=first)
    opened()
    assert reasons() == ["conflict"]
    have_applied(one(Quarantined).id)

    opened()

    assert reasons() == []
    assert count(CallRequest) == 2


# The small acts -----------------------------------------------------------------------------------


def test_practice_is_answered_within_the_job(phone, opened):
    phone.act("drill.record", {"ok": True, "seconds": 61, "backs": 1, "missed_signs": ["weapon"]})
    opened()

    phone.fetch()

    assert (one(Drill).seconds, one(Drill).missed_signs) == (61, 1)
    assert [alert["kind"] for alert in phone.of_kind("alert")] == ["drill_received"]
    assert count(Referral) == 0


def test_practice_on_a_pending_phone_is_answered_too(app, cadre, opened):
    phone = paired(app, cadre, confirm=False)
    phone.act("drill.record", {"ok": True, "seconds": 61})
    opened()

    phone.fetch()

    assert [alert["kind"] for alert in phone.of_kind("alert")] == ["drill_received"]


def test_an_alert_that_was_seen_leaves_the_phone(phone, opened):
    phone.act("drill.record", {"ok": True, "seconds": 61})
    opened()
    phone.fetch()
    (alert,) = phone.of_kind("alert")

    phone.act("alert.acknowledge", {"alert_id": alert["alert_id"]})
    opened()
    phone.fetch()

    assert phone.of_kind("alert") == []
    assert one(Alert).acknowledged_at is not None


def test_a_tally_forgets_its_phone(phone, opened):
    body = {"village": make.VILLAGE, "month": "2026-11", "violence": ["physical"]}
    envelope_id = phone.act("tally.add", body)

    opened()

    row = one(InboxEnvelope)
    assert (row.state, row.device_id, row.seq, row.device_now) == ("applied", None, 0, None)
    assert row.sealed is None  # Its bytes say who sealed them.
    assert one(Tally).id != UUID(envelope_id)
    with fresh():
        device = db.session.get(Device, UUID(phone.device_id))
        assert device.missing_seqs == ""
    assert [r["status"] for r in phone.send([phone.sent[envelope_id]]).json["results"]] == [
        "duplicate"
    ]


def test_a_tally_counts_in_the_month_of_the_server_whatever_year_her_phone_is_in(phone, opened):
    phone.clock_off = timedelta(days=4000)
    phone.act("tally.add", {"village": make.VILLAGE, "month": "2037-11", "violence": ["physical"]})

    opened()

    assert one(Tally).month in {f"{at:%Y-%m}" for at in (utc_now(), utc_now() - timedelta(hours=1))}


def test_a_tally_that_a_person_had_applied_leads_no_more_to_its_phone(phone, opened):
    body = {"village": "33.02.99.2999", "month": "2026-11", "violence": ["physical"]}
    phone.act("tally.add", body)
    opened()
    with fresh(), transaction():
        kept = db.session.scalars(select(Quarantined)).one()
        act = quarantine.content_of(kept)["opened"]
        right = act | {"body": body | {"village": make.VILLAGE}}
        settling.apply(kept, right, as_staff(make.person(Role.COORDINATOR)), now=utc_now())

    opened()

    kept, row = one(Quarantined), one(InboxEnvelope)
    assert (kept.settlement, kept.device_id, kept.sealed) == ("applied", None, None)
    assert (row.device_id, row.sealed) == (None, None)
    assert one(Tally).village == make.VILLAGE


def test_how_a_cadre_is_reached_is_sealed_and_the_newest_word_counts(phone, opened):
    phone.act("contact.update", {"number": "081234567", "word": "melati"})
    phone.act("contact.update", {"number": "089999999"}, ago=timedelta(hours=2))

    opened()

    contact = one(CadreContact)
    assert texts_of(contact)["number"] == "081234567"
    assert contact.number_blind is not None


def test_who_only_holds_her_phone_changes_nothing_by_which_she_is_known(phone, opened, subtests):
    phone.act("contact.update", {"number": "081234567", "word": "melati"})
    opened()
    stranger = {"cookie": None}, {"unlocked": False}
    for way in stranger:
        for change in ({"word": "kamboja"}, {"number": "0899"}, {"second_number": "0899"}):
            with subtests.test(f"{way} {change}"):
                other = Phone(phone.server, **{**_kept(phone), **way})
                other.seal("contact.update", {"number": "+62 812-34567"} | change)
                other.send(X_Device=phone.device_id)
                opened()

                assert reasons()[-1] == "not_allowed"
                assert texts_of(one(CadreContact)) == {"number": "081234567", "word": "melati"}
                phone.seq = other.seq


def _kept(phone) -> dict:
    names = ("cookie", "device_id", "keys", "seq", "last_receipt")
    return {name: getattr(phone, name) for name in names}


def test_without_her_pin_she_may_still_say_when_to_call_and_the_desk_what_is_new(phone, opened):
    phone.act("contact.update", {"number": "081234567", "word": "melati"})
    phone.unlocked = False
    phone.act("contact.update", {"number": "0812 34567", "from": "09:00", "to": "11:00"})
    opened()
    assert reasons() == []
    assert texts_of(one(CadreContact))["word"] == "melati"
    assert texts_of(one(CadreContact))["from"] == "09:00"

    phone.act("contact.update", {"number": "0899"})
    opened()
    with fresh(), transaction():
        member = as_staff(make.person(Role.COORDINATOR))
        settling.apply(one(Quarantined), None, member, now=utc_now())
    opened()

    assert texts_of(one(CadreContact))["number"] == "0899"


def test_she_can_just_ask_to_be_called(phone, opened):
    phone.act("call.me", {"when": "now", "number": "other"})

    opened()

    call = one(CallRequest)
    assert (call.why, call.when) == ("asked", "now")
    assert call.due_at - call.asked_at == timedelta(minutes=15)
    assert one(Alert, kind="call_me").urgent


# Withdrawal ---------------------------------------------------------------------------------------


def test_a_withdrawal_stops_sharing_within_three_days(phone, opened):
    report_id = phone.act("report.create", make.report_body())
    phone.act("consent.withdraw", {"report_id": report_id, "purposes": ["record", "refer_police"]})

    opened()

    withdrawal = one(Withdrawal)
    assert withdrawal.due_at - withdrawal.received_at == timedelta(hours=72)
    with fresh():
        assert reports.sharing_stopped(UUID(report_id)) == {"record", "refer_police"}


def test_a_withdrawal_that_waits_already_stops_sharing(phone, opened):
    report_id = phone.seal("report.create", make.report_body())
    phone.seal("consent.withdraw", {"report_id": report_id, "purposes": ["contact"]})
    report, withdrawal = phone.outbox.values()

    phone.send([withdrawal])
    opened()

    with fresh():
        assert reports.sharing_stopped(UUID(report_id)) == {"contact"}
    phone.send([report])
    opened()
    assert count(Withdrawal) == 1
    assert count(InboxEnvelope, state="applied") == 2


def test_a_withdrawal_takes_visits_that_nobody_has_set_out_on_off_the_phone(phone, visit, opened):
    report_id = str(one(Report).id)
    phone.act("consent.withdraw", {"report_id": report_id, "purposes": ["contact"]})
    opened()

    phone.fetch()

    assert phone.of_kind("visit") == phone.of_kind("visit_details") == []
    assert one(Visit).state == "withdrawn"


def test_after_a_withdrawal_no_details_go_to_the_phone(phone, visit, opened):
    report_id = str(one(Report).id)
    phone.act("visit.start", {"visit_id": visit} | GATE)
    phone.act("consent.withdraw", {"report_id": report_id, "purposes": ["visit"]})
    opened()
    with fresh(), transaction() as session:
        session.get_one(Visit, UUID(visit)).details_told = False

    opened()
    phone.fetch()

    assert phone.of_kind("visit_details") == []
    assert phone.of_kind("visit")[0]["state"] == "started"
    with fresh():
        assert not errands.details_due(now=utc_now())


def test_a_withdrawal_of_something_else_leaves_the_details(phone, visit, opened):
    report_id = str(one(Report).id)
    phone.act("consent.withdraw", {"report_id": report_id, "purposes": ["refer_police"]})
    opened()

    phone.fetch()

    assert len(phone.of_kind("visit_details")) == 1


# Visits -------------------------------------------------------------------------------------------

GATE = {"still_agreed": "yes", "cover_ready": "yes", "check_out_in": 60}


@pytest.fixture
def visit(phone, opened):
    """A visit handed to the phone's cadre, as the desk makes it."""
    report_id = phone.act("report.create", make.report_body())
    opened()
    with fresh(), transaction() as session:
        now = utc_now()
        staff = make.person(Role.CASEWORKER)
        row = make.visit(
            UUID(report_id),
            session.get_one(Device, UUID(phone.device_id)).person_id,
            staff.id,
            now,
            agreed_at=make.NOON,
        )
        write_facts(row, {"meeting_place": "posyandu", "picture": "7"})
        seal_texts(row, make.DISTRICT, {"survivor_alias": "Bunga", "look_for": "luka"})
        session.add(row)
        session.flush()
        errands.tell_phone(row, now=now)
    return str(row.id)


def test_a_visit_reaches_the_phone_with_the_minimum_and_its_details(phone, visit):
    phone.fetch()

    (told,) = phone.of_kind("visit")
    assert told["visit_id"] == visit
    assert (told["own_report"], told["alias"], told["state"]) == (True, "Bunga", "assigned")
    (details,) = phone.of_kind("visit_details")
    assert details["look_for"] == "luka"
    assert datetime.fromisoformat(details["agreed_at"]) == make.NOON


def test_a_visit_goes_from_acceptance_to_its_record(phone, visit, opened):
    phone.seal("visit.accept", {"visit_id": visit, "conflict": "none"})
    phone.seal("visit.start", {"visit_id": visit, **GATE})
    phone.seal("visit.end", {"visit_id": visit, "how": "done", "need": "none"})
    record = {"visit_id": visit, "outcome": "met", "alone_with_survivor": "yes"}
    phone.seal("visit.record", record | {"survivor_wish": "pulang"})
    phone.send()

    opened()

    row = one(Visit)
    assert (row.state, row.how, row.need, row.check_out_at) == ("recorded", "done", "none", None)
    assert row.started_at and row.ended_at and row.recorded_at
    assert texts_of(one(VisitRecord))["survivor_wish"] == "pulang"
    assert count(VisitStep) == 3
    assert "visit_recorded" in alert_kinds()
    phone.fetch()
    assert phone.of_kind("visit") == phone.of_kind("visit_details") == []


@pytest.mark.parametrize(
    ("herself", "heard"),
    [("fine", None), ("tired", "cadre_tired"), ("need_to_talk", "call_me")],
)
def test_how_the_cadre_is_reaches_her_supervisor(phone, visit, opened, herself, heard):
    record = {"visit_id": visit, "outcome": "met", "alone_with_survivor": "yes"}
    phone.act("visit.record", record | {"cadre_wellbeing": herself})

    opened()

    assert set(alert_kinds()) & {"cadre_tired", "call_me"} == ({heard} if heard else set())
    assert count(CallRequest) == (herself == "need_to_talk")
    if heard:
        alert = one(Alert, kind=heard)
        assert (alert.role, alert.person_id, str(alert.visit_id)) == ("coordinator", None, visit)


def test_the_check_out_clock_runs_from_the_start(phone, visit, opened):
    phone.act("visit.start", {"visit_id": visit, **GATE}, ago=timedelta(minutes=10))

    opened()

    left = one(Visit).check_out_at - utc_now()
    assert timedelta(minutes=49) < left <= timedelta(minutes=50)


def test_a_start_of_more_than_a_day_ago_starts_no_clock(phone, visit, opened):
    phone.act("visit.start", {"visit_id": visit, **GATE}, ago=timedelta(hours=25))

    opened()

    row = one(Visit)
    assert (row.state, row.check_out_at) == ("started", None)


def test_a_plan_without_a_start_runs_a_clock_too(phone, visit, opened):
    phone.clock_off = timedelta(days=-400)
    planned = (phone.now() + timedelta(hours=2)).isoformat()
    phone.act("visit.plan", {"visit_id": visit, "planned_at": planned, "check_out_in": 30})

    opened()

    left = one(Visit).check_out_at - utc_now()
    assert timedelta(hours=2, minutes=29) < left <= timedelta(hours=2, minutes=30)


def test_unsafe_and_stopped_makes_a_call_within_fifteen_minutes(phone, visit, opened):
    phone.act("visit.end", {"visit_id": visit, "how": "unsafe_stopped", "need": "none"})

    opened()

    call = one(CallRequest)
    assert call.why == "unsafe_stopped"
    assert call.due_at - call.asked_at <= timedelta(minutes=16)
    assert one(Alert, kind="unsafe_stopped").urgent


def test_an_end_that_comes_before_its_start_ends_the_same(phone, visit, opened):
    phone.seal("visit.start", {"visit_id": visit, **GATE})
    phone.seal("visit.end", {"visit_id": visit, "how": "done", "need": "none"})
    start, end = phone.outbox.values()

    phone.send([end])
    opened()
    phone.send([start])
    opened()

    row = one(Visit)
    assert (row.state, row.check_out_at) == ("ended", None)
    assert row.started_at is not None
    assert reasons() == []


def test_a_late_act_does_not_bring_back_a_visit_that_is_over(phone, visit, opened):
    phone.act("visit.record", {"visit_id": visit, "outcome": "met", "alone_with_survivor": "yes"})
    opened()

    phone.act("visit.accept", {"visit_id": visit, "conflict": "none"})
    opened()
    phone.fetch()

    assert one(Visit).state == "recorded"
    assert phone.of_kind("visit") == phone.of_kind("visit_details") == []


@pytest.fixture
def screened_meanwhile(monkeypatch):
    """The desk writes its screening after the worker has read the referral."""
    known, kept = reports.known_answers, []

    def known_while_screened(report):
        stale = db.session.scalars(select(Referral)).one()
        kept.append(stale)
        facts = facts_of(stale) | {"screened": True}
        written = opener().encrypt("referrals", "facts", str(stale.id), facts)
        db.session.connection().execute(Referral.__table__.update().values(facts=written))
        return known(report)

    monkeypatch.setattr(reports, "known_answers", known_while_screened)


@pytest.mark.usefixtures("screened_meanwhile")
def test_an_addition_keeps_a_screening_written_meanwhile(phone, visit, opened):
    about = {"report_id": str(one(Report).id)}

    phone.act("report.add", about | {"danger_signs": ["strangled"]})
    opened()

    referral = one(Referral)
    assert (referral.risk, facts_of(referral).get("screened")) == ("high", True)


@pytest.mark.usefixtures("screened_meanwhile")
def test_a_record_keeps_a_screening_written_meanwhile(phone, visit, opened):
    record = {"visit_id": visit, "outcome": "met", "alone_with_survivor": "yes"}

    phone.act("visit.record", record | {"danger_signs": ["death_threat"]})
    opened()

    referral = one(Referral)
    assert (referral.risk, facts_of(referral).get("screened")) == ("high", True)


def test_a_worrying_record_raises_the_risk_and_never_lowers_it(phone, visit, opened):
    record = {"visit_id": visit, "outcome": "met", "alone_with_survivor": "yes"}
    phone.act("visit.record", record | {"danger_signs": ["death_threat"]})
    opened()
    assert one(Referral).risk == "high"

    phone.act("visit.record", record | {"danger_signs": ["none_seen"]})
    opened()

    assert one(Referral).risk == "high"
    assert count(VisitRecord) == 2


def test_somebody_elses_visit_is_not_hers(app, visit, opened):
    with transaction():
        neighbour = make.person()
    other = paired(app, neighbour)
    other.act("visit.accept", {"visit_id": visit, "conflict": "none"})

    opened()

    assert reasons() == ["not_allowed"]
    assert one(Visit).state == "assigned"


def test_accepting_what_was_declined_is_for_a_person(phone, visit, opened):
    phone.act("visit.decline", {"visit_id": visit, "reason": "unsafe"})
    opened()

    phone.act("visit.accept", {"visit_id": visit, "conflict": "none"})
    opened()

    assert reasons() == ["conflict"]
    assert one(Visit).state == "declined"


def test_a_new_phone_gets_what_is_open_sealed_to_its_own_key(app, cadre, phone, visit, opened):
    opened()
    newer = paired(app, cadre)

    opened()
    newer.fetch()

    assert [told["visit_id"] for told in newer.of_kind("visit")] == [visit]
    assert [told["state"] for told in newer.of_kind("report_status")] == ["received"]


# Keeping ------------------------------------------------------------------------------------------


def test_raw_bytes_go_thirty_days_after_applying_and_the_receipt_stays(phone, opened):
    envelope_id = phone.act("report.create", make.report_body())
    opened()

    with fresh(), transaction():
        assert purging.forget_bytes(now=utc_now() + timedelta(days=29)) == 0
    with fresh(), transaction():
        assert purging.forget_bytes(now=utc_now() + timedelta(days=31)) == 1

    row = one(InboxEnvelope)
    assert row.sealed is None
    again = phone.send([phone.sent[envelope_id]]).json["results"][0]
    assert (again["status"], again["receipt"]) == ("duplicate", row.receipt)


def test_bytes_that_were_purged_do_not_come_back_with_a_backup(phone, opened):
    phone.act("report.create", make.report_body())
    opened()
    later = utc_now() + timedelta(days=31)
    with fresh(), transaction():
        purging.forget_bytes(now=later)
    with fresh(), transaction() as session:
        session.execute(update(InboxEnvelope).values(sealed=b"from the backup"))

    with fresh(), transaction():
        assert replaying.replay(now=later) == 1

    assert one(InboxEnvelope).sealed is None


def test_a_hundred_and_twenty_envelopes_are_drained_fifty_at_a_time(phone, opened):
    for _ in range(120):
        phone.seal("drill.record", {"ok": True, "seconds": 60})
    while phone.outbox:
        phone.send()
    with fresh():
        assert jobs.drain(now=utc_now()) == 50
        assert jobs.drain(now=utc_now()) == 50
        assert jobs.drain(now=utc_now()) == 20
        assert jobs.drain(now=utc_now()) == 0
