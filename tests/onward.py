"""Partners and what is asked of them, for tests that say only what they are about."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.db import db
from app.models import Case, Partner, Report, ServiceReferral
from app.services import consents, partners, service_referrals
from app.services.partners import Details
from app.services.service_referrals import Asked
from app.services.sessions import Staff
from tests.make import NOON, fresh


def partner(me: Staff, name: str = "RSUD Contoh", *, now: datetime, **more) -> Partner:
    """A partner, a hospital unless said otherwise. Inside `transaction()`."""
    return partners.add(Details(**{"kind": "hospital", "name": name} | more), me, now=now)


def asked(
    case_id: UUID,
    me: Staff,
    of: Partner | None,
    service: str = "psychosocial",
    what: str | None = "counselling",
    *,
    now: datetime,
    words: str = "",
) -> ServiceReferral:
    """A draft. Inside `transaction()`."""
    case = db.session.get_one(Case, case_id)
    request = Asked(service, what, "with_officer", of.id if of else None, words)
    return service_referrals.draft(case, request, me, now=now)


def sent(case_id: UUID, me: Staff, of: Partner | None, *args, now: datetime) -> ServiceReferral:
    """One that has gone out. Inside `transaction()`."""
    row = asked(case_id, me, of, *args, now=now)
    service_referrals.submit(row, me, now=now)
    if row.state != "sent":
        service_referrals.approve(row, me, now=now)
    return row


def taken_back(case_id: UUID, *purposes: str, now: datetime) -> UUID:
    """She takes her yes back, on whatever way. Inside `transaction()`."""
    report = db.session.get_one(Report, db.session.get_one(Case, case_id).referral.report_id)
    return consents.withdraw(fresh(), report, purposes, received_at=now, now=now).id


def mediation(case_id, **other) -> dict:
    """A mediation as somebody would write it past all our rules."""
    return {
        "id": fresh(),
        "case_id": case_id,
        "settlement_banned": False,
        "district": "33.02",
        "service": "legal",
        "what": "civil_mediation",
        "escort": "without",
        "state": "draft",
        "urgent": False,
        "without_mou": False,
        "lacks": "",
        "made_at": NOON,
        "changed_at": NOON,
    } | other
