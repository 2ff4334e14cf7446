"""Counts what happened month by month, so that no page counts it while somebody waits.

The sums need the server key; the worker makes them. Cases, survivors and services are three counts
and never mixed; practice runs and duplicates stand in none of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.sql import ColumnElement

from app.db import db
from app.domain import areas, clocks, deadline
from app.domain.deadline import Kind, State
from app.domain.referral import ReferralState
from app.domain.report import Risk
from app.domain.statistics import month_name
from app.models import (
    Case,
    Deadline,
    District,
    MonthCount,
    Referral,
    Report,
    ServiceReferral,
    UnmetNeed,
    Visit,
)
from app.services import deadline_board, outcomes, reports
from app.services.limits import hours, limits
from app.services.rows import facts_of, write_facts
from app.signals import counts_wanted

# Answers that exclude one another, and those of which a report may give several.
ONE_ANSWER = ("survivor_sex", "survivor_age", "place", "occupation", "last_happened")
SEVERAL = ("violence", "access_needs", "needs")
# A report that lay on the phone for longer is late because of the signal, not of the office.
LAY_ON_THE_PHONE = timedelta(hours=1)
_BATCH = 500
# A transaction that began before the last look may have ended after it.
_LOOK_BACK = timedelta(minutes=5)
_SURVIVORS = {"2": 2, "3_plus": 3}


def mark(district: str, *, now: datetime) -> int:
    """Note which months have changed since the last look; return how many."""
    since = db.session.scalar(
        select(func.max(MonthCount.looked_at)).where(MonthCount.district == district)
    )
    touched = _touched(district, since - _LOOK_BACK if since else None)
    known = {
        row.month: row
        for row in db.session.scalars(select(MonthCount).where(MonthCount.district == district))
    }
    for month in touched:
        row = known.get(month)
        if row is None:
            row = MonthCount(district=district, month=month)
            db.session.add(row)
        row.stale, row.looked_at = True, now
    db.session.flush()
    return len(touched)


def next_stale() -> MonthCount | None:
    """Return the newest month that waits to be counted, locked; None when all are."""
    waiting = select(MonthCount).where(MonthCount.stale).order_by(MonthCount.month.desc())
    return db.session.scalar(waiting.limit(1).with_for_update(skip_locked=True))


def count(row: MonthCount, *, now: datetime) -> None:
    """Count one month anew."""
    begins, ends = bounds(row.district, row.month)
    sums = _of_reports(row.district, begins, ends)
    sums |= _of_care(row.district, begins, ends)
    sums["by"] |= _of_clocks(row.district, begins, ends)
    sums["by"] |= outcomes.counts(row.district, begins, ends)
    write_facts(row, sums)
    row.stale, row.counted_at = False, now


def bounds(district: str, month: str) -> tuple[datetime, datetime]:
    """Return when a month begins and when the next does, by the clocks of the district."""
    zone = areas.zone(district)
    year, number = (int(part) for part in month.split("-"))
    begins = datetime(year, number, 1, tzinfo=zone)
    return begins, datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone)


def month_of(district: str, moment: datetime) -> str:
    """Return the month of a moment by the clocks of a district."""
    there = moment.astimezone(areas.zone(district))
    return month_name(there.year * 12 + there.month - 1)


def ask() -> None:
    """Have the months that changed counted soon, by whoever holds the bell."""
    counts_wanted.send(None)


def districts() -> list[str]:
    """Return the districts that are counted."""
    return list(db.session.scalars(select(District.code).order_by(District.code)))


def _touched(district: str, since: datetime | None) -> set[str]:
    moments: list[datetime | None] = []
    for columns, changed in (
        ((Report.told_at, Report.received_at), Referral.changed_at),
        ((Case.opened_at, Case.closed_at), None),
        (
            (ServiceReferral.sent_at, ServiceReferral.answered_at, ServiceReferral.served_at),
            ServiceReferral.changed_at,
        ),
        ((Visit.recorded_at, Visit.handed_at), Visit.changed_at),
        ((UnmetNeed.at,), UnmetNeed.at),
        ((Deadline.due_at,), Deadline.changed_at),
    ):
        moments += _moments(district, columns, changed, since)
    return {month_of(district, moment) for moment in moments if moment is not None}


def _moments(district: str, columns, changed, since: datetime | None) -> Iterable[datetime | None]:
    owner = columns[0].class_
    query = select(*columns).where(owner.district == district).distinct()
    if owner is Report:
        query = query.join(Referral, Referral.report_id == Report.id)
    if since is not None:
        newer = (changed,) if changed is not None else columns
        query = query.where(or_(*(column >= since for column in newer)))
    for row in db.session.execute(query):
        yield from row if owner is not Report else (row[0] or row[1],)


def _of_reports(district: str, begins: datetime, ends: datetime) -> dict[str, Any]:
    came = func.coalesce(Report.told_at, Report.received_at)
    found = db.session.execute(
        select(
            Referral.report_id,
            Referral.risk,
            Referral.emergency,
            Referral.clock_from,
            Referral.seen_at,
            Referral.village,
            Report.channel,
            Report.received_at,
            Report.happened_at,
        )
        .join(Report, Report.id == Referral.report_id)
        .where(
            Report.district == district,  # As its referral's; said so that the index is used.
            Referral.district == district,
            Referral.state != ReferralState.DUPLICATE,
            came >= begins,
            came < ends,
        )
    ).all()
    by: dict[str, Counter] = {}
    sums: Counter = Counter(reports=len(found), survivors=0, emergencies=0)
    due = partial(clocks.answer_due, hours=hours(district), settings=limits(district))
    for at in range(0, len(found), _BATCH):
        rows = found[at : at + _BATCH]
        facts = reports.coded_facts(row.report_id for row in rows)
        for row in rows:
            answers = facts.get(row.report_id, {})
            sums["survivors"] += _SURVIVORS.get(str(answers.get("survivor_count")), 1)
            sums["emergencies"] += row.emergency
            _add(by, "risk", row.risk)
            _add(by, "channel", row.channel)
            _add(by, "subdistrict", areas.subdistrict(row.village))
            _add(by, "first_look", _looked(row, due))
            for name in ONE_ANSWER:
                _add(by, name, answers.get(name) or "unknown")
            for name in SEVERAL:
                for code in dict.fromkeys(answers.get(name) or ()):
                    _add(by, name, code)
    return {**sums, "by": by}


def _looked(row: Any, due: Callable[..., datetime]) -> str:
    """How the first clock of a report went: `kept`, `late`, `late_signal`, or `open`.

    `due` counts by the hours and limits of the district.
    """
    if row.seen_at is None:
        return "open"
    if row.seen_at > due(Risk(row.risk), row.clock_from, emergency=row.emergency):
        return "late"
    lay = row.received_at - row.happened_at > LAY_ON_THE_PHONE
    return "late_signal" if lay else "kept"


def _of_clocks(district: str, begins: datetime, ends: datetime) -> dict[str, Counter]:
    """How the kept clocks went that were due within these moments; void ones stand nowhere."""
    rows = db.session.scalars(
        select(Deadline).where(
            Deadline.district == district,
            Deadline.state.in_(list(State)),  # All there are: the index has it before the moment.
            Deadline.due_at >= begins,
            Deadline.due_at < ends,
        )
    )
    by: dict[str, Counter] = {}
    for row in rows:
        if went := deadline_board.kept(row):
            _add(by, f"clock_{deadline.group(Kind(row.kind))}", went)
    return by


def _of_care(district: str, begins: datetime, ends: datetime) -> dict[str, Any]:
    def within(column: ColumnElement) -> tuple[ColumnElement, ...]:
        return (column.class_.district == district, column >= begins, column < ends)

    def many(column: ColumnElement, *more: ColumnElement) -> int:
        return db.session.scalar(select(func.count()).where(*within(column), *more)) or 0

    def grouped(key: ColumnElement, column: ColumnElement) -> dict[str, int]:
        rows = select(key, func.count()).where(*within(column), key.is_not(None)).group_by(key)
        return {code: number for code, number in db.session.execute(rows)}

    answered = (ServiceReferral.answered_at, ServiceReferral.refusal)
    refused = many(answered[0], answered[1].is_not(None))
    return {
        "cases": many(Case.opened_at),
        "closed": many(Case.closed_at),
        "visits": many(Visit.recorded_at),
        "services": many(ServiceReferral.served_at),
        "asked": many(ServiceReferral.sent_at),
        "without_mou": many(ServiceReferral.sent_at, ServiceReferral.without_mou),
        "partner_refused": refused,
        "partner_accepted": many(answered[0]) - refused,
        "unmet": many(UnmetNeed.at),
        "in_care": {
            "service": grouped(ServiceReferral.service, ServiceReferral.served_at),
            "closing": grouped(Case.closing_reason, Case.closed_at),
            "visit_end": grouped(Visit.how, Visit.recorded_at),
            "unmet_why": grouped(UnmetNeed.why, UnmetNeed.at),
        },
    }


def _add(by: dict[str, Counter], name: str, code: str) -> None:
    by.setdefault(name, Counter())[code] += 1


def sums_of(district: str, first: str, last: str) -> dict[str, dict[str, Any]]:
    """Return the sums of every counted month between two, by month."""
    rows = select(MonthCount).where(
        MonthCount.district == district,
        MonthCount.month >= first,
        MonthCount.month <= last,
        MonthCount.counted_at.is_not(None),
    )
    return {row.month: facts_of(row) for row in db.session.scalars(rows.order_by(MonthCount.month))}


def counted_at(district: str) -> tuple[datetime | None, int]:
    """Return when a month was last counted, and how many wait."""
    query = select(func.max(MonthCount.counted_at), func.count().filter(MonthCount.stale))
    last, waiting = db.session.execute(query.where(MonthCount.district == district)).one()
    return last, waiting
