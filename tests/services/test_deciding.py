"""Screening and deciding: what may happen to a referral, and who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db, transaction, utc_now
from app.domain.errors import Conflict, Invalid, Missing, NotAllowed
from app.domain.permissions import Role
from app.domain.report import Risk
from app.models import Alert, Case, DeviceItem, Referral, TrailRow
from app.services import deciding, opening, referrals, related, twin_news, twins
from tests.desk import as_staff, phone_of, reported, screened, staff
from tests.make import NOON, person

DAY = timedelta(days=1)

FOUND = {"screening": ["violence_against_woman"], "authority": "district"}


@pytest.fixture
def salak(app):
    with transaction():
        return staff(Role.COORDINATOR, Role.CASEWORKER)


@pytest.fixture
def melati(app):
    with transaction():
        return person(Role.CADRE)


def test_looking_is_seen_and_the_cadre_learns_that_a_person_has_read_it(salak, melati):
    with transaction():
        phone = phone_of(melati)
        referral = reported(melati)

    with transaction():
        referrals.see(referral, as_staff(salak), now=utc_now())

    assert referral.state == "seen"
    assert referral.seen_by == salak.id
    item = db.session.get(DeviceItem, (phone.id, "report_status", referral.report_id))
    assert item is not None


def test_accepting_makes_a_case_and_takes_it_off_the_queue(salak, melati):
    with transaction():
        referral = screened(reported(melati), salak)

    with transaction():
        case = deciding.accept(referral, salak, as_staff(salak), now=utc_now())

    assert referral.state == "accepted"
    assert not referral.open
    assert case.caseworker_id == salak.id


def test_the_second_to_accept_is_told_that_somebody_was_first(salak, melati):
    with transaction():
        referral = screened(reported(melati), salak)
        deciding.accept(referral, salak, as_staff(salak), now=utc_now())

    with pytest.raises(Conflict), transaction():
        deciding.accept(referral, salak, as_staff(salak), now=utc_now())

    assert db.session.query(Case).count() == 1


def test_what_nobody_has_screened_is_not_accepted(salak, melati):
    with transaction():
        referral = reported(melati)

    with pytest.raises(Conflict), transaction():
        deciding.accept(referral, salak, as_staff(salak), now=utc_now())


def test_anyone_may_raise_a_risk(salak, melati):
    with transaction():
        coordinator = staff(Role.COORDINATOR, label="Petugas Jambu")
        referral = reported(melati)

    with transaction():
        who = as_staff(coordinator)
        referrals.see(referral, who, now=utc_now())
        referrals.screen(referral, who, FOUND, Risk.HIGH, now=utc_now())

    assert referral.risk == "high"


def test_lowering_a_risk_needs_a_caseworker_and_a_reason(salak, melati):
    with transaction():
        coordinator = staff(Role.COORDINATOR, label="Petugas Jambu")
        referral = reported(melati, danger_signs=["strangled"])
    now = utc_now()

    with pytest.raises(NotAllowed), transaction():
        referrals.screen(referral, as_staff(coordinator), FOUND, Risk.LOW, why="x" * 9, now=now)
    with pytest.raises(Invalid), transaction():
        referrals.screen(referral, as_staff(salak), FOUND, Risk.LOW, now=now)
    with transaction():
        referral = db.session.get_one(Referral, referral.id)
        referrals.see(referral, as_staff(salak), now=now)
        referrals.screen(referral, as_staff(salak), FOUND, Risk.LOW, why="sudah aman", now=now)

    assert referral.risk == "low"


@pytest.mark.parametrize(
    ("screening", "child", "sexual"),
    [
        ("violence_against_woman", False, False),
        ("violence_against_child", True, False),
        ("child_and_law", True, False),
        ("child_marriage", True, False),
        ("sexual_violence_adult_man", False, True),
    ],
)
def test_what_screening_finds_about_her_stays_found(salak, melati, screening, child, sexual):
    with transaction():
        referral = reported(melati, survivor_age="unknown", violence=["physical"])
        referrals.see(referral, as_staff(salak), now=utc_now())
        found = FOUND | {"screening": [screening]}
        referrals.screen(referral, as_staff(salak), found, Risk(referral.risk), now=utc_now())

    with transaction():
        referrals.screen(referral, as_staff(salak), FOUND, Risk(referral.risk), now=utc_now())

    assert (referral.child, referral.sexual) == (child, sexual)


def test_a_question_goes_to_the_phone_of_the_cadre_and_nowhere_readable(salak, melati):
    with transaction():
        phone = phone_of(melati)
        referral = screened(reported(melati), salak)

    with transaction():
        deciding.ask_cadre(referral, "Kapan bisa ditelepon?", as_staff(salak), now=utc_now())

    assert referral.state == "returned"
    kinds = db.session.scalars(db.select(DeviceItem.kind).filter_by(device_id=phone.id)).all()
    assert "message" in kinds


def test_nobody_can_be_asked_about_a_report_without_a_cadre(salak):
    with transaction():
        referral = screened(reported(None), salak)

    with pytest.raises(Invalid), transaction():
        deciding.ask_cadre(referral, "Siapa?", as_staff(salak), now=utc_now())


def test_a_twin_gives_the_graver_of_both_to_the_other(salak, melati):
    with transaction():
        grave = screened(reported(melati, danger_signs=["weapon"]), salak)
        mild = screened(reported(melati), salak)

    with transaction():
        deciding.mark_duplicate(grave, mild, as_staff(salak), now=utc_now())

    assert (grave.state, grave.open, grave.same_as) == ("duplicate", False, mild.id)
    assert mild.risk == "high"


def test_a_twin_is_not_hung_on_what_is_at_an_end(salak, melati):
    with transaction():
        one, other = (screened(reported(melati), salak) for _ in range(2))
        deciding.not_ours(other, "Nomor dinas sosial", "Dinas sosial", as_staff(salak), now=NOON)

    with pytest.raises(Invalid), transaction():
        deciding.mark_duplicate(one, other, as_staff(salak), now=utc_now())


def test_what_is_in_care_goes_on_in_no_other(salak, melati):
    with transaction():
        one, other = (screened(reported(melati), salak) for _ in range(2))
        case = deciding.accept(one, salak, as_staff(salak), now=utc_now())

    with pytest.raises(Conflict), transaction():
        deciding.mark_duplicate(one, other, as_staff(salak), now=utc_now())

    one = db.session.get_one(Referral, one.id)
    assert (one.state, one.same_as, case.closed_at) == ("accepted", None, None)
    assert not twins.fit(one, other)


def test_a_graver_twin_raises_what_is_in_care_and_rings_its_caseworker(salak, melati):
    with transaction():
        jambu = staff(Role.CASEWORKER, label="Petugas Jambu")
        mild = screened(reported(melati), salak)
        case = deciding.accept(mild, jambu, as_staff(salak), now=utc_now())
        grave = screened(reported(melati, danger_signs=["weapon"]), salak)

    with transaction():
        deciding.mark_duplicate(grave, mild, as_staff(salak), now=utc_now())

    assert (mild.risk, case.risk) == ("high", "high")
    told = db.session.query(Alert).filter_by(person_id=jambu.id, kind="new_report_news")
    assert told.count() == 1


def test_who_must_not_know_of_a_twin_must_not_know_of_the_other(salak, melati):
    with transaction():
        jati = person(Role.CADRE, label="Kader Jati")
        twin = screened(reported(jati, must_not_know=["parents"]), salak)
        kept = screened(reported(melati), salak)
        deciding.mark_duplicate(twin, kept, as_staff(salak), now=utc_now())

    with transaction():
        opened = opening.open_report(kept, None, as_staff(salak), "contact", "", now=utc_now())

    assert set(opened.must_not_know) == {"spouse", "parents"}
    assert set(opening.must_not_know_of(jati, as_staff(jati))) == {"spouse", "parents"}


def test_in_what_others_go_on_goes_on_in_no_other(salak, melati):
    with transaction():
        first, twin, third = (screened(reported(melati), salak) for _ in range(3))
        deciding.mark_duplicate(twin, first, as_staff(salak), now=utc_now())
    assert not twins.fit(first, third)
    assert twins.fit(third, first)

    with pytest.raises(Invalid), transaction():
        deciding.mark_duplicate(first, third, as_staff(salak), now=utc_now())


def test_a_twin_is_not_betrayed_to_the_cadre(salak, melati):
    with transaction():
        phone_of(melati)
        one, other = (screened(reported(melati), salak) for _ in range(2))
        before = db.session.query(Alert).filter_by(person_id=melati.id).count()

    with transaction():
        deciding.mark_duplicate(one, other, as_staff(salak), now=utc_now())

    assert db.session.query(Alert).filter_by(person_id=melati.id).count() == before


def test_a_day_later_the_cadre_of_a_twin_reads_what_has_become_of_the_other(salak, melati):
    with transaction():
        jati = person(label="Kader Jati")
        phone_of(jati)
        then = NOON - DAY
        kept, twin = (screened(reported(who, now=then), salak, now=then) for who in (melati, jati))
        deciding.mark_duplicate(twin, kept, as_staff(salak), now=NOON)
        deciding.accept(kept, salak, as_staff(salak), now=NOON)
    told = db.select(Alert).filter_by(person_id=jati.id, kind="report_moved", made_at=NOON + DAY)

    assert not twin_news.due(now=NOON + DAY - timedelta(minutes=1))
    assert twin_news.seen_by_cadre(twin) == "seen"
    for _twice in range(2):
        with transaction():
            twin_news.tell(now=NOON + DAY)
    assert len(db.session.scalars(told).all()) == 1
    assert twin_news.seen_by_cadre(twin) == "in_care"
    assert deciding.last_undoable(twin, NOON + DAY).act == "duplicate"

    with transaction():
        deciding.undo(db.session.merge(twin), as_staff(salak), now=NOON + DAY)
    assert not twin_news.due(now=NOON + 3 * DAY)


@pytest.mark.parametrize("decision", ["duplicate", "not_ours", "return"])
def test_a_decision_can_be_taken_back(salak, melati, decision):
    with transaction():
        referral = screened(reported(melati), salak)
        other = screened(reported(melati), salak)
    who, now = as_staff(salak), utc_now()
    with transaction():
        if decision == "duplicate":
            deciding.mark_duplicate(referral, other, who, now=now)
        elif decision == "not_ours":
            deciding.not_ours(referral, "Nomor dinas sosial", "Dinas sosial", who, now=now)
        else:
            deciding.ask_cadre(referral, "Kapan?", who, now=now)

    with transaction():
        deciding.undo(referral, who, now=now + timedelta(days=1))

    assert referral.open
    assert referral.state in ("seen", "screened")


def test_after_thirty_days_nothing_is_taken_back(salak, melati):
    with transaction():
        referral = screened(reported(melati), salak)
        deciding.not_ours(referral, "x", "y", as_staff(salak), now=utc_now())

    with pytest.raises(Conflict), transaction():
        deciding.undo(referral, as_staff(salak), now=utc_now() + timedelta(days=31))


def test_to_somebody_related_it_is_not_there(salak, melati):
    with transaction():
        referral = reported(melati)
        related.step_out(referral, as_staff(salak), now=utc_now())

    with pytest.raises(Missing):
        referrals.get(referral.id, as_staff(salak))


def test_to_somebody_related_no_case_is_given(salak, melati):
    with transaction():
        jambu = staff(Role.CASEWORKER, label="Petugas Jambu")
        referral = screened(reported(melati), salak)
        related.step_out(referral, as_staff(jambu), now=utc_now())

    with pytest.raises(Invalid), transaction():
        deciding.accept(referral, jambu, as_staff(salak), now=utc_now())
    with transaction():
        referral = db.session.get_one(Referral, referral.id)
        case = deciding.accept(referral, salak, as_staff(salak), now=utc_now())
    with pytest.raises(Invalid), transaction():
        deciding.assign(case, jambu, as_staff(salak), now=utc_now())


def test_another_district_has_no_such_referral(salak, melati):
    with transaction():
        referral = reported(melati)
    stranger = as_staff(salak)
    stranger = type(stranger)(stranger.id, "52.72", stranger.roles, "", None, b"")

    with pytest.raises(Missing):
        referrals.get(referral.id, stranger)


def test_opening_leaves_a_row_with_its_reason(salak, melati):
    with transaction():
        referral = reported(melati)

    with transaction():
        opened = opening.open_report(referral, None, as_staff(salak), "contact", "", now=utc_now())

    assert opened.must_not_know == ("spouse",)
    row = db.session.scalars(db.select(TrailRow).filter_by(act="report.open")).one()
    assert (row.by, row.reason, row.object_id) == (salak.id, "contact", str(referral.report_id))


def test_opening_without_a_reason_is_refused(salak, melati):
    with transaction():
        referral = reported(melati)

    with pytest.raises(Invalid), transaction():
        opening.open_report(referral, None, as_staff(salak), "", "", now=utc_now())


def test_opening_what_a_colleague_accompanies_needs_words_and_tells_her(salak, melati):
    with transaction():
        jambu = staff(Role.CASEWORKER, label="Petugas Jambu")
        referral = screened(reported(melati), salak)
        case = deciding.accept(referral, salak, as_staff(salak), now=utc_now())
    who = as_staff(jambu)

    with pytest.raises(Invalid), transaction():
        opening.open_report(referral, case, who, "contact", "", now=utc_now())
    with transaction():
        opening.open_report(referral, case, who, "contact", "Salak sedang cuti", now=utc_now())

    told = db.session.query(Alert).filter_by(person_id=salak.id, kind="opened_by_other")
    assert told.count() == 1


def test_candidates_for_the_same_person_live_in_the_same_village_and_resemble(salak, melati):
    with transaction():
        one = reported(melati)
        alike = reported(melati)
        reported(melati, survivor_sex="male", safe_contact={})
        reported(melati, village="33.02.17.2002", safe_contact={})

    found = twins.candidates(one, as_staff(salak))

    assert alike.id in [twin.referral.id for twin in found]
    assert len(found) == 1
