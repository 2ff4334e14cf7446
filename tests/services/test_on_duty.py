"""Whoever is on call: what lies in quarantine rings them, and what is urgent is theirs to open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.db import db, transaction
from app.domain.errors import Invalid
from app.domain.permissions import Role
from app.domain.roster import Part, Turn
from app.models import Alert, Case, Person, Quarantined, Referral
from app.services import opening, quarantine_calls, related, roster_plans, settling
from tests.desk import as_staff, in_care, phone_of, reported
from tests.make import DISTRICT, NOON, fresh, person

TODAY = (date(2026, 11, 23), Part.DAY)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(app):
    """A coordinator who is off, two caseworkers on call, a head."""
    with transaction():
        roles = (Role.COORDINATOR, Role.CASEWORKER, Role.CASEWORKER, Role.HEAD)
        people = [person(role) for role in roles]
        planner, ani, budi, _head = [as_staff(one) for one in people]
        roster_plans.plan({TODAY: Turn(ani.id, budi.id)}, planner, now=NOON)
    return people


def rung() -> set:
    """Whom alerts about the quarantine have reached: by name, or a role by its word."""
    db.session.rollback()
    rows = db.session.scalars(db.select(Alert).filter_by(kind="quarantine"))
    return {row.person_id or row.role for row in rows}


def put(device, **other) -> Quarantined:
    made = {"risk": "high", "emergency": True, "reason": "failed"} | other
    kept = Quarantined(
        id=fresh(),
        server_seq=7,
        envelope_id=fresh(),
        district=DISTRICT,
        device_id=device.id,
        at=NOON,
        **made,
    )
    db.session.add(kept)
    return kept


def test_what_cannot_be_applied_rings_whoever_is_on_call_then_the_next_until_it_is_opened(office):
    _planner, ani, budi, head = office
    with transaction():
        kept = put(phone_of(person()))
        quarantine_calls.ring("quarantine", DISTRICT, urgent=True, now=NOON)
    assert rung() == {"coordinator", ani.id}

    for minutes, more in ((14.9, set()), (15, {budi.id}), (30, {budi.id, head.id})):
        now = NOON + minutes * MINUTE
        with transaction():
            quarantine_calls.call_next(now=now)
        assert rung() == {"coordinator", ani.id} | more
        assert not quarantine_calls.due(now)

    with transaction():
        called = db.select(Alert).filter_by(person_id=head.id, kind="quarantine")
        db.session.delete(db.session.scalars(called).one())
        settling.open_content(settling.get(kept.id, as_staff(ani)), as_staff(ani), now=NOON)
    assert not quarantine_calls.due(NOON + 31 * MINUTE)


def test_what_is_about_a_report_rings_nobody_to_whom_that_is_not_there(office):
    planner, ani, budi, head = office
    with transaction():
        referral = reported(now=NOON)
        related.step_out(referral, as_staff(ani), now=NOON)
        put(phone_of(person()), about=referral.report_id)
        about = {"about": referral.report_id, "urgent": True, "now": NOON}
        quarantine_calls.ring("quarantine", DISTRICT, **about)
    assert rung() == {"coordinator", budi.id}

    with transaction():
        quarantine_calls.call_next(now=NOON + 15 * MINUTE)
        quarantine_calls.call_next(now=NOON + 30 * MINUTE)
    assert rung() == {"coordinator", budi.id, head.id}


def test_a_coordinator_is_not_rung_for_what_is_not_there_but_the_others_are(office):
    _planner, ani, budi, head = office
    with transaction():
        cici, deni = person(Role.COORDINATOR), person(Role.COORDINATOR)
        referral = reported(now=NOON)
        related.step_out(referral, as_staff(cici), now=NOON)
        about = {"about": referral.report_id, "urgent": False, "now": NOON}
        quarantine_calls.ring("quarantine", DISTRICT, **about)
    reached = rung()
    assert deni.id in reached and not reached & {cici.id, "coordinator"}

    with transaction():
        for one in reached:
            related.step_out(referral, as_staff(db.session.get_one(Person, one)), now=NOON)
        db.session.query(Alert).delete()
        quarantine_calls.ring("quarantine", DISTRICT, **about)
    assert rung() == {head.id}


@pytest.mark.parametrize(
    ("answers", "who", "needs_words"),
    [
        ({"danger_signs": ["weapon"]}, "on call", False),
        ({"danger_signs": ["weapon"]}, "off", True),
        ({"violence": ["psychological"]}, "on call", True),
    ],
)
def test_an_urgent_report_that_a_colleague_has_is_also_the_work_of_who_is_on_call(
    office, answers, who, needs_words
):
    planner, ani, _budi, head = office
    with transaction():
        one = reported(now=NOON, **answers)
        one.taken_by = head.id
    me = as_staff(ani if who == "on call" else planner)

    assert asks(one.id, None, me) == needs_words


def test_a_case_at_night_is_the_work_of_whom_it_has_rung(office):
    planner, ani, budi, _head = office
    with transaction():
        case = in_care(None, budi)
        referral = db.session.query(Referral).one()
        referral.risk = "high"
    me = as_staff(ani)
    assert asks(referral.id, case, me)

    with transaction() as session:
        told = {"kind": "overdue_visit", "urgent": True, "made_at": NOON}
        about = {"district": DISTRICT, "report_id": referral.report_id}
        session.add_all(
            [Alert(id=fresh(), person_id=one.id, **told, **about) for one in (ani, planner)]
        )
    assert not asks(referral.id, case, me)
    assert asks(referral.id, case, as_staff(planner))


def asks(referral_id, case_id, me) -> bool:
    """Tell whether opening its report asks for words."""
    referral = db.session.get_one(Referral, referral_id)
    case = db.session.get(Case, case_id) if case_id else None
    try:
        with transaction():
            opening.open_report(referral, case, me, "contact", "", now=NOON)
    except Invalid:
        return True
    return False
