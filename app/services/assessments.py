"""Assessment: what a caseworker found, and the level of risk that a person sets."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from app.db import db
from app.domain.case import settlement_banned
from app.domain.errors import Invalid, NotAllowed
from app.domain.fields import Parsed
from app.domain.permissions import may_lower_risk
from app.domain.report import Risk
from app.domain.risk import is_higher
from app.models import Assessment, Case
from app.services import cases, desks, risks, service_steps, trail, transfer_sender
from app.services.rows import seal_texts, write_facts
from app.services.sessions import Staff


def assess(case: Case, parsed: Parsed, staff: Staff, *, now: datetime) -> Assessment:
    """Write down a new assessment; the old ones stay.

    :raises NotAllowed: if somebody else accompanies her, or this role may not lower the risk.
    :raises Invalid: if the risk is lowered without a reason.
    """
    cases.must_be_own(case, staff)
    why = str(parsed.texts.get("risk_why", ""))
    change_risk(case, Risk(parsed.facts["risk"]), why, staff, now=now)
    row = Assessment(id=uuid4(), case_id=case.id, at=now, by=staff.id)
    write_facts(row, parsed.facts)
    seal_texts(row, case.district, parsed.sealed)
    db.session.add(row)
    risks.keep_found(case.referral, parsed.facts, now=now)
    if settlement_banned(child=case.referral.child, sexual=case.referral.sexual):
        service_steps.ban_settlement(case, now=now)
    trail.append(case.district, "case.assess", "case", case.id, by=staff.id, now=now)
    return row


def change_risk(case: Case, risk: Risk, why: str, staff: Staff, *, now: datetime) -> None:
    """Set the level: raising is everybody's, lowering a caseworker's or the head's, with a reason.

    Whoever accompanies her is her caseworker, whatever else they are in a small office.

    :raises NotAllowed: if the level is lowered by somebody else.
    :raises Invalid: if it is lowered without a reason.
    """
    was = Risk(case.referral.risk)
    if was is risk:
        return
    if is_higher(was, risk):
        if not may_lower_risk(staff.roles, accompanies=case.caseworker_id == staff.id):
            raise NotAllowed("risk.lower", field="risk")
        if not why.strip():
            raise Invalid("risk.reason", field="risk_why")
    risks.decide(case.referral, risk, now=now)
    cases.set_risk(case, risk, now=now)
    texts = {"risk_reason": why.strip()} if why.strip() else None
    cases.note(case, "risk", staff, now, was=str(was), to=str(risk), texts=texts)
    if is_higher(risk, was):
        transfer_sender.tell_later(case.referral, now=now)
    desks.look_again(case.district)
