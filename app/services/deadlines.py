"""Clocks that are kept: begun by a report or by a person, followed through what happens to it.

What a person decides about one: `deadline_acts`. Who is told in time: `deadline_warnings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, bindparam, select
from sqlalchemy.orm import lazyload

from app.db import db
from app.domain import deadline as rules
from app.domain.deadline import Kind, State
from app.domain.risk import Risk, starts_police_clock
from app.models import Deadline, DeadlineStep, Referral
from app.services import report_rows
from app.services.limits import hours, limits
from app.services.plain import RowsOf
from app.services.rows import seal_texts

_GOING = (State.RUNNING, State.PAUSED)


def open_for(
    referral: Referral, channel: str, answers: Mapping[str, object], *, now: datetime
) -> None:
    """Start what a report starts; the police clock as an estimate that a person must confirm."""
    police = starts_police_clock(answers)
    for kind in rules.by_itself(channel, referral.risk, police=police):
        begin(
            referral.district,
            referral,
            kind,
            referral.clock_from,
            estimate=kind is Kind.POLICE_REPORT,
            now=now,
        )


def begin(
    district: str,
    referral: Referral | None,
    kind: Kind,
    starts_at: datetime,
    *,
    now: datetime,
    until: datetime | None = None,
    estimate: bool = False,
) -> Deadline:
    """Write a clock down; `until` is its end where an order names it."""
    row = Deadline(
        id=uuid4(),
        district=district,
        referral_id=referral.id if referral else None,
        referral=referral,
        kind=kind,
        starts_at=starts_at,
        due_at=until or due_of(district, kind, starts_at, referral),
        estimate=estimate,
        made_at=now,
        changed_at=now,
    )
    set_warning(row, now)
    db.session.add(row)
    db.session.flush()  # Its steps point at it.
    return row


def learn(referral: Referral, new: Mapping[str, object], *, since: datetime, now: datetime) -> None:
    """Start the police clock when something new speaks of sexual violence or a child's wedding.

    One that a person ended as *not sexual* starts again: what they judged by has changed.
    """
    if not starts_police_clock(new):
        return
    known = [row for row in of_referral(referral) if row.kind == Kind.POLICE_REPORT]
    if not known:
        begin(referral.district, referral, Kind.POLICE_REPORT, since, estimate=True, now=now)
    for row in known:
        if row.ended_how == "not_sexual":
            _again(row, now)
            row.starts_at, row.estimate = since, True
            _reckon(row, now)


def follow_risk(referral: Referral, *, now: datetime) -> None:
    """Let another level of risk move by when somebody must have gone there."""
    for row in of_referral(referral, going=True):
        if row.kind not in rules.ENDS_WITH_CASE or row.state != State.RUNNING:
            continue
        due_at = due_of(row.district, Kind(row.kind), referral.clock_from, referral)
        if due_at != row.due_at:
            step(row, "risk", None, now=now, reason=referral.risk)
            row.starts_at = referral.clock_from
            _reckon(row, now)


def reached(referral: Referral, at: datetime, *, now: datetime) -> None:
    """She was reached: nobody has to go there first any more."""
    for row in of_referral(referral, going=True):
        if row.kind in rules.ENDS_WITH_CASE and at >= row.starts_at:
            end(row, "reached", at, None, now=now)


def rest(referral: Referral, how: str, *, now: datetime) -> None:
    """End what runs because the referral goes another way; what the office owes her runs on."""
    for row in of_referral(referral, going=True):
        of_the_way = row.kind in rules.ENDS_WITH_CASE
        if of_the_way or (how != "closed" and row.kind not in rules.PRIVACY):
            end(row, how, now, None, now=now)


def wake(referral: Referral, *hows: str, now: datetime) -> None:
    """Let run again what had ended by itself, because the referral is back."""
    for row in of_referral(referral):
        if row.ended_how in hows:
            _again(row, now)


def join(referral: Referral, other: Referral, *, now: datetime) -> None:
    """Let a referral's clocks go on in its twin's: of two the earlier counts."""
    theirs = {row.kind: row for row in of_referral(other, going=True)}
    for row in of_referral(referral, going=True):
        if row.kind in rules.PRIVACY:
            continue
        twin = theirs.get(row.kind)
        if twin is None and not _ended(other, row.kind):
            begun = (row.district, other, Kind(row.kind), row.starts_at)
            begin(*begun, until=row.due_at, estimate=row.estimate, now=now)
        elif twin is not None and row.due_at < twin.due_at:
            step(twin, "joined", None, now=now)
            twin.starts_at, twin.due_at = row.starts_at, row.due_at
            set_warning(twin, now)
        end(row, "joined", now, None, now=now)


def end(
    row: Deadline,
    how: str,
    at: datetime,
    by: UUID | None,
    *,
    now: datetime,
    texts: dict | None = None,
) -> None:
    """End a clock at a moment."""
    step(row, "end", by, now=now, reason=how, texts=texts)
    row.state = rules.moved(row.state, "end")
    row.ended_how, row.ended_at, row.ended_by = how, at, by
    row.warn_at = row.paused_at = None


def step(
    row: Deadline,
    act: str,
    by: UUID | None,
    *,
    now: datetime,
    reason: str | None = None,
    texts: dict | None = None,
) -> None:
    """Keep what a clock said until now, and who changes it; the words are sealed."""
    kept = DeadlineStep(
        id=uuid4(),
        deadline_id=row.id,
        at=now,
        by=by,
        act=act,
        reason=reason,
        was_start=row.starts_at,
        was_due=row.due_at,
    )
    seal_texts(kept, row.district, {key: said for key, said in (texts or {}).items() if said})
    db.session.add(kept)
    row.changed_at = now


def of_referral(referral: Referral, *, going: bool = False) -> list[Deadline]:
    """Return the clocks of a referral, due first; `going` only those that have not ended."""
    if report_rows.none_of(referral.report_id, "clocks"):
        return []
    if going:
        return _THEY_GO_ON(referral_id=referral.id)
    return list(db.session.scalars(_of_one(_ALL), {"referral_id": referral.id}))


def _of_one(query: Select) -> Select:
    query = query.where(Deadline.referral_id == bindparam("referral_id"))
    return query.order_by(Deadline.due_at, Deadline.kind)


_ALL = select(Deadline).options(lazyload(Deadline.referral))  # It is read already.
_THEY_GO_ON = RowsOf(Deadline, lambda query: _of_one(query).where(Deadline.state.in_(_GOING)))


def of_the_law(referral_ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Return the kind and the end of the law's clock that these referrals meet first."""
    if not (ids := list(referral_ids)):
        return {}
    latest_first = db.session.execute(_OF_THE_LAW, {"ids": ids})
    return {row.referral_id: row for row in latest_first}


