"""What belongs to a case, a table at a time, each read once for whatever rules a page asks."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import lazyload

from app.db import db, read_once
from app.models import Case, Visit, VisitRecord


@read_once
def rows_of(case: Case, table) -> list:
    """Return every row of a table of care that belongs to a case, in no order."""
    return list(db.session.scalars(_rows_of(table), {"case_id": case.id}))


@read_once
def records_of(case: Case) -> list[VisitRecord]:
    """Return what cadres recorded of the visits of a case, the first first."""
    return list(db.session.scalars(_RECORDS, {"case_id": case.id}))


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
