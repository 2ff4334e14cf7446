"""For you: what a person should see stands on one page, counted, each with its way."""

from __future__ import annotations

import re

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import Alert, Case, Person
from app.services import alerts, related, strangers
from tests.desk import as_staff, in_care
from tests.make import person


def written(desk, kind: str, case_id=None, **more) -> Alert:
    about = {"report_id": db.session.get_one(Case, case_id).referral.report_id} if case_id else {}
    with transaction():
        me = db.session.get_one(Person, desk.person_id)
        return alerts.ring(me, kind, now=utc_now(), **about, **more)


def on_the_rail(desk) -> int:
    return int(re.search(r'data-count="alerts">(\d+)', desk.get("/desk/alerts").text).group(1))


def test_what_waits_is_counted_on_the_rail_and_leads_where_it_is_done(desk):
    with transaction():
        case = in_care(person(Role.CADRE), db.session.get_one(Person, desk.person_id))
    mine = {
        "service_late": f"/desk/cases/{case}#services",
        "new_report_news": f"/desk/cases/{case}",
        "roster_gap": "/desk/roster",
    }
    rows = {kind: written(desk, kind, None if kind == "roster_gap" else case) for kind in mine}
    assert on_the_rail(desk) == len(mine)
    assert desk.get("/desk/alert").location == "/desk/alerts"

    for kind, row in rows.items():
        assert desk.post(f"/desk/alerts/{row.id}/look").location == mine[kind]

    assert on_the_rail(desk) == 0
    assert desk.get("/desk/alert").location == "/desk/"
    assert "Tidak ada yang menunggu Anda" in desk.get("/desk/alerts").text


def test_all_but_the_urgent_is_seen_with_one_press(desk):
    for urgent in (True, False, False):
        written(desk, "new_report_news", urgent=urgent)
    page = desk.get("/desk/alerts").text
    written(desk, "service_late")  # It came while the page was read.

    desk.post("/desk/alerts/seen", {"alert": re.findall(r'name="alert" value="([^"]+)"', page)})

    assert on_the_rail(desk) == 2


def test_to_somebody_who_stepped_out_the_way_is_not_there(desk):
    with transaction():
        case = in_care(person(Role.CADRE), person(Role.CASEWORKER))
    row = written(desk, "new_report_news", case)
    with transaction():
        me = as_staff(db.session.get_one(Person, desk.person_id))
        related.step_out(db.session.get_one(Case, case).referral, me, now=utc_now())

    assert desk.post(f"/desk/alerts/{row.id}/look").location == "/desk/alerts"


def test_what_is_not_there_for_somebody_is_not_counted_either(desk):
    with transaction():
        case = in_care(person(Role.CADRE), person(Role.CASEWORKER))
    written(desk, "new_report_news", case)
    assert on_the_rail(desk) == 1

    with transaction():
        me = as_staff(db.session.get_one(Person, desk.person_id))
        related.step_out(db.session.get_one(Case, case).referral, me, now=utc_now())

    assert on_the_rail(desk) == 0


def test_the_third_opening_in_a_week_of_what_is_not_ones_own_is_told_to_head_and_auditor(app, sit):
    with transaction():
        case = in_care(person(Role.CADRE), person(Role.CASEWORKER))
        report = db.session.get_one(Case, case).referral_id
    head, auditor, curious = (sit(role) for role in (Role.HEAD, Role.AUDITOR, Role.CASEWORKER))
    reason = {"reason": "care", "words": "ingin tahu saja"}

    for times in (1, 2, 3, 4):
        curious.post(f"/desk/referrals/{report}/open", reason)
        told = db.session.query(Alert).filter_by(kind="many_openings")
        heard = {row.person_id for row in told}
        assert heard == ({head.person_id, auditor.person_id} if times > 2 else set())

    (row,) = told.filter_by(person_id=auditor.person_id)
    way = auditor.post(f"/desk/alerts/{row.id}/look").location
    assert auditor.get(way).text.count("Membuka yang didampingi rekan") == 4
    with transaction():
        assert strangers.tell_weekly(now=utc_now()) == 1
        assert strangers.tell_weekly(now=utc_now()) == 0
