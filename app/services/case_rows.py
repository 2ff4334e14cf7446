"""What belongs to a case, a table at a time, each read once for whatever rules a page asks."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from app.db import db, read_once
from app.models import Case, Visit, VisitRecord


@read_once
def rows_of(case: Case, table) -> list:
    """Return every row of a table of care that belongs to a case, in no order."""
    # They are read already: joined once more, they cost more than the row itself.
    known = (getattr(table, name) for name in ("case", "report") if hasattr(table, name))
    rows = select(table).where(table.case_id == case.id).options(*map(lazyload, known))
    return list(db.session.scalars(rows))


@read_once
def records_of(case: Case) -> list[VisitRecord]:
    """Return what cadres recorded of the visits of a case, the first first."""
    rows = select(VisitRecord).join(Visit, Visit.id == VisitRecord.visit_id)
    rows = rows.where(Visit.case_id == case.id).order_by(VisitRecord.happened_at)
    return list(db.session.scalars(rows))
