"""A visit to which nobody went is waited for until no phone shows it any more, and no longer."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.db import db, transaction
from app.domain.errors import Conflict, Invalid
from app.domain.fields import parse
from app.domain.permissions import Role
from app.domain.visit import VisitState, moved
from app.models import Case, Closing, DeviceItem, Person, TrailRow, Visit
from app.services import closings, counted, errands, visit_list
from app.services.listing import Narrowed
from tests.desk import as_staff, in_care, phone_of, staff
from tests.make import CHECKED, NOON, person, visit

DAY = timedelta(days=1)
LONG_AFTER = NOON + 32 * DAY  # Its window ended two days after noon.


@pytest.fixture
def handed(app) -> UUID:
    """A visit that a cadre's phone shows."""
    with transaction() as session:
        salak, melati = staff(Role.CASEWORKER), person(Role.CADRE)
        phone_of(melati)
        case = session.get_one(Case, in_care(melati, salak))
        errand = visit(case.referral.report_id, melati.id, salak.id, NOON, case_id=case.id)
        session.add(errand)
        session.flush()
        errands.tell_phone(errand, now=NOON)
        return errand.id


def again(visit_id: UUID) -> Visit:
    return db.session.get_one(Visit, visit_id, populate_existing=True)


def expired(now: datetime) -> int:
    with transaction():
        return errands.expire_passed(now=now)


def tabs(visit_id: UUID, now: datetime) -> list[str]:
    me = as_staff(db.session.get_one(Person, again(visit_id).handed_by))
    found = {tab: visit_list.page(me, tab, Narrowed(), now=now) for tab in visit_list.TABS}
    return [tab for tab, rows in found.items() if rows]


def test_it_is_missed_for_a_month_and_then_over(handed):
    assert not errands.passed(LONG_AFTER - DAY) and expired(LONG_AFTER - DAY) == 0
    assert tabs(handed, LONG_AFTER - DAY) == ["missed"]

    assert errands.passed(LONG_AFTER) and expired(LONG_AFTER) == 1

    row = again(handed)
    assert (row.state, row.changed_at, errands.passed(LONG_AFTER)) == ("expired", LONG_AFTER, False)
    assert tabs(handed, LONG_AFTER) == ["recorded"]
    me = as_staff(db.session.get_one(Person, row.handed_by))
    assert counted.one(visit_list.pressing(me, LONG_AFTER)) == 0
    items = db.session.query(DeviceItem).filter_by(item_id=handed).all()
    assert items and all(one.gone for one in items)
    assert db.session.query(TrailRow).filter_by(act="visit.expire").one().object_id == str(handed)


def asked_to_close(visit_id: UUID) -> Closing:
    body = {"closing_reason": "survivor_asked", "closing_check": CHECKED, "closing_words": "x"}
    with transaction():
        case = db.session.get_one(Case, again(visit_id).case_id)
        me = as_staff(db.session.get_one(Person, case.caseworker_id))
        return closings.ask(case, parse("desk.close", body), me, now=LONG_AFTER)


def test_it_keeps_no_case_from_its_end_any_more_and_is_no_errand_of_hers(handed):
    with pytest.raises(Invalid, match=r"closing\.visits"):
        asked_to_close(handed)

    expired(LONG_AFTER)

    assert asked_to_close(handed).state == "asked"
    assert errands.open_of(again(handed).cadre_id, 20) == []


def test_what_she_did_all_the_same_and_tells_later_still_counts():
    for state in (VisitState.STARTED, VisitState.ENDED, VisitState.RECORDED):
        assert moved(VisitState.EXPIRED, state) is state


@pytest.mark.parametrize("state", ["started", "ended", "recorded", "withdrawn"])
def test_to_whom_somebody_went_or_whose_errand_ended_does_not_expire(handed, state):
    with transaction():
        again(handed).state = state

    assert expired(LONG_AFTER) == 0
    assert again(handed).state == state


@pytest.mark.parametrize("state", ["started", "ended"])
def test_a_visit_of_which_nothing_will_be_told_is_taken_back_once_no_phone_shows_it(handed, state):
    """Her phone was lost on the way: else nobody could ever close the case."""
    with transaction():
        again(handed).state = state
    me = as_staff(db.session.get_one(Person, again(handed).handed_by))
    with pytest.raises(Conflict), transaction():
        errands.take_back(again(handed), me, now=LONG_AFTER - DAY)

    with transaction():
        errands.take_back(again(handed), me, now=LONG_AFTER)

    assert asked_to_close(handed).state == "asked"
    assert moved(VisitState(again(handed).state), VisitState.RECORDED) == "recorded"
