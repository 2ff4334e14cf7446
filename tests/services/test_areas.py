"""Area files: the real ones load, a broken one is refused whole, with the number of the line."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db import db, transaction
from app.domain.errors import Invalid
from app.models import Area
from app.services import areas
from tests.make import NOON

DATA = Path(__file__).parents[2] / "app" / "data"
HEAD = "code,level,parent_code,name"
REGENCY = "52.72,regency,,KOTA BIMA"


def problems_of(*lines: str) -> list[str]:
    with pytest.raises(Invalid) as refusal:
        areas.read(lines)
    return refusal.value.details["problems"]


@pytest.mark.parametrize(
    ("file", "subdistricts", "villages"),
    [("areas-33.02.csv", 27, 331), ("areas-52.72.csv", 5, 41)],
)
def test_the_areas_of_both_districts_are_complete(file, subdistricts, villages):
    lines = areas.read((DATA / file).read_text("utf-8").splitlines())

    levels = [line.level for line in lines]
    assert levels.count("regency") == 1
    assert levels.count("subdistrict") == subdistricts
    assert levels.count("village") == villages


def test_loading_a_district_twice_changes_nothing(app):
    lines = areas.read((DATA / "areas-52.72.csv").read_text("utf-8").splitlines())

    with transaction():
        first = areas.load(lines, now=NOON)
    with transaction():
        second = areas.load(lines, now=NOON)

    assert (first.added, first.districts) == (47, ("52.72",))
    assert (second.added, second.renamed) == (0, 0)
    assert "52.72" in areas.served()


def test_a_new_name_of_a_village_replaces_the_old_one(app):
    with transaction():
        areas.load(areas.read([HEAD, REGENCY]), now=NOON)

    with transaction():
        loaded = areas.load(areas.read([HEAD, "52.72,regency,,KOTA BIMA BARU"]), now=NOON)

    assert loaded.renamed == 1
    assert db.session.get(Area, "52.72").name == "KOTA BIMA BARU"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("52.72.01,subdistrict,52.72", "has 3 columns"),
        ("52.72.01,kecamatan,52.72,Rasanae", "level 'kecamatan' is none of"),
        ("5272.01,subdistrict,52.72,Rasanae", "is not the code of a subdistrict"),
        ("５２.72.01,subdistrict,52.72,Rasanae", "is not the code of a subdistrict"),
        ("52.72.01,subdistrict,52.73,Rasanae", "is not where 52.72.01 lies"),
        ("52.72.01.1001,village,52.72.01,Paruga", "parent 52.72.01 must come before it"),
        ("52.72.01,subdistrict,52.72,  ", "the name must have"),
        ("52.72,regency,,KOTA BIMA", "stands in the file twice"),
        ("52.72.01,subdistrict,52.72,Rasan\udce4", "the name must have"),
        ("52.73,regency,52,KOTA", "a regency has no parent_code"),
        ('52.72.01,subdistrict,52.72,"Rasanae', "cannot be read as CSV"),
    ],
)
def test_a_malformed_line_is_named_by_its_number(line, said):
    told = problems_of(HEAD, REGENCY, line)

    assert told[0].startswith("line 3: ")
    assert said in told[0]


def test_every_bad_line_is_told_at_once():
    told = problems_of(HEAD, REGENCY, "x", "52.72.01,subdistrict,52.72,Rasanae", "y")

    assert [line.split(":")[0] for line in told] == ["line 3", "line 5"]


def test_a_file_without_the_heading_or_without_areas_is_refused():
    assert problems_of(REGENCY) == [f"line 1: must be {HEAD}"]
    assert problems_of() == [f"line 1: must be {HEAD}"]
    assert problems_of(HEAD) == ["line 2: there are no areas"]


def test_one_bad_line_keeps_the_whole_file_out(app):
    before = db.session.scalar(select(func.count()).select_from(Area))

    problems_of(HEAD, REGENCY, "52.72.01,subdistrict,52.72")

    assert db.session.scalar(select(func.count()).select_from(Area)) == before
