"""The queue as the desk reads it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.domain.report import short_code
from app.models import Person, Referral
from app.services import counted, referrals, waiting
from tests.desk import as_staff, reported, staff
from tests.make import VILLAGE, person

ROW = re.compile(r'data-row="([0-9a-f-]{36})"')


@pytest.fixture
def melati(app):
    with transaction():
        return person(Role.CADRE)


def rows(page) -> list[str]:
    return ROW.findall(page.text)


def test_an_emergency_that_nobody_has_taken_stands_above_what_is_late(desk, melati):
    long_ago = utc_now() - timedelta(days=2)
    with transaction():
        for _ in range(waiting.PAGE + 1):
            reported(melati, at=long_ago)
        sos = reported(melati, danger_now="yes")

    shown = rows(desk.get("/desk/queue"))
    with transaction():
        me = as_staff(db.session.get_one(Person, desk.person_id))
        referrals.take(db.session.get_one(Referral, sos.id), me, now=utc_now())
    taken = rows(desk.get("/desk/queue"))

    assert shown[0] == str(sos.id)
    assert len(set(shown)) == len(shown) == waiting.PAGE + 1
    assert str(sos.id) not in taken


def test_what_is_due_first_stands_first_below_an_emergency(desk, melati):
    now = utc_now()
    with transaction():
        later = reported(melati, danger_signs=["none_seen"])
        high = reported(melati, danger_signs=["weapon"])
        sos = reported(melati, danger_now="yes")
        missed = reported(melati, danger_signs=["weapon"], at=now - timedelta(hours=2))

    shown = rows(desk.get("/desk/queue"))

    assert shown == [str(one.id) for one in (sos, missed, high, later)]


def test_a_line_says_the_risk_by_a_word_and_never_the_narrative(desk, melati):
    with transaction():
        reported(melati, danger_signs=["weapon"], note="rahasia sekali", survivor_alias="Bunga")

    page = desk.get("/desk/queue").text

    assert "Tinggi" in page
    assert "rahasia sekali" not in page
    assert "Bunga" not in page


def test_tabs_count_and_filter(desk, melati):
    with transaction():
        read = reported(melati)
        reported(melati, danger_signs=["weapon"])
        who = as_staff(db.session.get_one(type(melati), desk.person_id))
        referrals.take(read, who, now=utc_now())

    assert len(rows(desk.get("/desk/queue?tab=unread"))) == 1
    assert len(rows(desk.get("/desk/queue?tab=high"))) == 1
    assert rows(desk.get("/desk/queue?tab=mine")) == [str(read.id)]


def test_searching_a_code_finds_that_referral(desk, melati):
    with transaction():
        one = reported(melati)
        reported(melati)

    answer = desk.post("/desk/queue/search", {"q": short_code(one.report_id).lower()})
    page = desk.get(answer.headers["Location"])

    assert str(one.id) in rows(page)


def test_searching_a_village_shows_its_referrals(desk, melati):
    with transaction():
        here = reported(melati)
        reported(melati, village="33.02.17.2002")

    answer = desk.post("/desk/queue/search", {"q": "kalicon"})

    assert rows(desk.get(answer.headers["Location"])) == [str(here.id)]


def test_what_was_typed_into_the_search_never_reaches_an_address(desk):
    answer = desk.post("/desk/queue/search", {"q": "Siti Aminah"})

    assert "Siti" not in answer.headers["Location"]


def test_an_empty_queue_says_so(desk):
    assert "Laporan baru muncul sendiri di sini" in desk.get("/desk/queue").text


def test_pages_continue_where_the_last_one_ended_whatever_came_in(desk, melati, monkeypatch):
    monkeypatch.setattr(waiting, "PAGE", 2)
    now = utc_now()
    with transaction():
        for minutes in range(5):
            reported(melati, at=now - timedelta(hours=3, minutes=minutes))
    first = desk.get("/desk/queue")
    with transaction():
        reported(melati, at=now - timedelta(hours=9))

    further = re.search(r'href="(/desk/queue[^"]*after=[^"]+)"', first.text).group(1)
    second = desk.get(further.replace("&amp;", "&"))

    assert not set(rows(first)) & set(rows(second))
    assert len(rows(second)) == 2


def test_an_accepted_referral_leaves_the_queue(desk, melati):
    with transaction():
        one = reported(melati)
    desk.get(f"/desk/referrals/{one.id}")
    desk.post(f"/desk/referrals/{one.id}/screen", accept(desk))

    assert rows(desk.get("/desk/queue")) == []
    assert db.session.get_one(Referral, one.id, populate_existing=True).state == "accepted"


def test_nobody_counts_beyond_two_hundred(app):
    numbers = db.select(db.func.json_each("[1,2]").table_valued("value").c.value)
    if db.engine.dialect.name != "sqlite":
        numbers = db.select(db.func.generate_series(1, 2).column_valued())

    assert counted.one(numbers) == 2
    assert str(counted.Count(200)) == "200"
    assert f"{counted.Count(201)}" == "200+"
    assert counted.Count(201) > counted.MOST


@pytest.mark.parametrize(
    "wanted", [*map(waiting.Filter, waiting.TABS), waiting.Filter(village=VILLAGE)], ids=repr
)
def test_each_way_of_asking_the_queue_starts_in_the_middle_of_an_index(app, wanted):
    with transaction():
        me = as_staff(staff())
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL plans by what is inside: `make bench` shows it there.
    query = waiting.lines(me, wanted, waiting.Place(utc_now(), me.id), limit=50)
    said = query.compile(db.engine, compile_kwargs={"literal_binds": True})

    steps = list(db.session.execute(db.text(f"EXPLAIN QUERY PLAN {said}")))
    (page,) = (key for key, _parent, _nothing, step in steps if step == "MATERIALIZE chosen")
    plan = [step for _key, parent, _nothing, step in steps if parent == page]  # Not of a line.

    assert any("ix_referrals_" in step and "(due_at,id)>" in step for step in plan), plan
    assert not any("ORDER BY" in step for step in plan), plan


def accept(desk) -> dict:
    return {
        "screening": "violence_against_woman",
        "risk": "high",
        "authority": "district",
        "caseworker": str(desk.person_id),
        "do": "accept",
    }


def test_an_emergency_outside_the_view_is_named_and_one_inside_is_not(desk, melati):
    with transaction():
        sos = reported(melati, danger_now="yes")

    inside, outside = desk.get("/desk/queue").text, desk.get("/desk/queue?tab=mine").text

    assert f'data-alarms="{sos.id}" hidden' in inside
    assert f'data-alarms="{sos.id}">' in outside
    assert "1 darurat yang belum diambil siapa pun tidak tampak di sini" in outside


def test_of_many_emergencies_some_stand_first_and_all_of_them_ring(desk, melati):
    with transaction():
        for _ in range(waiting.PAGE):
            reported(melati, at=utc_now() - timedelta(days=2))
        every = [str(reported(melati, danger_now="yes").id) for _ in range(waiting.MOST_PINNED + 2)]

    page = desk.get("/desk/queue")

    assert rows(page)[: waiting.MOST_PINNED] == every[: waiting.MOST_PINNED]
    assert f'data-alarms="{" ".join(every)}">' in page.text
    assert "2 darurat yang belum diambil siapa pun tidak tampak di sini" in page.text
