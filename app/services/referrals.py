"""A referral from its report to its screening: seen, taken, screened. What follows: `deciding`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select

from app.db import db, locked
from app.domain.errors import Invalid, Missing, NotAllowed
from app.domain.permissions import may
from app.domain.referral import ReferralState, moved
from app.domain.report import Proposal, Risk, is_child, is_sexual
from app.domain.risk import is_higher
from app.models import Referral, ReferralMove, Report
from app.services import alerts, deadlines, desks, notices, related_again, risks, trail
from app.services.plain import RowsOf
from app.services.related import not_related
from app.services.rows import facts_of, seal_texts, texts_of, write_facts
from app.services.sessions import Staff


def open_for(report: Report, proposal: Proposal, *, now: datetime) -> Referral:
    """Put an opened report into its district's queue. Its clocks start when the report says so."""
    answers = {**facts_of(report), **texts_of(report)}
    referral = Referral(
        id=uuid4(),
        report_id=report.id,
        report=report,
        district=report.district,
        village=report.village,
        state=ReferralState.RECEIVED,
        risk=proposal.risk,
        emergency=proposal.emergency,
        child=is_child(answers),
        sexual=is_sexual(answers),
        clock_from=report.clock_from,
        due_at=risks.due(proposal.risk, proposal.emergency, report.clock_from, report.district),
        changed_at=now,
    )
    write_facts(referral, {"proposed": risks.proposed(proposal)})
    db.session.add(referral)
    db.session.flush()
    related_again.remember(referral)
    deadlines.open_for(referral, report.channel, answers, now=now)
    trail.append(referral.district, "referral.open_for", "referral", referral.id, by=None, now=now)
    desks.look_again(referral.district)
    return referral


def get(referral_id: UUID, staff: Staff, *, lock: bool = False) -> Referral:
    """Return a referral of the district of `staff`; `lock` it to change it.

    :raises Missing: if there is none, or `staff` is related to it: both answer alike.
    """
    query = select(Referral).where(
        Referral.id == referral_id, Referral.district == staff.district, not_related(staff)
    )
    if lock:
        query = locked(query, Referral)
    referral = db.session.scalar(query)
    if referral is None:
        raise Missing("referral")
    return referral


def of_report(report_id: UUID, staff: Staff) -> Referral:
    """Return the referral of a report, if it is there for `staff`.

    :raises Missing: if not.
    """
    found = select(Referral).where(Referral.report_id == report_id, not_related(staff))
    referral = db.session.scalar(found.where(Referral.district == staff.district))
    if referral is None:
        raise Missing("referral")
    return referral


def locked_of(report_id: UUID) -> Referral | None:
    """Return a report's referral, locked and as it is now: the desk may be writing to it.

    Whoever writes to anything of a report (case, visit, addition) locks this first: it is the lock
    of all that belongs to the report, so that desk and worker never wait for each other.
    """
    query = select(Referral).where(Referral.report_id == report_id)
    query = locked(query, Referral)
    return db.session.scalars(query).first()


def see(referral: Referral, staff: Staff, *, now: datetime) -> None:
    """A person reads the coded facts. The first time the cadre is told that somebody did."""
    if referral.seen_at is None:
        referral.seen_at, referral.seen_by = now, staff.id
        if referral.state == ReferralState.RECEIVED:
            step(referral, ReferralState.SEEN, "see", staff, now)
            notices.report_moved(referral.report, "seen", now=now)
    trail.append(referral.district, "referral.see", "referral", referral.id, by=staff.id, now=now)


def take(referral: Referral, staff: Staff, *, now: datetime) -> UUID:
    """Say *I have it*: from now on everybody sees who does. Return who does: the first counts.

    The caller has locked it.
    """
    see(referral, staff, now=now)
    if referral.taken_by is None:
        referral.taken_by, referral.taken_at, referral.changed_at = staff.id, now, now
        about = (referral.district, "referral.take", "referral", referral.id)
        trail.append(*about, by=staff.id, now=now)
        desks.look_again(referral.district)
    return referral.taken_by


