"""What the push tests share: a whole site that may call our push service, and people at it."""

from __future__ import annotations

import time
from dataclasses import replace

import pyotp
import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import Device, PushSubscription
from app.services import notices, phones, sign_in
from sync.wire import COOKIE, session_hash
from tests import make
from tests.jobs import given
from tests.phone import OverHttp, Phone
from tests.push.service import PushService
from tests.reports import report

PASSWORD = "a long enough pass phrase"
REFERENCE = "what-only-this-phone-says"


@pytest.fixture
def push_service():
    service = PushService().start()
    yield service
    service.stop()


@pytest.fixture
def settings(settings, push_service):
    """All parts, and our push service as the one literal test origin."""
    return replace(settings, push_test_origin=push_service.origin)


@pytest.fixture
def coordinator(app):
    """A coordinator with an account: the person and the base32 seed of the second factor."""
    with transaction():
        person = make.person(Role.COORDINATOR)
        seed = sign_in.new_account(person, "petugas", PASSWORD)
    return person, seed


@pytest.fixture
def device(app):
    """A confirmed phone of a cadre, with a session whose cookie is `REFERENCE`."""
    with transaction():
        found = given.device_of(make.person(), now=utc_now())
        found.session_hash = session_hash(REFERENCE)
    return found


def code(seed: str) -> str:
    return pyotp.TOTP(seed).now()


def cookie_of(site) -> dict:
    """The phone's cookie, as browsers take it."""
    return {
        "name": COOKIE,
        "value": REFERENCE,
        "path": "/",
        "secure": True,
        "httpOnly": True,
        "sameSite": "Strict",
    }


def report_comes(site) -> None:
    """A cadre's phone enrols and sends an emergency over the wire, sealed as the real one does."""
    with transaction():
        invited = phones.invite(make.person(), now=utc_now())
    phone = Phone(OverHttp(site.url))
    assert phone.enrol(invited.code).status == 201
    phone.act("report.create", report(danger_signs=["strangled"], last_happened="now"))


def cadre_is_asked_to_call(device: Device) -> None:
    with transaction() as session:
        found = session.get_one(Device, device.id)
        notices.alert(found.person, "please_call", now=utc_now(), urgent=True)


def eventually(ask, seconds: float = 40):
    """Return the first true answer; fail when none came in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def subscriptions_kept() -> int:
    db.session.rollback()
    return len(db.session.scalars(db.select(PushSubscription)).all())
