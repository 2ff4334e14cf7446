"""The pocket card on paper: the phone's questions and numbers, and nobody's name."""

from __future__ import annotations

from app.db import transaction
from app.domain.permissions import Role
from app.domain.pocket_card import CARD
from app.models import DirectoryNumber
from app.words import label, question
from tests.make import DISTRICT, VILLAGE, person


def test_the_card_asks_what_the_phone_asks_with_the_same_numbers(desk):
    page = desk.get("/desk/card").text

    for one in CARD:
        asked = page.split(str(question(one.name).text), 1)[1].split("</section>")[0]
        for place, code in enumerate(one.codes, start=1):
            assert f"<b>{place:02}</b> {label(one.name, code)}" in asked, (one.name, code)


def test_the_card_of_a_village_carries_its_numbers_and_no_person(desk):
    with transaction() as session:
        person(Role.CADRE, label="Kader Melati")
        for village, number in ((VILLAGE, "0800 1"), ("33.02.17.2002", "0800 2"), (None, "0800 3")):
            session.add(
                DirectoryNumber(district=DISTRICT, village=village, kind="midwife", number=number)
            )

    page = desk.get(f"/desk/card?village={VILLAGE}").text
    card = page.split("<article")[1]

    assert "Kalicontoh" in card
    assert "0800 1" in card and "0800 3" in card
    assert "0800 2" not in card
    assert "Melati" not in page
    assert "data-print" in page
