"""Repeated visits: planned once, each handed over in its time by `handing`, ended when due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select

from app.db import db, locked, row_lock, savepoint
from app.domain import areas
from app.domain import series as rules
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.fields import Parsed
from app.domain.series import Ending
from app.models import Case, Person, SeriesVisit, Visit, VisitRecord, VisitSeries
from app.services import duty, handing, opening, trail
from app.services.case_rows import rows_of
from app.services.referrals import locked_of
from app.services.rows import facts_of, seal_texts, texts_of
from app.services.sessions import Staff
from app.services.standing import ask, standing


@dataclass(frozen=True, slots=True)
class Standing:
    """A series as the case shows it."""

    row: VisitSeries
    handed: int
    missed: tuple[tuple[int, datetime], ...]
    """Which ones, and the end of their windows."""


def hand(
    case: Case,
    cadre: Person,
    parsed: Parsed,
    opened: opening.Opened,
    staff: Staff,
    *,
    now: datetime,
) -> Visit:
    """Hand over a visit, or the first of a series if the form asks for one.

    :raises Invalid: if the form does not fit, or the cadre does not.
    """
    errand = handing.Errand.of(parsed, now=now)
    zone = areas.zone(case.district)
    repeat = rules.repeat_of(parsed.facts, errand.opens_at.astimezone(zone).date())
    visit = handing.hand_to_cadre(case, cadre, errand, opened, staff, now=now)
    if repeat is not None:
        _plan(case, visit, errand, repeat, staff, now)
    return visit


def hand_due(*, now: datetime, at_most: int = 20) -> int:
    """Hand over what is due of all series; return how many were looked at. For the worker."""
    rows = db.session.scalars(_due(now).limit(at_most)).all()
    for row in rows:
        locked_of(row.case.referral.report_id)
        db.session.refresh(row, with_for_update=row_lock(VisitSeries))
        if row.next_at is not None:
            _next(row, now)
    return len(rows)


def is_due(*, now: datetime) -> bool:
    """Tell whether the worker has a visit of a series to hand over."""
    return db.session.scalars(_due(now).limit(1)).first() is not None


def end(row: VisitSeries, staff: Staff, *, now: datetime, why: Ending = Ending.DESK) -> None:
    """Let no further visit be handed over. What is on a phone already stays, until taken back.

    :raises Conflict: if it has ended.
    """
    if row.ended_at is not None:
        raise Conflict("series.ended")
    _end(row, why, staff.id, now)


def end_of_case(case: Case, staff: Staff, *, now: datetime) -> None:
    """End what is still planned for a case that is closed."""
    for row in _of(case):
        if row.ended_at is None:
            _end(row, Ending.CLOSED, staff.id, now)


def of_case(case: Case, *, now: datetime) -> list[Standing]:
    """Return the series of a case, the newest first, with what was missed."""
    return [_standing(row, now) for row in _of(case)]


def get(series_id: UUID, case: Case, *, lock: bool = False) -> VisitSeries:
    """Return a series of a case.

    :raises Missing: if there is none.
    """
    query = select(VisitSeries).where(VisitSeries.id == series_id, VisitSeries.case_id == case.id)
    if lock:
        query = locked(query, VisitSeries)
    row = db.session.scalar(query)
    if row is None:
        raise Missing("series")
    return row


def _plan(
    case: Case,
    first: Visit,
    errand: handing.Errand,
    repeat: rules.Repeat,
    staff: Staff,
    now: datetime,
) -> None:
    row = VisitSeries(
        id=uuid4(),
        case_id=case.id,
        case=case,
        district=case.district,
        cadre_id=first.cadre_id,
        made_by=staff.id,
        made_at=now,
        purpose=errand.purpose,
        meeting_place=errand.meeting_place,
        every_days=repeat.every_days,
        times=repeat.times,
        opens_at=errand.opens_at,
        due_at=errand.due_at,
        agreed_at=errand.agreed_at,
    )
    look_for = errand.look_for.strip()
    seal_texts(row, case.district, {"look_for": look_for} if look_for else {})
    row.next_at = _handed_at(row, 2)
    db.session.add(row)
    db.session.flush()
    db.session.add(SeriesVisit(series_id=row.id, place=1, visit_id=first.id))
    trail.append(case.district, "series.plan", "series", row.id, by=staff.id, now=now)


def _next(row: VisitSeries, now: datetime) -> None:
    """Hand over the next visit, or end the series with the reason why not."""
    places = _places(row)
    if row.case.closed_at is not None:
        _end(row, Ending.CLOSED, None, now)
        return
    if (why := _ending_of_last(places)) is not None:
        _end(row, why, None, now)
        return
    place = max(places, default=0) + 1
    opens_at, due_at = rules.window(row.opens_at, row.due_at, row.every_days, place)
    visit_id = None
    if due_at > now:
        errand = handing.Errand(
            row.purpose,
            opens_at,
            due_at,
            row.meeting_place,
            row.agreed_at,
            texts_of(row).get("look_for", ""),
        )
        try:
            with savepoint():
                visit_id = _handed(row, errand, now).id
        except Invalid as refused:
            _end(row, rules.ending_of(refused.code), None, now)
            return
    db.session.add(SeriesVisit(series_id=row.id, place=place, visit_id=visit_id))
    if place >= row.times:
        _end(row, Ending.DONE, None, now)
    else:
        row.next_at = _handed_at(row, place + 1)


def _handed(row: VisitSeries, errand: handing.Errand, now: datetime) -> Visit:
    """Hand it over in the name of who accompanies her now."""
    person = db.session.get_one(Person, row.case.caseworker_id or row.made_by)
    staff = Staff(person.id, row.district, frozenset(person.role_codes), "", None, b"")
    cadre = db.session.get_one(Person, row.cadre_id)
    opened = opening.open_planned(row.case.referral, now=now)
    return handing.hand_to_cadre(row.case, cadre, errand, opened, staff, now=now)


def _handed_at(row: VisitSeries, place: int) -> datetime:
    opens_at, _due_at = rules.window(row.opens_at, row.due_at, row.every_days, place)
    return opens_at - rules.HANDED_BEFORE


def _end(row: VisitSeries, why: Ending, by: UUID | None, now: datetime) -> None:
    row.ended_at, row.ended_why, row.ended_by, row.next_at = now, why, by, None
    trail.append(row.district, "series.end", "series", row.id, by=by, now=now, reason=why)
    if why not in rules.BY_ITSELF:
        return
    about = {"district": row.district, "report_id": row.case.referral.report_id}
    duty.ring_holder("series_stopped", now=now, **about)


def _ending_of_last(places: dict[int, NamedTuple | None]) -> Ending | None:
    last = places[max(places)] if places else None
    if last is None:
        return None
    rows = db.session.scalars(select(VisitRecord).where(VisitRecord.visit_id == last.id))
    records = [{"outcome": row.outcome, **facts_of(row)} for row in rows]
    return rules.ending(last.state, last.how, records)


def _standing(row: VisitSeries, now: datetime) -> Standing:
    places = _places(row)
    missed = [
        (place, rules.window(row.opens_at, row.due_at, row.every_days, place)[1])
        for place, visit in places.items()
        if visit is None or rules.is_missed(visit.state, visit.due_at, now)
    ]
    return Standing(row, len(places), tuple(missed))


def _places(row: VisitSeries) -> dict[int, NamedTuple | None]:
    """Return each place's visit: id, state, due_at, how; None where there is none."""
    found = ask(_PLACES, {"series_id": row.id})
    return {one.place: one if one.id else None for one in found}


_PLACES = standing(
    select(SeriesVisit.place, Visit.id, Visit.state, Visit.due_at, Visit.how)
    .outerjoin(Visit, Visit.id == SeriesVisit.visit_id)
    .where(SeriesVisit.series_id == bindparam("series_id"))
    .order_by(SeriesVisit.place)
)


def _of(case: Case) -> list[VisitSeries]:
    return sorted(rows_of(case, VisitSeries), key=lambda row: row.made_at, reverse=True)


def _due(now: datetime):
    return select(VisitSeries).where(VisitSeries.next_at <= now).order_by(VisitSeries.next_at)
