"""Care by keyboard beside the nine stages (`test_nine_stages`): an end, partners, a handover."""

# ruff: noqa: F401, F811 — pytest takes the fixtures by their names.

from __future__ import annotations

import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import Case, Closing, FollowUp, Handover, Partner, Person, ServiceReferral
from app.services import closings
from tests.browser.desk_hands import Keyboard
from tests.browser.test_desk_keyboard import keys, melati, salak
from tests.desk import as_staff, in_care, staff
from tests.make import CHECKED_ALL


@pytest.fixture
def case(melati, salak) -> Case:
    with transaction():
        made = in_care(melati, db.session.get_one(Person, salak[0].id), danger_signs=["weapon"])
    return db.session.get_one(Case, made)


def again(row):
    db.session.rollback()
    return db.session.get_one(type(row), row.id, populate_existing=True)


def write(keys: Keyboard, key: str = "w") -> None:
    """Leap to the button of the page by its key, and press it."""
    keys.press(key)
    keys.go()


def fill(keys: Keyboard, **texts: str) -> None:
    for name, text in texts.items():
        keys.tab_to(f"[name={name}]")
        keys.type(text)


def pick(keys: Keyboard, *names: str, presses: int = 1) -> None:
    """Choose the first that a list offers."""
    for name in names:
        keys.tab_to(f"select[name={name}]")
        keys.press(*["ArrowDown"] * presses)


def send(keys: Keyboard, act: str = "") -> None:
    """Reach the button of a form, and press it."""
    form = f"form[action$='{act}']" if act else "form:not([action])"
    keys.tab_to(f"main {form} button")
    keys.go()


def test_an_end_is_asked_for_agreed_to_and_taken_up_again(keys, case, salak):
    with transaction():
        db.session.get_one(Case, case.id).stage = "termination"
        wijaya = as_staff(staff(Role.HEAD, label="Wijaya"))
    keys.open(f"/desk/cases/{case.id}/closing")
    keys.choose("closing_reason", "goals_reached")
    for code in CHECKED_ALL:
        keys.tick("closing_check", code)
    fill(keys, closing_words="rekaan")
    keys.press("Tab")  # In a field letters are letters.
    write(keys)
    with transaction():
        shown = db.session.get_one(Case, case.id)
        closings.agree(db.session.query(Closing).one(), shown, wijaya, now=utc_now())
        db.session.query(FollowUp).update({"due_at": utc_now()})

    keys.open("/desk/queue")
    keys.tab_to(".notices a[href*='ask_after']")
    keys.go()
    keys.press("j")
    keys.go()
    keys.tab_to(".stages a[href$='/follow-up']")
    keys.go()
    keys.tab_to("main div > section details summary")
    keys.press("Enter")
    keys.choose("follow_up_result", "well")
    keys.tab_to("details[open] .btn")
    keys.go()
    keys.tab_to("aside details summary")
    keys.press("Enter")
    fill(keys, reopen_reason="rekaan")
    send(keys, "/reopen")

    assert again(case).closed_at is None
    assert [row.state for row in db.session.query(FollowUp)].count("done") == 1


def test_a_partner_is_written_down_changed_and_scored(keys):
    keys.open("/desk/partners")
    keys.go("n")
    fill(keys, name="RSUD Contoh")
    keys.tick("accessibility", "ramp")
    keys.tab_to("main form .btn")
    keys.go()
    write(keys, "e")
    fill(keys, hours="24 jam")
    keys.tab_to("main form .btn")
    keys.go()

    made = db.session.query(Partner).one()
    assert (made.name, made.hours, made.offers) == ("RSUD Contoh", "24 jam", ("ramp",))
    keys.open("/desk/partners")
    keys.tab_to("a[href$='/scorecard']")
    keys.go()


def test_statistics_are_walked_to_their_papers(keys):
    keys.open("/desk/queue")
    keys.tab_to(".rail a[href$='/statistics']")
    keys.go()
    keys.tab_to("main a[href*='/statistics/']")
    keys.go()

    assert keys.path.startswith("/desk/statistics/")


def test_a_caseload_is_handed_over(keys, case, salak):
    with transaction():
        heir = staff(Role.CASEWORKER, label="Petugas Jati")
    keys.open(f"/desk/people/{salak[0].id}")
    keys.tab_to("main a[href$='/handover']")
    keys.go()
    write(keys)
    keys.tab_to("main a[href$='/safe-way']")
    keys.go()
    keys.choose("contact_via", "phone")
    fill(keys, number="0811000111")
    send(keys)
    pick(keys, "successor", presses=0)
    send(keys, f"/handover/{case.id}")
    send(keys, "/handover/end")

    assert again(case).caseworker_id == heir.id
    assert db.session.query(Handover).one().ended_at
