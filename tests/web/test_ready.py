"""The board of cadres who are ready: counts by place, printable, no person and no case."""

from __future__ import annotations

from datetime import timedelta

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import Drill
from app.services import readiness
from tests.desk import phone_of, reported
from tests.make import DISTRICT, fresh, person

OTHER_VILLAGE = "33.02.17.2002"


def practised(cadre, device, *, days_ago: int) -> None:
    """A practice of hers so long ago. Inside `transaction()`."""
    db.session.add(
        Drill(
            id=fresh(),
            device_id=device.id,
            person_id=cadre.id,
            done_at=utc_now() - timedelta(days=days_ago),
            ok=True,
            seconds=60,
        )
    )


def test_ready_is_who_has_a_confirmed_phone_and_practised_lately(app):
    with transaction():
        ready, forgot, waiting, replaced = (person(Role.CADRE, label=n) for n in "ABCD")
        practised(ready, phone_of(ready), days_ago=3)
        practised(ready, phone_of(ready, "ended"), days_ago=1)
        practised(forgot, phone_of(forgot), days_ago=60)
        practised(waiting, phone_of(waiting, "pending"), days_ago=1)
        practised(replaced, phone_of(replaced, "ended"), days_ago=1)
        phone_of(replaced)  # which has not practised yet
        person(Role.CADRE, label="E", village=OTHER_VILLAGE)

    here, there = readiness.villages("33.02.17", now=utc_now())
    (whole,) = readiness.subdistricts(DISTRICT, now=utc_now())

    assert (here.counts.cadres, here.counts.phones) == (4, 3)
    assert (here.counts.practised, here.counts.ready) == (3, 1)
    assert (there.counts.cadres, there.counts.ready) == (1, 0)
    assert (whole.counts.cadres, whole.counts.villages, whole.counts.villages_ready) == (5, 2, 1)


def test_who_left_is_counted_no_more(app):
    with transaction():
        gone = person(Role.CADRE)
        gone.left_at = utc_now()

    assert readiness.total(readiness.subdistricts(DISTRICT, now=utc_now())).cadres == 0


def test_the_board_shows_places_and_numbers_and_nobody(desk):
    with transaction():
        melati = person(Role.CADRE, label="Kader Melati")
        practised(melati, phone_of(melati), days_ago=3)
        reported(melati)

    board = desk.get("/desk/ready").text
    villages = desk.get("/desk/ready/33.02.17").text

    assert "Contoh" in board and "/desk/ready/33.02.17" in board
    assert "Kalicontoh" in villages and "Kedungcontoh" in villages
    assert "data-print" in villages
    assert "Melati" not in board + villages


def test_another_district_is_not_on_the_board(desk):
    assert desk.get("/desk/ready/52.72.01").status_code == 404
    assert desk.get("/desk/ready/33.02.17.2001").status_code == 404
    assert desk.get("/desk/ready/nothing").status_code == 404
