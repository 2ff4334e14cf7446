"""A cadre's new phone gets what is open: visits, states of her reports, questions, unseen alerts.

So does one that had been taken for a copy, if something was held back meanwhile.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from app.db import db
from app.domain.settings import SETTINGS
from app.models import Alert, Device, Referral, ReferralMove, Report
from app.services import errands, notices, twin_news
from app.services.rows import texts_of


def due() -> bool:
    """Tell whether a confirmed phone, known to be hers, still waits for its items."""
    return db.session.scalars(_waiting().limit(1)).first() is not None


def seal_for_new_phones(*, now: datetime, at_most: int = 20) -> int:
    """Seal everything open to phones that were confirmed since; return how many. For the worker."""
    phones = db.session.scalars(_waiting().limit(at_most)).all()
    seen = {phone.id: phone.change_seq for phone in phones}
    for phone in phones:
        _seal_for(phone, now=now)
    for phone_id in sorted(seen):  # After all items, as the order of locks wants it.
        sealed_until(phone_id, seen[phone_id], now=now)
    return len(phones)


def _waiting():
    return select(Device).where(
        Device.state == "active", Device.items_sealed_at.is_(None), Device.cloned_at.is_(None)
    )


def sealed_until(phone_id: UUID, seen: int, *, now: datetime) -> None:
    """Note it, unless something was told or held back meanwhile: then all is sealed once more."""
    db.session.flush()
    db.session.execute(
        update(Device)
        .where(Device.id == phone_id, Device.change_seq == seen)
        .values(items_sealed_at=now)
        .execution_options(synchronize_session=False)
    )


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
        state = str(twin_news.seen_by_cadre(referral))
        at = referral.changed_at
        notices.tell_status(phone, report.id, state, news=False, at=at, now=now)
    for question, report_id in db.session.execute(_questions(phone, since)):
        text = texts_of(question)["words"]
        notices.tell_message(phone, question.id, text, report_id=report_id, at=question.at, now=now)
    unseen = select(Alert).where(
        Alert.person_id == phone.person_id,
        Alert.acknowledged_at.is_(None),
        Alert.made_at >= since,
    )
    for alert in db.session.scalars(unseen):
        notices.tell_alert(phone, alert, now=now)


def _questions(phone: Device, since: datetime):
    return (
        select(ReferralMove, Referral.report_id)
        .join(Referral, Referral.id == ReferralMove.referral_id)
        .join(Report, Report.id == Referral.report_id)
        .where(
            Report.cadre_id == phone.person_id,
            ReferralMove.act == "return",
            ReferralMove.sealed.is_not(None),
            ReferralMove.at >= since,
        )
        .order_by(ReferralMove.at)
    )
