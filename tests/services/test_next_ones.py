"""Who is rung when it cannot wait, and nobody comes: never somebody to whom it is not there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.db import db, transaction
from app.domain.permissions import Role
from app.domain.roster import Part, Turn
from app.models import Alert, Case, OutboxRow, Person, PushSubscription
from app.services import duty, duty_cards, related, roster_plans
from tests.desk import as_staff, in_care, reported, staff
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


def cannot_wait(report_id) -> None:
    duty.ring_first("emergency", district=DISTRICT, urgent=True, report_id=report_id, now=NOON)


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
