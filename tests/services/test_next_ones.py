"""Who is rung when it cannot wait, and nobody comes: never somebody to whom it is not there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.db import db, take_turn, transaction
from app.domain.fields import parse
from app.domain.permissions import Role
from app.domain.roster import Part, Turn
from app.models import Alert, Case, OutboxRow, Person, PushSubscription
from app.services import (
    deciding,
    duty,
    duty_cards,
    escalations,
    referrals,
    related,
    reminding,
    reports,
    roster_plans,
)
from app.services.arrival import Arrival
from tests.desk import as_staff, in_care, phone_of, reported, screened, staff
from tests.make import DISTRICT, NOON, fresh

TODAY = (date(2026, 11, 23), Part.DAY)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(app):
    """A planner, Ani first and Budi second on call, a caseworker and a head."""
    with transaction():
        roles = (Role.COORDINATOR, Role.COORDINATOR, Role.COORDINATOR, Role.CASEWORKER, Role.HEAD)
        planner, ani, budi, jambu, head = (staff(role) for role in roles)
        roster_plans.plan({TODAY: Turn(ani.id, budi.id)}, as_staff(planner), now=NOON)
    return ani.id, budi.id, jambu.id, head.id


def one(person_id) -> Person:
    return db.session.get_one(Person, person_id)


def rung(kind: str) -> set:
    db.session.rollback()
    return {row.person_id or row.role for row in db.session.query(Alert).filter_by(kind=kind)}


def cannot_wait(report_id, **more) -> None:
    about = {"report_id": report_id, "now": NOON} | more
    duty.ring_first("emergency", district=DISTRICT, urgent=True, **about)


def test_the_second_is_rung_first_where_the_first_on_call_is_kept_out(office):
    ani, budi, jambu, _head = office
    with transaction():
        case = db.session.get_one(Case, in_care(None, one(jambu)))
        related.keep_out(case.referral, one(ani), as_staff(one(jambu)), now=NOON)
        cannot_wait(case.referral.report_id)

    assert rung("emergency") == {budi, jambu}


def test_it_is_passed_on_to_nobody_to_whom_it_is_not_there(office):
    ani, budi, _jambu, head = office
    with transaction():
        referral = reported(now=NOON, danger_now="yes")
        related.keep_out(referral, one(budi), as_staff(one(ani)), now=NOON)
        passed = duty_cards.pass_on(referral, as_staff(one(ani)), now=NOON)

    assert passed.id == head


def browser_of(member: Person) -> PushSubscription:
    return PushSubscription(
        id=fresh(),
        district=DISTRICT,
        person_id=member.id,
        endpoint_hash=member.id.bytes * 2,
        made_at=NOON,
    )


def test_no_telephone_of_who_is_kept_out_rings_but_the_head_s(app):
    with transaction() as session:
        me, head = (staff(role) for role in (Role.COORDINATOR, Role.HEAD))
        session.add_all([browser_of(one) for one in (me, head)])
        referral = reported()
        related.step_out(referral, as_staff(me), now=NOON)
        session.query(OutboxRow).delete()
        duty.ring_first(
            "new_report_news",
            district=DISTRICT,
            urgent=False,
            report_id=referral.report_id,
            now=NOON,
        )

    rows = db.session.query(PushSubscription.person_id).join(
        OutboxRow, OutboxRow.subscription_id == PushSubscription.id
    )
    assert [who for (who,) in rows] == [head.id]


def heard(minutes: int, kind: str) -> set:
    """Let the worker tell what is due by then; return whom this has reached."""
    with transaction():
        take_turn()
        now = NOON + minutes * MINUTE
        escalations.escalate(now=now)
        reminding.ring_due(now=now)
    return rung(kind)


def test_what_gets_worse_after_somebody_took_it_rings_on_until_somebody_looks(office):
    _ani, budi, jambu, head = office
    with transaction():
        referral = reported(now=NOON - 60 * MINUTE)
        referrals.take(referral, as_staff(one(jambu)), now=NOON - 50 * MINUTE)
        cannot_wait(referral.report_id)

    assert heard(14, "second_on_call") == set()
    assert heard(15, "second_on_call") == {budi}
    assert heard(30, "head_called") == {head}


def test_a_case_that_nobody_accompanies_rings_on_as_well(office):
    _ani, budi, jambu, head = office
    with transaction():
        case = db.session.get_one(Case, in_care(None, one(jambu)))
        one(jambu).left_at = NOON
        cannot_wait(case.referral.report_id)

    assert heard(15, "second_on_call") == {budi}
    assert heard(30, "head_called") == {head}


def test_what_waits_in_the_queue_rings_each_of_them_once(office):
    ani, budi, _jambu, head = office
    with transaction():
        reported(now=NOON, danger_now="yes")
    assert rung("emergency") == {ani}

    for minutes in (15, 30, 45):
        heard(minutes, "head_called")
    for kind, whom in (("second_on_call", budi), ("head_called", head)):
        assert [row.person_id for row in db.session.query(Alert).filter_by(kind=kind)] == [whom]


def test_of_an_emergency_in_care_hears_who_told_it_and_no_other_cadre(office):
    _ani, _budi, jambu, _head = office
    with transaction():
        first, second = staff(Role.CADRE), staff(Role.CADRE)
        case = db.session.get_one(Case, in_care(first, one(jambu)))
        cannot_wait(case.referral.report_id, told_by=second.id)

    assert heard(15, "unread_emergency") == {second.id}
    (told,) = db.session.query(Alert).filter_by(kind="unread_emergency")
    # Her phone hides what is about a report that a person has read.
    assert told.report_id is None


def test_what_rings_stands_on_the_card_also_when_somebody_had_screened_it(office):
    ani, _budi, _jambu, head = office
    with transaction():
        referral = screened(reported(now=NOON, danger_now="yes"), one(ani), now=NOON)
        referral.emergency = True
        related.keep_out(referral, one(ani), as_staff(one(head)), now=NOON)

    assert head in heard(30, "head_called")
    shown = duty_cards.waiting(as_staff(one(head)), now=NOON + 30 * MINUTE)
    assert [row.id for row in shown] == [referral.id]


@pytest.mark.parametrize("lies", ["in care", "taken"])
def test_an_emergency_that_goes_on_where_somebody_works_rings_who_does_and_the_next(office, lies):
    ani, budi, jambu, head = office
    with transaction():
        first, me = reported(now=NOON), as_staff(one(ani))
        if lies == "in care":
            deciding.accept(screened(first, one(jambu), now=NOON), one(jambu), me, now=NOON)
        else:
            referrals.take(first, as_staff(one(jambu)), now=NOON)
        grave = reported(now=NOON, danger_now="yes")
        referrals.see(grave, me, now=NOON)
        db.session.query(Alert).delete()
        deciding.mark_duplicate(grave, first, me, now=NOON + MINUTE)

    assert rung("emergency") == {jambu}
    assert heard(16, "second_on_call") == {budi}
    assert heard(31, "head_called") == {head}


@pytest.mark.parametrize("lies", ["in care", "read"])
def test_what_rose_to_high_rings_the_next_when_nobody_has_read_it_for_so_long(office, lies):
    _ani, budi, jambu, head = office
    with transaction():
        cadre, me = staff(Role.CADRE), as_staff(one(jambu))
        phone = phone_of(cadre)
        referral = reported(cadre, now=NOON - 60 * MINUTE, reported_person_near="no")
        referrals.see(referral, me, now=NOON - 50 * MINUTE)
        if lies == "in care":
            screened(referral, one(jambu), now=NOON - 50 * MINUTE)
            deciding.accept(referral, one(jambu), me, now=NOON - 50 * MINUTE)
    with transaction():
        take_turn()
        report = reports.get_for(referral.report_id, one(cadre.id))
        body = {"report_id": str(report.id), "danger_signs": ["weapon"]}
        parsed = parse("report.add", body, reports.known_answers(report))
        reports.add(report, parsed, Arrival(fresh(), phone, NOON, NOON, NOON), now=NOON)

    assert heard(29, "second_on_call") == set()
    assert heard(30, "second_on_call") == {budi}
    assert rung("unread_emergency") == {cadre.id}
    assert heard(44, "head_called") == set()
    assert heard(45, "head_called") == {head}
