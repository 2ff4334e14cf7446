"""How a phone at night shows an emergency: its facts in words, and whom the clock calls next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import g
from flask_babel import gettext as _

from app.db import utc_now
from app.domain.report import short_code
from app.domain.roster import Step
from app.models import Referral
from app.services import duty_cards, people, reports

from . import bp, sayings
from .clock_words import came_in
from .looks import survivor

SHOWN = ("danger_signs", "danger_now", "violence", "last_happened", "reported_person_near")


@dataclass(frozen=True, slots=True)
class Card:
    """One emergency as a phone at night shows it. Nothing of it was sealed."""

    id: UUID
    code: str
    risk: str
    emergency: bool
    came: str
    next: duty_cards.Next
    facts: list[tuple[str, str]]
    holder: str
    mine: bool
    by_cadre: bool
    call_first: bool


@bp.app_template_global("next_words")
def next_words(following: duty_cards.Next) -> str:
    """Return whom the clock calls next, and in how many minutes."""
    left = following.at - utc_now()
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    if following.step is Step.SECOND:
        return _("%(minutes)s min until the second on call is called", minutes=minutes)
    return _("%(minutes)s min until the head is called", minutes=minutes)


def card_of(referral: Referral, now: datetime) -> Card:
    """Return the card of a referral, as `g.holder` sees it."""
    facts = reports.coded_facts([referral.report_id])[referral.report_id]
    village = people.area_names([referral.village]).get(referral.village, "")
    told = [(sayings.asked(name), sayings.said(name, facts.get(name))) for name in SHOWN]
    told[1:1] = [(_("Survivor"), survivor(facts)), (_("Village"), village)]
    told.append(("110", sayings.said("emergency_call", facts.get("emergency_call"))))
    holder = referral.taken_by
    return Card(
        id=referral.id,
        code=short_code(referral.report_id),
        risk=referral.risk,
        emergency=referral.emergency,
        came=came_in(referral.clock_from, now),
        next=duty_cards.next_of(referral, now=now),
        facts=[(name, words) for name, words in told if words],
        holder=people.calls([holder]).get(holder, ""),
        mine=holder == g.holder.id,
        by_cadre=referral.report.cadre_id is not None,
        call_first=referral.report.no_session or not referral.report.unlocked,
    )
