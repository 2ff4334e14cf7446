"""What was added to a report later, read once for whatever rules a page asks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.db import db, read_once
from app.models import Report, ReportAddition
from app.services.rows import facts_of


@read_once
def additions_of(report: Report) -> list[ReportAddition]:
    """Return what was added to a report, the first first."""
    added = select(ReportAddition).where(ReportAddition.report_id == report.id)
    return list(db.session.scalars(added.order_by(ReportAddition.added_at)))


@read_once
def coded(report: Report) -> dict[str, Any]:
    """Return the coded facts of a report with all additions, later over earlier; no text."""
    told = facts_of(report)
    for addition in additions_of(report):
        told |= facts_of(addition)
    return told
