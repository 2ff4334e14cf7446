"""A survivor takes her yes back: everything new stops at once, whoever carried the word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.db import db
from app.domain.clocks import privacy_due
from app.domain.permissions import Role
from app.models import Report, Withdrawal
from app.services import alerts, errands, journal


def stop_sharing(
    withdrawal_id: UUID, report_id: UUID, purposes: Sequence[str], *, received_at: datetime
) -> Withdrawal:
    """Stop what is new under this report's id, even before the report has come. Idempotent."""
    known = db.session.get(Withdrawal, withdrawal_id)
    if known is not None:
        return known
    withdrawal = Withdrawal(
        id=withdrawal_id,
        report_id=report_id,
        purposes=",".join(purposes),
        received_at=received_at,
        due_at=privacy_due("stop_after_withdrawal", received_at),
    )
    db.session.add(withdrawal)
    db.session.flush()
    about = {"report": str(report_id), "purposes": withdrawal.purposes}
    journal.note(journal.WITHDRAWN, withdrawal_id, now=received_at, **about)
    return withdrawal


def withdraw(
    withdrawal_id: UUID,
    report: Report,
    purposes: Sequence[str],
    *,
    received_at: datetime,
    now: datetime,
) -> Withdrawal:
    """Stop sharing, and let the desk open its recall list within 3 × 24 h (UU 27/2022)."""
    withdrawal = stop_sharing(withdrawal_id, report.id, purposes, received_at=received_at)
    if errands.STOPS_VISITS.intersection(purposes):
        errands.take_details_off(report.id, now=now)
    alerts.ring(
        Role.COORDINATOR,
        "new_report_news",
        district=report.district,
        urgent=True,
        report_id=report.id,
        now=now,
    )
    return withdrawal
