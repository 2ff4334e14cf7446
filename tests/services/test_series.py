"""Repeated visits: each handed over in its time, by the rules of a single one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db, transaction
from app.domain.errors import Invalid
from app.domain.fields import parse
from app.domain.permissions import Role
from app.models import Alert, Case, Device, Person, TrailRow, Visit, VisitSeries
from app.services import opening, series
from tests.desk import as_staff, in_care, phone_of, staff
from tests.make import NOON, person
from tests.onward import taken_back

DAY = timedelta(days=1)


@pytest.fixture
def me(app):
    with transaction():
        return staff(Role.COORDINATOR, Role.CASEWORKER, Role.HEAD)


@pytest.fixture
def melati(app):
    with transaction():
        made = person(Role.CADRE)
        phone_of(made)
    return made


@pytest.fixture
def planned(me, melati):
    """Three visits, every seven days, planned at noon."""
    with transaction():
        case_id = in_care(melati, db.session.merge(me))
    with transaction():
        _hand(db.session.get_one(Case, case_id), me, melati, every_days=7, times=3)
    return case_id


def _hand(case, me, melati, **repeat):
    body = {
        "purpose": "check_safety",
        "meeting_place": "posyandu",
        "opens_at": (NOON + DAY).isoformat(),
        "due_at": (NOON + 3 * DAY).isoformat(),
        "agreed_on": NOON.date().isoformat(),
        "look_for": "anak ikut?",
    } | repeat
    opened = opening.open_report(case.referral, case, as_staff(me), "visit", "", now=NOON)
    series.hand(case, melati, parse("desk.hand", body), opened, as_staff(me), now=NOON)


def run(at) -> None:
    assert series.is_due(now=at)
    with transaction():
        series.hand_due(now=at)


def visits() -> list[Visit]:
    rows = db.select(Visit).order_by(Visit.opens_at).execution_options(populate_existing=True)
    return list(db.session.scalars(rows))


def row() -> VisitSeries:
    found = db.select(VisitSeries).execution_options(populate_existing=True)
    return db.session.scalars(found).one()


def standing(case_id, now) -> series.Standing:
    (one,) = series.of_case(db.session.get_one(Case, case_id), now=now)
    return one


def test_the_first_goes_at_once_and_the_next_three_days_before_its_window(planned):
    assert len(visits()) == 1
    assert not series.is_due(now=NOON + 4 * DAY)

    run(NOON + 5 * DAY)

    first, second = visits()
    assert second.opens_at - first.opens_at == 7 * DAY
    assert second.due_at - second.opens_at == first.due_at - first.opens_at
    assert not series.is_due(now=NOON + 6 * DAY)


def test_after_the_last_one_the_series_is_done(planned):
    run(NOON + 5 * DAY)
    run(NOON + 12 * DAY)

    assert len(visits()) == 3
    assert row().ended_why == "done"
    assert db.session.query(Alert).filter_by(kind="series_stopped").count() == 0


def test_a_missed_one_is_named_and_the_series_goes_on(planned):
    run(NOON + 5 * DAY)

    assert standing(planned, NOON + 5 * DAY).missed == ((1, NOON + 3 * DAY),)
    assert standing(planned, NOON + 5 * DAY).handed == 2


def test_one_whose_window_passed_while_nobody_handed_it_over_is_missed_too(planned):
    run(NOON + 11 * DAY)

    assert len(visits()) == 1
    assert [place for place, _ in standing(planned, NOON + 11 * DAY).missed] == [1, 2]


def test_that_it_stopped_is_told_to_those_who_are_here_when_her_caseworker_has_left(planned):
    with transaction() as session:
        session.execute(db.update(Visit).values(state="declined"))
        session.get_one(Person, session.get_one(Case, planned).caseworker_id).left_at = NOON

    run(NOON + 5 * DAY)

    (told,) = db.session.query(Alert).filter_by(kind="series_stopped")
    assert told.role == "coordinator"


@pytest.mark.parametrize(
    ("change", "why"), [({"state": "declined"}, "declined"), ({"how": "unsafe_stopped"}, "unsafe")]
)
def test_after_a_bad_end_no_further_one_goes_and_the_caseworker_is_told(planned, change, why):
    with transaction() as session:
        session.execute(db.update(Visit).values(**change))

    run(NOON + 5 * DAY)

    assert len(visits()) == 1
    assert row().ended_why == why
    assert db.session.query(Alert).filter_by(kind="series_stopped").count() == 1


def test_after_she_took_her_consent_back_no_further_one_goes(planned):
    with transaction():
        taken_back(planned, "visit", now=NOON + DAY)

    run(NOON + 5 * DAY)

    assert len(visits()) == 1
    assert row().ended_why == "consent"


def test_a_cadre_whose_phone_has_ended_gets_no_further_one(planned):
    with transaction() as session:
        session.execute(db.update(Device).values(state="ended"))

    run(NOON + 5 * DAY)

    assert (len(visits()), row().ended_why) == (1, "cadre")


def test_a_series_ended_at_the_desk_hands_nothing_more(planned, me):
    with transaction():
        case = db.session.get_one(Case, planned)
        series.end(series.get(row().id, case, lock=True), as_staff(me), now=NOON + DAY)

    assert not series.is_due(now=NOON + 90 * DAY)
    assert row().ended_by == me.id


def test_opening_for_a_planned_visit_stands_in_the_trail_as_nobodys_reading(planned):
    run(NOON + 5 * DAY)

    rows = db.select(TrailRow).filter_by(act="report.open").order_by(TrailRow.seq)
    opened = db.session.scalars(rows).all()
    assert [one.by is None for one in opened] == [False, True]


def test_a_series_without_an_end_plans_nothing(me, melati):
    with transaction():
        case_id = in_care(melati, db.session.merge(me))
    with pytest.raises(Invalid), transaction():
        _hand(db.session.get_one(Case, case_id), me, melati, every_days=7)

    assert visits() == []
