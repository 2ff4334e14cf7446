"""What a phone tells later counts: in the case, in what goes on with it, for its people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db, take_turn, transaction, utc_now
from app.domain import codes
from app.domain.fields import parse
from app.domain.permissions import Role
from app.domain.risk import Risk
from app.models import Alert, Case, Person, Reminder
from app.services import (
    consents,
    deciding,
    handing,
    offering,
    opening,
    reading,
    referrals,
    reports,
    risks,
    safe_ways,
    service_referrals,
    visits,
)
from app.services.arrival import Arrival
from tests import make
from tests.desk import as_staff, in_care, phone_of, reported
from tests.onward import asked


@pytest.fixture
def office(app):
    """A coordinator, a caseworker and a cadre with a phone."""
    with transaction():
        people = [make.person(role) for role in (Role.COORDINATOR, Role.CASEWORKER, Role.CADRE)]
        phone_of(people[2])
    return [one.id for one in people]


def person_of(one) -> Person:
    return db.session.get_one(Person, one)


def arrived(cadre: Person) -> Arrival:
    now = utc_now()
    return Arrival(make.fresh(), phone_of(cadre), now, now, now)


def add(report_id, cadre_id, **more) -> None:
    """The cadre's phone adds to her report."""
    with transaction():
        take_turn()
        cadre = person_of(cadre_id)
        report = reports.get_for(report_id, cadre)
        body = {"report_id": str(report_id)} | more
        parsed = parse("report.add", body, reports.known_answers(report))
        reports.add(report, parsed, arrived(cadre), now=utc_now())


def cared_for(office, **answers) -> Case:
    _coordinator, caseworker, cadre = office
    with transaction():
        case_id = in_care(person_of(cadre), person_of(caseworker), **answers)
    return db.session.get_one(Case, case_id)


@pytest.mark.parametrize("more", [{"survivor_age": "13_17"}, {"violence": ["sexual"]}])
def test_a_child_or_sexual_violence_that_is_told_later_bans_any_settlement(office, more):
    case = cared_for(office, survivor_age="25_44", violence=["physical"])
    assert service_referrals.may_settle(case)

    add(case.referral.report_id, office[2], **more)

    referral = case.referral
    assert (referral.child, referral.sexual) == ("survivor_age" in more, "violence" in more)
    assert not service_referrals.may_settle(case)


def test_the_case_is_as_grave_as_what_was_told_of_it_later(office):
    case = cared_for(office, reported_person_near="no")
    assert case.risk == "medium"

    add(case.referral.report_id, office[2], danger_signs=["strangled"])

    assert (case.referral.risk, case.risk) == ("high", "high")


def test_danger_that_is_told_anew_rings_although_it_began_as_an_emergency(office):
    case = cared_for(office, danger_now="yes")
    with transaction():
        case.referral.emergency = True
        db.session.query(Alert).delete()

    add(case.referral.report_id, office[2], danger_signs=["suicidal"])

    told = db.session.query(Alert).filter_by(kind="emergency", urgent=True)
    assert office[1] in {one.person_id for one in told}


def test_what_says_nothing_of_danger_does_not_undo_that_a_person_lowered_the_level(office):
    case = cared_for(office, danger_signs=["weapon"])
    with transaction():
        risks.decide(case.referral, Risk.LOW, now=utc_now())
        case.risk = "low"
        db.session.query(Alert).delete()

    add(case.referral.report_id, office[2], note="ia di rumah ibunya", needs=["food_clothing"])
    assert (case.referral.risk, case.risk) == ("low", "low")
    assert db.session.query(Alert).filter_by(urgent=True).count() == 0

    add(case.referral.report_id, office[2], danger_signs=["weapon"])
    assert (case.referral.risk, case.risk) == ("high", "high")


def test_the_rest_of_a_report_that_came_in_parts_rings_nobody_a_second_time(office):
    with transaction():
        referral = reported(person_of(office[2]), danger_now="yes")
        referral.report.incomplete = True
        db.session.query(Alert).delete()

    add(referral.report_id, office[2], danger_now="yes", violence=["physical"])

    assert db.session.query(Alert).filter_by(urgent=True).count() == 0


