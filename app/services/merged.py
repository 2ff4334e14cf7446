"""Reports that a person put together: one survivor, several referrals; all go on in the first."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Uuid,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.db import db, read_once
from app.models import Referral
from app.services import report_rows


def first_of(referral: Referral) -> UUID:
    """Return the id of the referral in which this one goes on: its own, if none."""
    return referral.same_as or referral.id


def goes_on_in(first) -> ColumnElement[bool]:
    """The condition for a first referral (an id, or a query of it) and all put together with it."""
    return or_(Referral.id == first, Referral.same_as == first)


def reports_with(report_id: UUID | BindParameter) -> CompoundSelect:
    """The ids of a report and of all that were put together with it; part of a query.

    Its own also before it has come, while it is no referral yet.
    """
    own = aliased(Referral)
    first = select(func.coalesce(own.same_as, own.id)).where(own.report_id == report_id)
    together = select(Referral.report_id).where(goes_on_in(first.scalar_subquery()))
    itself = report_id if isinstance(report_id, BindParameter) else literal(report_id, Uuid)
    return union_all(select(itself), together)


@read_once
def all_of(referral: Referral) -> list[Referral]:
    """Return a referral and all that were put together with it, itself first."""
    if referral.same_as is None and report_rows.none_of(referral.report_id, "twins"):
        return [referral]
    rows = select(Referral).where(goes_on_in(first_of(referral)), Referral.id != referral.id)
    return [referral, *db.session.scalars(rows.order_by(Referral.clock_from, Referral.id))]
