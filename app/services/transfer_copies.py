"""The copy itself, where it is made: what of a referral goes along, and how much came since."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, or_, select

from app.db import db
from app.domain.report import Risk, short_code
from app.domain.risk import is_higher
from app.domain.transfer import Ground, what_goes
from app.models import Case, CaseMove, Referral, ReportAddition, SafeWay, Transfer
from app.services import consent_words, reading, reports

COPY = "transfer.copy"
MORE = "transfer.more"


def content_of(referral: Referral, row: Transfer, ground: Ground, *, now: datetime) -> dict:
    """Return what a copy says. Whoever asks has opened the report, with a trail row."""
    report = referral.report
    return {
        "act": COPY,
        "from": referral.district,
        "code": short_code(report.id),
        "risk": referral.risk,
        "basis": ground.basis,
        "method": ground.method,
        "words": " ".join(ground.words.split())[:280],
        "happened_at": report.happened_at.isoformat(),
        "since": report.clock_from.isoformat(),
        "sent_at": row.sent_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
        "stopped": sorted(reports.sharing_stopped(report.id)),
        "stopped_at": _taken_back(referral),
        # What people found stands over what was reported: a ban or a clock must not be lost.
        "child": referral.child,
        "sexual": referral.sexual,
        "body": what_goes(_answers(referral), ground),
    }


def _taken_back(referral: Referral) -> dict[str, str]:
    """Return when she last took back each purpose that she ever did."""
    rows = consent_words.withdrawals_of(referral)
    return {one: row.received_at.isoformat() for row in rows for one in row.purposes.split(",")}


def _answers(referral: Referral) -> dict[str, object]:
    """Return what is known, with the way in which she is safely reached today, and everybody who
    must not know, by whichever report that was put together with it."""
    answers, opened = reports.known_answers(referral.report), reading.report(referral)
    way = dict(opened.way)
    answers |= {"contact_via": way.pop("contact_via", "do_not_contact"), "safe_contact": way}
    forbidden = list(opened.must_not_know)
    return answers | ({"must_not_know": forbidden} if forbidden else {})


_ROSE = [
    and_(CaseMove.from_code == was, CaseMove.to_code == to)
    for was in Risk
    for to in Risk
    if is_higher(to, was)
]


def added(referral: Referral) -> int:
    """Return how much was added here to what was reported: what was told later, also in reports
    that were put together with it, her ways, and that she is in more danger than was known."""
    others = select(Referral.report_id).where(Referral.same_as == referral.id)
    own = ReportAddition.report_id == referral.report_id
    counts = (
        select(func.count()).where(or_(own, ReportAddition.report_id.in_(others))),
        select(func.count()).where(Referral.same_as == referral.id),
        select(func.count()).where(SafeWay.referral_id == referral.id),
        select(func.count(CaseMove.id))
        .join(Case, Case.id == CaseMove.case_id)
        .where(Case.referral_id == referral.id, CaseMove.act == "risk", or_(*_ROSE)),
    )
    return sum(db.session.execute(select(*(one.scalar_subquery() for one in counts))).one())
