"""Phones come and go: a code by telephone, a lost phone, a cadre who leaves."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import CadreContact, Case, Device, Handover, Invite, Person, SafeWay, Visit
from app.services import leavings, people
from app.services.rows import seal_texts
from tests.desk import in_care, phone_of, reported
from tests.make import DISTRICT, fresh, person, visit


@pytest.fixture
def melati(app) -> Person:
    with transaction():
        made = person(Role.CADRE)
        people.set_number(made, "0800 111 222", now=utc_now() - timedelta(days=40))
    return made


def again(row):
    return db.session.get_one(type(row), row.id, populate_existing=True)


def visit_of(cadre: Person, report_id: UUID, by: UUID, state: str = "accepted") -> Visit:
    """A visit of hers that is open. Inside `transaction()`."""
    now = utc_now()
    made = visit(
        report_id,
        cadre.id,
        by,
        now,
        state=state,
        handed_at=now - timedelta(hours=1),
        details_told=True,
    )
    db.session.add(made)
    db.session.flush()
    return made


def handover() -> Handover:
    query = db.select(Handover).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def test_before_a_code_is_read_out_the_registered_number_and_her_word_are_shown(desk, melati):
    with transaction():
        contact = db.session.get_one(CadreContact, melati.id)
        seal_texts(contact, DISTRICT, {"number": "0800 111 222", "word": "kenanga"})

    page = desk.post(f"/desk/people/{melati.id}/call-first").text

    assert "0800 111 222" in page and "kenanga" in page
    assert db.session.query(Invite).count() == 0


def test_no_code_is_made_for_a_voice_that_nobody_recognised(desk, melati):
    desk.post(f"/desk/people/{melati.id}/invite", {"spoken": "yes"})
    assert db.session.query(Invite).count() == 0

    desk.post(f"/desk/people/{melati.id}/invite", {"spoken": "yes", "recognised": "yes"})
    (invite,) = db.session.scalars(db.select(Invite)).all()
    assert invite.spoken
    assert invite.expires_at - invite.made_at == timedelta(hours=24)


def test_without_a_registered_number_there_is_no_code_by_telephone(desk):
    with transaction():
        mawar = person(Role.CADRE)

    page = desk.post(f"/desk/people/{mawar.id}/call-first").text

    assert 'name="recognised"' not in page


def test_a_lost_phone_says_that_a_lease_was_out_and_for_which_visits(desk, melati):
    with transaction():
        device = phone_of(melati)
        device.lease_until = utc_now() + timedelta(hours=20)
        referral = reported(melati)
        visit = visit_of(melati, referral.report_id, desk.person_id)

    answer = desk.post(f"/desk/phones/{device.id}/revoke")
    page = desk.get(answer.headers["Location"]).text

    assert again(device).state == "ended"
    assert 'class="must"' in page
    assert "dengan bantuan kita" in page  # by the lease it can be, until then
    assert f"/desk/visits/{visit.id}" in page


def test_an_accepted_visit_may_have_given_a_lease_that_the_phone_never_told(desk, melati):
    with transaction():
        device = phone_of(melati)
        visit_of(melati, reported(melati).report_id, desk.person_id)

    assert 'class="must"' in desk.get(f"/desk/phones/{device.id}/lost").text


def test_without_a_lease_the_page_says_that_nothing_opens(desk, melati):
    with transaction():
        device = phone_of(melati)
        visit_of(melati, reported(melati).report_id, desk.person_id, state="assigned")

    assert 'class="must"' not in desk.get(f"/desk/phones/{device.id}/lost").text


def test_an_admin_sees_how_many_visits_were_lost_and_not_which(sit, melati):
    admin = sit(Role.ADMIN)
    with transaction():
        device = phone_of(melati)
        visit = visit_of(melati, reported(melati).report_id, admin.person_id)

    assert str(visit.id) not in admin.get(f"/desk/phones/{device.id}/lost").text


def test_a_cadre_who_leaves_is_done_only_when_each_survivor_has_another_way(desk, melati):
    with transaction():
        member = db.session.get_one(Person, desk.person_id)
        case = in_care(melati, member)
    page = f"/desk/people/{melati.id}/leaving"

    desk.post(page)
    assert f"/desk/cases/{case}/safe-way" in desk.get(page).text
    desk.post(page + "/end")
    assert handover().ended_at is None
    referral = db.session.get_one(Case, case).referral
    assert leavings.lacks_safe_way(referral)

    _new_way(case, desk.person_id)
    assert not leavings.lacks_safe_way(referral)
    desk.post(page + "/end")
    assert handover().ended_at


def test_her_open_visit_keeps_her_leaving_open(desk, melati):
    with transaction():
        member = db.session.get_one(Person, desk.person_id)
        case = in_care(melati, member)
        report_id = db.session.get_one(Case, case).referral.report_id
        visit = visit_of(melati, report_id, member.id)
    page = f"/desk/people/{melati.id}/leaving"
    desk.post(page)
    _new_way(case, desk.person_id)

    desk.post(page + "/end")
    assert handover().ended_at is None

    desk.post(f"/desk/visits/{visit.id}/withdraw")
    desk.post(page + "/end")
    assert handover().ended_at


def test_who_leaves_at_once_leaves_a_page_of_those_reached_through_her(sit, melati):
    head = sit(Role.HEAD)
    with transaction():
        device = phone_of(melati)
        reported(melati)

    head.post(f"/desk/people/{melati.id}/leave")

    assert db.session.scalars(db.select(Handover)).one().person_id == melati.id
    assert db.session.get_one(Device, device.id, populate_existing=True).state == "ended"
    assert "/leaving" in head.get(f"/desk/people/{melati.id}").text


def _new_way(case_id: UUID, by: UUID) -> None:
    with transaction() as session:
        case = session.get_one(Case, case_id)
        now = utc_now() + timedelta(seconds=1)
        way = SafeWay(id=fresh(), referral_id=case.referral_id, at=now, by=by, ask_again_at=now)
        seal_texts(way, DISTRICT, {"contact_via": "midwife"})
        session.add(way)
