"""What belongs to a case, a table at a time, each read once for whatever rules a page asks."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Select, bindparam, select
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
    PartnerScore,
    PlanRow,
    Review,
    ServiceReferral,
    SimfoniRef,
    Visit,
    VisitRecord,
    VisitSeries,
    WorkEntry,
)
from app.services.standing import ask, standing

# What hangs on a case by its id. Of most a case has nothing, and asks for everything.
OFTEN_EMPTY = (
    *(Assessment, CaseMove, Closing, Consent, ContactAttempt, FollowUp, LegalBasis, PartnerScore),
    *(PlanRow, Review, ServiceReferral, SimfoniRef, Visit, VisitSeries, WorkEntry),
)


@read_once
def rows_of(case: Case, table) -> list:
    """Return every row of a table of care that belongs to a case, in no order."""
    if none_of(case, table):
        return []
    return list(db.session.scalars(_rows_of(table), {"case_id": case.id}))


@read_once
def records_of(case: Case) -> list[VisitRecord]:
    """Return what cadres recorded of the visits of a case, the first first."""
    if none_of(case, Visit):
        return []
    return list(db.session.scalars(_RECORDS, {"case_id": case.id}))


def none_of(case: Case, table) -> bool:
    """Tell whether it is known that a case has nothing of this; what is being written is not."""
    return not writing() and table in OFTEN_EMPTY and not _there(case)[table.__tablename__]


@read_once
def _there(case: Case) -> dict[str, bool]:
    """Of which tables a case has something: one question instead of a dozen that find nothing."""
    (found,) = ask(_THERE, {"case_id": case.id})
    return dict(zip((table.__tablename__ for table in OFTEN_EMPTY), found, strict=True))


_THERE = standing(
    select(
        *(
            select(table.case_id)
            .where(table.case_id == bindparam("case_id"))
            .exists()
            .label(table.__tablename__)
            for table in OFTEN_EMPTY
        )
    )
)


@cache
def _rows_of(table) -> Select:
    """The query for the rows of a table, built once for all cases: a page asks for a dozen."""
    # They are read already: joined once more, they cost more than the row itself.
    known = (getattr(table, name) for name in ("case", "report") if hasattr(table, name))
    rows = select(table).where(table.case_id == bindparam("case_id"))
    return rows.options(*map(lazyload, known))


_RECORDS = (
    select(VisitRecord)
    .join(Visit, Visit.id == VisitRecord.visit_id)
    .where(Visit.case_id == bindparam("case_id"))
    .order_by(VisitRecord.happened_at)
)
