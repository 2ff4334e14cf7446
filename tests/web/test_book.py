"""The book on the phones, written at the desk: numbers, dates, tips, checklists."""

from __future__ import annotations

import json

import msgspec
import pytest

from app.db import db, transaction
from app.domain.codes import PURPOSE
from app.domain.permissions import Role
from app.models import ChecklistItem, DistrictItem, TrailRow
from app.services import checklists
from tests.make import DISTRICT, VILLAGE, person
from tests.phone import fresh, paired

OTHER_VILLAGE = "33.02.17.2002"


@pytest.fixture
def admin(sit):
    return sit(Role.ADMIN)


def number(digits: str, village: str = "", kind: str = "midwife") -> dict:
    return {"number-kind": kind, "number-number": digits, "number-village": village}


def told(kind: str, village: str | None = None) -> dict:
    """What phones are told of this kind, in a village or everywhere."""
    with fresh():
        row = db.session.scalars(
            db.select(DistrictItem).filter_by(district=DISTRICT, kind=kind, village=village)
        ).one()
    return msgspec.json.decode(row.content) if row.content else {}


def test_a_number_of_a_village_reaches_its_phones_with_the_districts(app, admin):
    with transaction():
        cadres = [person(Role.CADRE), person(Role.CADRE, village=OTHER_VILLAGE)]
    phones = [paired(app, cadre) for cadre in cadres]

    admin.post("/desk/book/numbers", number("0800 3", kind="duty"))
    admin.post("/desk/book/numbers", number("0800 1", VILLAGE))
    for phone in phones:
        phone.fetch()

    own = [one for one in phones[0].of_kind("directory") if one.get("village")]
    assert [one["number"] for one in own[0]["numbers"]] == ["0800 3", "0800 1"]
    assert not any(one.get("village") for one in phones[1].of_kind("directory"))


def test_the_last_number_of_a_village_takes_its_item_along(app, admin):
    admin.post("/desk/book/numbers", number("0800 1", VILLAGE))
    row = admin.get("/desk/book").text.split("/desk/book/number/")[1].split("/")[0]

    admin.post(f"/desk/book/number/{row}/remove")

    assert told("directory", VILLAGE) == {}


def test_a_date_that_betrays_the_book_is_refused(admin):
    date = {"date-on": "2026-12-01", "date-text": "Rapat korban kekerasan", "date-village": ""}

    refused = admin.post("/desk/book/dates", date)
    taken = admin.post("/desk/book/dates", {**date, "date-text": "Posyandu Melati"})

    assert refused.status_code == 422
    assert taken.status_code == 303
    assert [one["text"] for one in told("cover")["calendar"]] == ["Posyandu Melati"]


def test_a_tip_stands_in_its_month_and_the_villages_own_over_the_districts(admin):
    admin.post("/desk/book/tips", {"tip-month": "3", "tip-text": "Ukur", "tip-village": ""})
    admin.post("/desk/book/tips", {"tip-month": "3", "tip-text": "Timbang", "tip-village": VILLAGE})

    assert told("cover")["tips"][2] == "Ukur"
    assert told("cover")["tips"][3] == ""
    assert told("cover", VILLAGE)["tips"][2] == "Timbang"


def test_what_is_no_number_is_refused_and_said(admin):
    answer = admin.post("/desk/book/numbers", number("bidan desa"))

    assert answer.status_code == 422
    assert "Hanya angka" in answer.text


def test_every_change_stands_in_the_trail(admin):
    admin.post("/desk/book/numbers", number("0800 1"))

    with fresh():
        acts = set(db.session.scalars(db.select(TrailRow.act)))
    assert "number.add" in acts


def test_every_purpose_ships_with_questions_in_both_languages(app):
    with transaction():
        checklists.ship(DISTRICT)
        checklists.ship(DISTRICT)

    for purpose in PURPOSE:
        items = checklists.of(DISTRICT, purpose)
        assert 3 <= len(items) == len({item.code for item in items})
        assert all({"id", "en"} <= json.loads(item.labels).keys() for item in items)


def test_a_retired_question_leaves_the_phones_but_not_what_was_answered(admin):
    admin.get("/desk/book/checklists")
    with fresh():
        item = checklists.of(DISTRICT, "accompany")[0]
    code, id_ = item.code, item.id

    admin.post(f"/desk/book/items/{id_}/retire")
    with transaction():
        checklists.ship(DISTRICT)

    asked = checklists_told("accompany")
    assert code not in asked and len(asked) == len(checklists.shipped()["accompany"]) - 1
    assert checklists.labels_of(DISTRICT, "accompany", "en")[code]


def test_a_districts_own_question_is_added_and_moved_before_another(admin):
    admin.post("/desk/book/checklists", {"purpose": "accompany", "id": "Ongkos diganti?"})
    with fresh():
        own = checklists.of(DISTRICT, "accompany")[-1]
    code, id_ = own.code, own.id

    admin.post(f"/desk/book/items/{id_}/up")

    assert checklists_told("accompany")[-2] == code


def test_a_question_without_its_indonesian_is_refused(admin):
    answer = admin.post("/desk/book/checklists", {"purpose": "accompany", "en": "Paid?"})

    assert answer.status_code == 422
    with fresh():
        assert not db.session.query(ChecklistItem).filter_by(code="own_0").count()


def checklists_told(purpose: str) -> list[str]:
    """The codes that phones are told for a purpose, in their order."""
    with fresh():
        rows = db.session.scalars(db.select(DistrictItem).filter_by(kind="checklist"))
        found = [msgspec.json.decode(row.content) for row in rows if row.content]
    (mine,) = [one for one in found if one["purpose"] == purpose]
    return [item["code"] for item in mine["items"]]
