"""A yes that was taken back: the row that stops what is new, wherever a copy of her report lies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.db import db
from app.domain.clocks import privacy_due
from app.models import Withdrawal
from app.services import journal


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
