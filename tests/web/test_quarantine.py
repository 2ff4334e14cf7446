"""Quarantine: nothing is lost, and nobody throws anything away alone."""

from __future__ import annotations

import json

import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.domain.report import short_code
from app.models import InboxEnvelope, Quarantined, RelatedStaff
from app.services import opening, quarantine
from app.services.rows import seal_texts
from tests.desk import as_staff, phone_of, reported, staff
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


def orphan(number: int, waits_for) -> InboxEnvelope:
    """An act that waits for a report, and sounds grave."""
    return InboxEnvelope(
        server_seq=number,
        envelope_id=fresh(),
        sha256=bytes(32),
        district=DISTRICT,
        kid="x",
        schema=1,
        seq=number,
        receipt="x",
        received_at=utc_now(),
        state="waiting",
        waits_for=waits_for,
        waiting_since=utc_now(),
        grave=True,
    )


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


def test_who_is_related_to_the_report_does_not_see_an_act_about_it(app, desk, kept):
    with transaction() as session:
        referral = reported()
        again(kept).about = referral.report_id
        session.flush()
        session.add(
            RelatedStaff(person_id=desk.person_id, referral_id=referral.id, marked_at=utc_now())
        )

    assert str(kept.id) not in desk.get("/desk/quarantine").text
    assert desk.get(f"/desk/quarantine/{kept.id}").status_code == 404
    assert desk.post(f"/desk/quarantine/{kept.id}/open").status_code == 404


def test_what_waits_for_a_report_is_not_there_for_who_is_related_to_it(app, desk):
    with transaction() as session:
        referral = reported()
        here, other = orphan(1, referral.report_id), orphan(2, fresh())
        session.add_all([here, other])
    before = desk.get("/desk/quarantine").text

    desk.post(f"/desk/referrals/{referral.id}/related")

    after = desk.get("/desk/quarantine").text
    assert short_code(here.envelope_id) in before
    assert short_code(here.envelope_id) not in after
    assert short_code(other.envelope_id) in after


def test_a_tally_that_the_desk_settles_leads_no_more_to_its_phone(desk, kept):
    with transaction():
        again(kept).act = "tally.add"

    desk.post(f"/desk/quarantine/{kept.id}/ask")

    settled = again(kept)
    assert (settled.settlement, settled.device_id, settled.sealed) == ("asked", None, None)


def test_what_must_not_be_known_of_a_report_is_not_told_to_who_is_related_to_it(app):
    with transaction() as session:
        cadre, member = person(Role.CADRE), staff()
        referral = reported(cadre, must_not_know=["spouse"])
        assert opening.must_not_know_of(cadre, as_staff(member)) == ("spouse",)
        session.add(RelatedStaff(person_id=member.id, referral_id=referral.id, marked_at=utc_now()))

    assert opening.must_not_know_of(cadre, as_staff(member)) == ()
