"""Commands for people and scripts: what they print with `--json`, and how they refuse."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import (
    Device,
    InboxEnvelope,
    Partner,
    Person,
    Report,
    ServiceReferral,
    TrailRow,
    VisitSeries,
)
from app.sealing import fingerprint, opener
from app.services import (
    demo,
    demo_care,
    handovers,
    keylists,
    partners,
    people,
    recalls,
    rosters,
    series,
    service_board,
    settling,
    transfer_list,
    visit_list,
)
from app.services.listing import Narrowed
from sync.jobs import open_due
from tests import make
from tests.desk import as_staff, reported
from tests.enrolment import phone_of

BIMA = Path(__file__).parents[2] / "app" / "data" / "areas-52.72.csv"


@pytest.fixture
def flask(app):
    """Run a command; with `--json` its document comes back, else what it printed."""

    def run(*words: str, fails: bool = False):
        answer = app.test_cli_runner().invoke(args=[str(word) for word in words])
        assert (answer.exit_code != 0) == fails, answer.output
        return json.loads(answer.stdout) if "--json" in words and not fails else answer.output

    return run


@pytest.fixture
def cadre(app) -> Person:
    with transaction():
        return make.person()


def test_a_cadre_is_added_to_her_village_and_staff_to_the_district(flask):
    cadre = flask(
        "people", "add", "--role", "cadre", "--village", make.VILLAGE, "--label", "M", "--json"
    )
    member = flask(
        *("people", "add", "--role", "head", "--role", "coordinator"),
        *("--district", make.DISTRICT, "--label", "Mawar", "--json"),
    )

    assert set(cadre) == {"id"}
    listed = {one["id"]: one for one in flask("people", "list", "--json")}
    assert listed[cadre["id"]]["village"] == make.VILLAGE
    assert listed[member["id"]]["roles"] == ["coordinator", "head"]
    assert "Mawar" not in json.dumps(listed)


def test_a_person_without_a_place_is_refused_in_one_line(flask):
    assert "Give --village" in flask("people", "add", "--role", "cadre", "--label", "M", fails=True)
    said = flask(
        "people", "add", "--role", "cadre", "--village", "33.02.99.0001", "--label", "M", fails=True
    )
    assert "person.village" in said
    assert "Traceback" not in said


def test_staff_are_let_in_by_name_password_and_second_factor(flask):
    with transaction():
        member = people.add(make.DISTRICT, [Role.HEAD], "Wijaya", now=utc_now())

    told = flask(
        *("people", "sign-in", member.id, "--name", "wijaya"),
        *("--password", "a long enough one", "--json"),
    )

    assert re.fullmatch(r"[A-Z2-7]{32}", told["seed"])
    assert told["otpauth"].startswith("otpauth://totp/")


def test_an_invite_is_a_code_a_link_and_the_fingerprint_of_the_signer(flask, cadre, settings):
    told = flask("phones", "invite", cadre.id, "--json")

    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{12}", told["code"])
    assert told["fingerprint"] == fingerprint(keylists.current(make.DISTRICT).signer)
    assert told["link"] == f"{settings.cadre_url}/#{told['code']}{told['fingerprint']}"
    assert told["expires_at"] > utc_now().isoformat()


def test_a_phone_is_confirmed_and_revoked_by_its_id(flask, cadre):
    device = phone_of(cadre, utc_now(), confirm=False)

    assert flask("phones", "confirm", device.id, "--json")["state"] == "active"
    (shown,) = flask("phones", "list", "--json")
    assert re.fullmatch(r"\d{4}", shown["match"])
    assert flask("phones", "revoke", device.id, "--json")["state"] == "ended"
    assert "device.ended" in flask("phones", "confirm", device.id, fails=True)


def test_a_phone_that_is_not_there_is_said_in_one_line(flask, cadre):
    assert "device.missing" in flask("phones", "confirm", cadre.id, fails=True)
    assert "person" in flask("phones", "invite", make.fresh(), fails=True)


def test_the_queue_shows_coded_facts_only(flask, cadre):
    with transaction():
        reported(cadre)

    (row,) = flask("queue", "list", "--json")

    assert set(row) == {
        *("id", "report_id", "state", "risk", "emergency", "village", "kinds"),
        *("received_at", "due_at"),
    }
    assert row["kinds"]
    assert row["state"] == "received"


def test_the_quarantine_is_listed_by_the_envelopes_own_ids(flask, cadre):
    device = phone_of(cadre, utc_now())
    envelope = make.fresh()
    with transaction() as session:
        session.add(_unreadable(device, envelope))
    open_due()

    assert flask("quarantine", "list", "--json") == [{"id": str(envelope), "reason": "unreadable"}]


def test_areas_are_loaded_and_their_district_gets_keys(flask):
    told = flask("areas", "load", BIMA, "--json")

    assert told == {"added": 47, "renamed": 0, "districts": ["52.72"]}
    assert keylists.current("52.72").serial == 1


def test_a_malformed_area_file_is_refused_with_the_numbers_of_its_lines(flask, tmp_path):
    file = tmp_path / "areas.csv"
    file.write_bytes(b"code,level,parent_code,name\n52.72,regency,,KOTA\nx\n52.72.01,a,b,\xff\n")

    said = flask("areas", "load", file, fails=True)

    assert "line 3: " in said
    assert "line 4: " in said
    assert "Traceback" not in said


def test_rotated_keys_are_published_and_old_ones_still_open(flask, cadre):
    before = opener().seal_row(make.DISTRICT, "people", cadre.id, {"note": "lama"})

    (issued,) = flask("keys", "rotate", "--json")

    assert issued == {"district": make.DISTRICT, "serial": 2}
    after = opener().seal_row(make.DISTRICT, "people", cadre.id, {"note": "baru"})
    assert after.kid != before.kid
    assert opener().open_row("people", cadre.id, *before) == {"note": "lama"}


def test_making_keys_twice_makes_them_once(flask):
    assert flask("keys", "make", "--json") == []


def test_the_trail_is_walked_and_a_changed_row_is_found(flask, cadre):
    flask("phones", "invite", cadre.id)
    (whole,) = flask("trail", "verify", "--json")
    assert whole["whole"]
    head = f"{whole['rows']}:{whole['head']}"
    assert "whole" in flask("trail", "verify", "--head", head)

    with transaction() as session:
        session.execute(update(TrailRow).where(TrailRow.seq == 1).values(act="case.open"))

    assert "BROKEN at row 1" in flask("trail", "verify", fails=True)


def test_sweeping_once_tells_what_it_found(flask):
    found = flask("sync", "sweep", "--json")

    assert all(count == 0 for count in found.values())


def test_the_demo_is_the_same_however_often_it_is_loaded(flask):
    first = flask("demo", "load", "--json")
    again = flask("demo", "load", "--json")

    assert {**first, "code": ""} == {**again, "code": ""}
    assert _count(Report) == len(demo.STORIES)
    assert _count(Person) == len(demo.CADRES) + len(demo.STAFF_PEOPLE)
    assert rosters.lacking(demo.DISTRICT, now=utc_now()) == []
    states = [row["state"] for row in flask("queue", "list", "--all", "--json")]
    assert sorted(set(states)) == ["accepted", "received", "transferred"]


def test_an_older_demo_whose_caseworker_hands_over_still_loads(flask):
    with transaction():
        teratai = people.add(demo.DISTRICT, [Role.CASEWORKER], "Teratai", now=utc_now())
        handovers.begin(teratai, as_staff(teratai), now=utc_now())

    flask("demo", "load", "--json")

    assert _count(Report) == len(demo.STORIES)


def test_in_the_demo_a_newcomer_finds_no_page_empty(flask):
    flask("demo", "load", "--json")
    flask("demo", "load", "--json")
    head = next(one for one in db.session.scalars(select(Person)) if Role.HEAD in one.role_codes)
    me, now = as_staff(head), utc_now()
    today = partners.today_in(demo.DISTRICT, now)

    states = set(db.session.scalars(select(ServiceReferral.state)))
    agreements = {str(partners.mou_of(one, today).state) for one in partners.working(demo.DISTRICT)}

    assert {"draft", "awaiting_approval", "sent", "partner_refused", "served"} <= states
    assert {"none", "ending", "in_force", "ended", "in_talks"} <= agreements
    assert service_board.count(me, "late", now=now) == 1
    assert len(recalls.waiting(me)) == 1
    visits = {tab: len(visit_list.page(me, tab, Narrowed(), now=now)) for tab in visit_list.TABS}
    assert visits == {"running": 0, "missed": 1, "due": 1, "recorded": 3}
    assert len(settling.waiting(me)) == 1
    assert _count(Partner) == len(demo_care.PARTNERS)
    assert [(row.state, row.by_file) for row in transfer_list.page(me)] == [("sent", True)]
    assert _count(VisitSeries) == 1
    assert not series.is_due(now=now)


def _count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def _unreadable(device: Device, envelope) -> InboxEnvelope:
    return InboxEnvelope(
        server_seq=1,
        envelope_id=envelope,
        sha256=bytes(32),
        device_id=device.id,
        district=device.district,
        kid="intake.33.02.9",
        schema=1,
        seq=1,
        sealed=bytes(100),
        receipt="",
        received_at=utc_now(),
    )
