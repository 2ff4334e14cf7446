"""Whoever is too near to a report: they step out, or the head keeps them out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.domain.errors import Invalid
from app.models import Case, Person, Referral, RelatedStaff
from app.services import trail
from app.services.referrals import tell_desks
from app.services.sessions import Staff


def step_out(referral: Referral, staff: Staff, *, now: datetime) -> None:
    """Let a member of staff who is related step out: to them it is not there from now on."""
    _hide(referral, staff.id, "referral.related", staff, now)


def keep_out(referral: Referral, colleague: Person, staff: Staff, *, now: datetime) -> None:
    """Keep a colleague out whom it is about or who stands near: to them it is not there any more.

    :raises Invalid: if the colleague accompanies her: somebody else gets the case first.
    """
    theirs = select(Case.id).where(Case.referral_id == referral.id)
    if db.session.scalar(theirs.where(Case.caseworker_id == colleague.id)) is not None:
        raise Invalid("referral.caseworker")
    _hide(referral, colleague.id, "referral.keep_out", staff, now)


def _hide(referral: Referral, from_id: UUID, act: str, staff: Staff, now: datetime) -> None:
    if referral.taken_by == from_id:
        referral.taken_by = referral.taken_at = None
    db.session.merge(RelatedStaff(person_id=from_id, referral_id=referral.id, marked_at=now))
    trail.append(referral.district, act, "referral", referral.id, by=staff.id, now=now)
    tell_desks(referral.district)
