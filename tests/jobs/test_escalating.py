"""When nobody comes, the next person is called, and the cadre is told the truth."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app import sealing
from app.db import db, transaction
from app.domain.permissions import Role
from app.domain.roster import DutyState, Part, Turn
from app.models import (
    Alert,
    CallRequest,
    DeviceItem,
    DistrictSetting,
    Person,
    PersonRole,
    Referral,
    RelatedStaff,
    Visit,
)
from app.services import duty, escalations, roster_plans
from tests import make
from tests.desk import as_staff
from tests.jobs import given

MINUTE = timedelta(minutes=1)


def after(minutes: float) -> list[str]:
    """Escalate so many minutes after the report came; return the kinds of all alerts so far."""
    with transaction():
        escalations.escalate(now=make.NOON + minutes * MINUTE)
    db.session.rollback()
    return sorted(db.session.scalars(select(Alert.kind)))


@pytest.fixture
def emergency(app, push_service):
    """An emergency of a cadre that nobody has taken: the referral, and the cadre's phone."""
    with transaction():
        for role in (Role.COORDINATOR, Role.CASEWORKER, Role.HEAD):
            make.person(role)
    cadre, device, _ = given.cadre(push_service)
    with transaction():
        referral = given.referral(received_at=make.NOON, emergency=True, by=cadre)
    return referral, device


def test_before_15_minutes_nobody_else_is_called(emergency):
    assert after(14.9) == []


def test_at_15_minutes_the_cadre_hears_that_nobody_has_read_it_and_the_second_is_called(emergency):
    referral, device = emergency

    kinds = after(15)

    assert kinds == ["second_on_call", "second_on_call", "unread_emergency"]
    item = db.session.scalar(select(DeviceItem).where(DeviceItem.kind == "alert"))
    info = sealing.item_info("alert", device.id, item.item_id, item.schema)
    told = sealing.open_sealed(device.private, info, item.sealed)
    assert told["kind"] == "unread_emergency"
    assert told["report_id"] == str(referral.report_id)


def test_at_30_minutes_the_head_is_called(emergency):
    after(15)

    assert after(30).count("head_called") == 1


def test_every_step_is_taken_once(emergency):
    for minutes in (15, 15.1, 16, 30, 31, 60, 600):
        kinds = after(minutes)

    assert kinds == ["head_called", "second_on_call", "second_on_call", "unread_emergency"]


def test_a_sweeper_that_slept_takes_all_steps_at_once(emergency):
    assert len(after(45)) == 4


def test_looking_does_not_stop_it_but_the_cadre_is_not_told_that_nobody_read(emergency):
    with transaction() as session:
        session.get(Referral, emergency[0].id).seen_at = make.NOON + 5 * MINUTE

    assert after(30) == ["head_called", "second_on_call", "second_on_call"]


def test_taking_it_stops_it(emergency):
    with transaction() as session:
        referral = session.get(Referral, emergency[0].id)
        referral.taken_by = make.person(Role.COORDINATOR).id

    assert after(30) == []


def test_what_left_the_queue_is_not_chased(emergency):
    with transaction() as session:
        session.get(Referral, emergency[0].id).open = False

    assert after(30) == []


def test_a_high_report_waits_30_minutes_and_looking_is_enough(app, push_service):
    with transaction():
        make.person(Role.HEAD)
        given.referral(received_at=make.NOON)
        given.referral(received_at=make.NOON, seen_at=make.NOON)

    assert after(29) == []
    assert set(after(31)) == {"second_on_call"}
    assert after(46).count("head_called") == 1


def test_a_raised_risk_starts_the_clocks_again(emergency):
    after(30)
    with transaction() as session:
        session.get(Referral, emergency[0].id).clock_from = make.NOON + 60 * MINUTE

    assert len(after(61)) == 4
    assert len(after(90)) == 8


def test_a_report_without_a_cadre_is_chased_all_the_same(app):
    with transaction():
        make.person(Role.HEAD)
        given.referral(received_at=make.NOON, emergency=True)

    assert set(after(30)) == {"second_on_call", "head_called"}


def test_the_sweeper_sees_the_step_without_any_key(emergency, app):
    for name in ("siaga.opener", "siaga.phone_keys"):
        app.extensions.pop(name, None)

    assert escalations.due(make.NOON + 14 * MINUTE) is False
    assert escalations.due(make.NOON + 15 * MINUTE) is True


