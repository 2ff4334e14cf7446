"""What is added after a copy has gone: the desk is told that it has not, and may send it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from app import sealing
from app.db import db, transaction
from app.domain import codes
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.fields import parse
from app.domain.report import Risk
from app.domain.transfer import TransferState
from app.models import Alert, Device, Person, Referral, ReportAddition, Transfer, TransferNews
from app.sealing import b64, envelope_info, new_private, open_sealed, public_of
from app.services import (
    assessments,
    consents,
    deadlines,
    deciding,
    forgetting,
    own_record,
    reading,
    reports,
    safe_ways,
    transfer_copies,
    transfer_files,
    transfer_news,
    transfers,
)
from app.services.arrival import Arrival
from tests.desk import as_staff, phone_of, reported, screened
from tests.make import DISTRICT, NOON, fresh, person
from tests.services.test_transfers import AGREED, HOUR, again, answered, case, head, other, send

__all__ = ["case", "head", "other"]
WORSE = {"danger_signs": ["strangled"], "note": "ia dicekik tadi pagi"}


@pytest.fixture
def sent(head, other) -> Transfer:
    with transaction():
        referral = screened(reported(person(), at=NOON, now=NOON), head, now=NOON)
    return send(referral, head)


def told(row: Transfer | Referral, now=NOON + 2 * HOUR, **more) -> None:
    """The cadre adds to what she reported here."""
    with transaction():
        report = again(row.referral if isinstance(row, Transfer) else row).report
        cadre = db.session.get_one(Person, report.cadre_id)
        phone = db.session.scalar(db.select(Device).where(Device.person_id == cadre.id))
        body = {"report_id": str(report.id), **more}
        parsed = parse("report.add", body, reports.known_answers(report))
        arrival = Arrival(fresh(), phone or phone_of(cadre), now, now, now)
        reports.add(report, parsed, arrival, now=now)


def later(row: Transfer, member) -> int:
    return transfer_news.later([again(row)], as_staff(member)).get(row.id, 0)


def sent_after(row: Transfer, member, now=NOON + 3 * HOUR) -> TransferNews:
    with transaction():
        mine = transfers.get(row.id, as_staff(member), lock=True)
        return transfer_news.send(mine, as_staff(member), now=now)


def test_what_a_cadre_adds_after_the_copy_has_not_gone_until_it_is_sent(sent, head, other):
    copy = sent.copy.report_id
    assert later(sent, head) == 0
    told(sent, **WORSE)
    told(sent, needs=["medical"])
    heads = db.session.query(Alert).filter_by(kind="transfer_later")
    assert {(one.role, one.district, one.urgent) for one in heads} == {("head", DISTRICT, True)}
    assert (later(sent, head), later(sent, other)) == (2, 0)
    assert reports.known_answers(again(sent.copy).report)["note"] != WORSE["note"]

    sent_after(sent, head)

    assert later(sent, head) == 0
    answers = reports.known_answers(again(sent.copy).report)
    assert (answers["note"], answers["needs"]) == (WORSE["note"], ["medical"])
    assert (again(sent.copy).risk, again(sent.copy).open) == ("high", True)
    addition = db.session.query(ReportAddition).filter_by(report_id=copy).one()
    assert addition.sealed_kid.startswith(f"archive.{sent.to_district}.")
    rung = db.session.query(Alert).filter_by(report_id=copy, district=sent.to_district)
    assert {"new_referral", "new_report_news"} <= {one.kind for one in rung}
    with pytest.raises(Conflict, match=r"transfer\.nothing_later"):
        sent_after(sent, head)


def test_her_own_record_says_of_each_time_that_something_went_there(sent, head):
    told(sent, **WORSE)
    assert [one.at for one in own_record.of_report(again(sent.referral)).shared] == [sent.sent_at]

    news = sent_after(sent, head)

    shared = own_record.of_report(again(sent.referral)).shared
    assert [(one.at, one.basis) for one in shared] == [
        (sent.sent_at, sent.basis),
        (news.sent_at, sent.basis),
    ]


def test_sexual_violence_that_is_told_later_starts_the_law_there(sent, head):
    told(sent, violence=["physical", "sexual"])

    sent_after(sent, head)

    kinds = {row.kind for row in deadlines.of_referral(again(sent.copy), going=True)}
    assert "police_report" in kinds


def test_a_new_safe_way_of_a_case_goes_after_its_copy(case, head, other):
    row = send(case.referral, head)
    with transaction():
        way = parse("desk.safe_way", {"contact_via": "do_not_contact"})
        safe_ways.set_new(again(case.referral), way, as_staff(head), now=NOON + 2 * HOUR)
    assert later(row, head) == 1
    assert db.session.query(Alert).filter_by(kind="transfer_later").count() == 1

    sent_after(row, head)

    answers = reports.known_answers(again(row.copy).report)
    assert answers["contact_via"] == "do_not_contact"


def test_nothing_goes_after_a_copy_once_she_has_taken_that_yes_back(sent, head):
    told(sent, **WORSE)
    with transaction():
        report = again(sent.referral).report
        consents.withdraw(fresh(), report, ["record"], received_at=NOON, now=NOON + 2 * HOUR)

    with pytest.raises(Invalid, match=r"transfer\.stopped"):
        sent_after(sent, head)
    assert later(sent, head) == 1


def test_nothing_goes_after_a_copy_that_was_given_back_or_by_who_got_it(sent, head, other):
    told(sent, **WORSE)
    with pytest.raises(Missing):
        sent_after(sent, other)
    answered(sent, TransferState.REFUSED, other, "not_our_area")

    assert later(sent, head) == 0
    with pytest.raises(Conflict):
        sent_after(sent, head)


@pytest.fixture
def by_file(head) -> tuple[Transfer, bytes]:
    """A copy for an office elsewhere, and that office's private key."""
    theirs = new_private()
    line = f"intake.32.01.1 {b64(public_of(theirs))}"
    with transaction():
        one = screened(reported(person(), at=NOON, now=NOON), head, now=NOON)
        row = transfers.send_file(one, line, "UPTD Bogor", AGREED, as_staff(head), now=NOON)
    return row, theirs


