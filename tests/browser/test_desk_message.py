"""A chat message is taken over into a report, by hand, in a real Chromium."""

from __future__ import annotations

from playwright.sync_api import Browser

from app.db import db, transaction
from app.domain.permissions import Role
from app.models import Report
from app.services import sign_in
from tests.browser.desk_hands import Keyboard
from tests.desk import staff

PASSWORD = "sebuah kata sandi panjang"
MESSAGE = "bu tolong, istri dipukuli suaminya tadi malam, umur 34, desa Kalicontoh, sering dibentak"


def test_a_message_becomes_a_report_in_few_actions(chromium: Browser, served):
    with transaction():
        seed = sign_in.new_account(staff(Role.COORDINATOR, Role.CASEWORKER), "salak", PASSWORD)
    context = chromium.new_context(viewport={"width": 1280, "height": 817}, locale="id-ID")
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=served)
    page = context.new_page()
    Keyboard(page, served).sign_in("salak", PASSWORD, seed)
    page.goto(f"{served}/desk/intake")
    actions = 0

    def act(selector: str) -> None:
        nonlocal actions
        page.locator(selector).click()
        actions += 1

    act("#ask-message summary >> nth=0")
    page.fill("[name=message]", MESSAGE)
    act("[data-copy=reply-delete_i_call]")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    act("button[value=message]")
    for name, code in (
        ("danger_now", "no"),
        ("danger_signs", "none_seen"),
        ("source", "neighbour"),
        ("consent", "not_met"),
        ("compared", "y"),
    ):
        act(f"input[name={name}][value={code}]")
    act(".dock .btn")
    page.wait_for_url("**/desk/replies?after=*")

    context.close()
    report = db.session.scalars(db.select(Report)).one()
    assert copied.startswith("Terima kasih. Demi aman, mohon hapus pesan ini.")
    assert (report.channel, report.village) == ("whatsapp_or_sms", "33.02.17.2001")
    assert actions <= 10
