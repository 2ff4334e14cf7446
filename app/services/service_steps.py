"""One step of a service referral, whoever takes it: a person, the machine, or the law."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select

from app.db import db, row_lock
from app.domain.service_referral import ENDED, MEDIATION, ServiceState, annulled, moved
from app.models import Case, PartnerLink, ServiceReferral, ServiceStep
from app.services import trail
from app.services.sessions import Staff


def step(
    row: ServiceReferral,
    to: ServiceState,
    staff: Staff | None,
    *,
    now: datetime,
    reason: str | None = None,
) -> ServiceStep:
    """Put a service referral where the rules said it may go; note who, when and why.

    What a partner answered by a link before this is no longer waited for.
    """
    by = staff.id if staff else None
    made = ServiceStep(
        id=uuid4(), service_id=row.id, at=now, by=by, from_state=row.state, to_state=to
    )
    made.reason = reason
    row.state, row.changed_at = to, now
    db.session.add(made)
    end_links(row, now)
    trail.append(row.district, f"service.{to}", "service", row.id, by=by, now=now, reason=reason)
    return made


def go(row: ServiceReferral, to: ServiceState, staff: Staff, *, now: datetime) -> None:
    """Take a step that needs nothing else.

    :raises Conflict: if there is no such way from here.
    """
    step(row, moved(ServiceState(row.state), to), staff, now=now)


def ban_settlement(case: Case, *, now: datetime) -> None:
    """Forbid any settlement in this case from now on, and end every mediation first."""
    if not case.settlement_banned:
        _annul_settlements(case, now)
        case.settlement_banned = True


def _annul_settlements(case: Case, now: datetime) -> None:
    theirs = select(ServiceReferral).where(
        ServiceReferral.case_id == case.id, ServiceReferral.what == MEDIATION
    )
    for row in db.session.scalars(theirs.with_for_update(**row_lock(ServiceReferral))):
        if (to := annulled(ServiceState(row.state))) != row.state:
            step(row, to, None, now=now, reason="settlement_banned")
    db.session.flush()


def of(row: ServiceReferral) -> list[ServiceStep]:
    """Return the steps, the newest first; of two in one moment the one that led on stands first."""
    theirs = select(ServiceStep).where(ServiceStep.service_id == row.id)
    left, found = list(db.session.scalars(theirs)), []
    state = row.state
    while left:
        led_here = [one for one in left if one.to_state == state] or left
        found.append(max(led_here, key=lambda one: one.at))
        left.remove(found[-1])
        state = found[-1].from_state
    return found


def end_links(row: ServiceReferral, now: datetime) -> None:
    """Let no link of this referral take an answer any more."""
    waiting = select(PartnerLink).where(
        PartnerLink.service_id == row.id, PartnerLink.settled.is_(None)
    )
    for link in db.session.scalars(waiting):
        link.settled, link.settled_at = "ended", now


def is_over(row: ServiceReferral) -> bool:
    """Tell whether nothing more can come of it."""
    return ServiceState(row.state) in ENDED
