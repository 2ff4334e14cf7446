"""The roster: planned with its gaps shown, repeated, taken over; and who is on call by it."""

from datetime import date, timedelta

import pytest

from app.db import db, transaction
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.permissions import Role
from app.domain.roster import DutyState, Part, Place, Turn
from app.models import Alert, DutyTurn, TrailRow
from app.services import (
    absences,
    duty,
    limits,
    people,
    pressing,
    purging,
    roster_plans,
    roster_warnings,
    rosters,
)
from tests.desk import as_staff, reported
from tests.make import DISTRICT, NOON, person

MONDAY = date(2026, 11, 23)
TODAY = (MONDAY, Part.DAY)
TONIGHT = (MONDAY, Part.NIGHT)
NIGHTFALL = NOON + timedelta(hours=8)  # 20.00 in Banyumas


@pytest.fixture
def office(app):
    """A coordinator who plans, two caseworkers, a head."""
    with transaction():
        roles = (Role.COORDINATOR, Role.CASEWORKER, Role.CASEWORKER, Role.HEAD)
        return [as_staff(person(role)) for role in roles]


def planned(wanted, planner):
    with transaction():
        return roster_plans.plan(wanted, planner, now=NOON)


def row(key) -> DutyTurn:
    db.session.rollback()
    return rosters.turns(DISTRICT, MONDAY, MONDAY + timedelta(days=60))[key]


def on_call_at(moment):
    db.session.rollback()
    return duty.watch(DISTRICT, now=moment).on_call


def lacks(asker) -> int:
    """Return how many turns ahead lack somebody: the queue counts them, a warning lists them."""
    db.session.rollback()
    counted = pressing.counts(asker, ["roster"], now=NOON)["roster"]
    assert counted == len(rosters.lacking(DISTRICT, now=NOON))
    return counted


def test_a_turn_with_one_person_is_kept_and_named_as_a_gap_that_the_head_fills(office):
    planner, ani, budi, head = office

    lacks = planned({TODAY: Turn(ani.id, budi.id), TONIGHT: Turn(ani.id)}, planner)

    assert lacks == [TONIGHT]
    assert on_call_at(NOON).second == budi.id
    assert on_call_at(NIGHTFALL).second == head.id
    assert on_call_at(NIGHTFALL).second_is_head
    rows = db.session.scalars(db.select(TrailRow.act).where(TrailRow.act == "roster.plan")).all()
    assert len(rows) == 2


def test_after_midnight_it_is_still_last_evenings_night(office):
    planner, ani, budi, _head = office
    planned({TONIGHT: Turn(ani.id, budi.id)}, planner)

    assert on_call_at(NOON + timedelta(hours=18, minutes=59)).first == (ani.id,)
    assert on_call_at(NOON + timedelta(hours=19)).first == ()


@pytest.mark.parametrize("who", ["twice", "stranger"])
def test_nobody_stands_twice_in_a_turn_and_no_stranger_at_all(office, who):
    planner, ani, *_ = office
    with transaction():
        auditor = person(Role.AUDITOR)
    turn = Turn(ani.id, ani.id) if who == "twice" else Turn(ani.id, auditor.id)

    with pytest.raises(Invalid) as refused:
        planned({TODAY: turn}, planner)

    assert refused.value.details["field"] == "2026-11-23.day"


def test_what_is_over_stays_as_it_was(office):
    planner, ani, budi, _head = office
    before = (MONDAY - timedelta(days=1), Part.DAY)

    planned({before: Turn(ani.id, budi.id), TODAY: Turn(ani.id, budi.id)}, planner)

    assert list(rosters.turns(DISTRICT, before[0], MONDAY)) == [TODAY]


def test_a_week_is_repeated_where_the_next_ones_are_empty(office):
    planner, ani, budi, head = office
    next_monday = MONDAY + timedelta(days=7)
    planned(
        {TONIGHT: Turn(ani.id, budi.id), (next_monday, Part.NIGHT): Turn(head.id, ani.id)}, planner
    )

    with transaction():
        assert roster_plans.repeat(MONDAY, 2, planner, now=NOON) == 1

    assert row((next_monday, Part.NIGHT)).first_id == head.id
    assert row((MONDAY + timedelta(days=14), Part.NIGHT)).first_id == ani.id


def test_two_people_change_places_and_hear_of_it(office):
    planner, ani, budi, head = office
    planned({TODAY: Turn(ani.id, head.id), TONIGHT: Turn(budi.id, head.id)}, planner)
    places = [(row(key).id, Place.FIRST) for key in (TODAY, TONIGHT)]

    with transaction():
        roster_plans.swap(*places, planner, now=NOON)

    assert (row(TODAY).first_id, row(TONIGHT).first_id) == (budi.id, ani.id)
    told = db.session.scalars(db.select(Alert.person_id).where(Alert.kind == "duty_changed"))
    assert {ani.id, budi.id} <= set(told)


def test_a_swap_that_would_put_somebody_twice_in_one_turn_is_refused(office):
    planner, ani, budi, _head = office
    planned({TODAY: Turn(ani.id, budi.id), TONIGHT: Turn(budi.id, ani.id)}, planner)
    places = [(row(key).id, Place.FIRST) for key in (TODAY, TONIGHT)]

    with pytest.raises(Conflict, match="roster.twice"), transaction():
        roster_plans.swap(*places, planner, now=NOON)


