"""What is kept about a survivor, as she may be told: which kinds, how long, shared with whom.

Kinds and moments only. What stands written she is told by mouth, from the opened record; who
reported, and who works here, is not hers to be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.models import (
    Assessment,
    CallRequest,
    Case,
    CaseMove,
    Closing,
    Consent,
    ContactAttempt,
    DeadlineStep,
    FollowUp,
    LegalBasis,
    PartnerScore,
    PlanRow,
    Quarantined,
    Referral,
    ReferralMove,
    Report,
    ReportAddition,
    Review,
    SafeWay,
    ServiceReferral,
    ServiceStep,
    Transfer,
    Visit,
    VisitRecord,
    VisitSeries,
    VisitStep,
    WorkEntry,
)
from app.services import merged, service_referrals, trail, transfers
from app.services.limits import limit

# Every table that holds words or facts about her, by what she would call it. What hangs on a row of
# another table is there when that is.
HELD: dict[str, tuple[type, ...]] = {
    "first": (Report, ReportAddition, Referral, ReferralMove, Quarantined),
    "contact": (SafeWay, ContactAttempt, CallRequest),
    "consent": (Consent, LegalBasis),
    "care": (Case, CaseMove, Assessment, PlanRow, WorkEntry, Review),
    "visits": (Visit, VisitRecord, VisitStep, VisitSeries),
    "services": (ServiceReferral, ServiceStep, PartnerScore),
    "clocks": (DeadlineStep,),
    "elsewhere": (Transfer,),
    "end": (Closing, FollowUp),
}
# What every case has: the report it began with, a way to her, its own page and its clocks.
ALWAYS = frozenset({"first", "contact", "care", "clocks"})


@dataclass(frozen=True, slots=True)
class Shared:
    """Somebody who was told something of her, when, and on what ground."""

    at: datetime
    basis: str
    service: ServiceReferral | None = None
    transfer: Transfer | None = None


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """What she is told on paper."""

    since: datetime
    held: tuple[str, ...]
    shared: list[Shared]
    kept_for: timedelta
    """So long after the end of care; a child's until she is surely 25."""
    until: datetime | None
    child: bool
    readers: int
    """How many persons opened what is locked."""
    read_at: datetime | None


def of_case(case: Case) -> OwnRecord:
    """Return what is kept about the survivor of a case, and of reports put together with it."""
    together = merged.all_of(case.referral)
    openers = [one for row in together for one in trail.openers("report", row.report_id) if one.by]
    kept_for = limit(case.district, "retention.closed").span
    return OwnRecord(
        since=min(row.report.clock_from for row in together),
        held=tuple(kind for kind in HELD if kind in ALWAYS or _any(kind, case, together)),
        shared=sorted(_shared(case, together), key=lambda one: one.at),
        kept_for=kept_for,
        until=case.closed_at + kept_for if case.closed_at and not case.referral.child else None,
        child=case.referral.child,
        readers=len({one.by for one in openers}),
        read_at=max((one.at for one in openers), default=None),
    )


def _any(kind: str, case: Case, together: list[Referral]) -> bool:
    return any(_exists(table, case, together) for table in HELD[kind])


def _exists(table: type, case: Case, together: list[Referral]) -> bool:
    hangs_on: dict[str, list[UUID]] = {
        "case_id": [case.id],
        "referral_id": [row.id for row in together],
        "report_id": [row.report_id for row in together],
    }
    for column, ids in hangs_on.items():
        if hasattr(table, column):
            asked = select(table.id).where(getattr(table, column).in_(ids)).limit(1)
            return db.session.scalar(asked) is not None
    return False


def _shared(case: Case, together: list[Referral]) -> list[Shared]:
    sent = [
        Shared(row.sent_at, row.basis or "", service=row)
        for row in service_referrals.of_case(case)
        if row.sent_at is not None and row.partner_id is not None
    ]
    away = [one for row in together for one in transfers.shared_with(row.report_id)]
    return sent + [Shared(one.sent_at, one.basis, transfer=one) for one in away]
