"""What the tests of a whole site and a phone share: a cadre, her phone, and what the office has."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.services import people, phones
from tests.browser.hands import Phone
from tests.make import DISTRICT, VILLAGE


@pytest.fixture
def cadre(site):
    with transaction():
        return people.add(DISTRICT, [Role.CADRE], "Kenanga", village=VILLAGE, now=utc_now())


@pytest.fixture
def invite(cadre, site) -> str:
    """The link by which her phone comes in."""
    with transaction():
        return phones.invite(cadre, now=utc_now()).link(site.url)


@pytest.fixture
def phone(playwright: Playwright, site, tmp_path: Path) -> Iterator[Phone]:
    """A phone with nothing on it."""
    phone = Phone(playwright, tmp_path / "profile", site.url)
    yield phone
    phone.context.close()


def begin_report(phone: Phone, *, danger: str = "no", violence: tuple[str, ...] = ("physical",)):
    """From *Hari ini* as far as the question after `violence`, and wait until that is kept."""
    phone.press("report")
    phone.at("start")
    phone.press("go")
    phone.press("pick", danger)
    if danger == "yes":
        phone.at("calls")
        phone.press("next")
    phone.press("pick", "female")
    phone.press("pick", "25_44")
    phone.tick("violence", *violence)
    phone.page.locator("#saved:not(:empty)").wait_for()


def finish_report(phone: Phone, *, signs: tuple[str, ...] = ("getting_worse",)) -> None:
    """From the question after `violence` up to the summary."""
    phone.press("pick", "days_2_3")
    phone.tick("danger_signs", *signs)
    phone.press("pick", "yes")
    phone.press("pick", "survivor")
    phone.press("pick", "yes")
    phone.press("pick", "through_me")
    phone.press("pick", "none")
    phone.at("sum")


def eventually(look, within: float = 40.0):
    """Return what `look` finds in the database, as soon as it finds something."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        db.session.rollback()
        db.session.expire_all()
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"nothing within {within} s")


def one(kind):
    """Return the only row of a table, or None while there is none."""
    rows = db.session.scalars(db.select(kind)).all()
    assert len(rows) <= 1
    return rows[0] if rows else None
