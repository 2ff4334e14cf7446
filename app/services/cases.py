"""Cases in care as the desk reads them: whose they are, and what belongs to them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.domain.errors import Missing
from app.models import Case, Referral, Visit
from app.services.referrals import not_related
from app.services.sessions import Staff


def get(case_id: UUID, staff: Staff, *, lock: bool = False) -> Case:
    """Return a case of the district of `staff`.

    :raises Missing: if there is none, or `staff` is related to it.
    """
    query = _theirs(staff).where(Case.id == case_id)
    if lock:
        query = query.with_for_update(of=Case).execution_options(populate_existing=True)
    case = db.session.scalar(query)
    if case is None:
        raise Missing("case")
    return case


def of_referral(referral: Referral) -> Case | None:
    """Return the case that a referral became."""
    return db.session.scalar(select(Case).where(Case.referral_id == referral.id))


def open_ones(staff: Staff, *, mine: bool = False, limit: int = 200) -> list[Case]:
    """Return the cases in care, the newest first; `mine` only those that `staff` accompanies."""
    query = _theirs(staff).where(Case.closed_at.is_(None))
    if mine:
        query = query.where(Case.caseworker_id == staff.id)
    return list(db.session.scalars(query.order_by(Case.opened_at.desc()).limit(limit)))


def visits(case: Case) -> list[Visit]:
    """Return the visits of a case, the newest first."""
    return list(
        db.session.scalars(
            select(Visit).where(Visit.case_id == case.id).order_by(Visit.handed_at.desc())
        )
    )


def _theirs(staff: Staff):
    return (
        select(Case)
        .join(Referral, Referral.id == Case.referral_id)
        .where(Case.district == staff.district, not_related(staff))
    )
