"""People and phones at the desk."""

from __future__ import annotations

import json
import re

import pyotp
import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import Device, Invite, Person, StaffAccount, TrailRow
from app.services import people, phones
from tests.desk import in_care, phone_of
from tests.make import VILLAGE, person

GROUP = re.compile(r"<li>([0-9A-Z]{4})</li>")


def test_a_coordinator_adds_a_cadre_and_invites_her_phone(desk):
    added = desk.post(
        "/desk/people/new",
        {"label": "Kader Dahlia", "roles": "cadre", "village": VILLAGE, "number": "0800 000"},
    )
    page = desk.get(added.headers["Location"]).text
    slip = desk.post(added.headers["Location"] + "/invite").text

    assert "Kader Dahlia" in page
    assert "<svg" in slip and 'class="qr"' in slip
    assert len(GROUP.findall(slip)) == 7


def test_the_slip_says_no_word_of_the_work(desk):
    with transaction():
        melati = person(Role.CADRE)

    slip = desk.post(f"/desk/people/{melati.id}/invite").text
    printed = slip.split('class="sheet stack slip"')[1].split("</section>")[0]

    for word in ("kekerasan", "lapor", "UPTD", "korban", "siaga"):
        assert word.lower() not in printed.lower()


def test_the_code_of_a_slip_is_kept_nowhere(desk, app):
    with transaction():
        melati = person(Role.CADRE)

    slip = desk.post(f"/desk/people/{melati.id}/invite").text
    code = "".join(GROUP.findall(slip)[:3])

    invite = db.session.scalars(db.select(Invite)).one()
    assert code and code.encode() not in invite.code_hash


def test_a_coordinator_does_not_make_colleagues(desk):
    answer = desk.post(
        "/desk/people/new",
        {"label": "Petugas Baru", "roles": "coordinator", "sign_in_name": "baru"},
    )

    assert answer.status_code in (404, 422)
    assert db.session.query(StaffAccount).count() == 0


def test_an_admin_makes_a_sign_in_that_works(sit, client):
    admin = sit(Role.ADMIN)
    page = admin.post(
        "/desk/people/new",
        {"label": "Petugas Baru", "roles": "caseworker", "sign_in_name": "Baru"},
    ).text
    password = re.search(r'class="code">([0-9a-f-]{20,})<', page).group(1)

    account = db.session.scalars(db.select(StaffAccount)).one()
    from app.sealing import opener
    from app.services import sign_in

    seed = opener().decrypt("staff_accounts", "totp_seed", account.person_id, account.totp_seed)
    assert sign_in.right_password("baru", password) == account.person_id
    assert pyotp.TOTP(seed).now()


def test_the_four_digits_stand_beside_a_waiting_phone_and_confirming_activates_it(desk):
    with transaction():
        melati = person(Role.CADRE)
        device = phone_of(melati, "pending")
        digits = phones.match(device)

    page = desk.get(f"/desk/people/{melati.id}").text
    desk.post(f"/desk/phones/{device.id}/confirm")

    assert digits in page
    assert db.session.get_one(Device, device.id, populate_existing=True).state == "active"


def test_a_lost_phone_ends_in_two_clicks(desk):
    with transaction():
        melati = person(Role.CADRE)
        device = phone_of(melati)

    desk.get(f"/desk/people/{melati.id}")
    desk.post(f"/desk/phones/{device.id}/revoke")

    assert db.session.get_one(Device, device.id, populate_existing=True).ended_why == "revoked"


def test_who_leaves_has_no_sign_in_and_no_phone(sit):
    head = sit(Role.HEAD)
    with transaction():
        melati = person(Role.CADRE)
        device = phone_of(melati)

    head.post(f"/desk/people/{melati.id}/leave")

    assert db.session.get_one(Person, melati.id, populate_existing=True).left_at
    assert db.session.get_one(Device, device.id, populate_existing=True).state == "ended"


