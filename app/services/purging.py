"""What is kept for a time only, deleted when that time is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from app.db import db
from app.domain.settings import SETTINGS
from app.models import (
    CardSession,
    DutyTurn,
    DutyWord,
    InboxEnvelope,
    Referral,
    ReferralMove,
    Report,
    ReportAddition,
)
from app.services import journal

ALL = UUID(int=0)
"""Stands in the journal for whatever was old enough at that moment."""


def forget_copy(report: Report, *, now: datetime) -> None:
    """Drop the words of a copy that its district does not keep; codes stay for the trail."""
    added = select(ReportAddition).where(ReportAddition.report_id == report.id)
    words = (
        select(ReferralMove)
        .join(Referral, Referral.id == ReferralMove.referral_id)
        .where(Referral.report_id == report.id, ReferralMove.act == "transfer_in")
    )
    for row in (report, *db.session.scalars(added), *db.session.scalars(words)):
        row.sealed = row.sealed_kid = row.sealed_schema = None
    report.number_blind = report.alias_blind = None
    journal.note(journal.EMPTIED, report.id, now=now)


def forget_bytes(*, now: datetime) -> int:
    """Drop the bytes of what was settled thirty days ago; id, hash and receipt stay. A count."""
    gone = (
        update(InboxEnvelope)
        .where(
            InboxEnvelope.state.in_(("applied", "discarded")),
            InboxEnvelope.settled_at < now - SETTINGS["retention.inbox_bytes"].span,
            InboxEnvelope.sealed.is_not(None),
        )
        .values(sealed=None)
        .execution_options(synchronize_session=False)
    )
    count = db.session.execute(gone).rowcount
    if count:
        journal.note(journal.PURGED, ALL, now=now)
    return count


def forget_duty(*, now: datetime) -> int:
    """Drop the sessions of cards a day after they began, and old rosters with the trail's own age.

    A roster holds no survivor: it tells who was on call, for as long as the trail tells who came.
    """
    cards = delete(CardSession).where(CardSession.began_at < now - timedelta(days=1))
    last = (now - SETTINGS["retention.trail"].span).date()
    old = select(DutyTurn.id).where(DutyTurn.on < last)
    rows = (
        cards,
        delete(DutyWord).where(DutyWord.turn_id.in_(old)),
        delete(DutyTurn).where(DutyTurn.on < last),
    )
    found = (one.execution_options(synchronize_session=False) for one in rows)
    return sum(db.session.execute(one).rowcount for one in found)
