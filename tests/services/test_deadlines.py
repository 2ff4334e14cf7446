"""Kept clocks: begun by a report, changed only with a reason, told of in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.db import db, transaction
from app.domain.errors import Conflict, Invalid, NotAllowed
from app.domain.permissions import Role
from app.models import Alert, Case, Deadline, DistrictSetting, Referral, TrailRow
from app.services import (
    absences,
    counting,
    deadline_acts,
    deadline_board,
    deadline_warnings,
    deadlines,
    deciding,
    referrals,
    related,
    statistics,
)
from app.services.deadline_acts import Why
from tests.desk import as_staff, in_care, reported, screened, staff
from tests.make import DISTRICT, NOON, person

HOUR = timedelta(hours=1)
SEXUAL = {"violence": ["sexual"], "last_happened": "days_4_7"}
BECAUSE = Why("survivor_said", "dua hari lebih awal")


@pytest.fixture
def salak(app):
    with transaction():
        return staff(Role.COORDINATOR, Role.CASEWORKER)


@pytest.fixture
def head(app):
    with transaction():
        return staff(Role.HEAD, label="Kepala Contoh")


@pytest.fixture
def police(salak) -> Deadline:
    with transaction():
        referral = reported(person(), at=NOON, now=NOON, **SEXUAL)
    return one(referral, "police_report")


def one(referral: Referral, kind: str) -> Deadline:
    """The only clock of this kind, as it stands now."""
    (found,) = (row for row in deadlines.of_referral(again(referral)) if row.kind == kind)
    return again(found)


def again(row):
    return db.session.get_one(type(row), row.id, populate_existing=True)


def do(row: Deadline, act: str, *args, now=NOON, by, **more) -> Deadline:
    with transaction():
        locked = deadline_acts.get(row.id, as_staff(by), lock=True)
        getattr(deadline_acts, act)(locked, *args, as_staff(by), now=now, **more)
    return again(row)


def test_a_report_of_sexual_violence_starts_the_police_clock_as_an_estimate(police):
    assert (police.estimate, police.starts_at) == (True, NOON)
    assert police.due_at == NOON + 72 * HOUR
    assert police.warn_at == NOON + 24 * HOUR


def test_a_correction_needs_a_reason_and_keeps_what_stood_there(police, salak):
    earlier = NOON - 48 * HOUR
    with pytest.raises(Invalid):
        do(police, "correct", earlier, Why(""), by=salak)

    row = do(police, "correct", earlier, BECAUSE, by=salak)

    assert (row.estimate, row.due_at) == (False, NOON + 24 * HOUR)
    (step,) = deadlines.steps_of(row)
    assert (step.act, step.reason, step.by) == ("correct", "survivor_said", salak.id)
    assert (step.was_start, step.was_due) == (NOON, NOON + 72 * HOUR)
    assert b"awal" not in step.sealed
    assert db.session.query(TrailRow).filter_by(act="clock.correct").one().by == salak.id


def test_a_clock_of_the_law_does_not_stand_still_and_one_of_ours_moves_by_as_long(police, salak):
    with pytest.raises(Invalid, match="law"):
        do(police, "pause", BECAUSE, by=salak)
    outreach = one(police.referral, "outreach")
    due_at = outreach.due_at

    do(outreach, "pause", BECAUSE, by=salak)
    row = do(outreach, "resume", BECAUSE, now=NOON + 5 * HOUR, by=salak)

    assert (row.state, row.due_at) == ("running", due_at + 5 * HOUR)
    assert [step.act for step in deadlines.steps_of(row)] == ["resume", "pause"]


def test_an_adults_refusal_ends_it_only_with_a_second_person(police, salak, head):
    ending = ("adult_refuses_recorded", NOON + HOUR, "ia menolak, tertulis")
    row = do(police, "end", *ending, now=NOON + 2 * HOUR, by=salak)
    assert (row.state, row.asked_by) == ("running", salak.id)
    with pytest.raises(NotAllowed):
        do(police, "agree", by=salak)

    row = do(police, "agree", now=NOON + 3 * HOUR, by=head)

    assert (row.state, row.ended_how, row.ended_by) == ("ended", "adult_refuses_recorded", head.id)


@pytest.mark.parametrize("alone", [True, False])
def test_no_row_can_say_that_an_adult_refused_without_a_second_person(police, salak, alone):
    how = {"state": "ended", "ended_how": "adult_refuses_recorded", "ended_at": NOON}
    people = {"asked_by": salak.id, "ended_by": salak.id} if alone else {}
    with pytest.raises(IntegrityError), transaction() as session:
        session.query(Deadline).filter_by(id=police.id).update(how | people)


def test_for_a_child_there_is_no_refusal(salak):
    with transaction():
        referral = reported(
            person(), survivor_age="13_17", consent=None, at=NOON, now=NOON, **SEXUAL
        )
    with pytest.raises(Invalid):
        do(one(referral, "police_report"), "end", "adult_refuses_recorded", NOON, "x", by=salak)


def test_protection_that_police_gave_must_be_asked_on_and_its_end_is_told(salak):
    with transaction():
        case = in_care(person(), salak)
    referral = db.session.get_one(Case, case).referral
    with transaction():
        locked = referrals.locked_of(referral.report_id)
        deadline_acts.start(locked, "protection_given", NOON, BECAUSE, as_staff(salak), now=NOON)

    do(
        one(referral, "protection_given"),
        "end",
        "given",
        NOON + HOUR,
        "",
        now=NOON + HOUR,
        by=salak,
    )

    assert one(referral, "ask_court").due_at == NOON + 25 * HOUR
    protection = one(referral, "protection_domestic")
    assert protection.due_at == NOON + HOUR + timedelta(days=7)
    assert protection.warn_at == protection.due_at - timedelta(days=2)
    until, later = NOON + timedelta(days=60), NOON + 30 * HOUR
    with pytest.raises(Invalid):
        do(protection, "end", "ordered", later, "", now=later, by=salak)
    do(protection, "end", "ordered", later, "", until=until, now=later, by=salak)
    assert one(referral, "protection_order").due_at == until


def test_a_twins_earlier_clock_counts_and_comes_back_with_it(salak):
    with transaction():
        late, early = (
            screened(reported(person(), at=at, now=at, **SEXUAL), salak, now=NOON)
            for at in (NOON, NOON - 10 * HOUR)
        )
        deciding.mark_duplicate(early, late, as_staff(salak), now=NOON + HOUR)

    assert one(late, "police_report").due_at == NOON + 62 * HOUR
    assert one(early, "police_report").ended_how == "joined"

    with transaction():
        deciding.undo(early, as_staff(salak), now=NOON + 2 * HOUR)
    assert one(early, "police_report").state == "running"


def test_what_goes_to_another_office_has_no_clock_here_any_more(police, salak):
    with transaction():
        referral = screened(again(police.referral), salak, now=NOON)
        deciding.not_ours(referral, "x", "y", as_staff(salak), now=NOON)
    assert {row.ended_how for row in deadlines.of_referral(referral)} == {"not_ours"}


def test_whose_it_is_is_told_in_time_and_the_head_when_it_is_over(police, salak, head):
    def told(hours: int) -> list[tuple[str, bool]]:
        with transaction() as session:
            session.query(Alert).delete()
            deadline_warnings.warn(now=NOON + hours * HOUR)
        rows = db.session.query(Alert).filter(Alert.kind.like("clock%")).all()
        return sorted((row.kind, row.role == Role.HEAD) for row in rows)

    with transaction():
        deadlines.rest(police.referral, "closed", now=NOON)  # Only the law's is left.
    assert told(23) == []
    assert told(24) == [("clock_near", False)]
    assert told(25) == []
    assert told(66) == [("clock_near", False)]  # The one of 48 h was missed: told once.
    assert told(72) == [("clock_late", False), ("clock_late", True)]
    assert told(90) == []


def test_while_whose_it_is_is_away_the_head_is_warned_of_it_in_time(police, salak, head):
    day = NOON.date()
    with transaction():
        absences.note(salak, day, day + timedelta(days=2), as_staff(head), today=day, now=NOON)
        deadlines.rest(police.referral, "closed", now=NOON)
        deadline_warnings.warn(now=NOON + 24 * HOUR)

    rows = db.session.query(Alert).filter_by(kind="clock_near")
    assert {row.person_id or row.role for row in rows} == {salak.id, "head"}


def test_a_district_is_warned_as_long_before_as_it_wants(salak):
    with transaction() as session:
        session.add(DistrictSetting(district=DISTRICT, name="police.warn_first", value="5"))
        session.flush()
        referral = reported(person(), at=NOON, now=NOON, **SEXUAL)
    assert one(referral, "police_report").warn_at == NOON + 5 * HOUR


def test_a_clock_belongs_to_her_caseworker_or_to_whoever_can_keep_it(police, salak, head):
    me = as_staff(salak)
    assert deadline_board.owners([police]) == {police.id: salak.id}
    with transaction():
        related.step_out(again(police.referral), me, now=NOON)
    assert deadline_board.owners([police]) == {police.id: head.id}
    with pytest.raises(Exception, match="clock"):
        deadline_acts.get(police.id, me)


def test_late_because_of_signal_stands_apart_on_the_board_and_in_the_month(salak):
    with transaction():
        slow, lost = (reported(person(), at=NOON, now=NOON, **SEXUAL) for _ in range(2))
        lost.report.happened_at = NOON - 50 * HOUR
    done = NOON + 80 * HOUR
    do(one(slow, "police_report"), "end", "reported", done, "", now=done, by=salak)
    row = one(lost, "police_report")
    do(row, "correct", NOON - 60 * HOUR, BECAUSE, now=done, by=salak)
    do(row, "end", "reported", NOON + 62 * HOUR, "", now=done, by=salak)

    over = dict(
        (found.referral_id, how)
        for found, how in deadline_board.over_late(as_staff(salak), now=done)
    )
    with transaction():
        counting.mark(DISTRICT, now=done)
        while (month := counting.next_stale()) is not None:
            counting.count(month, now=done)
            db.session.flush()
    seen = statistics.totals_for_offices(DISTRICT, "2026-11", "2026-11")

    assert over == {slow.id: "late", lost.id: "late_signal"}
    counts = {"kept": 0, "late_signal": 1, "late": 1, "open": 0}
    assert dict(seen.clocks["clock_police"].cells) == counts


def test_what_ended_by_mistake_runs_again_from_its_start(police, salak):
    do(police, "end", "not_sexual", NOON, "", by=salak)
    with pytest.raises(Conflict):
        do(police, "end", "reported", NOON, "", by=salak)

    row = do(police, "again", Why("mistake"), by=salak)

    assert (row.state, row.starts_at, row.ended_how) == ("running", NOON, None)
