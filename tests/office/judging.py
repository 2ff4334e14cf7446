"""What must never be, whatever was done: the promises of domain.md, asked of the rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.db import db
from app.domain import deadline as rules
from app.domain.case import Stage
from app.domain.deadline import Kind
from app.domain.report import Risk
from app.domain.service_referral import MEDIATION, MOVES, RECALLABLE, ServiceState, covered
from app.domain.settings import SETTINGS
from app.domain.transfer import BACK
from app.models import (
    Alert,
    Case,
    Closing,
    Deadline,
    DeadlineStep,
    FollowUp,
    Person,
    PersonRole,
    Referral,
    ServiceReferral,
    ServiceStep,
    Transfer,
    Visit,
    VisitSeries,
)
from app.services import case_clocks, closings, consents, deadline_board, reports

RISKS = tuple(Risk)
STOPS_VISITS = frozenset({"visit", "contact", "record"})
HEAD_AFTER = SETTINGS["emergency.head"].span


@dataclass(frozen=True)
class Standing:
    """How everything stands that an act may change only in known ways."""

    stage: str
    risk: dict[UUID, str]
    taken: dict[UUID, UUID | None]
    clocks: dict[UUID, tuple]
    steps: dict[UUID, int]


def standing(case: Case, district: str) -> Standing:
    """Note how it stands."""
    referrals = db.session.execute(
        db.select(Referral.id, Referral.risk, Referral.taken_by).filter_by(district=district)
    ).all()
    clocks = db.session.execute(
        db.select(Deadline.id, Deadline.starts_at, Deadline.due_at, Deadline.state)
    ).all()
    counted = db.select(DeadlineStep.deadline_id, db.func.count())
    return Standing(
        case.stage,
        {row.id: row.risk for row in referrals} | {case.id: case.risk},
        {row.id: row.taken_by for row in referrals},
        {row.id: tuple(row[1:]) for row in clocks},
        {found: n for found, n in db.session.execute(counted.group_by(DeadlineStep.deadline_id))},
    )


def stage(before: Standing, after: Standing, moves: int, act: str) -> None:
    """A stage changes by a move that is kept, and only where the way leads."""
    if after.stage == before.stage:
        return
    assert moves, act
    was, to = Stage[before.stage.upper()], Stage[after.stage.upper()]
    again = to is Stage.ASSESSMENT and was < Stage.TERMINATION
    assert to == was + 1 or again or Stage.TERMINATION in (was, to) or was is Stage.FOLLOW_UP


def risks(before: Standing, after: Standing, *, may_lower: bool) -> None:
    """No machine and no other act lowers a risk."""
    for found, risk in before.risk.items():
        lower = RISKS.index(Risk(after.risk[found])) < RISKS.index(Risk(risk))
        assert may_lower or not lower


def taking(before: Standing, after: Standing, *, given_back: bool, looked: bool) -> None:
    """Who has said *Saya tangani* has it; looking takes nothing."""
    changed = {one for one, by in before.taken.items() if after.taken[one] != by}
    assert not (looked and changed)
    for one in changed:
        assert before.taken[one] is None or given_back


def clock_steps(before: Standing, after: Standing) -> None:
    """No clock says anything else without a step that keeps what it had said."""
    for found, said in before.clocks.items():
        if after.clocks[found] != said:
            assert after.steps.get(found, 0) > before.steps.get(found, 0), said


def gone_out(fresh: frozenset, stopped: set[str]) -> None:
    """Nothing is shared that she took back, or that nobody approved."""
    for row in db.session.scalars(db.select(ServiceReferral).where(ServiceReferral.id.in_(fresh))):
        assert not covered(row.service, row.what, stopped), row.service
        assert row.approved_by is not None or row.urgent


def care(case: Case, stopped: set[str], now: datetime) -> None:
    """The case, its closing, and whose its dates are."""
    assert case.settlement_banned
    assert case.risk == case.referral.risk
    assert (case.closed_at is not None) == (case.stage == "follow_up")
    assert (case.referral.state == "closed") == (case.closed_at is not None)
    assert (case.stage == "termination") >= (closings.waiting(case) is not None)
    for purpose in stopped:
        assert not consents.may_share(case, purpose, now=now), purpose
    for clock in case_clocks.of_case(case):
        assert clock.owner_id is not None, clock.kind
    for row in db.session.scalars(db.select(Closing).filter_by(state="approved")):
        assert row.by_parent_office or row.settled_by != row.asked_by
    if case.closed_at is None or stopped & STOPS_VISITS:
        assert not db.session.query(FollowUp).filter_by(state="open").count()


def visits(case: Case, stopped: set[str]) -> None:
    """Nobody goes to her who took it back; after the end nobody is sent."""
    if stopped & STOPS_VISITS:
        assert not db.session.query(Visit).filter_by(state="assigned").count()
    if case.closed_at is not None:
        assert not db.session.query(VisitSeries).filter(VisitSeries.next_at.is_not(None)).count()


def services(rows: Iterable[ServiceReferral]) -> None:
    """No row can deny the ban; what went out has its ground."""
    for row in rows:
        assert row.settlement_banned and row.what != MEDIATION
        assert (row.sent_at is None) == (row.basis is None)


def service_steps() -> None:
    """Every step is one that the rules know."""
    for step in db.session.scalars(db.select(ServiceStep)):
        asked_back = step.from_state in RECALLABLE and step.to_state in ("done", "recalled")
        assert asked_back or step.to_state in MOVES[ServiceState(step.from_state)]


def clocks(now: datetime, heads: list[UUID]) -> None:
    """Each clock is somebody's and will ring; the law's never stands still."""
    rows = db.session.scalars(db.select(Deadline)).all()
    owners = deadline_board.owners(rows)
    for row in rows:
        assert owners[row.id] is not None, row.kind
        if row.state == "running":
            assert row.due_at <= now or row.warn_at <= row.due_at
        else:
            assert row.warn_at is None
        assert row.state != "paused" or not rules.is_law(Kind(row.kind))
        if row.ended_how in rules.SECOND_PERSON:
            assert row.by_parent_office or row.ended_by in heads


def transfers() -> None:
    """A referral is here or there, never both; what came back left nothing there."""
    away: set[UUID] = set()
    for row in db.session.scalars(db.select(Transfer)):
        assert row.copy.report.cadre_id is None
        if row.state in BACK:
            assert row.copy.report.sealed is None and not row.copy.open
            continue
        assert row.referral.state == "transferred" and not row.referral.open
        assert row.referral_id not in away
        away.add(row.referral_id)
        taken_back = reports.sharing_stopped(row.referral.report_id)
        assert taken_back <= reports.sharing_stopped(row.copy.report_id)


def rung(now: datetime) -> None:
    """Of an emergency that nobody took for long somebody who works here was told, or all of a role.

    Asked only where the worker has been: of reports with a head's alarm.
    """
    called = db.select(Alert.report_id).where(Alert.kind == "head_called")
    late = db.select(Referral).where(
        Referral.open.is_(True),
        Referral.taken_by.is_(None),
        Referral.emergency.is_(True),
        Referral.clock_from < now - HEAD_AFTER - timedelta(minutes=1),
        Referral.report_id.in_(called),
    )
    for referral in db.session.scalars(late):
        told = db.select(Alert).where(Alert.report_id == referral.report_id)
        assert any(_reaches(alert) for alert in db.session.scalars(told))


def _reaches(alert: Alert) -> bool:
    if alert.person_id is not None:
        return db.session.get_one(Person, alert.person_id).left_at is None
    here = db.select(PersonRole).join(Person).where(Person.left_at.is_(None))
    return bool(db.session.scalars(here.where(PersonRole.role == alert.role)).first())
