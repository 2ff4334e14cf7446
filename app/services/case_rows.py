"""What belongs to a case, a table at a time, each read once for whatever rules a page asks."""

from __future__ import annotations

from sqlalchemy import select

from app.db import db, read_once
from app.models import Case, Visit, VisitRecord


@read_once
def rows_of(case: Case, table) -> list:
    """Return every row of a table of care that belongs to a case, in no order."""
    return list(db.session.scalars(select(table).where(table.case_id == case.id)))


@read_once
def records_of(case: Case) -> list[VisitRecord]:
    """Return what cadres recorded of the visits of a case, the first first."""
    rows = select(VisitRecord).join(Visit, Visit.id == VisitRecord.visit_id)
    rows = rows.where(Visit.case_id == case.id).order_by(VisitRecord.happened_at)
    return list(db.session.scalars(rows))