def test_to_an_office_elsewhere_it_goes_as_a_file_sealed_to_the_same_key(by_file, head):
    row, theirs = by_file
    answered(row, TransferState.ACCEPTED, head)
    told(row, **WORSE)
    first = sent_after(row, head)
    told(row, needs=["police"])

    last = sent_after(row, head, NOON + 4 * HOUR)

    with pytest.raises(Conflict):
        transfer_news.get(again(row), first.id)  # The last says it all.
    made = transfer_files.as_file(again(row), transfer_news.get(again(row), last.id))
    said = json.loads(made)
    info = envelope_info("intake.32.01.1", said["id"], said["schema"])
    content = open_sealed(theirs, info, sealing.unb64(said["sealed"]))
    assert (content["act"], content["transfer"]) == ("transfer.more", str(row.id))
    assert (content["body"]["note"], content["body"]["needs"]) == (WORSE["note"], ["police"])
    assert b"dicekik" not in made

    with transaction():
        again(row.referral).open = False
        forgetting.forget(again(row.referral), now=NOON)
    assert db.session.get_one(TransferNews, last.id, populate_existing=True).sealed is None


def test_without_the_key_of_that_office_it_is_called(by_file, head):
    row, _theirs = by_file
    told(row, **WORSE)
    with transaction():
        again(row).key_point = None

    with pytest.raises(Invalid, match=r"transfer\.no_key"):
        sent_after(row, head)


def a_file(act: str, made, **more) -> bytes:
    """Sealed to us by an office that does not work here."""
    kid, point = transfer_files.key_line(DISTRICT).split()
    content = {
        "act": act,
        "from": "32.01",
        "basis": "life_in_danger",
        "risk": "medium",
        **dict.fromkeys(("happened_at", "since", "sent_at", "made_at"), (NOON - HOUR).isoformat()),
        "ends_at": (NOON + timedelta(days=2)).isoformat(),
        **more,
    }
    sealed = transfer_files.sealed(content, kid, point, made)
    said = {"format": "siaga-transfer/1", "id": str(made), "kid": kid, "schema": 1}
    return json.dumps(said | {"sealed": b64(sealed)}).encode()


