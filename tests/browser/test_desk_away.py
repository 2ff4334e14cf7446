"""A page of the desk that nobody sits at does not stay on the screen, in a real Chromium."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Browser, Page

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import StaffSession
from app.services import sessions, sign_in
from tests.browser.desk_hands import Keyboard
from tests.desk import staff

PASSWORD = "sebuah kata sandi panjang"
WORDS = "Kata-kata yang diketik di meja"


def last_active(ago: timedelta) -> None:
    with transaction():
        db.session.execute(db.update(StaffSession).values(active_at=utc_now() - ago))


def a_quarter_of_an_hour_passes(page: Page) -> None:
    with page.expect_response(lambda answer: answer.request.headers.get("x-siaga-poll") == "1"):
        page.clock.fast_forward("16:00")


def test_what_nobody_sits_at_gives_way_to_the_door_with_what_was_typed(chromium: Browser, served):
    with transaction():
        seed = sign_in.new_account(staff(Role.COORDINATOR), "salak", PASSWORD)
    with chromium.new_context(locale="id-ID") as context:
        page = context.new_page()
        Keyboard(page, served).sign_in("salak", PASSWORD, seed)
        page.clock.install()
        page.goto(f"{served}/desk/roster")

        # Somebody works in another tab: the session runs, and the page stays.
        a_quarter_of_an_hour_passes(page)
        assert page.locator("main.door").count() == 0

        last_active(sessions.IDLE)
        a_quarter_of_an_hour_passes(page)
        page.wait_for_url("**/desk/enter?to=*roster")

        last_active(timedelta(0))
        page.goto(f"{served}/desk/intake")
        page.locator("#ask-message summary").first.click()
        page.fill("[name=message]", WORDS)
        last_active(sessions.IDLE)
        a_quarter_of_an_hour_passes(page)
        page.wait_for_selector("main.door")
        assert WORDS not in page.content()
        assert page.locator("[name=kept]").input_value(), "sealed, for whoever typed it"
