"""Statistics at the desk: exact for the office, safe for others, and only numbers on paper."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.db import db, transaction
from app.domain.permissions import Role
from app.models import Area, GivenOut
from app.services import counting
from tests.desk import reported
from tests.make import DISTRICT, person

MAY = datetime(2025, 5, 4, 3, 0, tzinfo=UTC)


@pytest.fixture
def year(app) -> None:
    """Twelve reports of May 2025, of which two are small cells."""
    with transaction():
        for violence, many in (("physical", 7), ("neglect", 6), ("online", 2)):
            for _ in range(many):
                reported(person(), at=MAY, now=MAY, violence=[violence])
    count_all()


def count_all() -> None:
    with transaction():
        counting.mark(DISTRICT, now=MAY)
        while (row := counting.next_stale()) is not None:
            counting.count(row, now=MAY)
            db.session.flush()


def cells(page: str) -> str:
    return " ".join(page.split())


def test_an_empty_office_says_that_nothing_has_been_counted(desk):
    page = desk.get("/desk/statistics").text

    assert "Belum ada yang dihitung" in page


def test_the_office_sees_its_numbers_as_they_are(desk, year):
    page = cells(desk.get("/desk/statistics?from=2025-01&to=2025-12").text)

    assert '<th scope="row">Lewat HP atau internet</th><td class="num">2</td>' in page
    assert "Mei 2025" in page


def test_a_table_stands_in_the_order_of_its_question_and_places_by_name(desk):
    far = "33.02.18.2001"
    with transaction() as session:
        under = DISTRICT
        for code, level, name in (("33.02.18", "subdistrict", "Awal"), (far, "village", "Awal")):
            session.add(Area(code=code, level=level, parent_code=under, name=name))
            under = code
        session.flush()
        reported(person(), at=MAY, now=MAY, last_happened="older")
        reported(person(village=far), at=MAY, now=MAY, village=far, last_happened="last_24h")
    count_all()

    page = cells(desk.get("/desk/statistics?from=2025-01&to=2025-12").text)

    words = ("Hari ini atau tadi malam", "4–7 hari lalu", "Lebih dari sebulan")
    for row in (words, ("Awal", "Contoh")):
        found = [page.index(f'<th scope="row">{one}</th>') for one in row]
        assert found == sorted(found)


@pytest.mark.parametrize("asked", ["from=2025-13&to=2025-12", "from=2025-12&to=2025-01", "from=x"])
def test_months_that_are_none_are_refused_in_words(desk, asked):
    answer = desk.get(f"/desk/statistics?{asked}")

    assert answer.status_code == 422
    assert "Traceback" not in answer.text


def test_a_monthly_paper_has_sums_and_clocks_and_no_table(desk, year):
    page = desk.get("/desk/statistics/month/2025-05").text

    assert '<dd class="num">15</dd>' in page
    assert "Lewat HP atau internet" not in page


def test_the_spreadsheet_says_the_same_as_numbers(desk, year):
    answer = desk.get("/desk/statistics/month/2025-05/sheet")

    book = load_workbook(BytesIO(answer.data))
    sums = {row[0].value: row[1].value for row in book.worksheets[0].rows}
    assert sums["Laporan"] == 15
    assert answer.headers["Content-Disposition"].endswith("statistik-2025-05.xlsx")


def test_the_head_gives_a_year_out_once_and_others_cannot(sit, year):
    head, coordinator = sit(Role.HEAD), sit(Role.COORDINATOR)
    wanted = {"tier": "office", "year": "2025"}

    refused = coordinator.post("/desk/statistics/give", wanted)
    given = head.post("/desk/statistics/give", wanted)
    again = head.post("/desk/statistics/give", wanted)

    assert refused.status_code == 404
    assert given.headers["Location"] == "/desk/statistics/office/2025"
    assert again.status_code == 409
    assert db.session.query(GivenOut).count() == 1
    page = cells(head.get("/desk/statistics/office/2025").text)
    hidden = '<td class="num"><span class="soft">disembunyikan</span></td>'
    assert f'<th scope="row">Lewat HP atau internet</th>{hidden}' in page
    assert "15" in page


def test_a_hidden_number_is_a_word_in_the_spreadsheet(sit, year):
    head = sit(Role.HEAD)
    head.post("/desk/statistics/give", {"tier": "office", "year": "2025"})

    book = load_workbook(BytesIO(head.get("/desk/statistics/office/2025/sheet").data))

    violence = {row[0].value: row[1].value for row in book["Apa yang terjadi"].rows}
    assert violence["Lewat HP atau internet"] == "disembunyikan"
    assert violence["Dipukul atau disakiti"] == 7


@pytest.mark.parametrize("wrong", [{"tier": "staff", "year": "2025"}, {"tier": "office"}])
def test_a_year_that_is_none_is_refused(sit, wrong):
    assert sit(Role.HEAD).post("/desk/statistics/give", wrong).status_code == 422


def test_what_was_not_given_out_is_not_there(desk):
    assert desk.get("/desk/statistics/public/2025").status_code == 404


def test_the_village_sheet_shows_cadres_and_no_cases_of_a_village(desk, year):
    page = desk.get("/desk/statistics/villages").text

    assert "tidak pernah kasus" in page
    assert "Dipukul" not in page


def test_an_admin_who_sees_no_case_sees_no_statistics(sit):
    assert sit(Role.ADMIN).get("/desk/statistics").status_code == 404