@pytest.fixture
def roster(emergency):
    """Two on call by day, two others at night; the head."""
    with transaction():
        roles = (Role.COORDINATOR, Role.CASEWORKER, Role.CASEWORKER, Role.COORDINATOR)
        staff = [make.person(role) for role in roles]
    one, two, three, four = (member.id for member in staff)
    with transaction():
        roster_plans.plan(
            {
                (MONDAY, Part.DAY): Turn(one, two),
                (MONDAY, Part.NIGHT): Turn(three, four),
            },
            as_staff(staff[0]),
            now=make.NOON - 600 * MINUTE,
        )
    head = db.session.scalar(select(PersonRole.person_id).where(PersonRole.role == Role.HEAD))
    return Rung((one, two, three, four, head))


class Rung:
    """Who was rung about an emergency, by their place: 0 and 1 by day, 2 and 3 at night, 4 head."""

    def __init__(self, people):
        self.people = people

    def by(self, minutes: float) -> list[tuple[str, int]]:
        after(minutes)
        found = select(Alert.kind, Alert.person_id).where(Alert.kind.in_(CHAIN))
        return sorted(
            (kind, self.people.index(person)) for kind, person in db.session.execute(found)
        )


CHAIN = ("emergency", "second_on_call", "head_called")
MONDAY = date(2026, 11, 23)


def test_with_a_roster_the_first_is_rung_then_the_second_then_the_head(roster):
    assert roster.by(0) == [("emergency", 0)]
    assert roster.by(14.9) == [("emergency", 0)]
    assert roster.by(15) == [("emergency", 0), ("second_on_call", 1)]
    assert roster.by(30) == [("emergency", 0), ("head_called", 4), ("second_on_call", 1)]
    assert roster.by(31) == roster.by(60)


def test_whoever_comes_on_duty_hears_of_what_nobody_has_taken(roster):
    roster.by(60)

    assert ("emergency", 2) not in roster.by(6 * 60 + 59)
    assert {("emergency", 2), ("second_on_call", 3)} <= set(roster.by(7 * 60))


def test_while_the_first_is_on_the_way_the_second_is_rung_at_once(roster):
    with transaction():
        first = db.session.get(Person, roster.people[0])
        duty.say(DutyState.ON_THE_WAY, as_staff(first), now=make.NOON)

    assert roster.by(1) == [("emergency", 0), ("second_on_call", 1)]


def test_whoever_is_related_is_not_rung_and_the_second_moves_up(roster, emergency):
    with transaction() as session:
        marked = {"referral_id": emergency[0].id, "marked_at": make.NOON}
        session.add(RelatedStaff(person_id=roster.people[0], **marked))

    assert roster.by(1) == [("emergency", 1)]


def test_reading_it_tells_the_cadre_nothing_and_stops_nobody(roster, emergency):
    with transaction() as session:
        session.get(Referral, emergency[0].id).seen_at = make.NOON + 5 * MINUTE

    assert ("head_called", 4) in roster.by(30)
    assert "unread_emergency" not in db.session.scalars(select(Alert.kind)).all()


@pytest.fixture
def visit(app, push_service):
    """A visit under way; she was to be back at noon."""
    cadre, *_ = given.cadre(push_service)
    with transaction() as session:
        staff = make.person(Role.COORDINATOR)
        head = make.person(Role.HEAD)
        referral = given.referral(received_at=make.NOON - 600 * MINUTE, risk="low")
        found = make.visit(
            referral.report_id,
            cadre.id,
            staff.id,
            make.NOON,
            place_kind="home",
            state="started",
            due_at=make.NOON,
            check_out_at=make.NOON,
        )
        session.add(found)
    assert head
    return found


def test_who_does_not_check_out_gets_a_neutral_push_then_a_call_then_the_head_decides(visit):
    assert after(14) == []
    assert after(15) == ["check_out"]
    assert db.session.scalars(select(CallRequest)).all() == []

    assert after(30) == ["check_out", "overdue_visit"]
    (call,) = db.session.scalars(select(CallRequest)).all()
    assert (call.why, call.visit_id) == ("overdue_visit", visit.id)

    assert after(60) == ["check_out", "overdue_visit", "overdue_visit"]
    assert after(600) == ["check_out", "overdue_visit", "overdue_visit"]


def test_who_has_checked_out_is_left_in_peace(visit):
    with transaction() as session:
        session.get(Visit, visit.id).ended_at = make.NOON

    assert after(60) == []


def test_a_district_that_set_its_own_clock_is_called_by_it(emergency):
    with transaction() as session:
        for name, value in (("emergency.second", 5), ("emergency.head", 20)):
            session.add(DistrictSetting(district=make.DISTRICT, name=name, value=value))

    assert after(4) == []
    assert "second_on_call" in after(6)
    assert "head_called" in after(21)
