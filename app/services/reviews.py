"""Looking back: whether services fit while they run, and what was reached at their end."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from app.db import db
from app.domain.fields import Parsed
from app.models import Case, Review
from app.services import cases, trail
from app.services.case_rows import rows_of
from app.services.rows import seal_texts, write_facts
from app.services.sessions import Staff


def write(case: Case, kind: str, parsed: Parsed, staff: Staff, *, now: datetime) -> Review:
    """Write down a look back, `monitoring` or `evaluation`; older ones stay.

    :raises NotAllowed: if somebody else accompanies her.
    """
    cases.must_be_own(case, staff)
    row = Review(id=uuid4(), case_id=case.id, kind=kind, at=now, by=staff.id)
    write_facts(row, parsed.facts)
    seal_texts(row, case.district, parsed.sealed)
    db.session.add(row)
    trail.append(case.district, f"case.{kind}", "case", case.id, by=staff.id, now=now)
    return row


def of_case(case: Case, kind: str) -> list[Review]:
    """Return the looks back of one kind, the newest first."""
    rows = (row for row in rows_of(case, Review) if row.kind == kind)
    return sorted(rows, key=lambda row: row.at, reverse=True)
