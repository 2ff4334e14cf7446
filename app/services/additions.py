"""What was added to a report later, read once for whatever rules a page asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.db import db, read_once
from app.models import Referral, Report, ReportAddition
from app.services import merged, report_rows
from app.services.rows import facts_of


@read_once
def additions_of(report: Report) -> list[ReportAddition]:
    """Return what was added to a report, the first first."""
    if report_rows.none_of(report.id, "additions"):
        return []
    added = select(ReportAddition).where(ReportAddition.report_id == report.id)
    return list(db.session.scalars(added.order_by(ReportAddition.added_at)))


def of_each(reports: Iterable[Report]) -> dict[UUID, list[ReportAddition]]:
    """Return what was added to each of these reports, the first first, in one statement."""
    reports = list(reports)
    if len(reports) == 1:
        return {reports[0].id: additions_of(reports[0])}
    found: dict[UUID, list[ReportAddition]] = {report.id: [] for report in reports}
    added = select(ReportAddition).where(ReportAddition.report_id.in_(list(found)))
    for row in db.session.scalars(added.order_by(ReportAddition.added_at)):
        found[row.report_id].append(row)
    return found


@read_once
def of_all(referral: Referral) -> dict[UUID, list[ReportAddition]]:
    """Return what was added to a referral's report and to all that were put together with it."""
    return of_each(one.report for one in merged.all_of(referral))


@read_once
def coded(report: Report) -> dict[str, Any]:
    """Return the coded facts of a report with all additions, later over earlier; no text."""
    return with_added(report, additions_of(report))


def with_added(report: Report, added: Iterable[ReportAddition]) -> dict[str, Any]:
    """Return the coded facts of a report with these additions, later over earlier."""
    told = facts_of(report)
    for addition in added:
        told |= facts_of(addition)
    return told
