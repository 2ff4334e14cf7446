"""The yearly workload analysis (ABK): the work done, the posts it needs, what stayed unmet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, or_, select

from app.db import db
from app.domain import abk, areas, clocks
from app.domain.deadline import State
from app.domain.report import Risk
from app.domain.roster import Part
from app.domain.settings import Setting
from app.domain.workload import Warned
from app.models import (
    Case,
    CaseMove,
    Deadline,
    DutyTurn,
    Referral,
    ReferralMove,
    Report,
    UnmetNeed,
    Visit,
    WorkEntry,
)
from app.services import counting, deadline_board, posts, rosters
from app.services.limits import limits

YEARS = 3
UNMET = (
    "clocks_late",
    "deadlines_late",
    "given_without_room",
    "visits_unassigned",
    "on_call_hours",
    "cadre_hours",
    "no_mou",
    "access",
)
_Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Annex:
    """The form of one year, and what stayed unmet in it and the two before."""

    year: int
    until: date
    """The last day that is counted: of a year that runs, today."""
    rows: list[abk.Row]
    needs: list[abk.Need]
    unmet: Mapping[str, Mapping[int, int]]

    @property
    def years(self) -> tuple[int, ...]:
        """The three years of what stayed unmet."""
        return tuple(range(self.year - YEARS + 1, self.year + 1))


def annex(district: str, year: int, *, now: datetime) -> Annex:
    """Return the annex of a year."""
    own, until = limits(district), min(date(year, 12, 31), _today(district, now))
    rows = abk.rows(counts(district, year), own)
    annex_years = range(year - YEARS + 1, year + 1)
    found = {one: unmet(district, one, now=now) for one in annex_years}
    return Annex(
        year,
        until,
        rows,
        abk.needs(rows, posts.existing(district, until)),
        {name: {one: found[one][name] for one in annex_years} for name in UNMET},
    )


def counts(district: str, year: int) -> dict[str, int]:
    """Return how often each kind of work was done in a year; what was taken back is not counted."""
    begins, ends = _year(district, year)
    logged = select(WorkEntry.kind, func.count()).where(
        WorkEntry.district == district,
        WorkEntry.done_on >= date(year, 1, 1),
        WorkEntry.done_on <= date(year, 12, 31),
        WorkEntry.struck_at.is_(None),
    )
    found = {kind: count for kind, count in db.session.execute(logged.group_by(WorkEntry.kind))}
    screened = _count(Referral, Referral.screened_at, district, (begins, ends))
    return found | {abk.SCREENING: screened}


def unmet(district: str, year: int, *, now: datetime) -> dict[str, int]:
    """Return what the office could not do in a year, or did unpaid and beyond its hours."""
    span = _year(district, year)
    needs = _needs(district, span)
    return {
        "clocks_late": _late(district, year),
        "deadlines_late": _deadlines_late(district, span),
        "given_without_room": _given_without_room(district, span),
        "visits_unassigned": _without_visit(district, span, now),
        "on_call_hours": _on_call_hours(district, year, now),
        "cadre_hours": _cadre_hours(district, span),
        "no_mou": needs["no_mou"],
        "access": needs["access"],
    }


def _late(district: str, year: int) -> int:
    months = counting.sums_of(district, f"{year}-01", f"{year}-12").values()
    return sum(one.get("by", {}).get("first_look", {}).get("late", 0) for one in months)


def _deadlines_late(district: str, span: _Span) -> int:
    query = select(Deadline).where(
        Deadline.district == district,
        Deadline.state == State.ENDED,
        *_within(Deadline.ended_at, span),
        or_(Deadline.ended_at > Deadline.due_at, Deadline.ended_how == "ran_out"),
    )
    return sum(deadline_board.kept(row) == "late" for row in db.session.scalars(query))


def _given_without_room(district: str, span: _Span) -> int:
    # A case that was accepted against the warning, or given on against it.
    against = f"%{Warned.OVERLOADED}%"
    accepted = (
        select(func.count())
        .select_from(ReferralMove)
        .join(Referral, Referral.id == ReferralMove.referral_id)
        .where(Referral.district == district, ReferralMove.act == "accept")
        .where(ReferralMove.reason.like(against), *_within(ReferralMove.at, span))
    )
    given = (
        select(func.count())
        .select_from(CaseMove)
        .join(Case, Case.id == CaseMove.case_id)
        .where(Case.district == district, CaseMove.act.in_(("assign", "handover")))
        .where(CaseMove.reason.like(against), *_within(CaseMove.at, span))
    )
    return db.session.scalar(accepted) + db.session.scalar(given)


def _without_visit(district: str, span: _Span, now: datetime) -> int:
    first, own = func.min(Visit.handed_at), limits(district)
    query = (
        select(Case.opened_at, Case.closed_at, Case.risk, first)
        .outerjoin(Visit, Visit.case_id == Case.id)
        .where(Case.district == district, *_within(Case.opened_at, span))
        .group_by(Case.id, Case.opened_at, Case.closed_at, Case.risk)
    )
    return sum(
        _unvisited(opened, closed, risk, handed, now, own)
        for opened, closed, risk, handed in db.session.execute(query)
    )


def _unvisited(opened, closed, risk, handed, now: datetime, own: Mapping[str, Setting]) -> bool:
    """Nobody was sent although the window of the level has passed while the case was open."""
    due = clocks.visit_window(Risk(risk), opened, own)[1]
    return due < (closed or now) and (handed is None or handed > due)


def _on_call_hours(district: str, year: int, now: datetime) -> int:
    hours = rosters.hours_of(district)
    rows = select(DutyTurn).where(
        DutyTurn.district == district,
        DutyTurn.on >= date(year, 1, 1),
        DutyTurn.on <= min(date(year, 12, 31), _today(district, now)),
    )
    stood = timedelta()
    for row in db.session.scalars(rows):
        begins, ends = hours.begin(row.on, Part(row.part)), hours.end(row.on, Part(row.part))
        two = sum(one is not None for one in (row.first_id, row.second_id))
        stood += max(timedelta(), min(ends, now) - begins) * two
    return int(stood / timedelta(hours=1))


def _cadre_hours(district: str, span: _Span) -> int:
    own = limits(district)
    visits = _count(Visit, Visit.recorded_at, district, span)
    written = db.session.scalar(
        select(func.count())
        .select_from(Report)
        .where(
            Report.district == district,
            Report.cadre_id.is_not(None),
            *_within(Report.received_at, span),
        )
    )
    minutes = visits * own["work.cadre_visit"].value + written * own["work.cadre_report"].value
    return minutes // 60


def _needs(district: str, span: _Span) -> Counter:
    query = select(UnmetNeed.why, func.count()).where(
        UnmetNeed.district == district, *_within(UnmetNeed.at, span)
    )
    return Counter(dict(db.session.execute(query.group_by(UnmetNeed.why)).all()))


def _count(table, column, district: str, span: _Span) -> int:
    query = select(func.count()).select_from(table)
    return db.session.scalar(query.where(table.district == district, *_within(column, span)))


def _within(column, span: _Span) -> tuple:
    return column >= span[0], column < span[1]


def _year(district: str, year: int) -> _Span:
    zone = areas.zone(district)
    first, last = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    return first.astimezone(UTC), last.astimezone(UTC)


def _today(district: str, now: datetime) -> date:
    return now.astimezone(areas.zone(district)).date()