def screen(
    referral: Referral, staff: Staff, screening: dict, risk: Risk, *, why: str = "", now: datetime
) -> None:
    """Write down what a person found: kinds, risk, authority. Whoever screens has it.

    Raising is free; lowering is a caseworker's or the head's act and needs a reason (rule 9).

    :raises Conflict: if the referral has moved on.
    :raises NotAllowed: if the level is lowered by another role.
    :raises Invalid: if it is lowered without a reason.
    """
    if is_higher(Risk(referral.risk), risk):
        if not may(staff.roles, "risk.lower"):
            raise NotAllowed("risk.lower")
        if not why.strip():
            raise Invalid("risk.reason", field="why")
    if referral.state != ReferralState.SCREENED:
        step(referral, ReferralState.SCREENED, "screen", staff, now, words=why)
    facts = facts_of(referral)
    write_facts(referral, facts | {"screening": screening})
    risks.keep_found(referral, screening, now=now)
    risks.set_level(referral, risk, referral.emergency and risk is Risk.HIGH, referral.clock_from)
    referral.screened_at = referral.changed_at = now
    deadlines.follow_risk(referral, now=now)
    if referral.taken_by is None:
        referral.taken_by, referral.taken_at = staff.id, now
    trail.append(
        referral.district,
        "referral.screen",
        "referral",
        referral.id,
        by=staff.id,
        now=now,
        reason=f"risk.{risk}",
    )
    desks.look_again(referral.district)


def come_back(referral: Referral, now: datetime, *, fetched: bool) -> None:
    """Let a referral that nobody else took over wait here again; its first clock starts anew.

    Unless somebody here `fetched` it nobody has it: who had sent it away may be gone by now.
    """
    step(referral, ReferralState.SEEN, "transfer_back", None, now)
    referral.open, referral.settled_at, referral.clock_from = True, None, now
    if not fetched:
        referral.taken_by = referral.taken_at = None
    risks.set_level(referral, Risk(referral.risk), referral.emergency, now)
    desks.look_again(referral.district)


def end_copy(copy: Referral, staff: Staff | None, now: datetime) -> None:
    """Take a copy out of the queue that this district does not keep."""
    if copy.state == ReferralState.RECEIVED:
        step(copy, ReferralState.SEEN, "see", staff, now)
    step(copy, ReferralState.NOT_OURS, "transfer_end", staff, now)
    copy.open, copy.settled_at = False, now
    desks.look_again(copy.district)


def step(
    referral: Referral,
    to: ReferralState,
    act: str,
    staff: Staff | None,
    now: datetime,
    *,
    words: str = "",
    reason: str | None = None,
) -> ReferralMove:
    """Move a referral and keep who did it, when, from where and with which words (sealed).

    :raises Conflict: if it cannot go there from where it is now.
    """
    before = ReferralState(referral.state)
    referral.state = moved(before, to)
    referral.changed_at = now
    move = ReferralMove(
        id=uuid4(),
        referral_id=referral.id,
        at=now,
        by=staff.id if staff else None,
        act=act,
        from_state=before,
        to_state=to,
        reason=reason,
    )
    if words.strip():
        seal_texts(move, referral.district, {"words": words.strip()})
    db.session.add(move)
    if staff is not None and to not in (ReferralState.RECEIVED, ReferralState.SEEN):
        # Whoever moves it on has come, also without having said *I have it*.
        alerts.somebody_came(referral.report_id, staff.id, now=now)
    return move


def moves(referral: Referral) -> list[ReferralMove]:
    """Return the steps of a referral, newest first."""
    return _MOVES(referral_id=referral.id)


_MOVES = RowsOf(
    ReferralMove,
    lambda query: query.where(ReferralMove.referral_id == bindparam("referral_id")).order_by(
        ReferralMove.at.desc()
    ),
)
