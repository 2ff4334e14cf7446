"""Whoever is too near to a report is kept out of it, and let back in."""

from __future__ import annotations

import pytest

from app.db import db, transaction
from app.domain.permissions import Role
from app.models import Case, Person, Referral, TrailRow
from tests.desk import in_care, reported
from tests.make import person

AUDITED = "Petugas Kamboja"


@pytest.fixture
def one(app) -> Referral:
    with transaction():
        return reported(person(Role.CADRE))


@pytest.fixture
def head(sit):
    return sit(Role.HEAD, label="Bu Kepala")


def kept_out(one: Referral) -> str:
    return f"/desk/referrals/{one.id}/kept-out"


def about(desk) -> dict:
    return {"person": str(desk.person_id)}


def newest() -> TrailRow:
    return db.session.scalars(db.select(TrailRow).order_by(TrailRow.seq.desc())).first()


def test_to_who_steps_out_it_is_not_there_until_a_head_lets_them_back(desk, head, one):
    desk.post(f"/desk/referrals/{one.id}/related")
    gone = desk.get(f"/desk/referrals/{one.id}")
    page = head.get(kept_out(one)).text
    head.post(f"{kept_out(one)}/{desk.person_id}/back", {"why": "by_mistake"})

    assert gone.status_code == 404
    assert "Petugas Salak" in page and "Keluar sendiri" in page
    assert desk.get(f"/desk/referrals/{one.id}").status_code == 200


def test_the_head_keeps_a_colleague_out_whom_it_is_about(desk, head, one):
    desk.post(f"/desk/referrals/{one.id}/take")

    offered = head.get(kept_out(one)).text
    refused = desk.post(kept_out(one), about(desk))
    nobody = head.post(kept_out(one), {"person": ""})
    head.post(kept_out(one), about(desk))

    assert "Petugas Salak" in offered
    assert (refused.status_code, nobody.status_code) == (404, 422)
    assert desk.get(f"/desk/referrals/{one.id}").status_code == 404
    assert str(one.id) not in desk.get("/desk/queue").text
    assert "Bu Kepala" in head.get(kept_out(one)).text
    assert db.session.get_one(Referral, one.id, populate_existing=True).taken_by is None


def test_letting_a_colleague_back_needs_a_reason_and_says_whom_and_why(desk, head, one):
    head.post(kept_out(one), about(desk))
    back = f"{kept_out(one)}/{desk.person_id}/back"

    silent = head.post(back)
    still = desk.get(f"/desk/referrals/{one.id}").status_code
    head.post(back, {"why": "no_ties"})
    again = head.post(back, {"why": "no_ties"})

    assert (silent.status_code, still) == (422, 404)
    assert desk.get(f"/desk/referrals/{one.id}").status_code == 200
    assert "sudah bisa membacanya" in head.get(again.headers["Location"]).text
    row = db.session.scalars(db.select(TrailRow).filter_by(act="referral.let_back")).one()
    assert row.reason == f"{desk.person_id} no_ties"


def test_a_case_is_kept_from_a_colleague_but_not_from_who_accompanies_it(desk, head, sit):
    other = sit(Role.CASEWORKER, label="Petugas Jambu")
    with transaction():
        case = in_care(person(Role.CADRE), db.session.get_one(Person, desk.person_id))
        one = db.session.get_one(Case, case).referral

    linked = head.get(f"/desk/cases/{case}").text
    hers = head.post(kept_out(one), about(desk))
    head.post(kept_out(one), about(other))
    desk.post(f"/desk/referrals/{one.id}/related")

    assert kept_out(one) in linked
    assert hers.status_code == 422 and "mendampingi" in hers.text
    assert f'<option selected value="{desk.person_id}">' in hers.text
    assert other.get(f"/desk/cases/{case}").status_code == 404
    assert desk.get(f"/desk/cases/{case}").status_code == 200


def test_the_trail_names_whom_to_an_auditor_and_not_to_whoever_is_kept_out(head, sit, one):
    near = sit(Role.COORDINATOR, Role.AUDITOR, label="Petugas Salak")
    auditor = sit(Role.AUDITOR, label=AUDITED)

    head.post(kept_out(one), about(near))

    row = f'<tr data-row="{newest().seq}">'
    told, silent = (
        desk.get("/desk/trail").text.partition(row)[2].partition("</tr>")[0]
        for desk in (auditor, near)
    )
    assert "Petugas Salak" in told and str(near.person_id) not in told
    assert "Petugas Salak" not in silent
