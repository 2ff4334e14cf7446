"""Quarantine: nothing is lost, and nobody throws anything away alone."""

from __future__ import annotations

import json

import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import Quarantined
from app.services import quarantine
from app.services.rows import seal_texts
from tests.desk import phone_of
from tests.make import DISTRICT, fresh, person

ACT = {"act": "report.create", "body": {"village": "nowhere", "note": "rahasia sekali"}}


@pytest.fixture
def kept(app) -> Quarantined:
    with transaction() as session:
        device = phone_of(person(Role.CADRE))
        made = Quarantined(
            id=fresh(),
            server_seq=7,
            envelope_id=fresh(),
            district=DISTRICT,
            device_id=device.id,
            reason="invalid",
            detail="field.format",
            act="report.create",
            risk="high",
            at=utc_now(),
        )
        seal_texts(made, DISTRICT, {"opened": ACT})
        session.add(made)
    return made


def again(kept) -> Quarantined:
    return db.session.get_one(Quarantined, kept.id, populate_existing=True)


def test_the_list_says_why_and_how_grave_and_not_what(desk, kept):
    page = desk.get("/desk/quarantine").text

    assert "Tinggi" in page
    assert "rahasia sekali" not in page


def test_opening_shows_it(desk, kept):
    assert "rahasia sekali" in desk.post(f"/desk/quarantine/{kept.id}/open").text


def test_a_corrected_act_is_marked_for_applying_and_what_came_is_kept(desk, kept):
    better = {**ACT, "body": {**ACT["body"], "village": "33.02.17.2001"}}

    desk.post(f"/desk/quarantine/{kept.id}/apply", {"act": json.dumps(better)})

    assert again(kept).settlement == "apply"
    content = quarantine.content_of(again(kept))
    assert content["opened"] == ACT
    assert content["corrected"] == better


def test_a_correction_that_cannot_be_read_changes_nothing(desk, kept):
    desk.post(f"/desk/quarantine/{kept.id}/apply", {"act": "{nonsense"})

    assert again(kept).settlement is None


def test_the_cadre_is_asked_by_her_phone(desk, kept):
    desk.post(f"/desk/quarantine/{kept.id}/ask")

    assert again(kept).settlement == "asked"


def test_nobody_discards_alone(desk, kept):
    desk.post(f"/desk/quarantine/{kept.id}/discard", {"why": "test"})
    desk.post(f"/desk/quarantine/{kept.id}/discard", {"why": "test"})

    assert again(kept).settlement == "discard"
    assert again(kept).settled_at is None


def test_two_persons_discard(desk, sit, kept):
    other = sit(Role.HEAD, label="Kepala Wijaya")

    desk.post(f"/desk/quarantine/{kept.id}/discard", {"why": "test"})
    other.post(f"/desk/quarantine/{kept.id}/discard", {"why": "test"})

    assert (again(kept).settlement, again(kept).seconded_by) == ("discarded", other.person_id)


def test_the_second_person_may_have_it_kept(desk, sit, kept):
    other = sit(Role.HEAD, label="Kepala Wijaya")

    desk.post(f"/desk/quarantine/{kept.id}/discard", {"why": "test"})
    other.post(f"/desk/quarantine/{kept.id}/keep")

    assert again(kept).settlement is None