BODY = {"village": "32.01.01.2001", "danger_now": "no", "violence": ["physical"]}
BODY |= {"consent": "yes"}


def read(raw: bytes, member, now=NOON) -> Transfer:
    with transaction():
        return transfer_news.read_file(raw, as_staff(member), now=now)


def test_a_file_that_comes_after_a_copy_stands_with_it_once(head, app):
    first, made = fresh(), fresh()
    row = read(a_file(transfer_copies.COPY, first, body=BODY), head)
    told = {"transfer": str(first), "body": BODY | WORSE, "stopped": ["visit"], "sexual": True}
    raw = a_file(transfer_copies.MORE, made, **told)

    assert read(raw, head) == row

    answers = reports.known_answers(again(row.copy).report)
    assert (answers["note"], again(row.copy).risk) == (WORSE["note"], "high")
    assert again(row.copy).sexual
    assert reports.sharing_stopped(row.copy.report_id) == {"visit"}
    with pytest.raises(Conflict, match=r"transfer\.twice"):
        read(raw, head)


@pytest.mark.parametrize("wrong", [{}, {"from": "32.02"}, {"transfer": "x"}, {"transfer": None}])
def test_a_file_after_a_copy_that_was_not_read_here_is_refused(head, app, wrong):
    first = fresh()
    if wrong:
        read(a_file(transfer_copies.COPY, first, body=BODY), head)
    told = {"transfer": str(first), "body": BODY | WORSE} | wrong

    with pytest.raises(Invalid, match=r"transfer\.first"):
        read(a_file(transfer_copies.MORE, fresh(), **told), head)


def test_nothing_is_added_to_a_copy_that_its_district_has_forgotten(sent, head, other):
    answered(sent, TransferState.ACCEPTED, other)
    with transaction():
        again(sent.copy).open = False
        forgetting.forget(again(sent.copy), now=NOON + 2 * HOUR)
    told(sent, **WORSE)

    with pytest.raises(Conflict, match=r"transfer\.forgotten"):
        sent_after(sent, head)
    assert db.session.query(ReportAddition).filter_by(report_id=sent.copy.report_id).count() == 0


def test_a_file_after_a_copy_that_was_forgotten_here_is_refused(head, app):
    first = fresh()
    row = read(a_file(transfer_copies.COPY, first, body=BODY), head)
    with transaction():
        again(row.copy).open = False
        forgetting.forget(again(row.copy), now=NOON)

    with pytest.raises(Conflict, match=r"transfer\.forgotten"):
        read(a_file(transfer_copies.MORE, fresh(), transfer=str(first), body=BODY | WORSE), head)


def test_a_file_that_was_overtaken_on_its_way_is_not_read_over_the_newer(head, app):
    first = fresh()
    row = read(a_file(transfer_copies.COPY, first, body=BODY), head)
    old, new = (
        a_file(transfer_copies.MORE, fresh(), transfer=str(first), body=BODY | said, made_at=at)
        for at, said in (
            (NOON.isoformat(), {"contact_via": "phone"}),
            ((NOON + HOUR).isoformat(), {"contact_via": "do_not_contact"}),
        )
    )
    read(new, head)

    with pytest.raises(Conflict, match=r"transfer\.older"):
        read(old, head)
    assert reports.known_answers(again(row.copy).report)["contact_via"] == "do_not_contact"


def test_a_number_that_is_known_no_more_is_not_called_there_either(head, other):
    way = {"contact_via": "phone", "safe_contact": {"number": "081234567001"}}
    with transaction():
        one = screened(reported(person(), at=NOON, now=NOON, **way), head, now=NOON)
        kept = parse("desk.safe_way", {"contact_via": "phone", "number": "081234567001"})
        safe_ways.set_new(one, kept, as_staff(head), now=NOON)
    row = send(one, head)
    assert reading.report(again(row.copy)).way["number"] == "081234567001"
    told(row, safe_contact={"number": "081234567002"})
    assert "number" not in reading.report(again(row.referral)).way

    sent_after(row, head)

    there = reading.report(again(row.copy)).way
    assert ("number" in there, there["contact_via"]) == (False, "do_not_contact")


