"""Reports that may be about the same person: candidates for a human eye, never a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, select

from app.db import db
from app.domain.referral import MOVES, OPEN, ReferralState
from app.domain.report import Risk
from app.domain.risk import raised
from app.models import Referral, Report
from app.services import merged, reports
from app.services.additions import coded
from app.services.related import not_related
from app.services.rows import read_each
from app.services.sessions import Staff

WITHIN = timedelta(days=31)
ENOUGH = 3
MOST = 5


@dataclass(frozen=True, slots=True)
class Twin:
    """A candidate, and in which facts it is alike."""

    referral: Referral
    facts: dict
    alike: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """What holds of a referral once another goes on in it: the graver, the earlier."""

    risk: Risk
    emergency: bool
    child: bool
    sexual: bool
    clock_from: datetime
    due_at: datetime


def joined(referral: Referral, other: Referral) -> Joined:
    """Return what will hold of `other` once `referral` goes on in it."""
    both = (referral, other)
    return Joined(
        risk=raised(Risk(other.risk), Risk(referral.risk)),
        emergency=any(one.emergency for one in both),
        child=any(one.child for one in both),
        sexual=any(one.sexual for one in both),
        clock_from=min(one.clock_from for one in both),
        due_at=min(one.due_at for one in both),
    )


def apart(referral: Referral, other: Referral) -> bool:
    """Tell whether these are two, the other open, nobody's twin, and nothing goes on in this one.

    Of a chain the last would be forgotten, and with it who must not know.
    """
    if other.id == referral.id or other.same_as is not None or other.state not in OPEN:
        return False
    go_on_in_this = select(Referral.id).where(Referral.same_as == referral.id)
    return db.session.scalar(go_on_in_this.limit(1)) is None


def fit(referral: Referral, other: Referral) -> bool:
    """Tell whether one can go on in the other: both open, the other nobody's twin."""
    return (
        apart(referral, other) and ReferralState.DUPLICATE in MOVES[ReferralState(referral.state)]
    )


def together(referral: Referral, staff: Staff) -> list[Referral]:
    """Return what a person put together with this one: what it goes on in first, then the rest."""
    if len(merged.all_of(referral)) == 1:
        return []
    first = merged.first_of(referral)
    rows = select(Referral).where(
        merged.goes_on_in(first), Referral.id != referral.id, not_related(staff)
    )
    return sorted(db.session.scalars(rows), key=lambda one: (one.id != first, one.clock_from))


def candidates(referral: Referral, staff: Staff) -> list[Twin]:
    """Return up to five referrals of the same village that resemble this one, likest first."""
    report = referral.report
    facts = coded(report)
    near = db.session.execute(
        select(Referral.id, Report.id.label("report_id"), Report.facts, *_BLINDS)
        .join(Report, Report.id == Referral.report_id)
        .where(
            Report.district == report.district,
            Report.village == report.village,
            Report.received_at > report.received_at - WITHIN,
            Report.received_at < report.received_at + WITHIN,
            Referral.id != referral.id,
            Referral.same_as.is_(None),
            not_related(staff),
        )
        .order_by(Report.received_at.desc())
        .limit(200)
    ).all()
    facts_of_each = {row.report_id: row.facts for row in near}
    told, found = reports.added_to(read_each("reports", facts_of_each)), []
    for row in near:
        theirs = told[row.report_id]
        alike = likeness(facts, theirs)
        if _same_blind(report, row):
            alike = (*alike, "number")
        if len(alike) >= ENOUGH or "number" in alike:
            found.append((row.id, theirs, alike))
    found.sort(key=lambda one: ("number" in one[2], len(one[2])), reverse=True)
    return _as_twins(found[:MOST])


_BLINDS = Report.number_blind, Report.alias_blind


def _as_twins(found: list[tuple[UUID, dict, tuple[str, ...]]]) -> list[Twin]:
    rows = select(Referral).where(Referral.id.in_([key for key, *_rest in found]))
    known = {row.id: row for row in db.session.scalars(rows)} if found else {}
    return [Twin(known[key], theirs, alike) for key, theirs, alike in found]


def likeness(one: dict, other: dict) -> tuple[str, ...]:
    """Return in which facts two reports of one village are alike; *unknown* contradicts nothing."""
    alike = []
    for name in ("survivor_sex", "survivor_age"):
        mine, theirs = one.get(name), other.get(name)
        if mine == theirs and mine not in (None, "unknown"):
            alike.append(name)
        elif "unknown" not in (mine, theirs) and None not in (mine, theirs):
            return ()
    if set(one.get("violence", ())) & set(other.get("violence", ())) - {"unknown"}:
        alike.append("violence")
    if one.get("last_happened") == other.get("last_happened") != "unknown":
        alike.append("last_happened")
    if one.get("place") and one.get("place") == other.get("place"):
        alike.append("place")
    return tuple(alike)


def _same_blind(one: Report, other: Row) -> bool:
    same_number = one.number_blind is not None and one.number_blind == other.number_blind
    same_alias = one.alias_blind is not None and one.alias_blind == other.alias_blind
    return same_number or same_alias
