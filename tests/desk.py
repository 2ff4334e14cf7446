"""A desk for tests: staff with a session, reports in the queue, a client that sends form tokens."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask, g
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app.db import db, transaction, utc_now
from app.domain.fields import parse
from app.domain.permissions import STAFF, Role
from app.models import Device, Person, Referral, StaffSession
from app.sealing import new_private, public_of
from app.services import referrals, reports, sessions
from tests.make import DISTRICT, fresh, person
from tests.reports import report as body_of_report

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
HTTPS = "https://localhost"


class Desk:
    """One member of staff at a browser."""

    def __init__(self, app: Flask, member: Person):
        self.person_id = member.id
        self.client = app.test_client()
        self.reference = secrets.token_urlsafe(32)
        now = utc_now()
        with transaction() as session:
            session.add(
                StaffSession(
                    reference_hash=hashlib.sha256(self.reference.encode()).digest(),
                    person_id=member.id,
                    began_at=now,
                    active_at=now,
                    stepped_up_at=now,
                )
            )
        with self.client.session_transaction(base_url=HTTPS) as session:
            session["reference"] = self.reference
        self._token: str | None = None

    @property
    def session(self) -> StaffSession:
        """The row of this sign-in."""
        digest = hashlib.sha256(self.reference.encode()).digest()
        return db.session.get_one(StaffSession, digest, populate_existing=True)

    def get(self, address: str, **more) -> TestResponse:
        """Look at a page."""
        forget()
        return self.client.get(address, base_url=HTTPS, **more)

    def post(self, address: str, data: dict | None = None, **more) -> TestResponse:
        """Send a form with its token."""
        sent = {"csrf_token": self.token(), **(data or {})}
        forget()
        return self.client.post(address, data=sent, base_url=HTTPS, **more)

    def token(self) -> str:
        """Return the form token of this session, as a page would have it."""
        if self._token is None:
            with self.client.session_transaction(base_url=HTTPS) as session:
                secret = session.setdefault("csrf_token", secrets.token_hex(20))
            key = self.client.application.secret_key
            self._token = URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(secret)
        return self._token

    def token_header(self) -> dict[str, str]:
        """Return the token as a script sends it."""
        token = self.token()
        forget()
        return {"X-CSRFToken": token, "Content-Type": "application/json"}

    def age(self, by: timedelta) -> None:
        """Let time pass for this session."""
        with transaction():
            session = self.session
            session.active_at -= by
            session.began_at -= by
            session.stepped_up_at -= by


def forget() -> None:
    """Clear what a request left behind: the test's own app context is shared by all of them."""
    for name in list(g):
        g.pop(name)


def staff(*roles: Role, label: str = "Petugas Salak") -> Person:
    """Somebody of the staff. Inside `transaction()`."""
    return person(*(roles or (Role.COORDINATOR,)), label=label)


def as_staff(member: Person, label: str = "") -> sessions.Staff:
    """The frozen copy that services are asked with."""
    return sessions.Staff(member.id, member.district, member.role_codes & STAFF, label, None, b"")


def reported(
    cadre: Person | None = None,
    *,
    at: datetime | None = None,
    now: datetime | None = None,
    **answers,
) -> Referral:
    """A report in the queue, whole and invented. Inside `transaction()`."""
    now = now or utc_now()
    at = at or now
    parsed = parse("report.create", body_of_report(**answers))
    origin = reports.Origin(received_at=at, happened_at=at, cadre=cadre)
    report = reports.write_down(fresh(), DISTRICT, parsed, origin, now=now)
    return db.session.scalars(db.select(Referral).where(Referral.report_id == report.id)).one()


def screened(referral: Referral, member: Person, *, now: datetime | None = None) -> Referral:
    """The same, read and screened by this person. Inside `transaction()`."""
    now = now or utc_now()
    who = as_staff(member)
    referrals.see(referral, who, now=now)
    found = {"screening": ["violence_against_woman"], "authority": "district"}
    referrals.screen(referral, who, found, referral.risk, now=now)
    return referral


def phone_of(cadre: Person, state: str = "active") -> Device:
    """A cadre's phone. Inside `transaction()`."""
    made = Device(
        id=fresh(),
        person_id=cadre.id,
        person=cadre,
        district=cadre.district,
        state=state,
        public_key=public_of(new_private()),
        label="Chromium",
        verifier_mac=secrets.token_bytes(32),
        kdf="{}",
        enrolled_at=utc_now(),
        seen_at=utc_now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def in_care(cadre: Person | None, member: Person, **answers) -> UUID:
    """A case accompanied by this person; return its id. Inside `transaction()`."""
    from app.services import deciding

    referral = screened(reported(cadre, **answers), member)
    return deciding.accept(referral, member, as_staff(member), now=utc_now()).id
