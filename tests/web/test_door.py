"""Coming in and going out, seen from a browser."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pyotp
import pytest
from sqlalchemy import update

from app.db import transaction, utc_now
from app.domain.permissions import Role
from app.models import Person, StaffAccount
from app.services import sign_in
from tests.desk import HTTPS, TOKEN, staff

PASSWORD = "sebuah kata sandi panjang"


@pytest.fixture
def seed(app) -> str:
    with transaction():
        return sign_in.new_account(staff(Role.COORDINATOR), "salak", PASSWORD)


def enter(client, seed, **other):
    page = client.get("/desk/enter", base_url=HTTPS)
    token = TOKEN.search(page.text).group(1)
    now = utc_now()
    sent = {"name": "salak", "password": PASSWORD, "code": pyotp.TOTP(seed).at(now)} | other
    return client.post("/desk/enter", data={"csrf_token": token, **sent}, base_url=HTTPS)


def test_the_desk_without_a_session_is_a_door(client):
    answer = client.get("/desk/queue", base_url=HTTPS)

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/desk/enter")


def test_three_right_things_lead_to_the_queue(client, seed):
    assert enter(client, seed).headers["Location"] == "/desk/"
    assert client.get("/desk/queue", base_url=HTTPS).status_code == 200


def test_wrong_name_wrong_password_and_wrong_code_look_alike(client, seed):
    pages = [
        enter(client, seed, **wrong)
        for wrong in ({"name": "nobody"}, {"password": "x" * 20}, {"code": "000000"})
    ]

    said = [re.sub(r'value="[^"]*"', "", page.text) for page in pages]
    assert {page.status_code for page in pages} == {403}
    assert len(set(said)) == 1


def test_the_cookie_is_for_this_host_and_unreadable_for_scripts(client, seed):
    cookie = enter(client, seed).headers["Set-Cookie"]

    assert cookie.startswith("__Host-desk=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie


def test_a_form_without_its_token_does_nothing(client, seed):
    answer = client.post(
        "/desk/enter", data={"name": "salak", "password": PASSWORD}, base_url=HTTPS
    )

    assert answer.status_code == 400


def test_nobody_is_led_out_of_the_desk_by_an_address(client, seed):
    token = TOKEN.search(client.get("/desk/enter", base_url=HTTPS).text).group(1)
    for away in ("https://example.org/", "//example.org", "/desk/\\example.org", "/"):
        answer = client.post(
            "/desk/enter",
            query_string={"to": away},
            data={
                "csrf_token": token,
                "name": "salak",
                "password": PASSWORD,
                "code": pyotp.TOTP(seed).at(utc_now()),
            },
            base_url=HTTPS,
        )
        assert "example.org" not in answer.headers.get("Location", "")


def test_signing_out_ends_the_session_for_good(desk):
    assert desk.get("/desk/queue").status_code == 200

    desk.post("/desk/leave")

    assert desk.get("/desk/queue").status_code == 303
    assert desk.session.ended_at is not None


def test_polling_is_not_activity(desk):
    desk.age(timedelta(minutes=14))
    before = desk.session.active_at

    assert desk.get("/desk/queue", headers={"X-Siaga-Poll": "1"}).status_code == 200

    assert desk.session.active_at == before


def test_a_page_that_a_person_asks_for_is_activity(desk):
    desk.age(timedelta(minutes=14))
    before = desk.session.active_at

    desk.get("/desk/queue")

    assert desk.session.active_at > before


def test_a_poll_after_the_end_of_a_session_is_told_so_quietly(desk):
    desk.age(timedelta(minutes=15))

    assert desk.get("/desk/queue", headers={"X-Siaga-Poll": "1"}).status_code == 401


def test_what_was_typed_survives_a_lost_session(desk, seed, app):
    typed = {"channel": "phone", "told_at": "2026-11-23T10:00", "note": "<b>Soal posyandu</b>"}
    desk.post("/desk/settings/language", {"language": "id"})
    desk.age(timedelta(minutes=20))

    door = desk.post("/desk/intake", typed)

    assert door.status_code == 401
    assert "Soal posyandu" not in door.text
    assert 'name="kept"' in door.text


def test_only_its_writer_gets_a_kept_form_back(app, seed):
    from app.services.kept import keep, kept_form
    from tests.make import NOON, fresh

    writer, other = fresh(), fresh()
    form = _Typed([("note", "rahasia"), ("csrf_token", "x"), ("password", "y")])
    token = keep(writer, "/desk/intake", form, NOON)

    hour = timedelta(hours=1)
    assert kept_form(token, writer, NOON, keeps=hour).fields == (("note", "rahasia"),)
    assert kept_form(token, other, NOON, keeps=hour) is None
    assert kept_form(token[:-2] + "AA", writer, NOON, keeps=hour) is None
    assert kept_form(token, writer, NOON + timedelta(hours=2), keeps=hour) is None


def test_something_heavy_asks_for_the_code_again(desk):
    desk.get("/desk/people")
    desk.post("/desk/settings/language", {"language": "id"})
    desk.age(timedelta(minutes=14))
    with transaction():
        desk.session.stepped_up_at -= timedelta(minutes=10)

    answer = desk.get("/desk/people/new")

    assert answer.headers["Location"].startswith("/desk/step-up")


def test_what_was_typed_before_the_code_was_asked_comes_back_after_it(sit):
    head = sit(Role.HEAD)
    head.token()
    with transaction() as session:
        seed = sign_in.new_account(session.get_one(Person, head.person_id), "kepala", PASSWORD)
        head.session.stepped_up_at -= timedelta(minutes=20)

    asked = head.post("/desk/book/tips", {"words": "Cuci tangan"})
    token = re.search(r'name="kept"[^>]*value="([^"]+)"', asked.text).group(1)
    wrong = head.post("/desk/step-up", {"code": "000000", "kept": token})
    code = pyotp.TOTP(seed).at(utc_now())
    back = head.post("/desk/step-up", {"code": code, "kept": token})

    assert "Cuci tangan" not in asked.text
    assert f'value="{token}"' in wrong.text
    assert 'name="words" value="Cuci tangan"' in back.text
    assert 'action="/desk/book/tips"' in back.text


def test_a_form_of_a_tab_that_slept_through_a_new_sign_in_is_carried_on(desk):
    typed = {"csrf_token": "of the session before", "note": "Soal posyandu"}

    ours = desk.client.post(
        "/desk/intake", data=typed, base_url=HTTPS, headers={"Sec-Fetch-Site": "same-origin"}
    )
    foreign = desk.client.post(
        "/desk/intake", data=typed, base_url=HTTPS, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert 'name="note" value="Soal posyandu"' in ours.text
    assert "of the session before" not in ours.text
    assert (foreign.status_code, "Soal posyandu" in foreign.text) == (400, False)


def test_what_stands_in_another_tab_outlives_signing_out_by_hand_for_its_writer(client, seed):
    enter(client, seed)
    token = TOKEN.search(client.get("/desk/intake", base_url=HTTPS).text).group(1)
    client.post("/desk/leave", data={"csrf_token": token}, base_url=HTTPS)
    with transaction() as session:
        session.execute(update(StaffAccount).values(totp_step=0))

    typed = {"csrf_token": token, "note": "Soal posyandu"}
    door = client.post("/desk/intake", data=typed, base_url=HTTPS)
    kept = re.search(r'name="kept"[^>]*value="([^"]+)"', door.text).group(1)
    back = enter(client, seed, kept=kept)

    assert door.status_code == 401 and "Soal posyandu" not in door.text
    assert 'name="note" value="Soal posyandu"' in back.text


def test_a_form_that_a_colleague_had_begun_at_this_computer_is_not_carried_on(desk, seed, sit):
    other = sit(Role.COORDINATOR, label="Petugas Kenari")
    other.post("/desk/leave")
    page = other.get("/desk/enter")
    account = {"name": "salak", "password": PASSWORD, "code": pyotp.TOTP(seed).at(utc_now())}
    account["csrf_token"] = TOKEN.search(page.text).group(1)
    assert other.client.post("/desk/enter", data=account, base_url=HTTPS).status_code == 303

    answer = other.client.post(
        "/desk/intake",
        data={"csrf_token": "of the colleague", "note": "Soal posyandu"},
        base_url=HTTPS,
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    assert (answer.status_code, "Soal posyandu" in answer.text) == (400, False)


def test_a_chosen_file_is_asked_for_again_where_the_form_comes_back(sit):
    head = sit(Role.HEAD)
    chosen = {"csrf_token": "of the session before", "file": (BytesIO(b"{}"), "salinan.siaga")}

    page = head.client.post(
        "/desk/transfers",
        data=chosen,
        base_url=HTTPS,
        headers={"Sec-Fetch-Site": "same-origin"},
    ).text

    assert "Berkasnya tidak disimpan. Pilih lagi." in page
    assert re.search(r'<form[^>]*action="/desk/transfers" enctype="multipart/form-data"', page)
    assert '<input type="file" id="kept-file" name="file" required' in page


class _Typed:
    def __init__(self, fields):
        self.fields = fields

    def items(self, multi=False):
        return list(self.fields)
