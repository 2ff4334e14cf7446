"""Whoever is too near to a report is too near to what was put together with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db, transaction, utc_now
from app.domain.errors import Invalid, Missing
from app.domain.permissions import Role
from app.models import Alert, Case, Person, Referral
from app.services import (
    alerts,
    cases,
    deadline_board,
    deciding,
    losses,
    opening,
    owning,
    referrals,
    related,
)
from tests import make
from tests.desk import as_staff, in_care, phone_of, reported, staff


@pytest.fixture
def office(app):
    """A coordinator, a caseworker, and two reports in the queue."""
    with transaction():
        people = [staff(role) for role in (Role.COORDINATOR, Role.CASEWORKER)]
        first, second = reported(), reported()
        return [as_staff(one) for one in people], first.id, second.id


def get(referral_id) -> Referral:
    return db.session.get_one(Referral, referral_id)


def join(one, other, me) -> None:
    referrals.see(get(one), me, now=utc_now())
    deciding.mark_duplicate(get(one), get(other), me, now=utc_now())


def sees(referral_id, me) -> bool:
    db.session.rollback()
    try:
        return referrals.get(referral_id, me) is not None
    except Missing:
        return False


@pytest.mark.parametrize("about", ["the first", "the second"])
def test_who_is_kept_out_of_one_report_is_kept_out_of_what_goes_on_with_it(office, about):
    (me, near), first, second = office
    with transaction():
        join(second, first, me)
        get(first).taken_by = near.id

    with transaction():
        shown = get(first if about == "the first" else second)
        related.keep_out(shown, db.session.get_one(Person, near.id), me, now=utc_now())

    assert not sees(first, near) and not sees(second, near)
    assert get(first).taken_by is None
    assert [one.by for one in related.outside(get(second))] == [me.id]

    with transaction():
        related.let_back(get(second), near.id, "no_ties", me, now=utc_now())
    assert sees(first, near) and sees(second, near)


@pytest.mark.parametrize("out_of", ["the first", "the second"])
def test_two_reports_put_together_are_hidden_from_whoever_was_kept_out_of_one(office, out_of):
    (me, near), first, second = office
    with transaction():
        get(first).taken_by = near.id if out_of == "the second" else None
        related.step_out(get(first if out_of == "the first" else second), near, now=utc_now())

    with transaction():
        join(second, first, me)

    assert not sees(first, near) and not sees(second, near)
    assert get(first).taken_by is None


def test_a_report_goes_on_in_no_case_of_a_colleague_who_is_kept_out_of_it(office):
    (me, near), _first, second = office
    with transaction():
        case = in_care(None, db.session.get_one(Person, near.id))
        related.step_out(get(second), near, now=utc_now())
        theirs = db.session.scalars(db.select(Referral).where(Referral.open.is_(False))).one().id
        assert case is not None

    with pytest.raises(Invalid, match=r"referral\.caseworker"), transaction():
        join(second, theirs, me)

    assert sees(theirs, near) and not sees(second, near)


def test_what_goes_on_in_a_colleague_s_case_is_opened_with_a_reason_in_words(office):
    (me, near), first, second = office
    with transaction():
        case_id = in_care(None, db.session.get_one(Person, near.id))
        theirs = db.session.get_one(Case, case_id).referral_id
        join(second, theirs, me)

    with transaction():
        twin = get(second)
        for one in (me, near):
            own = owning.asks_no_words(twin, cases.of_referral(twin), one, now=utc_now())
            assert own is (one is near)
    with pytest.raises(Invalid, match=r"reason\.words"), transaction():
        opening.open_report(twin, None, me, "care", "", now=utc_now())
    with transaction():
        opening.open_report(twin, None, me, "care", "keluarganya menelepon", now=utc_now())
    told = db.session.query(Alert).filter_by(kind="opened_by_other")
    assert [row.person_id for row in told] == [near.id]


def test_a_clock_of_what_is_not_there_is_not_counted(office):
    (me, near), _first, _second = office
    with transaction() as session:
        case = session.get_one(Case, in_care(None, session.get_one(Person, me.id)))
        about = (case.referral.report_id, staff(Role.CADRE).id, me.id)
        session.add(make.visit(*about, make.NOON - timedelta(days=9), case_id=case.id))
        related.step_out(case.referral, near, now=utc_now())

    late = [deadline_board.late_elsewhere(one, now=make.NOON)["visits"] for one in (me, near)]
    assert late == [1, 0]


def test_on_the_page_of_a_lost_phone_no_visit_stands_that_is_not_there(office):
    (me, near), _first, _second = office
    with transaction() as session:
        cadre = staff(Role.CADRE)
        phone = phone_of(cadre)
        case = session.get_one(Case, in_care(None, session.get_one(Person, me.id)))
        about = (case.referral.report_id, cadre.id, me.id, make.NOON)
        session.add(make.visit(*about, case_id=case.id, state="accepted"))
        related.step_out(case.referral, near, now=utc_now())

    seen = [losses.of(phone, one, now=make.NOON + timedelta(hours=1)) for one in (me, near)]
    assert [len(one.visits) for one in seen] == [1, 0]
    assert seen[0].lease_until == seen[1].lease_until is not None


def test_nobody_takes_off_the_others_list_what_is_not_there_for_them(office):
    (me, _near), first, _second = office
    now = utc_now()
    with transaction():
        about = {"district": me.district, "report_id": get(first).report_id, "now": now}
        rung = alerts.ring(Role.COORDINATOR, "new_report_news", **about)
        related.step_out(get(first), me, now=now)

        alerts.acknowledge(rung.id, me.id, now=now)

    assert db.session.get_one(Alert, rung.id).acknowledged_at is None
