"""Who was kept out, again after a restored backup: of reports that are here, or that come again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.models import Person, Referral, RelatedAhead, RelatedStaff


def keep_out(report_id: UUID, person_id: UUID, *, since: datetime) -> bool:
    """Keep somebody out of a report as before; tell whether that was unknown."""
    if db.session.get(Person, person_id) is None:
        return False  # Whoever the backup does not know cannot sign in.
    referral = db.session.scalar(select(Referral).where(Referral.report_id == report_id))
    if referral is None:
        return _keep_ahead(report_id, person_id, since)
    forgotten = referral.report.facts is None
    if forgotten or db.session.get(RelatedStaff, (person_id, referral.id)) is not None:
        return False
    _mark(referral, person_id, since)
    return True


def let_back(report_id: UUID, person_id: UUID) -> bool:
    """Let somebody read a report again as before; tell whether that was unknown."""
    referral_id = db.session.scalar(select(Referral.id).where(Referral.report_id == report_id))
    marks = (
        db.session.get(RelatedStaff, (person_id, referral_id)) if referral_id else None,
        db.session.get(RelatedAhead, (report_id, person_id)),
    )
    for mark in filter(None, marks):
        db.session.delete(mark)
    return any(marks)


def remember(referral: Referral) -> None:
    """Keep whoever was out of this report out of it, now that it has come again."""
    ahead = select(RelatedAhead).where(RelatedAhead.report_id == referral.report_id)
    for mark in db.session.scalars(ahead):
        _mark(referral, mark.person_id, mark.marked_at)
        db.session.delete(mark)


def _keep_ahead(report_id: UUID, person_id: UUID, since: datetime) -> bool:
    if db.session.get(RelatedAhead, (report_id, person_id)) is not None:
        return False
    db.session.add(RelatedAhead(report_id=report_id, person_id=person_id, marked_at=since))
    return True


def _mark(referral: Referral, person_id: UUID, since: datetime) -> None:
    if referral.taken_by == person_id:
        referral.taken_by = referral.taken_at = None
    db.session.add(RelatedStaff(person_id=person_id, referral_id=referral.id, marked_at=since))