def test_a_head_gives_a_colleague_other_roles(sit):
    head = sit(Role.HEAD)
    with transaction():
        ani = person(Role.COORDINATOR)
    page = f"/desk/people/{ani.id}"

    head.post(f"{page}/roles", {"roles": ["coordinator", "caseworker"]})

    ani = db.session.get_one(Person, ani.id, populate_existing=True)
    assert ani.role_codes == {Role.COORDINATOR, Role.CASEWORKER}
    (row,) = db.session.scalars(db.select(TrailRow).filter_by(act="people.roles"))
    assert (row.by, row.object_id, row.reason) == (
        head.person_id,
        str(ani.id),
        "caseworker coordinator",
    )


@pytest.mark.parametrize(
    ("former", "wanted", "said"),
    [
        (Role.COORDINATOR, [], "Pilih paling sedikit satu peran"),
        (Role.COORDINATOR, ["cadre"], "Pilih paling sedikit satu peran"),
        (Role.CADRE, ["head"], "tidak cocok"),
        (Role.COORDINATOR, ["queen"], "tidak cocok"),
    ],
)
def test_roles_that_do_not_fit_stay_as_they_were(sit, former, wanted, said):
    head = sit(Role.HEAD)
    with transaction():
        ani = person(former)

    answer = head.post(f"/desk/people/{ani.id}/roles", {"roles": wanted}, follow_redirects=True)

    assert said in answer.text
    assert db.session.get_one(Person, ani.id, populate_existing=True).role_codes == {former}


def test_nobody_changes_their_own_roles(sit):
    head = sit(Role.HEAD)

    head.post(f"/desk/people/{head.person_id}/roles", {"roles": ["head", "admin"]})

    own = db.session.get_one(Person, head.person_id, populate_existing=True)
    assert own.role_codes == {Role.HEAD}


def test_a_caseworker_stays_one_until_everything_is_handed_over(sit):
    head = sit(Role.HEAD)
    with transaction():
        ani = person(Role.CASEWORKER)
        in_care(person(Role.CADRE), ani)

    answer = head.post(
        f"/desk/people/{ani.id}/roles", {"roles": ["auditor"]}, follow_redirects=True
    )

    assert "Serahkan dahulu" in answer.text
    same = db.session.get_one(Person, ani.id, populate_existing=True)
    assert same.role_codes == {Role.CASEWORKER}


def test_a_number_is_shown_only_by_an_act_that_leaves_a_row(desk):
    with transaction():
        melati = person(Role.CADRE)
        people.set_number(melati, "0800 111 222", now=melati.created_at)

    before = desk.get(f"/desk/people/{melati.id}").text
    after = desk.post(f"/desk/people/{melati.id}/contact").text

    assert "0800" not in before
    assert "0800 111 222" in after


def test_a_phone_taken_for_a_copy_is_said_to_be_hers_by_who_asked_her(desk):
    with transaction():
        melati = person(Role.CADRE)
        device = phone_of(melati)
        device.cloned_at = utc_now()
    page = f"/desk/people/{melati.id}"

    assert "Dua HP mengirim" in desk.get(page).text
    unsaid = desk.post(f"/desk/phones/{device.id}/hers", follow_redirects=True).text
    assert "Katakan dahulu" in unsaid
    assert "Dua HP mengirim" in unsaid
    done = desk.post(f"/desk/phones/{device.id}/hers", {"how": "met"}, follow_redirects=True).text

    assert "Sudah dicatat" in done
    assert "Dua HP mengirim" not in done


def test_a_phone_that_lost_what_it_kept_is_shown(desk):
    with transaction():
        melati = person(Role.CADRE)
        phone_of(melati).told = json.dumps({"unsent": 0, "lost_at": "2026-11-20T03:00:00+00:00"})

    assert "kehilangan isinya" in desk.get("/desk/people").text
    assert "Tanyakan apa yang pernah" in desk.get(f"/desk/people/{melati.id}").text


def test_the_page_of_a_colleague_has_no_empty_column(desk, sit):
    colleague = sit(Role.CASEWORKER)

    page = desk.get(f"/desk/people/{colleague.person_id}").text

    assert '<div class="pair"><aside>' in page
