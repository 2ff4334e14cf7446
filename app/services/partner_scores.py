"""How partners answer: accepted, refused, late, without agreement; for evaluation and proposals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select

from app.db import db
from app.domain.service_referral import ServiceState
from app.models import Partner, ServiceReferral, UnmetNeed
from app.services.sessions import Staff

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Score:
    """What became of everything that was sent to one partner."""

    partner_id: UUID
    name: str
    sent: int
    accepted: int
    refused: int
    late: int
    """Answered after the limit, or not at all though it has passed."""
    without_mou: int

    @property
    def open(self) -> int:
        """How many are neither accepted nor refused (yet)."""
        return self.sent - self.accepted - self.refused


def scores(
    staff: Staff, *, now: datetime, since: datetime | None = None, partner_id: UUID | None = None
) -> list[Score]:
    """Return the scores of a year, or since then; who was asked most stands first."""
    sent = ServiceReferral
    took = and_(sent.answered_at.is_not(None), sent.refusal.is_(None))
    late = or_(
        sent.answered_at > sent.reply_due_at,
        and_(
            sent.answered_at.is_(None),
            sent.reply_due_at < now,
            sent.state.in_((ServiceState.SENT, ServiceState.EXPIRED)),
        ),
    )
    query = (
        select(
            Partner.id,
            Partner.name,
            func.count(),
            _times(took),
            _times(sent.refusal.is_not(None)),
            _times(late),
            _times(sent.without_mou.is_(True)),
        )
        .join(sent, sent.partner_id == Partner.id)
        .where(Partner.district == staff.district, sent.sent_at >= (since or now - YEAR))
        .group_by(Partner.id, Partner.name)
        .order_by(func.count().desc(), Partner.name)
    )
    if partner_id is not None:
        query = query.where(Partner.id == partner_id)
    return [Score(*row) for row in db.session.execute(query)]


def unmet(staff: Staff, *, now: datetime, since: datetime | None = None) -> dict[str, int]:
    """Return how many needs nobody could meet, by why; for the yearly proposal."""
    rows = db.session.execute(
        select(UnmetNeed.why, func.count())
        .where(UnmetNeed.district == staff.district, UnmetNeed.at >= (since or now - YEAR))
        .group_by(UnmetNeed.why)
    )
    return {"access": 0, "no_mou": 0} | {why: count for why, count in rows}


def _times(condition):
    return func.sum(case((condition, 1), else_=0))
