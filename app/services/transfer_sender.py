"""What a transfer does to the sender's own row: it leaves, it comes back, its people are told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.db import db
from app.domain import transfer as rules
from app.domain.errors import Conflict
from app.domain.permissions import Role
from app.domain.referral import ReferralState
from app.domain.risk import Risk
from app.domain.transfer import Ground
from app.models import Case, Person, Referral, ReportAddition, Transfer
from app.services import alerts, cases, deadlines, notices, referrals
from app.services.sessions import Staff

LONGEST_WORDS = 280


def leave(referral: Referral, ground: Ground, staff: Staff, now: datetime) -> None:
    """Take it out of the queue; of a case only note it: care goes on until the other has it.

    :raises Conflict: if a copy of the case is out already.
    """
    words = " ".join(ground.words.split())[:LONGEST_WORDS]
    if referral.state == rules.IN_CARE:
        if _out_of(referral) > 1:
            raise Conflict("transfer.out")
        case = db.session.scalars(select(Case).where(Case.referral_id == referral.id)).one()
        texts = {"words": words}
        cases.note(case, "transfer", staff, now, reason=ground.basis, texts=texts)
        return
    to, reason = ReferralState.TRANSFERRED, ground.basis
    referrals.step(referral, to, "transfer", staff, now, words=words, reason=reason)
    referral.open, referral.settled_at = False, now
    deadlines.rest(referral, "transferred", now=now)
    notices.report_moved(referral.report, "moved_on", now=now)


def come_back(referral: Referral, now: datetime, *, fetched: bool) -> None:
    """Let it wait here again, `fetched` by somebody here or not; of a case nothing had changed."""
    if referral.state != ReferralState.TRANSFERRED:
        return
    referrals.come_back(referral, now, fetched=fetched)
    deadlines.wake(referral, "transferred", now=now)
    notices.report_moved(referral.report, "seen", now=now)


def tell(row: Transfer, now: datetime) -> None:
    """Ring the coordinators, and who accompanies a case, that the other district has answered."""
    accompanies = (
        select(Person)
        .join(Case, Case.caseworker_id == Person.id)
        .where(Case.referral_id == row.referral_id, Case.closed_at.is_(None))
    )
    for whom in (Role.COORDINATOR, *db.session.scalars(accompanies)):
        alerts.ring(
            whom,
            "transfer_answered",
            district=row.from_district,
            urgent=row.state in rules.BACK and row.referral.risk == Risk.HIGH,
            report_id=row.referral.report_id,
            now=now,
        )


def tell_later(referral: Referral, *, now: datetime) -> None:
    """Ring the heads when something came here that a copy elsewhere does not say: they send it."""
    if _out_of(referral):
        alerts.ring(
            Role.HEAD,
            "transfer_later",
            district=referral.district,
            urgent=referral.risk == Risk.HIGH,
            report_id=referral.report_id,
            now=now,
        )


def take_apart(first_id: UUID, referral: Referral) -> None:
    """Count what a report had brought as told no more, now that it is one of its own again."""
    added = select(func.count()).where(ReportAddition.report_id == referral.report_id)
    brought = 1 + db.session.scalar(added)
    out = select(Transfer).where(Transfer.referral_id == first_id, Transfer.state.in_(rules.OUT))
    for row in db.session.scalars(out):
        row.told = max(0, row.told - brought)


def _out_of(referral: Referral) -> int:
    """Count the copies that are out, one that is being written too."""
    out = Transfer.state.in_(rules.OUT)
    rows = select(func.count()).select_from(Transfer).where(Transfer.referral_id == referral.id)
    return db.session.scalar(rows.where(out))
