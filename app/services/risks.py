"""How grave a referral is, and by when it must be answered: raised by anything, set by a person.

The rules are `app.domain.risk`; who may lower a level is judged by whoever calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.domain import clocks
from app.domain.case import finds_child, finds_sexual
from app.domain.risk import Proposal, Risk, is_higher, raised
from app.models import Referral
from app.services import deadlines, desks, trail
from app.services.limits import hours, limits
from app.services.rows import facts_of, write_facts


def raise_by(referral: Referral, proposal: Proposal, *, now: datetime) -> bool:
    """Let something new raise the level and start its clocks again; tell whether it did.

    A machine may raise, never lower.
    """
    higher = is_higher(proposal.risk, Risk(referral.risk))
    graver = proposal.emergency and not referral.emergency
    if not (higher or graver):
        return False
    emergency = referral.emergency or proposal.emergency
    set_level(referral, raised(proposal.risk, Risk(referral.risk)), emergency, now)
    referral.clock_from = referral.changed_at = now
    deadlines.follow_risk(referral, now=now)
    write_facts(referral, facts_of(referral) | {"proposed": proposed(proposal)})
    trail.append(
        referral.district, "referral.raise_risk", "referral", referral.id, by=None, now=now
    )
    desks.look_again(referral.district)
    return True


def decide(referral: Referral, risk: Risk, *, now: datetime) -> None:
    """Set the level that a person decided; a higher one starts its clocks again.

    The caller has judged who may, and keeps why.
    """
    higher = is_higher(risk, Risk(referral.risk))
    if higher:
        referral.clock_from = now
    set_level(referral, risk, referral.emergency and risk is Risk.HIGH, referral.clock_from)
    referral.changed_at = now
    deadlines.follow_risk(referral, now=now)


def keep_found(referral: Referral, found: Mapping, *, now: datetime) -> None:
    """Keep that a person found a child or sexual violence; what was found is not unfound.

    Of the second, and of a child's wedding, police must hear in time.
    """
    kinds = found.get("screening", ())
    referral.child = referral.child or finds_child(kinds)
    sexual = finds_sexual(kinds, found.get("gbv_core_type"))
    referral.sexual = referral.sexual or sexual
    if sexual or "child_marriage" in kinds:
        deadlines.learn(referral, {"violence": ["sexual"]}, since=referral.clock_from, now=now)


def proposed(proposal: Proposal) -> dict:
    """Return a proposal as it stands in the facts of a referral."""
    return {
        "risk": str(proposal.risk),
        "emergency": proposal.emergency,
        "reasons": list(proposal.reasons),
    }


def set_level(referral: Referral, risk: Risk, emergency: bool, since: datetime) -> None:
    """Let this level hold; it must be answered in its time, counted from `since`."""
    referral.risk, referral.emergency = risk, emergency
    referral.due_at = due(risk, emergency, since, referral.district)


def due(risk: Risk, emergency: bool, since: datetime, district: str) -> datetime:
    """Return by when a referral of this level must be answered in a district."""
    own = limits(district)
    return clocks.answer_due(risk, since, emergency=emergency, hours=hours(district), settings=own)
