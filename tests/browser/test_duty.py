"""From a tapped alert to *Saya tangani* on the duty person's own phone, counted in taps."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.domain.roster import Turn
from app.models import Referral
from app.services import roster_plans, rosters, sign_in
from tests.browser.desk_hands import Keyboard
from tests.desk import as_staff, reported, staff
from tests.make import DISTRICT, person

PASSWORD = "sebuah kata sandi panjang"
FINGER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Finger:
    """The phone's own authenticator, by DevTools; it counts how often it was touched."""

    def __init__(self, page: Page) -> None:
        self._tools = page.context.new_cdp_session(page)
        self._tools.send("WebAuthn.enable")
        told = self._tools.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})
        self._id = told["authenticatorId"]

    def touches(self) -> int:
        told = self._tools.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return sum(one["signCount"] for one in told["credentials"])


@pytest.fixture
def ani(served):
    """The first on call, with a sign-in: her id and the seed of her code."""
    with transaction():
        member = staff(Role.CASEWORKER, label="Petugas Ani")
        seed = sign_in.new_account(member, "ani", PASSWORD)
        budi = staff(Role.COORDINATOR, label="Petugas Budi")
        key = rosters.hours_of(DISTRICT).at(utc_now())
        roster_plans.plan({key: Turn(member.id, budi.id)}, as_staff(budi), now=utc_now())
    return member.id, seed


def test_three_taps_lead_from_the_alert_to_having_taken_it(phone: Page, served, ani):
    ani_id, seed = ani
    finger = Finger(phone)
    Keyboard(phone, served).sign_in("ani", PASSWORD, seed)
    phone.goto(f"{served}/desk/passkeys/new")
    phone.locator("[data-go]").click()
    phone.wait_for_url("**/desk/settings")
    phone.context.clear_cookies(name="__Host-desk")  # The day ends; the phone lies in a pocket.
    with transaction():
        one = reported(person(Role.CADRE, now=utc_now()), danger_now="yes")
    before = finger.touches()

    # The worker opens this when the alert is tapped; the card asks for the finger by itself.
    assert '"/desk/alert"' in phone.request.get(f"{served}/desk/sw.js").text()
    phone.goto(f"{served}/desk/alert")
    phone.get_by_role("button", name="Saya tangani").tap()
    phone.get_by_text("Anda yang menangani").wait_for()
    taps = 1 + (finger.touches() - before) + 1
    # What comes next lies under the same thumb: the call, and then her number.
    assert phone.get_by_role("button", name="Telepon kader").bounding_box()["y"] < 640

    assert taps == 3
    assert db.session.get_one(Referral, one.id, populate_existing=True).taken_by == ani_id