def test_a_colleague_stands_in_by_taking_the_turn_over(office):
    planner, ani, budi, head = office
    planned({TONIGHT: Turn(ani.id, head.id)}, planner)

    with transaction():
        roster_plans.take_over(row(TONIGHT).id, Place.FIRST, budi, now=NOON)

    assert row(TONIGHT).first_id == budi.id
    with pytest.raises(Conflict, match="roster.twice"), transaction():
        roster_plans.take_over(row(TONIGHT).id, Place.SECOND, budi, now=NOON)
    with pytest.raises(Missing), transaction():
        roster_plans.take_over(planner.id, Place.SECOND, budi, now=NOON)


def test_whoever_leaves_leaves_a_gap_and_is_not_on_call(office):
    planner, ani, budi, _head = office
    planned({key: Turn(ani.id, budi.id) for key in (TODAY, TONIGHT)}, planner)
    before = lacks(planner)

    with transaction():
        people.leave(people.get(ani.id, DISTRICT), planner, now=NOON)

    assert lacks(planner) == before + 2
    assert on_call_at(NOON).first == (budi.id,)


def test_as_far_ahead_as_a_district_has_set_the_queue_counts_what_lacks_somebody(office):
    planner, ani, budi, head = office
    planned({TONIGHT: Turn(ani.id, budi.id), (MONDAY, Part.DAY): Turn(ani.id)}, planner)
    assert lacks(planner) == 2 * 14

    with transaction():
        limits.change("on_call.warn_before", 1, "SK Kepala", head, now=NOON)

    assert lacks(planner) == 2


def test_those_who_plan_are_rung_once_a_day_before_a_gap(office):
    planner, ani, budi, _head = office
    with transaction():
        assert roster_warnings.ring_due(now=NOON) == 0, "nothing was ever planned here"
    planned({TODAY: Turn(ani.id, budi.id), TONIGHT: Turn(ani.id, budi.id)}, planner)

    rounds = []
    for hours in (-12, 0, 1, 23, 25):
        with transaction():
            rounds.append(roster_warnings.ring_due(now=NOON + timedelta(hours=hours)))

    assert rounds == [1, 0, 0, 1, 0]
    rung = db.select(Alert.role).where(Alert.kind == "roster_gap")
    assert set(db.session.scalars(rung)) == {Role.COORDINATOR, Role.HEAD}


def test_whoever_is_noted_as_away_is_a_gap_that_day_and_is_not_rung(office):
    planner, ani, budi, _head = office
    planned({key: Turn(ani.id, budi.id) for key in (TODAY, TONIGHT)}, planner)
    before = lacks(planner)

    with transaction():
        person_away = people.get(ani.id, DISTRICT)
        absences.note(person_away, MONDAY, MONDAY, planner, today=MONDAY, now=NOON)

    assert lacks(planner) == before + 2
    assert on_call_at(NOON).first == (budi.id,)
    assert row(TODAY).first_id == ani.id, "the roster itself is not changed"


def test_what_cannot_wait_rings_the_first_on_call_and_the_rest_every_coordinator(office):
    planner, ani, budi, _head = office
    planned({TODAY: Turn(ani.id, budi.id)}, planner)

    with transaction():
        grave = reported(at=NOON, now=NOON, danger_now="yes").report_id
        plain = reported(at=NOON, now=NOON, violence=["psychological"], last_happened="older")

    rung = db.select(Alert.person_id, Alert.role).where(Alert.report_id == grave)
    assert db.session.execute(rung).all() == [(ani.id, None)]
    rung = db.select(Alert.person_id, Alert.role).where(Alert.report_id == plain.report_id)
    assert db.session.execute(rung).all() == [(None, Role.COORDINATOR)]


def test_handing_duty_over_rings_the_other_who_has_it_after_saying_yes(office):
    planner, ani, budi, head = office
    planned({TODAY: Turn(ani.id, head.id)}, planner)

    with transaction():
        duty.say(DutyState.HANDED_OVER, ani, to=budi.id, now=NOON)
    assert on_call_at(NOON).first == (ani.id, budi.id)
    assert duty.awaited(budi.id, duty.watch(DISTRICT, now=NOON)) == [ani.id]
    db.session.rollback()
    with transaction():
        duty.say(DutyState.READY, budi, now=NOON)

    assert on_call_at(NOON).first == (budi.id,)
    given = db.session.scalars(db.select(Alert).where(Alert.kind == "duty_given")).one()
    assert (given.person_id, given.urgent) == (budi.id, True)


def test_only_those_on_call_say_how_they_are_and_only_to_somebody_able(office):
    planner, ani, budi, head = office
    planned({TODAY: Turn(ani.id, head.id)}, planner)

    with pytest.raises(Conflict, match="duty.not_yours"), transaction():
        duty.say(DutyState.ON_THE_WAY, budi, now=NOON)
    with pytest.raises(Invalid, match="duty.receiver"), transaction():
        duty.say(DutyState.HANDED_OVER, ani, to=ani.id, now=NOON)


def test_an_old_roster_goes_with_the_trail_of_its_time_and_todays_stays(office):
    planner, ani, budi, _head = office
    planned({TODAY: Turn(ani.id, budi.id), TONIGHT: Turn(ani.id, budi.id)}, planner)
    with transaction():
        duty.say(DutyState.ON_THE_WAY, ani, now=NOON)

    with transaction():
        assert purging.forget_duty(now=NOON + timedelta(days=2500)) == 0
    with transaction():
        assert purging.forget_duty(now=NOON + timedelta(days=2600)) == 3
