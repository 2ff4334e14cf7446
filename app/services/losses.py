"""A phone is lost: whether it can be read without signal, until when, and what lay on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.db import db
from app.domain.settings import SETTINGS
from app.domain.visit import OPEN, VisitState
from app.models import Device, Referral, Visit
from app.services.related import related_to
from app.services.sessions import Staff


@dataclass(frozen=True, slots=True)
class Loss:
    """What a finder with the PIN could read; nothing without our share if `lease_until` is None."""

    lease_until: datetime | None
    visits: list[Visit]
    """What lay on it, but of what is not there for who asks."""


def of(device: Device, staff: Staff, *, now: datetime) -> Loss:
    """Return what the loss of this phone means: the lease it last told of, its cadre's visits."""
    gone = device.ended_at or now
    visits = select(Visit).where(
        Visit.cadre_id == device.person_id,
        Visit.handed_at <= gone,
        or_(Visit.state.in_(OPEN), Visit.changed_at >= gone),
    )
    on_it = list(db.session.scalars(visits.order_by(Visit.due_at)))
    until = _lease(device, on_it)
    hidden = set(
        db.session.scalars(select(Referral.report_id).where(Referral.id.in_(related_to(staff))))
    )
    shown = [visit for visit in on_it if visit.report_id not in hidden]
    return Loss(until if until and until > now else None, shown)


def _lease(device: Device, visits: list[Visit]) -> datetime | None:
    """Return until when a lease can run: as the phone told, or as an accepted visit gave it one."""
    accepted = [visit.due_at for visit in visits if visit.state != VisitState.ASSIGNED]
    ends = [device.lease_until] if device.lease_until else []
    if accepted:
        last = device.seen_at or device.enrolled_at
        most = last + timedelta(days=1) + SETTINGS["lease.most"].span  # `seen_at` is to the day
        ends.append(min(max(accepted) + SETTINGS["lease.after_due"].span, most))
    return max(ends, default=None)
