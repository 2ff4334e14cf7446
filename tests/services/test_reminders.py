"""What does not come in time is told to whoever has the case: once, while it still waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db, transaction
from app.domain.fields import parse
from app.domain.permissions import Role
from app.domain.risk import Proposal, Risk
from app.models import Alert, Case, Person, Recall, Reminder
from app.services import (
    absences,
    assessments,
    attempts,
    duty,
    follow_ups,
    recalls,
    reminders,
    reminding,
    safe_ways,
    seeing,
    service_referrals,
    trail,
    worsening,
)
from tests.desk import as_staff, in_care, phone_of, staff
from tests.make import NOON, person, visit
from tests.onward import partner, sent, taken_back

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def office(app):
    """A coordinator, her caseworker, a head who approves; a life in danger, so that all may go."""
    with transaction():
        _coordinator, jambu, head = (
            staff(role) for role in (Role.COORDINATOR, Role.CASEWORKER, Role.HEAD)
        )
        case = in_care(None, jambu, danger_signs=["death_threat"])
    return case, jambu.id, as_staff(head)


def heard(at, kind: str) -> list:
    """Let the worker tell what is due at a moment; return who has heard it so far."""
    with transaction():
        reminding.ring_due(now=at)
    rows = db.session.query(Alert).filter_by(kind=kind)
    return sorted(str(row.person_id or row.role) for row in rows)


@pytest.mark.parametrize(
    ("what", "late", "also"),
    [
        (("medical", "rape_72h"), 2 * HOUR, ["coordinator"]),
        (("psychosocial", "counselling"), 3 * DAY + 9 * HOUR, []),
    ],
)
def test_who_asked_a_partner_hears_that_no_answer_came(office, what, late, also):
    case, jambu, head = office
    with transaction():
        sent(case, head, partner(head, now=NOON), *what, now=NOON)

    assert heard(NOON + late - HOUR / 60, "service_late") == []
    for _twice in range(2):
        assert heard(NOON + late, "service_late") == sorted([str(jambu), *also])
    assert not reminding.due(NOON + late)


def test_an_answer_in_time_is_no_reason_to_ring_but_a_day_that_passed_is(office):
    case, jambu, head = office
    with transaction():
        row = sent(case, head, partner(head, now=NOON), now=NOON)
        day = (NOON + 2 * DAY).date()
        service_referrals.answered(row, "scheduled", head, on=day, now=NOON + HOUR)

    assert heard(NOON + 2 * DAY, "service_day") == []
    assert heard(NOON + 6 * DAY, "service_day") == [str(jambu)]
    assert heard(NOON + 6 * DAY, "service_late") == []


def test_a_partner_who_must_be_asked_to_stop_is_told_of_before_the_law_s_end_and_after(office):
    case, jambu, head = office
    with transaction():
        sent(case, head, partner(head, now=NOON), now=NOON)
        taken_back(case, "refer_psychosocial", now=NOON)

    assert heard(NOON + 60 * HOUR, "recall_near") == [str(jambu)]
    assert heard(NOON + 72 * HOUR, "recall_late") == sorted([str(jambu), "head"])


def test_who_was_asked_to_stop_in_time_is_told_of_no_more(office):
    case, _jambu, head = office
    with transaction():
        sent(case, head, partner(head, now=NOON), now=NOON)
        taken_back(case, "refer_psychosocial", now=NOON)
        recalls.settle(db.session.query(Recall).one(), "recalled", head, now=NOON + HOUR)

    assert heard(NOON + 72 * HOUR, "recall_near") == heard(NOON, "recall_late") == []


@pytest.mark.parametrize(("state", "told"), [("accepted", 1), ("recorded", 0), ("withdrawn", 0)])
def test_a_visit_that_nobody_made_in_its_time_is_told(office, state, told):
    case_id, jambu, _head = office
    with transaction():
        case = db.session.get_one(Case, case_id)
        cadre = person()
        phone_of(cadre)
        made = visit(case.referral.report_id, cadre.id, jambu, NOON, case_id=case_id, state=state)
        db.session.add(made)
        about = {"district": case.district, "report_id": made.report_id}
        reminders.remind(reminders.Kind.VISIT_MISSED, made.id, at=made.due_at, **about)

    assert heard(NOON + 2 * DAY, "visit_missed") == [str(jambu)] * told
    assert db.session.query(Reminder).filter_by(kind="visit_missed").count() == 0


def test_that_nobody_has_seen_her_for_so_long_is_told_again_and_again_until_somebody_does(office):
    case_id, jambu, _head = office
    case = db.session.get_one(Case, case_id)
    opened = case.opened_at  # High: she is seen again within two days.

    assert heard(opened + 47 * HOUR, "see_her") == []
    assert len(heard(opened + 2 * DAY, "see_her")) == 1
    assert len(heard(opened + 4 * DAY, "see_her")) == 2
    with transaction():
        told = {
            "attempt_at": (opened + 5 * DAY).isoformat(),
            "attempt_via": "phone",
            "attempt_safe": "yes",
            "attempt_result": "reached",
        }
        me = as_staff(db.session.get_one(Person, jambu))
        attempts.log(case, parse("desk.attempt", told), me, now=opened + 5 * DAY)
    assert len(heard(opened + 6 * DAY, "see_her")) == 2
    assert len(heard(opened + 7 * DAY + HOUR, "see_her")) == 3

    with transaction():
        case.closed_at = opened + 8 * DAY
    assert len(heard(opened + 30 * DAY, "see_her")) == 3
    assert db.session.query(Reminder).filter_by(kind="see_her").count() == 0


def test_her_way_is_asked_again_after_a_week_if_no_newer_one_was_set(office):
    case_id, jambu, _head = office
    referral = db.session.get_one(Case, case_id).referral
    me = as_staff(db.session.get_one(Person, jambu))
    for day in (0, 3):
        with transaction():
            way = parse("desk.safe_way", {"contact_via": "midwife"})
            safe_ways.set_new(referral, way, me, now=NOON + day * DAY)

    assert heard(NOON + 7 * DAY, "ask_way") == []
    assert heard(NOON + 10 * DAY, "ask_way") == [str(jambu)]


@pytest.mark.parametrize("looks", [False, True])
def test_an_emergency_in_care_rings_on_until_somebody_looks(office, looks):
    case_id, jambu, head = office
    with transaction():
        case = db.session.get_one(Case, case_id)
        report_id, who = case.referral.report_id, as_staff(db.session.get_one(Person, jambu))
        duty.ring_first(
            "emergency", district=case.district, urgent=True, report_id=report_id, now=NOON
        )
    if looks:
        with transaction():
            trail.append(case.district, "case.see", "case", case_id, by=who.id, now=NOON + HOUR / 6)

    assert heard(NOON + HOUR / 5, "second_on_call") == []
    second = ["caseworker", "coordinator"]
    assert heard(NOON + HOUR / 4, "second_on_call") == ([] if looks else second)
    assert heard(NOON + HOUR / 2, "head_called") == ([] if looks else [str(head.id)])


def test_a_case_that_was_opened_again_is_told_of_once_not_twice(office):
    case_id, jambu, head = office
    case = db.session.get_one(Case, case_id)
    opened = case.opened_at
    with transaction():
        stop, again = opened + HOUR, opened + 3 * HOUR
        case.closed_at, case.stage = stop, "follow_up"
        case.referral.state = "closed"
        follow_ups.reopen(case, "ia menelepon lagi", head, now=again)

    assert heard(opened + 2 * DAY, "see_her") == []
    assert heard(opened + 3 * DAY, "see_her") == [str(jambu)]


@pytest.mark.parametrize("way", ["a person", "the phone"])
def test_who_is_in_more_danger_than_was_thought_is_seen_sooner(office, way):
    case_id, jambu, head = office
    case = db.session.get_one(Case, case_id)
    opened = case.opened_at
    with transaction():
        assessments.change_risk(case, Risk.LOW, "sudah pindah", head, now=opened)
        db.session.query(Reminder).delete()
        reminders.begin_to_see(case, now=opened)

    with transaction():
        if way == "a person":
            assessments.change_risk(case, Risk.HIGH, "", head, now=opened + DAY)
        else:
            high = Proposal(Risk.HIGH, False, ("sign.weapon",))
            worsening.worsen(case.referral, high, {}, now=opened + DAY)

    assert heard(opened + 3 * DAY - HOUR, "see_her") == []
    assert heard(opened + 3 * DAY, "see_her") == [str(jambu)]
    assert len(heard(opened + 4 * DAY, "see_her")) == 1


def test_a_day_that_was_moved_is_asked_about_when_it_has_come(office):
    case, jambu, head = office
    with transaction():
        row = sent(case, head, partner(head, now=NOON), now=NOON)
        for day in (2, 9):
            on = (NOON + day * DAY).date()
            service_referrals.answered(row, "scheduled", head, on=on, now=NOON + HOUR)

    assert heard(NOON + 5 * DAY, "service_day") == []
    assert heard(NOON + 12 * DAY, "service_day") == [str(jambu)]


@pytest.mark.parametrize("away", [True, False])
def test_while_she_is_away_the_coordinators_hear_it_too(office, away):
    case_id, jambu, head = office
    case = db.session.get_one(Case, case_id)
    day = (case.opened_at + 2 * DAY).date()
    with transaction():
        who = db.session.get_one(Person, jambu)
        if away:
            span = (day - DAY, day + DAY)
            absences.note(who, *span, head, today=day - DAY, now=case.opened_at)

    told = heard(case.opened_at + 2 * DAY, "see_her")
    assert told == sorted([str(jambu), *(["coordinator"] if away else [])])


def test_from_the_day_on_which_a_case_is_opened_again_there_is_time_to_see_her(office):
    case_id, _jambu, head = office
    case = db.session.get_one(Case, case_id)
    again = case.opened_at + 180 * DAY
    with transaction():
        case.closed_at, case.stage = case.opened_at + DAY, "follow_up"
        case.referral.state = "closed"
        follow_ups.reopen(case, "ia menelepon lagi", head, now=again)

    assert seeing.due_at(case) == again + 2 * DAY


@pytest.mark.parametrize(("purpose", "seen"), [("refer_legal", True), ("visit", False)])
def test_who_takes_back_something_else_is_seen_all_the_same(office, purpose, seen):
    case_id, _jambu, _head = office
    with transaction():
        taken_back(case_id, purpose, now=NOON)

    assert (seeing.due_at(db.session.get_one(Case, case_id)) is not None) is seen
