"""To another district: a copy sealed to it, and an answer that comes back."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app import sealing
from app.db import db, transaction
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.fields import parse
from app.domain.permissions import Role
from app.domain.transfer import Ground, TransferState
from app.models import Alert, Area, Case, District, Referral, Report, Transfer, Withdrawal
from app.sealing import Unreadable, b64, envelope_info, new_private, open_sealed, opener, public_of
from app.services import (
    consents,
    deadlines,
    deciding,
    escalations,
    purging,
    referrals,
    replaying,
    reports,
    risks,
    safe_ways,
    transfer_files,
    transfer_news,
    transfers,
)
from tests.desk import as_staff, in_care, reported, screened, staff
from tests.make import DISTRICT, NOON, fresh, person

ELSEWHERE = "52.72"
AGREED = Ground("consent", "written", "ia pindah ke sana")
HOUR = timedelta(hours=1)


@pytest.fixture
def head(app):
    with transaction():
        return staff(Role.HEAD, Role.COORDINATOR, Role.CASEWORKER)


@pytest.fixture
def other(app):
    """The head of a district that works in the same installation, with keys of its own."""
    settings = app.config["SIAGA"]
    with transaction() as session:
        session.add(Area(code=ELSEWHERE, level="regency", parent_code=None, name="KOTA LAIN"))
        session.flush()
        session.add(District(code=ELSEWHERE))
        session.flush()
        member = person(Role.HEAD, Role.COORDINATOR, Role.CASEWORKER, district=ELSEWHERE)
    sealing.make_development_keys(settings, [ELSEWHERE])
    sealing.register(app, settings)
    return member


@pytest.fixture
def sent(head, other) -> Transfer:
    with transaction():
        referral = screened(reported(person(), at=NOON, now=NOON, **SEXUAL), head, now=NOON)
    return send(referral, head)


SEXUAL = {"violence": ["sexual"], "last_happened": "days_4_7", "note": "rahasia sekali"}


def send(referral: Referral, head, ground: Ground = AGREED, now=NOON + HOUR) -> Transfer:
    with transaction():
        return transfers.send(again(referral), ELSEWHERE, ground, as_staff(head), now=now)


def again(row):
    return db.session.get_one(type(row), row.id, populate_existing=True)


def answered(row: Transfer, to: TransferState, by, refusal=None) -> Transfer:
    with transaction():
        locked = transfers.get(row.id, as_staff(by), lock=True)
        transfers.answer(locked, to, as_staff(by), refusal=refusal, now=NOON + 2 * HOUR)
    return again(row)


def test_a_copy_stands_in_the_other_queue_and_only_that_district_can_open_it(sent):
    copy = again(sent.copy)
    assert (copy.district, copy.open, copy.report.channel) == (ELSEWHERE, True, "other_district")
    assert copy.report.sealed_kid == f"archive.{ELSEWHERE}.1"
    assert reports.known_answers(copy.report)["note"] == "rahasia sekali"
    assert (copy.report.cadre_id, copy.report.device_id) == (None, None)
    assert again(sent.referral).state == "transferred"
    assert not again(sent.referral).open


def test_whoever_must_not_know_by_any_word_said_here_is_known_there(head, other):
    with transaction():
        first, second = (
            screened(reported(person(), at=NOON, now=NOON, must_not_know=[who]), head, now=NOON)
            for who in ("spouse", "local_police")
        )
        deciding.mark_duplicate(second, first, as_staff(head), now=NOON)

    copy = again(send(first, head).copy)

    assert set(reports.known_answers(copy.report)["must_not_know"]) == {"spouse", "local_police"}


def test_the_law_counts_from_her_report_not_from_the_copy(sent):
    (police,) = (row for row in deadlines.of_referral(sent.copy) if row.kind == "police_report")
    assert (police.starts_at, police.due_at) == (NOON, NOON + 72 * HOUR)
    assert {row.ended_how for row in deadlines.of_referral(sent.referral)} == {"transferred"}


def test_taken_over_comes_back_as_a_state_and_nobody_there_sees_our_row(sent, head, other):
    row = answered(sent, TransferState.ACCEPTED, other)

    assert (row.state, again(row.referral).state) == ("accepted", "transferred")
    alert = db.session.query(Alert).filter_by(kind="transfer_answered").one()
    assert (alert.district, alert.report_id) == (DISTRICT, row.referral.report_id)
    with pytest.raises(Missing):
        referrals.get(row.referral_id, as_staff(other))
    with pytest.raises(Conflict):
        answered(row, TransferState.REFUSED, other, "other")


def test_taking_it_into_care_is_taking_it_over(sent, other):
    with transaction():
        copy = screened(again(sent.copy), other, now=NOON + 2 * HOUR)
        deciding.accept(copy, other, as_staff(other), now=NOON + 2 * HOUR)
    assert again(sent).state == "accepted"


@pytest.mark.parametrize("how", ["refused", "not ours", "taken back", "expired"])
def test_what_is_not_taken_over_waits_here_again_and_is_emptied_there(sent, head, other, how):
    if how == "refused":
        answered(sent, TransferState.REFUSED, other, "not_our_area")
    with transaction():
        if how == "not ours":
            copy = screened(again(sent.copy), other, now=NOON + 2 * HOUR)
            deciding.not_ours(copy, "x", "y", as_staff(other), now=NOON + 2 * HOUR)
        if how == "taken back":
            mine = transfers.get(sent.id, as_staff(head), lock=True)
            transfers.take_back(mine, as_staff(head), now=NOON + 2 * HOUR)
        if how == "expired":
            assert transfers.expire_due(now=NOON + 3 * timedelta(days=1)) == 0
            assert transfers.expire_due(now=NOON + HOUR + timedelta(days=3)) == 1

    back, copy = again(sent.referral), again(sent.copy)
    assert (back.state, back.open, copy.open) == ("seen", True, False)
    assert again(copy.report).sealed is None
    assert {row.state for row in deadlines.of_referral(back)} == {"running"}
    assert not deadlines.of_referral(copy, going=True)
    assert deciding.last_undoable(copy, NOON + 3 * HOUR) is None


@pytest.mark.parametrize("how", ["refused", "expired"])
def test_an_emergency_that_comes_back_rings_until_somebody_here_has_it(head, other, how):
    with transaction():
        referral = screened(reported(person(), at=NOON, now=NOON), head, now=NOON)
        referral.emergency, referral.risk = True, "high"
    row = send(referral, head)

    back = NOON + 2 * HOUR if how == "refused" else NOON + HOUR + timedelta(days=3)
    if how == "refused":
        answered(row, TransferState.REFUSED, other, "not_our_area")
    with transaction():
        transfers.expire_due(now=back)
        escalations.escalate(now=back + HOUR / 4)

    rung = db.session.query(Alert).filter_by(kind="second_on_call", district=DISTRICT)
    assert rung.count() and {one.report_id for one in rung} == {referral.report_id}


def test_a_restored_backup_empties_the_copy_again(sent, other):
    report = again(sent.copy.report)
    before = (report.sealed, report.sealed_kid, report.sealed_schema)
    answered(sent, TransferState.REFUSED, other, "other")
    with transaction():
        restored = again(report)
        restored.sealed, restored.sealed_kid, restored.sealed_schema = before

    with transaction():
        replaying.replay(now=NOON + 5 * HOUR)

    assert again(report).sealed is None


def test_a_withdrawal_reaches_the_copy(sent):
    with transaction():
        report = db.session.get_one(Report, sent.referral.report_id)
        consents.withdraw(
            fresh(), report, ["record"], received_at=NOON + 2 * HOUR, now=NOON + 2 * HOUR
        )

    assert reports.sharing_stopped(sent.copy.report_id) == {"record"}
    assert db.session.query(Withdrawal).count() == 2


def test_two_withdrawals_that_came_at_one_moment_both_reach_the_copy(sent):
    about = {"received_at": NOON + 2 * HOUR, "now": NOON + 2 * HOUR}
    with transaction():
        report = db.session.get_one(Report, sent.referral.report_id)
        for purpose in ("visit", "refer_police"):
            consents.withdraw(fresh(), report, [purpose], **about)

    assert reports.sharing_stopped(sent.copy.report_id) == {"visit", "refer_police"}


def test_a_withdrawal_under_the_report_put_to_it_reaches_the_copy_once(head, other):
    with transaction():
        first, second = (
            screened(reported(person(), at=NOON, now=NOON), head, now=NOON) for _each in "12"
        )
        deciding.mark_duplicate(second, first, as_staff(head), now=NOON)
    copy = again(send(first, head).copy)

    with transaction() as session:
        session.query(Alert).delete()
        about = {"received_at": NOON + 2 * HOUR, "now": NOON + 2 * HOUR}
        consents.withdraw(fresh(), again(second).report, ["contact"], **about)

    assert reports.sharing_stopped(copy.report_id) == {"contact"}
    told = db.session.query(Alert).filter_by(district=ELSEWHERE, kind="new_report_news")
    assert told.count() == 1


def test_what_she_had_taken_back_stops_the_copy_of_what_it_is_put_to(case, head):
    copy = again(send(case.referral, head).copy)
    with transaction():
        second = screened(reported(person(), at=NOON, now=NOON), head, now=NOON)
        about = {"received_at": NOON + HOUR, "now": NOON + HOUR}
        consents.withdraw(fresh(), second.report, ["contact"], **about)
        deciding.mark_duplicate(second, again(case).referral, as_staff(head), now=NOON + 2 * HOUR)

    assert reports.sharing_stopped(copy.report_id) == {"contact"}


def test_what_she_took_back_before_is_stopped_there_from_the_start(head, other):
    """A person may judge that her life is in danger: the other district still hears her no."""
    with transaction():
        grave = {"danger_signs": ["weapon"]}
        referral = screened(reported(person(), at=NOON, now=NOON, **grave), head, now=NOON)
        consents.withdraw(fresh(), referral.report, ["refer_police"], received_at=NOON, now=NOON)

    row = send(referral, head, Ground("life_in_danger", "", "senjata di rumah"))

    assert reports.sharing_stopped(row.copy.report_id) == {"refer_police"}


def test_nothing_goes_out_after_a_withdrawal_or_without_a_ground(head, other):
    with transaction():
        referral = screened(reported(person(), at=NOON, now=NOON), head, now=NOON)
    for ground in (Ground("consent", "", "x"), Ground("child", "", "bukan anak sama sekali")):
        with pytest.raises(Invalid):
            send(referral, head, ground)
    with transaction():
        consents.withdraw(fresh(), referral.report, ["record"], received_at=NOON, now=NOON)
    with pytest.raises(Invalid):
        send(referral, head)
    assert again(referral).state == "screened"
    assert db.session.query(Transfer).count() == 0


def test_to_an_office_that_is_not_here_it_goes_as_a_file_that_only_it_can_open(head, app):
    theirs = new_private()
    line = f"intake.32.01.1 {b64(public_of(theirs))}"
    with transaction():
        referral = screened(reported(person(), at=NOON, now=NOON, **SEXUAL), head, now=NOON)
        row = transfers.send_file(referral, line, "UPTD Bogor", AGREED, as_staff(head), now=NOON)

    said = json.loads(transfer_files.as_file(again(row)))
    raw = sealing.unb64(said["sealed"])
    with pytest.raises(Unreadable):
        opener().open_envelope(said["kid"], said["id"], said["schema"], raw)
    content = open_sealed(theirs, envelope_info(said["kid"], said["id"], said["schema"]), raw)
    assert content["body"]["note"] == "rahasia sekali"
    assert b"rahasia" not in transfer_files.as_file(again(row))

    answered(row, TransferState.ACCEPTED, head)
    assert again(row).sealed is None


def test_a_file_that_came_stands_in_the_queue_once(head, app):
    """Sealed to us by an office that does not work here."""
    line = transfer_files.key_line(DISTRICT)
    kid, point = line.split()
    content = {
        "act": "transfer.copy",
        "from": "32.01",
        "basis": "consent",
        "risk": "high",
        "words": "pindah",
        **dict.fromkeys(("happened_at", "since", "sent_at"), (NOON - HOUR).isoformat()),
        "ends_at": (NOON + 48 * HOUR).isoformat(),
        "body": {"village": "32.01.01.2001", "danger_now": "no", "violence": ["sexual"]},
    }
    made = fresh()
    sealed = transfer_files.sealed(content, kid, point, made)
    said = {"format": "siaga-transfer/1", "id": str(made), "kid": kid, "schema": 1}
    raw = json.dumps(said | {"sealed": b64(sealed)}).encode()

    with transaction():
        row = transfer_news.read_file(raw, as_staff(head), now=NOON)

    assert (row.copy.risk, row.copy.village, row.copy.open) == ("high", DISTRICT, True)
    (police,) = (one for one in deadlines.of_referral(row.copy) if one.kind == "police_report")
    assert police.starts_at == NOON - HOUR
    with pytest.raises(Conflict), transaction():
        transfer_news.read_file(raw, as_staff(head), now=NOON)


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b'{"format":"siaga-transfer/1","id":"x","kid":"intake.33.02.1"}']
)
def test_a_file_that_is_none_is_refused(head, raw):
    with pytest.raises(Invalid), transaction():
        transfer_news.read_file(raw, as_staff(head), now=NOON)


def test_no_transfer_goes_to_its_own_district_or_belongs_to_nobody(sent):
    for wrong in ({"to_district": DISTRICT}, {"referral_id": None, "copy_id": None}):
        with pytest.raises(IntegrityError), transaction() as session:
            session.query(Transfer).filter_by(id=sent.id).update(wrong)


@pytest.fixture
def case(head, other) -> Case:
    """In care for bodily violence; the caseworker then finds that it was sexual."""
    with transaction():
        made = db.session.get_one(Case, in_care(person(), head, violence=["physical"]))
        found = {"screening": ["violence_against_woman"], "gbv_core_type": "rape"}
        risks.keep_found(made.referral, found, now=NOON)
        way = parse("desk.safe_way", {"contact_via": "midwife", "code_word": "melati"})
        safe_ways.set_new(made.referral, way, as_staff(head), now=NOON)
    return made


@pytest.mark.parametrize("to", [TransferState.ACCEPTED, TransferState.REFUSED])
def test_a_case_is_cared_for_here_until_it_is_closed_whatever_they_answer(case, head, other, to):
    row = send(case.referral, head)
    copy = again(row.copy)
    assert copy.sexual
    assert "police_report" in {one.kind for one in deadlines.of_referral(copy)}
    answers = reports.known_answers(copy.report)
    assert (answers["contact_via"], answers["safe_contact"]["code_word"]) == ("midwife", "melati")
    with pytest.raises(Conflict):
        send(case.referral, head)

    answered(row, to, other, "not_our_area")
    assert (again(case).closed_at, again(case.referral).state) == (None, "accepted")
    assert deadlines.of_referral(case.referral, going=True)
    rung = {one.person_id for one in db.session.query(Alert).filter_by(kind="transfer_answered")}
    assert rung == {None, head.id}
    assert (again(copy.report).sealed is None) == (to is TransferState.REFUSED)


def test_nothing_of_a_case_goes_out_after_she_has_taken_her_yes_back(case, head):
    with transaction():
        report = again(case.referral).report
        consents.withdraw(fresh(), report, ["record"], received_at=NOON, now=NOON)
    with pytest.raises(Invalid):
        send(case.referral, head)
    assert db.session.query(Transfer).count() == 0


def test_a_withdrawal_after_a_case_was_sent_reaches_the_copy(case, head):
    row = send(case.referral, head)
    with transaction():
        report = again(case.referral).report
        consents.withdraw(fresh(), report, ["record"], received_at=NOON, now=NOON + 2 * HOUR)
    assert reports.sharing_stopped(again(row.copy).report_id)


def test_emptying_leaves_no_words(sent):
    with transaction():
        purging.forget_copy(again(sent.copy.report), now=NOON)
    assert not reports.known_answers(sent.copy.report).get("note")
