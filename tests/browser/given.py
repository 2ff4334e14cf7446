"""What the UPTD did meanwhile: confirmed a phone, handed a visit, moved a report, wrote."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page
from sqlalchemy import select

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.domain.visit import place_kind
from app.models import Device, Person, Report, Visit
from app.services import errands, notices, phones
from app.services.rows import seal_texts, write_facts
from sync import jobs
from tests import make
from tests.browser.walk import PATIENCE


def confirmed() -> Device:
    """The four digits of the newest phone are compared."""
    with transaction():
        device = db.session.scalars(select(Device).order_by(Device.enrolled_at.desc())).first()
        phones.confirm(device, now=utc_now())
    jobs.open_due()
    return device


def opened() -> Report:
    """What has arrived is opened and applied; give the newest report."""
    jobs.open_due()
    return db.session.scalars(select(Report).order_by(Report.received_at.desc())).first()


def until(page: Page, look: Callable[[], object]) -> None:
    """What arrives is opened, for as long as the phone sends, until `look` is true."""
    end = time.monotonic() + PATIENCE / 1000
    while not look():
        assert time.monotonic() < end, "the phone did not send it"
        page.wait_for_timeout(100)
        jobs.open_due()
        db.session.rollback()
        db.session.expire_all()


def visit(
    report: Report,
    *,
    place: str = "posyandu",
    purpose: str = "check_safety",
    opens_in: float = -0.5,
    hours: float = 2,
    picture: str = "2",
) -> Visit:
    """A visit is handed to the cadre who reported; it opens in so many hours."""
    now = utc_now()
    with transaction():
        staff = make.person(Role.COORDINATOR, label="Salak", now=now)
        made = make.visit(
            report.id,
            report.cadre_id,
            staff.id,
            now,
            district=report.district,
            village=report.village,
            purpose=purpose,
            place_kind=place_kind(place),
            opens_at=now + timedelta(hours=opens_in),
            due_at=now + timedelta(hours=opens_in + hours),
            agreed_at=now - timedelta(days=1),
        )
        db.session.add(made)
        write_facts(made, {"meeting_place": place, "picture": picture})
        contact = {"contact_via": "through_me", "cover_story": "posyandu", "code_word": "jambu"}
        contact |= {"ask_for": "temui Bu Bidan", "must_not_know": ["spouse"]}
        seal_texts(made, report.district, {"safe_contact": contact, "look_for": "anak ikut?"})
        db.session.flush()
        errands.tell_phone(made, now=now)
        notices.alert(db.session.get(Person, report.cadre_id), "new_visit", now=now)
    return made


def moved(report: Report, state: str) -> None:
    """The cadre is told that her report moved."""
    with transaction():
        notices.report_moved(db.session.get(Report, report.id), state, now=utc_now())


def alert(report: Report, kind: str) -> None:
    """An alert reaches the cadre who reported."""
    with transaction():
        notices.alert(
            db.session.get(Person, report.cadre_id), kind, now=utc_now(), report_id=report.id
        )


def message(report: Report, text: str) -> None:
    """The UPTD writes to the cadre."""
    with transaction():
        notices.message(db.session.get(Person, report.cadre_id), text, now=utc_now())