def first_of_the_law(referral_id: ColumnElement) -> ScalarSelect:
    """The id of the law's clock that the referral of a row meets first; part of a query."""
    query = select(Deadline.id).where(Deadline.referral_id == referral_id, *_LAWS)
    return query.order_by(Deadline.due_at).limit(1).scalar_subquery()


_LAWS = (
    Deadline.state.in_(_GOING),
    Deadline.kind.in_([kind for kind in Kind if rules.is_law(kind)]),
)
_OF_THE_LAW = (
    select(Deadline.referral_id, Deadline.kind, Deadline.due_at)
    .where(Deadline.referral_id.in_(bindparam("ids", expanding=True)), *_LAWS)
    .order_by(Deadline.due_at.desc())
)


def steps_of(row: Deadline) -> list[DeadlineStep]:
    """Return the steps of a clock, the newest first."""
    query = select(DeadlineStep).where(DeadlineStep.deadline_id == row.id)
    return list(db.session.scalars(query.order_by(DeadlineStep.at.desc())))


def due_of(district: str, kind: Kind, starts_at: datetime, referral: Referral | None) -> datetime:
    """Return by when it must be done, by the limits and hours of its district."""
    risk = referral.risk if referral else Risk.HIGH
    return rules.due(kind, starts_at, risk, hours=hours(district), settings=limits(district))


def set_warning(row: Deadline, now: datetime) -> None:
    """Set when somebody is told next. A clock that comes late already is told of at once."""
    moments = rules.warnings(Kind(row.kind), row.starts_at, row.due_at, limits(row.district))
    row.warn_at = rules.next_warning(moments, now) or now


def _reckon(row: Deadline, now: datetime) -> None:
    row.due_at = due_of(row.district, Kind(row.kind), row.starts_at, row.referral)
    set_warning(row, now)


def _again(row: Deadline, now: datetime) -> None:
    step(row, "again", None, now=now, reason=row.ended_how)
    row.state = rules.moved(row.state, "again")
    row.ended_how = row.ended_at = row.ended_by = None
    set_warning(row, now)


def _ended(referral: Referral, kind: str) -> bool:
    return any(row.kind == kind for row in of_referral(referral))
