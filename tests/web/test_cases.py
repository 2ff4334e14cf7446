"""The list of cases, and the queue's lines about what waits elsewhere."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.domain.report import short_code
from app.models import Case, Closing, FollowUp, Person
from app.services import case_list
from tests.desk import Desk, as_staff, in_care
from tests.make import VILLAGE, fresh, person

ROW = re.compile(r'data-row="([0-9a-f-]{36})"')


@pytest.fixture
def care(desk):
    """Take so many cases into the care of who sits at the desk; return their ids, newest first."""

    def made(count: int, **answers) -> list[UUID]:
        with transaction():
            member = db.session.get_one(Person, desk.person_id)
            ids = [in_care(person(Role.CADRE), member, **answers) for _ in range(count)]
            for back, case_id in enumerate(ids):
                db.session.get_one(Case, case_id).opened_at -= timedelta(hours=back)
        return ids

    return made


def rows(page) -> list[str]:
    return ROW.findall(page.text)


def asked_to_close(case_id: UUID, by: UUID, **more) -> Closing:
    """A closing that waits. Inside `transaction()`."""
    made = {"reason": "goals_reached", "from_stage": "evaluation", "asked_at": utc_now()} | more
    row = Closing(id=fresh(), case_id=case_id, asked_by=by, **made)
    db.session.add(row)
    return row


def closed(case_id: UUID, by: UUID, *, ask_on: datetime | None = None) -> None:
    """A case that is closed, with somebody to ask after. Inside `transaction()`."""
    with transaction():
        other = person(Role.HEAD)
        row = asked_to_close(case_id, by, state="approved", settled_by=other.id)
        case = db.session.get_one(Case, case_id)
        case.closed_at, case.closing_reason, case.stage = utc_now(), row.reason, "follow_up"
        if ask_on:
            what = {"closing_id": row.id, "months": 1, "due_at": ask_on}
            what["asker_id"] = case.caseworker_id
            db.session.add(FollowUp(id=fresh(), case_id=case_id, **what))


def test_a_closed_case_is_found_and_tells_why_it_was_closed(desk, care):
    open_one, ended = care(2)
    closed(ended, desk.person_id)

    assert rows(desk.get("/desk/cases")) == [str(open_one)]
    page = desk.get("/desk/cases?tab=closed")
    assert rows(page) == [str(ended)]
    assert "Tujuan tercapai" in page.text


def test_who_is_to_be_asked_after_stands_on_the_queue_a_week_before(desk, care):
    soon, later, never = care(3)
    now = utc_now()
    closed(soon, desk.person_id, ask_on=now + timedelta(days=6))
    closed(later, desk.person_id, ask_on=now + timedelta(days=8))
    closed(never, desk.person_id)

    assert "tab=ask_after" in desk.get("/desk/queue").text
    assert rows(desk.get("/desk/cases?tab=ask_after")) == [str(soon)]


def test_a_closing_stands_on_the_queue_of_the_second_person_only(desk, care, app):
    (case_id,) = care(1)
    with transaction():
        heads = [person(Role.HEAD, label=name) for name in ("Petugas Salak", "Petugas Jati")]
        asked_to_close(case_id, heads[0].id)

    asker, second = (Desk(app, head) for head in heads)

    assert "tab=closing" not in desk.get("/desk/queue").text
    assert "tab=closing" not in asker.get("/desk/queue").text
    assert "tab=closing" in second.get("/desk/queue").text
    assert rows(second.get("/desk/cases?tab=closing")) == [str(case_id)]


@pytest.mark.parametrize("sort", case_list.SORTS)
def test_pages_of_the_list_neither_repeat_nor_leave_out(desk, care, sort):
    care(3, danger_signs=["weapon"])
    care(4)
    me, now = as_staff(db.session.get_one(Person, desk.person_id)), utc_now()
    wanted = case_list.Wanted(tab="mine", sort=sort)

    whole = [one.id for one in case_list.page(me, wanted, now=now)]
    paged, after = [], None
    while found := case_list.page(me, wanted, now=now, after=after, limit=2):
        paged, after = paged + [one.id for one in found], found[-1].id

    assert paged == whole
    assert len(whole) == 7
    risks = [db.session.get_one(Case, one).referral.risk for one in whole]
    assert (risks[:3] == ["high"] * 3) or sort == "newest"


def test_a_case_is_found_by_its_code_or_its_village_even_when_closed(desk, care):
    first, second = care(2)
    closed(second, desk.person_id)
    code = short_code(db.session.get_one(Case, second).referral.report_id)

    by_code = desk.post("/desk/queue/search", {"q": code, "list": "cases"})
    by_village = desk.post("/desk/queue/search", {"q": "kalicon", "list": "cases"})

    assert by_code.location == f"/desk/cases?code={code}"
    assert rows(desk.get(by_code.location)) == [str(second)]
    assert by_village.location == f"/desk/cases?village={VILLAGE}"
    assert rows(desk.get(by_village.location)) == [str(first)]
