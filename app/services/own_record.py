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
from app.domain.case import ClosingReason
from app.domain.referral import ReferralState
from app.domain.retention import kept_until
from app.domain.settings import SETTINGS
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
    TransferNews,
    Visit,
    VisitRecord,
    VisitSeries,
    VisitStep,
    WorkEntry,
)
from app.services import cases, merged, service_referrals, trail, transfer_news, transfers
from app.services.additions import coded
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
    "elsewhere": (Transfer, TransferNews),
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
    """Until when it is kept, if that is known."""
    child: bool
    accompanied: bool
    """Whether the report became a case."""
    readers: int
    """How many persons opened what is locked."""
    read_at: datetime | None


def of_case(case: Case) -> OwnRecord:
    """Return what is kept about the survivor of a case, and of reports put together with it."""
    outside = case.closing_reason == ClosingReason.OUT_OF_SCOPE
    kept_for = limit(case.district, "retention.closed").span
    after = SETTINGS["retention.out_of_scope"].span if outside else kept_for
    child = case.referral.child and not outside
    until = case.closed_at + after if case.closed_at and not child else None
    return _kept(case.referral, case, until, kept_for, child=child)


def of_report(referral: Referral) -> OwnRecord:
    """Return what is kept about the survivor of a report, whether or not it became a case."""
    case = cases.of_referral(referral)
    if case is not None:
        return of_case(case)
    outside = referral.state == ReferralState.NOT_OURS
    until = _until(referral, outside=outside) if referral.settled_at else None
    kept_for = limit(referral.district, "retention.closed").span
    return _kept(referral, None, until, kept_for, child=referral.child and not outside)


def _until(referral: Referral, *, outside: bool) -> datetime:
    return kept_until(
        referral.settled_at,
        outside=outside,
        child=referral.child,
        age=coded(referral.report).get("survivor_age"),
        reported_at=referral.report.received_at,
    )


def _kept(
    first: Referral, case: Case | None, until: datetime | None, kept_for: timedelta, *, child: bool
) -> OwnRecord:
    together = merged.all_of(first)
    openers = [one for row in together for one in trail.openers("report", row.report_id) if one.by]
    always = ALWAYS if case else ALWAYS - {"care"}
    return OwnRecord(
        since=min(row.report.clock_from for row in together),
        held=tuple(kind for kind in HELD if kind in always or _any(kind, case, together)),
        shared=sorted(_shared(case, together), key=lambda one: one.at),
        kept_for=kept_for,
        until=until,
        child=child,
        accompanied=case is not None,
        readers=len({one.by for one in openers}),
        read_at=max((one.at for one in openers), default=None),
    )


def _any(kind: str, case: Case | None, together: list[Referral]) -> bool:
    return any(_exists(table, case, together) for table in HELD[kind])


def _exists(table: type, case: Case | None, together: list[Referral]) -> bool:
    hangs_on: dict[str, list[UUID]] = {
        "case_id": [case.id] if case else [],
        "referral_id": [row.id for row in together],
        "report_id": [row.report_id for row in together],
    }
    for column, ids in hangs_on.items():
        if hasattr(table, column):
            asked = select(table.id).where(getattr(table, column).in_(ids)).limit(1)
            return db.session.scalar(asked) is not None
    return False


def _shared(case: Case | None, together: list[Referral]) -> list[Shared]:
    sent = [
        Shared(row.sent_at, row.basis or "", service=row)
        for row in (service_referrals.of_case(case) if case else ())
        if row.sent_at is not None and row.partner_id is not None
    ]
    away = [one for row in together for one in transfers.shared_with(row.report_id)]
    went = [(one, at) for one in away for at in (one.sent_at, *_went_after(one))]
    return sent + [Shared(at, one.basis, transfer=one) for one, at in went]


def _went_after(copy: Transfer) -> list[datetime]:
    return [news.sent_at for news in transfer_news.of(copy) if news.sent_by is not None]