@pytest.fixture
def second(case, head) -> tuple[Transfer, Referral]:
    """A copy of a case that is out, and a graver report about her that was put to the case."""
    row = send(case.referral, head)
    with transaction():
        grave = reported(person(), danger_signs=["strangled"], must_not_know=["local_police"])
        two = screened(grave, head, now=NOON)
        deciding.mark_duplicate(two, again(case.referral), as_staff(head), now=NOON + 2 * HOUR)
    return row, two


def test_what_a_second_report_says_has_not_gone_with_the_copy_of_the_first(second, head):
    row, two = second
    heads = db.session.query(Alert).filter_by(kind="transfer_later", role="head")
    assert (later(row, head), heads.count()) == (1, 1)
    before = again(row.copy).risk

    sent_after(row, head)

    copy = again(row.copy)
    assert (before, copy.risk, again(row.referral).risk) == ("medium", "high", "high")
    assert "local_police" in reports.known_answers(copy.report)["must_not_know"]
    rung = db.session.query(Alert).filter_by(report_id=copy.report_id, urgent=True)
    assert "new_report_news" in {one.kind for one in rung}
    told(two, needs=["medical"], now=NOON + 4 * HOUR)
    assert (later(row, head), heads.count()) == (1, 2)


@pytest.mark.parametrize("sent_first", [True, False])
def test_what_came_stays_untold_when_a_second_report_is_taken_apart_again(second, head, sent_first):
    row, two = second
    if sent_first:
        sent_after(row, head)
    told(row, needs=["medical"], now=NOON + 4 * HOUR)

    with transaction():
        deciding.undo(again(two), as_staff(head), now=NOON + 5 * HOUR)

    assert later(row, head) >= 1


@pytest.mark.parametrize(("stopped_at", "holds"), [(NOON - HOUR, False), (NOON + 2 * HOUR, True)])
def test_what_she_has_agreed_to_there_since_is_not_stopped_by_an_old_word(
    head, app, stopped_at, holds
):
    first, taken_back = fresh(), {"stopped": ["refer_police"]}
    row = read(a_file(transfer_copies.COPY, first, body=BODY, **taken_back), head)
    with transaction():
        kept = deciding.accept(
            screened(again(row.copy), head, now=NOON), head, as_staff(head), now=NOON
        )
        talk = {"giver": "survivor", "method": "written", "explained": list(codes.EXPLAINED)}
        talk |= {"rights_read": "yes", "agree_refer_police": "yes"}
        consents.record(kept, parse("desk.consent", talk), as_staff(head), now=NOON + HOUR)
    assert reports.sharing_stopped(row.copy.report_id) == frozenset()
    taken_back |= {"stopped_at": {"refer_police": stopped_at.isoformat()}}
    more = {"transfer": str(first), "body": BODY | WORSE} | taken_back

    read(a_file(transfer_copies.MORE, fresh(), **more), head, now=NOON + 3 * HOUR)

    assert bool(reports.sharing_stopped(row.copy.report_id)) == holds


def test_that_she_is_in_more_danger_than_was_known_goes_after_the_copy(case, head):
    row, heads = send(case.referral, head), db.session.query(Alert).filter_by(kind="transfer_later")
    with transaction():
        assessments.change_risk(again(case), Risk.LOW, "lebih tenang", as_staff(head), now=NOON)
    assert (later(row, head), heads.count()) == (0, 0)
    with transaction():
        assessments.change_risk(again(case), Risk.HIGH, "", as_staff(head), now=NOON + HOUR)
    assert (later(row, head), heads.count()) == (1, 1)

    sent_after(row, head)

    assert again(row.copy).risk == "high"
