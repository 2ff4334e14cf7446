"""A cadre's new phone gets what is open: visits, states of her reports, alerts not yet seen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.domain.referral import ReferralState, as_cadre_sees
from app.domain.settings import SETTINGS
from app.models import Alert, Device, Referral, Report
from app.services import errands, notices


def due() -> bool:
    """Tell whether a confirmed phone still waits for its items."""
    return db.session.scalars(_waiting().limit(1)).first() is not None


def seal_for_new_phones(*, now: datetime, at_most: int = 20) -> int:
    """Seal everything open to phones that were confirmed since; return how many. For the worker."""
    phones = db.session.scalars(_waiting().limit(at_most)).all()
    for phone in phones:
        _seal_for(phone, now=now)
    for phone in sorted(phones, key=lambda one: one.id):
        phone.items_sealed_at = now  # After all items, as the order of locks wants it.
    return len(phones)


def _waiting():
    return select(Device).where(Device.state == "active", Device.items_sealed_at.is_(None))


def _seal_for(phone: Device, *, now: datetime) -> None:
    for visit in errands.open_of(phone.person_id, SETTINGS["visit.most_open"].value):
        errands.tell_phone(visit, now=now)
    since = now - SETTINGS["states.kept"].span
    lately = (
        select(Report, Referral)
        .join(Referral, Referral.report_id == Report.id)
        .where(Report.cadre_id == phone.person_id, Referral.changed_at >= since)
    )
    for report, referral in db.session.execute(lately):
        state = str(as_cadre_sees(ReferralState(referral.state)))
        at = referral.changed_at
        notices.tell_status(phone, report.id, state, news=False, at=at, now=now)
    unseen = select(Alert).where(
        Alert.person_id == phone.person_id,
        Alert.acknowledged_at.is_(None),
        Alert.made_at >= since,
    )
    for alert in db.session.scalars(unseen):
        notices.tell_alert(phone, alert, now=now)
