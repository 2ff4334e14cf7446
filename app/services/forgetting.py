"""When its time is over, every word and coded fact about somebody goes; an empty row stays.

What stays: ids, states, moments, village and risk: numbers and the trail rest on them. Nothing that
is open or unread goes; the head hears a month before, and whoever opens the case again holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from app.db import db
from app.domain.case import ClosingReason
from app.domain.deadline import State
from app.domain.permissions import Role
from app.domain.referral import ReferralState
from app.domain.retention import kept_until
from app.domain.settings import SETTINGS
from app.domain.visit import OPEN as VISIT_OPEN
from app.models import (
    Alert,
    Assessment,
    CallRequest,
    Case,
    CaseMove,
    Closing,
    Consent,
    ContactAttempt,
    Deadline,
    DeadlineStep,
    FollowUp,
    LegalBasis,
    PartnerScore,
    PlanRow,
    Quarantined,
    Recall,
    Referral,
    ReferralMove,
    RelatedStaff,
    Report,
    ReportAddition,
    Review,
    SafeWay,
    SeriesVisit,
    ServiceReferral,
    ServiceStep,
    SimfoniRef,
    Transfer,
    TransferNews,
    Visit,
    VisitRecord,
    VisitSeries,
    VisitStep,
    Withdrawal,
    WorkEntry,
)
from app.services import alerts, journal, merged, trail
from app.services.additions import coded

AT_MOST = 20
"""So many in one transaction."""
WARNED_BEFORE = timedelta(days=30)
NEAR = "forgotten_soon"

# Every table that holds words or facts about a survivor, by what its rows hang on.
BY_REPORT = (ReportAddition, Visit, CallRequest)
BY_REFERRAL = (ReferralMove, SafeWay, Transfer, TransferNews)
BY_CASE = (
    *(CaseMove, Assessment, Review, PartnerScore, Closing, FollowUp, ContactAttempt, WorkEntry),
    *(PlanRow, ServiceReferral, Consent, LegalBasis),
)
BY_VISIT = (VisitRecord, VisitStep)
ALL = (
    *(Report, Referral, Case, Quarantined, DeadlineStep, ServiceStep, VisitSeries),
    *(*BY_REPORT, *BY_REFERRAL, *BY_CASE, *BY_VISIT),
)


def due(*, now: datetime) -> bool:
    """Tell whether the time of something may be over soon. Reads only, and needs no key."""
    soon = _over(now + WARNED_BEFORE).with_only_columns(Referral.id)
    return db.session.scalar(soon.limit(1)) is not None


def warn_due(*, now: datetime) -> int:
    """Tell the heads, once, what will be emptied in a month; return of how many."""
    told = select(Alert.report_id).where(Alert.kind == NEAR, Alert.report_id.is_not(None))
    known, warned = set(db.session.scalars(told)), 0
    for referral in _due(now + WARNED_BEFORE):
        if referral.report_id not in known and warned < AT_MOST:
            about = {"district": referral.district, "report_id": referral.report_id}
            alerts.ring(Role.HEAD, NEAR, now=now, **about)
            warned += 1
    return warned


def forget_due(*, now: datetime) -> int:
    """Empty what is due, at most a handful at once; return how many reports."""
    gone = 0
    for referral in _due(now):
        gone += forget(referral, now=now)
        if gone >= AT_MOST:
            break
    return gone


def forget(referral: Referral, *, now: datetime) -> int:
    """Empty a referral, all that was put together with it, and their cases; return how many."""
    together = merged.all_of(referral)
    for one in together:
        _empty(one)
        journal.note(journal.FORGOTTEN, one.report_id, now=now)
        about = (one.district, "report.forget", "report", one.report_id)
        trail.append(*about, by=None, now=now)
    db.session.expire_all()
    return len(together)


def _due(now: datetime) -> Iterator[Referral]:
    rows = db.session.execute(_over(now).order_by(Referral.id)).all()
    for referral_id, ended_at, outside in rows:
        referral = db.session.get_one(Referral, referral_id)
        report = referral.report
        until = kept_until(
            ended_at,
            outside=outside,
            child=referral.child,
            age=coded(report).get("survivor_age"),
            reported_at=report.received_at,
        )
        if until <= now:
            yield referral


def _over(now: datetime) -> Select:
    """Every referral at its end, a year ago or longer, of which something is left."""
    ended = func.coalesce(Case.closed_at, Referral.settled_at)
    outside = or_(
        Referral.state == ReferralState.NOT_OURS,
        func.coalesce(Case.closing_reason, "") == ClosingReason.OUT_OF_SCOPE,
    )
    ours = now - SETTINGS["retention.closed"].span
    return (
        select(Referral.id, ended, outside)
        .join(Report, Report.id == Referral.report_id)
        .outerjoin(Case, Case.referral_id == Referral.id)
        .where(
            Referral.open.is_(False),
            Referral.same_as.is_(None),
            Referral.seen_at.is_not(None),
            Report.facts.is_not(None),
            or_(Case.id.is_(None), Case.closed_at.is_not(None)),
            or_(
                and_(outside, ended <= now - SETTINGS["retention.out_of_scope"].span),
                ended <= ours,
            ),
            *_nothing_open(ours),
        )
    )


def _nothing_open(lately: datetime) -> tuple[ColumnElement[bool], ...]:
    one = aliased(Referral)
    together = select(one.report_id).where(or_(one.id == Referral.id, one.same_as == Referral.id))
    visit = select(Visit.id).where(Visit.report_id.in_(together))
    news = select(ReportAddition.id).where(ReportAddition.report_id.in_(together))
    clock = select(Deadline.id).where(Deadline.referral_id == Referral.id)
    stop = select(Withdrawal.id).where(Withdrawal.report_id.in_(together))
    ask = select(FollowUp.id).where(FollowUp.case_id == Case.id, FollowUp.state == "open")
    back = select(Recall.id).join(ServiceReferral, ServiceReferral.id == Recall.service_id)
    open_rows = (
        visit.where(Visit.state.in_(VISIT_OPEN)),
        news.where(ReportAddition.added_at > lately),
        clock.where(Deadline.state != State.ENDED),
        stop.where(Withdrawal.settled_at.is_(None)),
        ask,
        back.where(ServiceReferral.case_id == Case.id, Recall.settled_at.is_(None)),
    )
    return tuple(~rows.exists() for rows in open_rows)


def _empty(referral: Referral) -> None:
    case_id = db.session.scalar(select(Case.id).where(Case.referral_id == referral.id))
    report_id = referral.report_id
    visits = select(Visit.id).where(Visit.report_id == report_id)
    clocks = select(Deadline.id).where(Deadline.referral_id == referral.id)
    _drop(Report, Report.id == report_id)
    _drop(Referral, Referral.id == referral.id)
    _drop(Quarantined, Quarantined.about == report_id)
    _drop(DeadlineStep, DeadlineStep.deadline_id.in_(clocks))
    for table in BY_VISIT:
        _drop(table, table.visit_id.in_(visits))
    for table in BY_REPORT:
        _drop(table, table.report_id == report_id)
    for table in (ReferralMove, SafeWay):
        _drop(table, table.referral_id == referral.id)
    transfers = or_(Transfer.referral_id == referral.id, Transfer.copy_id == referral.id)
    _drop(Transfer, transfers)
    _drop(TransferNews, TransferNews.transfer_id.in_(select(Transfer.id).where(transfers)))
    _do(delete(RelatedStaff).where(RelatedStaff.referral_id == referral.id))
    if case_id is not None:
        _empty_case(case_id)


def _empty_case(case_id: UUID) -> None:
    services = select(ServiceReferral.id).where(ServiceReferral.case_id == case_id)
    series = select(VisitSeries.id).where(VisitSeries.case_id == case_id)
    _drop(ServiceStep, ServiceStep.service_id.in_(services))
    # How often somebody went to her is a pattern of its own: no empty row is left of it.
    _do(delete(SeriesVisit).where(SeriesVisit.series_id.in_(series)))
    _do(delete(VisitSeries).where(VisitSeries.case_id == case_id))
    _do(delete(SimfoniRef).where(SimfoniRef.case_id == case_id))
    _drop(Case, Case.id == case_id)
    for table in BY_CASE:
        _drop(table, table.case_id == case_id)


def _drop(table: type, which: ColumnElement[bool]) -> None:
    """Take words and facts out of these rows, and by what a report was found or led to somebody."""
    columns = {column.name for column in table.__table__.columns}
    nulls = {"sealed", "sealed_kid", "sealed_schema", "facts", "number_blind", "alias_blind"}
    if table is Report:
        nulls |= {"cadre_id", "device_id"}
    _do(update(table).where(which).values(dict.fromkeys(nulls & columns)))


def _do(statement) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
