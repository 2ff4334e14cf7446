"""Passing a service referral on to who stands in for a partner, each once."""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.domain import service_referral as rules
from app.domain.errors import Conflict
from app.domain.service_referral import ServiceState
from app.models import Partner, ServiceReferral
from app.services import partners, service_steps
from app.services.rows import texts_of
from app.services.service_referrals import Asked, draft
from app.services.sessions import Staff


def reroute(row: ServiceReferral, staff: Staff, *, now: datetime) -> ServiceReferral:
    """Pass it on to who stands in for this partner and was not asked yet; a draft again.

    :raises Conflict: if nobody is left, or it cannot be passed on from here.
    """
    rules.moved(ServiceState(row.state), ServiceState.REROUTED)
    following = next_partner(row)
    if following is None:
        raise Conflict("service.nobody_left")
    service_steps.step(row, ServiceState.REROUTED, staff, now=now)
    words = texts_of(row).get("words", "")
    asked = Asked(row.service, row.what, row.escort, following.id, words)
    made = draft(row.case, asked, staff, now=now)
    made.former_id = row.id
    return made


def next_partner(row: ServiceReferral) -> Partner | None:
    """Return who would be asked next."""
    if row.partner is None:
        return None
    tried, former = {row.partner_id}, row.former_id
    while former is not None:
        earlier = db.session.get_one(ServiceReferral, former)
        tried.add(earlier.partner_id)
        former = earlier.former_id
    return next((one for one in partners.stand_ins(row.partner) if one.id not in tried), None)
