"""The roster's pages: a week is planned, gaps are said plainly, nothing typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.domain.roster import Part, Place
from app.models import Area, DirectoryNumber, District, DutyTurn, TrailRow
from app.services import limits, rosters
from tests.desk import Desk, staff
from tests.make import DISTRICT, person

STATE = re.compile(r'name="state" value="([^"]+)"')
CHOSEN = re.compile(r'<option value="[^"]+" selected>([^<]+)')


@pytest.fixture
def office(sit):
    """A coordinator who plans, and a caseworker and a head to plan with."""
    with transaction():
        ani = staff(Role.CASEWORKER, label="Petugas Ani")
        wijaya = staff(Role.HEAD, label="Petugas Wijaya")
    return sit(Role.COORDINATOR, label="Petugas Salak"), ani, wijaya


def monday_ahead():
    on = rosters.hours_of(DISTRICT).at(utc_now())[0]
    return on - timedelta(days=on.weekday()) + timedelta(days=7)


def save(desk, monday, **more):
    """Save a week: everywhere these two, but for what `more` says."""
    page = desk.get(f"/desk/roster?week={monday}").text
    return desk.post("/desk/roster", {"week": str(monday), "state": STATE.search(page)[1], **more})


def whole_week(monday, first, second) -> dict[str, str]:
    return {
        f"{monday + timedelta(days=day)}.{part}.{place}": str(one)
        for day in range(7)
        for part in Part
        for place, one in ((Place.FIRST, first), (Place.SECOND, second))
    }


def test_a_week_with_two_for_every_hour_is_saved_and_said_to_be_whole(office):
    desk, ani, wijaya = office
    monday = monday_ahead()

    answer = save(desk, monday, **whole_week(monday, ani.id, wijaya.id))
    page = desk.get(answer.location).text

    assert CHOSEN.findall(page) == ["Petugas Ani", "Petugas Wijaya"] * 14
    assert 'class="lacks"' not in page
    assert db.session.query(DutyTurn).count() == 14


def test_a_gap_is_saved_and_shown_here_and_above_the_queue(office):
    desk, ani, wijaya = office
    monday = monday_ahead()
    wanted = whole_week(monday, ani.id, wijaya.id)
    wanted[f"{monday}.night.second"] = ""

    answer = save(desk, monday, **wanted)

    assert desk.get(answer.location).text.count('class="lacks"') == 1
    assert "/desk/roster" in desk.get("/desk/queue").text.split('class="notices"')[1]


def test_what_was_typed_stays_when_somebody_stands_twice_or_a_colleague_was_quicker(office):
    desk, ani, wijaya = office
    monday = monday_ahead()
    wanted = whole_week(monday, ani.id, wijaya.id)
    page = desk.get(f"/desk/roster?week={monday}").text
    old = STATE.search(page)[1]

    twice = save(desk, monday, **wanted | {f"{monday}.day.second": str(ani.id)})
    assert twice.status_code == 422 and twice.text.count('class="fault"') == 1
    assert len(CHOSEN.findall(twice.text)) == 28

    save(desk, monday, **whole_week(monday, wijaya.id, ani.id))
    late = desk.post("/desk/roster", {"week": str(monday), "state": old, **wanted})
    assert late.status_code == 409
    assert CHOSEN.findall(late.text)[0] == "Petugas Ani"


def test_a_week_is_repeated_a_colleague_stands_in_and_two_change_places(office, app):
    desk, ani, wijaya = office
    monday = monday_ahead()
    save(desk, monday, **whole_week(monday, ani.id, wijaya.id))

    desk.post("/desk/roster/repeat", {"week": str(monday), "weeks": "2"})
    rows = rosters.turns(DISTRICT, monday, monday + timedelta(days=20))
    assert len(rows) == 42
    first, second = rows[monday, Part.DAY], rows[monday, Part.NIGHT]
    desk.post("/desk/roster/stand-in", {"one": f"{first.id}.first"})
    desk.post("/desk/roster/swap", {"one": f"{first.id}.first", "other": f"{second.id}.first"})

    db.session.expire_all()
    assert (first.first_id, second.first_id) == (ani.id, desk.person_id)


def test_the_month_counts_how_often_each_was_asked(office):
    desk, ani, wijaya = office
    monday = monday_ahead()
    save(desk, monday, **{f"{monday}.night.first": str(ani.id)})

    page = desk.get(f"/desk/roster/month/{str(monday)[:7]}").text

    line = page.split('<th scope="row">Petugas Ani</th>')[1].split("</tr>")[0]
    assert re.findall(r">(\d+)<", line) == ["1", "1", "0"]
    assert desk.get("/desk/roster/month/2026-13").status_code == 404


def test_a_holiday_is_marked_counted_and_lets_service_hours_stand_still(sit):
    head = sit(Role.HEAD, label="Petugas Wijaya")
    day = monday_ahead()
    month = f"{day:%Y-%m}"
    wanted = {"on": str(day), "name": "Hari Contoh"}

    place = f"/desk/roster/month/{month}/holidays"
    over = head.post(place, wanted | {"on": "2020-01-01"})
    assert over.status_code == 422 and "Hari Contoh" in over.text
    head.post(place, wanted)

    assert head.get(f"/desk/roster?week={day}").text.count("Hari Contoh") == 1
    assert limits.hours(DISTRICT).is_working_day(day) is False
    head.post(f"/desk/roster/holidays/{day}/remove")
    assert limits.hours(DISTRICT).is_working_day(day) is True
    acts = db.select(TrailRow.act).where(TrailRow.object_kind == "holiday").order_by(TrailRow.seq)
    assert list(db.session.scalars(acts)) == ["holiday.add", "holiday.remove"]


def test_a_district_further_east_reads_its_own_hours(app):
    with transaction() as session:
        session.add(Area(code="52.72", level="regency", parent_code=None, name="KOTA LAIN"))
        session.flush()
        session.add(District(code="52.72"))
        session.flush()
        east = Desk(app, person(Role.COORDINATOR, district="52.72"))
        west = Desk(app, person(Role.COORDINATOR))
    for desk, place, zone in ((east, "52.72", "Asia/Makassar"), (west, DISTRICT, "Asia/Jakarta")):
        hours = rosters.hours_of(place)
        until = hours.end(*hours.at(utc_now())).astimezone(ZoneInfo(zone))

        assert f"{until:%H.%M}" in desk.get("/desk/roster").text.split('class="soft"')[1]


def test_on_paper_a_week_has_names_for_controls_and_the_number_of_the_office(office):
    desk, ani, _wijaya = office
    monday = monday_ahead()
    save(desk, monday, **{f"{monday}.night.first": str(ani.id)})
    with transaction() as session:
        for kind, number in (("duty", "0281 000 001"), ("midwife", "0281 000 002")):
            session.add(DirectoryNumber(district=DISTRICT, kind=kind, number=number))

    page = desk.get(f"/desk/roster?week={monday}").text

    table = page.partition('<table class="roster')[2].partition("</table>")[0]
    assert table.count("<select ") == table.count('<select class="noprint" ') == 28
    assert table.count('<span class="onprint">Petugas Ani</span>') == 1
    assert "0281 000 001" in page and "0281 000 002" not in page
