"""What no page, address, title or log line of the desk ever says."""

from __future__ import annotations

import logging
import re

import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import Person
from tests.desk import in_care, phone_of, reported
from tests.make import person

CANARY = "KENARI-7731"
TITLE = re.compile(r"<title>(.*?)</title>", re.S)


@pytest.fixture
def marked(desk) -> list[str]:
    with transaction():
        melati = person(Role.CADRE, label="Kader Kenari")
        phone_of(melati)
        marked = {"note": CANARY, "survivor_alias": CANARY}
        one = reported(melati, **marked)
        case = in_care(melati, db.session.get_one(Person, desk.person_id), **marked)
    return [
        "/desk/queue",
        f"/desk/referrals/{one.id}",
        "/desk/cases",
        f"/desk/cases/{case}",
        "/desk/visits",
        "/desk/people",
        "/desk/quarantine",
        "/desk/settings",
        "/desk/intake",
    ]


def test_no_page_shows_sealed_text_before_it_was_opened(desk, marked):
    for address in marked:
        assert CANARY not in desk.get(address).text, address


def test_titles_name_a_page_or_a_code_and_nothing_of_a_case(desk, marked):
    for address in marked:
        title = TITLE.search(desk.get(address).text).group(1)
        assert "Kenari" not in title
        assert not re.search("kekerasan|seksual|korban", title, re.I), title


def test_every_page_is_kept_by_nobody_and_runs_no_foreign_script(desk, marked):
    for address in marked:
        answer = desk.get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store", address
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "require-trusted-types-for 'script'" in policy


def test_no_page_has_inline_script_or_style(desk, marked):
    for address in marked:
        page = desk.get(address).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page), address
        assert not re.search(r"<script(?![^>]*src=)", page), address


def test_forms_keep_nothing_in_the_browsers_memory(desk, marked):
    for address in marked:
        for form in re.findall(r"<form[^>]*>", desk.get(address).text):
            assert 'autocomplete="off"' in form, (address, form)


def test_only_hashed_scripts_and_styles_may_be_kept(desk):
    page = desk.get("/desk/queue").text
    address = re.search(r'href="(/desk/static/[^"]+desk\.css)"', page).group(1)

    kept = desk.get(address).headers["Cache-Control"]
    other = desk.get(re.sub(r"static/[^/]+", "static/old", address)).headers["Cache-Control"]

    assert "immutable" in kept
    assert other == "no-store"


def test_the_styles_of_the_desk_come_in_one_piece(desk):
    page = desk.get("/desk/queue").text
    address = re.search(r'href="(/desk/static/[^"]+desk\.css)"', page).group(1)

    style = desk.get(address)

    assert style.mimetype == "text/css"
    assert ".rail {" in style.text and ".paper {" in style.text
    assert "@import" not in style.text


def test_nothing_of_a_person_is_logged(desk, marked, caplog):
    caplog.set_level(logging.DEBUG)

    desk.post(marked[1] + "/open", {"reason": "contact"})
    desk.post("/desk/queue/search", {"q": CANARY})

    assert CANARY not in caplog.text
    assert utc_now()
