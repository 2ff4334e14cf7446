"""What is told later may make it graver: a report, what it goes on in, and the case of either."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from app.db import db, locked
from app.domain.case import settlement_banned
from app.domain.report import Proposal, Risk, is_child, is_sexual
from app.domain.risk import raised
from app.models import Case, Referral
from app.services import cases, merged, risks, service_steps


def goes_on_in(referral: Referral) -> Referral:
    """Return the referral in which somebody works on this, locked: itself, or the first of those
    that were put together."""
    if referral.same_as is None:
        return referral
    first = select(Referral).where(Referral.id == merged.first_of(referral))
    return db.session.scalars(locked(first, Referral)).one()


def worsen(
    referral: Referral, proposal: Proposal, answers: Mapping[str, object], *, now: datetime
) -> bool:
    """Keep that it is graver than was known; tell whether the level of risk rose.

    Who turns out to be a child, or hurt sexually, stays found, and nothing of it may be settled any
    more. In a report put together with another one all of it holds for both. The caller has the
    turn: two referrals may be locked.
    """
    first = goes_on_in(referral)
    rose = [_keep(one, proposal, answers, now) for one in dict.fromkeys((referral, first))]
    return any(rose)


def _keep(
    referral: Referral, proposal: Proposal, answers: Mapping[str, object], now: datetime
) -> bool:
    rose = risks.raise_by(referral, proposal, now=now)
    referral.child = referral.child or is_child(answers)
    referral.sexual = referral.sexual or is_sexual(answers)
    if (case := cases.of_referral(referral)) is not None:
        _keep_in_care(case, now)
    return rose


def _keep_in_care(case: Case, now: datetime) -> None:
    referral = case.referral
    cases.set_risk(case, raised(Risk(case.risk), Risk(referral.risk)), now=now)
    if settlement_banned(child=referral.child, sexual=referral.sexual):
        service_steps.ban_settlement(case, now=now)
