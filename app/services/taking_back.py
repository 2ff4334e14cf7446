"""Taking back the last step of a service referral: a wrong press, by whoever pressed, within a day.

What went out stays out, and what the law or a withdrawal did is nobody's to take back. Both steps
stay written.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from app.db import db
from app.domain.errors import Conflict
from app.domain.service_referral import MEDIATION, ServiceState, may_take_back
from app.domain.settings import SETTINGS
from app.models import ServiceReferral, ServiceStep, UnmetNeed
from app.services import recalls, service_referrals, service_steps
from app.services.sessions import Staff

TAKEN_BACK = "taken_back"


def last_of(row: ServiceReferral, staff: Staff, *, now: datetime) -> ServiceStep | None:
    """Return the step that this person may take back now, if there is one."""
    step = next(iter(service_steps.of(row)), None)
    if step is None or step.by != staff.id or not may_take_back(step.from_state, step.to_state):
        return None
    if step.reason == TAKEN_BACK:  # A second press would do the wrong one again.
        return None
    if now - step.at > SETTINGS["work.taken_back_within"].span or row.what == MEDIATION:
        return None
    if recalls.open_ids([row.id]):
        return None
    still = row.sent_at is None or service_referrals.shared_on(row, now=now) is not None
    return step if still else None


def take_back(row: ServiceReferral, staff: Staff, *, now: datetime) -> None:
    """Put it where it was before its last step.

    :raises Conflict: if there is none that this person may take back.
    """
    step = last_of(row, staff, now=now)
    if step is None:
        raise Conflict("service.stays")
    if step.from_state == "sent":
        row.answered_at = None
    if step.to_state == "partner_refused":
        row.refusal = None
        _count_no_more(row, step.at)
    if step.to_state == "scheduled":
        row.scheduled_on = None
    if step.to_state == "served":
        row.served_at = None
    to = ServiceState(step.from_state)
    service_steps.step(row, to, staff, now=now, reason=TAKEN_BACK)


def _count_no_more(row: ServiceReferral, at: datetime) -> None:
    """What a refusal had counted as unmet was none."""
    mine = delete(UnmetNeed).where(
        UnmetNeed.case_id == row.case_id,
        UnmetNeed.service == row.service,
        UnmetNeed.what == (row.what or ""),
        UnmetNeed.at == at,
    )
    db.session.execute(mine)