def test_what_is_told_of_a_second_report_counts_where_somebody_works_on_it(office):
    coordinator, _caseworker, cadre = office
    with transaction():
        me = as_staff(person_of(coordinator))
        first, second = reported(person_of(cadre)), reported(person_of(cadre))
        referrals.see(second, me, now=utc_now())
        deciding.mark_duplicate(second, first, me, now=utc_now())

    add(second.report_id, cadre, danger_now="yes", survivor_age="13_17")

    assert (first.risk, first.emergency, first.child) == ("high", True, True)
    told = db.session.query(Alert).filter_by(kind="emergency").all()
    assert {one.report_id for one in told} == {first.report_id}


def test_who_accompanies_her_hears_what_her_cadre_tells_and_nobody_hears_it_twice(office):
    coordinator, caseworker, cadre = office
    case = cared_for(office)

    add(case.referral.report_id, cadre, note="ia di rumah ibunya")

    heard = db.session.query(Alert).filter_by(kind="new_report_news").all()
    assert {one.person_id or one.role for one in heard} == {"coordinator", caseworker}
    with transaction():
        case.caseworker_id = coordinator
        db.session.query(Alert).delete()
    add(case.referral.report_id, cadre, note="ia sudah pulang")
    heard = db.session.query(Alert).filter_by(kind="new_report_news").all()
    assert [one.role for one in heard] == ["coordinator"]


def test_of_two_reports_the_stricter_way_to_her_counts_until_her_caseworker_sets_one(office):
    coordinator, caseworker, cadre = office
    case = cared_for(
        office, contact_via="phone", safe_contact={"number": "0812", "message_ok": "yes"}
    )
    twin = {"contact_via": "do_not_contact", "safe_contact": {"message_ok": "no"}}
    with transaction():
        assert reading.report(case.referral).number == "0812"
        me, second = as_staff(person_of(coordinator)), reported(person_of(cadre), **twin)
        referrals.see(second, me, now=utc_now())
        deciding.mark_duplicate(second, case.referral, me, now=utc_now())

    found = reading.report(case.referral)
    assert (found.number, found.way) == (
        None,
        {"contact_via": "do_not_contact", "message_ok": "no"},
    )

    with transaction():
        told = parse("desk.safe_way", {"contact_via": "phone", "number": "0813"})
        safe_ways.set_new(case.referral, told, as_staff(person_of(caseworker)), now=utc_now())
    assert reading.report(case.referral).number == "0813"

    add(case.referral.report_id, cadre, contact_via="through_me")
    assert reading.report(case.referral).way == {"contact_via": "through_me"}


def test_after_her_caseworker_set_the_way_only_what_is_said_later_makes_it_stricter(office):
    _coordinator, caseworker, cadre = office
    case = cared_for(office, contact_via="do_not_contact", safe_contact={"number": "0811"})
    with transaction():
        told = parse("desk.safe_way", {"contact_via": "phone", "number": "0812"})
        safe_ways.set_new(case.referral, told, as_staff(person_of(caseworker)), now=utc_now())

    add(case.referral.report_id, cadre, safe_contact={"message_ok": "no"})
    way = {"contact_via": "phone", "number": "0812", "message_ok": "no"}
    assert reading.report(case.referral).way == way

    # Another number: nobody knows by now who answers the former one.
    add(case.referral.report_id, cadre, contact_via="phone", safe_contact={"number": "0813"})
    assert reading.report(case.referral).number is None


def test_what_she_takes_back_under_one_report_stops_what_goes_on_in_the_other(office):
    coordinator, caseworker, cadre = office
    case = cared_for(office)
    with transaction() as session:
        me, second = as_staff(person_of(coordinator)), reported(person_of(cadre))
        referrals.see(second, me, now=utc_now())
        deciding.mark_duplicate(second, case.referral, me, now=utc_now())
        about = (case.referral.report_id, cadre, caseworker, utc_now())
        begun, gone = (
            make.visit(*about, case_id=case.id, state=one) for one in ("accepted", "started")
        )
        session.add_all([begun, gone])

    with transaction():
        purposes = ["visit", "refer_police"]
        now = utc_now()
        consents.withdraw(make.fresh(), second.report, purposes, received_at=now, now=now)

    assert reports.sharing_stopped(case.referral.report_id) == {"visit", "refer_police"}
    assert (begun.state, gone.state) == ("withdrawn", "started")
    told = db.session.query(Alert).filter_by(kind="new_report_news", urgent=True)
    assert {one.person_id or one.role for one in told} == {"coordinator", caseworker}
    # It leads to where its recall list lies.
    assert {one.report_id for one in told} == {case.referral.report_id}


