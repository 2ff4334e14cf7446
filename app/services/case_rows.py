"""What belongs to a case, a table at a time, each read once for whatever rules a page asks."""

from __future__ import annotations

from functools import cache

from sqlalchemy import bindparam, select
from sqlalchemy.orm import lazyload

from app.db import db, read_once, writing
from app.models import (
    Assessment,
    Case,
    CaseMove,
    Closing,
    Consent,
    ContactAttempt,
    FollowUp,
    LegalBasis,
    PartnerLink,
    PartnerScore,
    PlanRow,
    Recall,
    Review,
    ServiceReferral,
    SimfoniRef,
    Visit,
    VisitRecord,
    VisitSeries,
    WorkEntry,
)
from app.services.plain import RowsOf
from app.services.standing import ask, standing

_CASE = bindparam("case_id")
_BY_CASE = (
    *(Assessment, CaseMove, Closing, Consent, ContactAttempt, FollowUp, LegalBasis, PartnerScore),
    *(PlanRow, Review, ServiceReferral, SimfoniRef, Visit, VisitSeries, WorkEntry),
)
_SERVICES = select(ServiceReferral.id).where(ServiceReferral.case_id == _CASE)
# What hangs on a case. Of most a case has nothing, and its page asks for everything.
_OFTEN_EMPTY = {
    **{one.__tablename__: select(one.case_id).where(one.case_id == _CASE) for one in _BY_CASE},
    "recalls": select(Recall.id).where(Recall.service_id.in_(_SERVICES)),
    "partner_links": select(PartnerLink.service_id).where(PartnerLink.service_id.in_(_SERVICES)),
}


@read_once
def rows_of(case: Case, table) -> list:
    """Return every row of a table of care that belongs to a case, in no order."""
    if none_of(case, table):
        return []
    if table is ServiceReferral:  # It leads to its partner.
        return list(db.session.scalars(_WITH_PARTNERS, {"case_id": case.id}))
    return _plain(table)(case_id=case.id)


@read_once
def records_of(case: Case) -> list[VisitRecord]:
    """Return what cadres recorded of the visits of a case, the first first."""
    if none_of(case, Visit):
        return []
    return _RECORDS(case_id=case.id)


def none_of(case: Case, table) -> bool:
    """Tell whether it is known that a case has nothing of this; what is being written is not."""
    name = table.__tablename__
    return not writing() and name in _OFTEN_EMPTY and not _there(case)[name]


@read_once
def _there(case: Case) -> dict[str, bool]:
    """Of which tables a case has something: one question instead of a dozen that find nothing."""
    (found,) = ask(_THERE, {"case_id": case.id})
    return dict(zip(_OFTEN_EMPTY, found, strict=True))


_THERE = standing(select(*(rows.exists().label(name) for name, rows in _OFTEN_EMPTY.items())))


# Its case is read already: joined once more, it costs more than the row itself.
_WITH_PARTNERS = (
    select(ServiceReferral)
    .where(ServiceReferral.case_id == _CASE)
    .options(lazyload(ServiceReferral.case))
)


@cache
def _plain(table) -> RowsOf:
    return RowsOf(table, lambda query: query.where(table.case_id == _CASE))


_RECORDS = RowsOf(
    VisitRecord,
    lambda query: (
        query.join(Visit, Visit.id == VisitRecord.visit_id)
        .where(Visit.case_id == _CASE)
        .order_by(VisitRecord.happened_at)
    ),
)