def test_what_a_second_report_says_of_ties_and_needs_holds_for_both(office):
    coordinator, caseworker, cadre = office
    with transaction():
        neighbour = make.person(label="Kenanga")
        phone_of(neighbour)
        other = neighbour.id
    case = cared_for(office)
    with transaction():
        me, staff = (as_staff(person_of(one)) for one in (coordinator, caseworker))
        second = reported(person_of(other), reported_person="official", access_needs=["wheelchair"])
        referrals.see(second, me, now=utc_now())
        deciding.mark_duplicate(second, case.referral, me, now=utc_now())
    add(second.report_id, other, conflict="family")

    with transaction():
        around = opening.open_around(case, staff, now=utc_now())
        found = handing.candidates(case, reading.report(case.referral))
    against = {one.cadre.person.id: one.against for one in found}
    assert (against[cadre], against[other]) == ((), ("conflict",))
    assert around.kept_out == {"village"}
    assert offering.access_needs(case) == ("wheelchair",)


def test_what_she_takes_back_under_the_first_report_holds_for_the_one_put_to_it(office):
    coordinator, _caseworker, cadre = office
    case = cared_for(office)
    with transaction():
        me, second = as_staff(person_of(coordinator)), reported(person_of(cadre))
        referrals.see(second, me, now=utc_now())
        deciding.mark_duplicate(second, case.referral, me, now=utc_now())
    assert reports.sharing_stopped(second.report_id) == frozenset()

    with transaction():
        now = utc_now()
        consents.withdraw(make.fresh(), case.referral.report, ["visit"], received_at=now, now=now)

    assert reports.sharing_stopped(second.report_id) == {"visit"}


@pytest.mark.parametrize(("signs", "kind"), [("suicidal", "emergency"), ("weapon", "")])
def test_a_visit_that_finds_her_in_danger_rings_the_next_ones_too(office, signs, kind):
    case = cared_for(office, danger_now="yes")
    with transaction() as session:
        cadre, about = person_of(office[2]), (case.referral.report_id, office[2], office[1])
        made = make.visit(*about, utc_now(), case_id=case.id, state="ended")
        session.add(made)
        session.query(Alert).delete()
        told = {"outcome": "met", "alone_with_survivor": "yes", "danger_signs": [signs]}
        parsed = parse("visit.record", {"visit_id": str(made.id)} | told)
        visits.record(made, parsed, arrived(cadre), now=utc_now())

    kinds = {one.kind for one in db.session.query(Alert).filter_by(urgent=True)}
    assert kinds == {kind or "visit_recorded"}
    waits = (
        db.session.query(Reminder).filter_by(kind="second_on_call").filter_by(object_id=cadre.id)
    )
    assert waits.count() == bool(kind)


def test_no_second_report_opens_again_what_she_took_back(office):
    coordinator, caseworker, cadre = office
    case, began = cared_for(office), utc_now()
    with transaction():
        staff = as_staff(person_of(caseworker))
        yes = {name: "yes" for name in ("agree_record", "agree_refer_psychosocial", "rights_read")}
        talk = {"giver": "survivor", "method": "written", "explained": list(codes.EXPLAINED)} | yes
        consents.record(case, parse("desk.consent", talk), staff, now=began)
        consents.withdraw(
            make.fresh(), case.referral.report, ["record"], received_at=began, now=began
        )
    later = began + timedelta(hours=1)
    with transaction():
        grave = reported(person_of(cadre), now=later, danger_signs=["strangled"])
        me, second = as_staff(person_of(coordinator)), grave
        referrals.see(second, me, now=later)
        deciding.mark_duplicate(second, case.referral, me, now=later)

    with transaction():
        row = asked(case.id, staff, None, now=later)
        assert service_referrals.shared_on(row, now=later) is None


def test_what_she_had_taken_back_stops_what_is_under_way_in_what_it_is_put_to(office):
    coordinator, caseworker, cadre = office
    case, now = cared_for(office), utc_now()
    with transaction() as session:
        me, second = as_staff(person_of(coordinator)), reported(person_of(cadre))
        begun = make.visit(
            *(case.referral.report_id, cadre, caseworker, now), case_id=case.id, state="accepted"
        )
        session.add(begun)
        consents.withdraw(make.fresh(), second.report, ["visit"], received_at=now, now=now)
        referrals.see(second, me, now=now)
    assert begun.state == "accepted"

    with transaction():
        deciding.mark_duplicate(second, case.referral, me, now=now)

    assert begun.state == "withdrawn"
