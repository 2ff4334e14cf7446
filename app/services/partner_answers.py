"""What a partner answers by a one-time link, without an account; believed once staff confirm it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from app.db import db, locked, row_lock
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.service_referral import ANSWERS, MOVES, REFUSAL, ServiceState
from app.domain.settings import SETTINGS
from app.models import PartnerLink, ServiceReferral
from app.services import duty, recalls, service_referrals, trail
from app.services.sessions import Staff

BITS = 128


def make(row: ServiceReferral, staff: Staff, *, now: datetime) -> str:
    """Make a link for the partner; return its secret, which is kept nowhere. Older ones end.

    :raises Conflict: if no answer is waited for.
    """
    if row.partner_id is None or not may_say(row) or recalls.open_ids([row.id]):
        raise Conflict("service.no_answer")
    for link in of(row):
        if link.settled is None:
            link.settled, link.settled_at = "ended", now
    secret = secrets.token_urlsafe(BITS // 8)
    made = PartnerLink(
        id=uuid4(),
        service_id=row.id,
        token_hash=digest(secret),
        made_at=now,
        made_by=staff.id,
        expires_at=now + SETTINGS["partner_link.lasts"].span,
    )
    db.session.add(made)
    trail.append(row.district, "partner_link.make", "service", row.id, by=staff.id, now=now)
    return secret


def behind(
    secret: str, *, now: datetime, lock: bool = False
) -> tuple[PartnerLink, ServiceReferral]:
    """Return what a link that still works asks about.

    :raises Missing: if it never was, was used, has ended or expired: all answer alike.
    """
    query = select(PartnerLink).where(PartnerLink.token_hash == digest(secret))
    if lock:
        query = locked(query)
    link = db.session.scalar(query)
    if link is None or link.used_at or link.settled or link.expires_at <= now:
        raise Missing("partner_link")
    return link, db.session.get_one(ServiceReferral, link.service_id)


def answer(
    secret: str, said: str, *, refusal: str | None = None, on: date | None = None, now: datetime
) -> None:
    """Take a partner's answer, once. It changes nothing until somebody of the staff confirms it.

    :raises Missing: if the link works no more.
    :raises Invalid: if the answer says too little.
    """
    link, row = behind(secret, now=now, lock=True)
    must_say_enough(row, said, refusal, on)
    link.used_at, link.answer = now, said
    link.refusal = refusal if said == "partner_refused" else None
    link.on = on if said == "scheduled" else None
    trail.append(row.district, "partner_link.answer", "service", row.id, by=None, now=now)
    about = {"district": row.district, "report_id": row.case.referral.report_id}
    duty.ring_holder("partner_answered", now=now, **about)


def confirm(link: PartnerLink, staff: Staff, *, now: datetime) -> None:
    """Believe an answer: it counts from when the partner gave it.

    :raises Conflict: if there is none that waits, or it fits no more.
    """
    row = _waiting(link, staff)
    service_referrals.answered(
        row,
        link.answer,
        staff,
        refusal=link.refusal,
        on=link.on,
        now=now,
        said_at=link.used_at,
    )
    _settle(link, "confirmed", staff, now)


def discard(link: PartnerLink, staff: Staff, *, now: datetime) -> None:
    """Do not believe an answer: the partner says that it was not theirs.

    :raises Conflict: if there is none that waits.
    """
    row = _waiting(link, staff)
    _settle(link, "discarded", staff, now)
    trail.append(row.district, "partner_link.discard", "service", row.id, by=staff.id, now=now)


def get(link_id: UUID, staff: Staff) -> PartnerLink:
    """Return a link of the district of `staff`, locked.

    :raises Missing: if there is none.
    """
    link = db.session.get(PartnerLink, link_id, with_for_update=row_lock(), populate_existing=True)
    if link is None:
        raise Missing("partner_link")
    service_referrals.get(link.service_id, staff)
    return link


def of(row: ServiceReferral) -> list[PartnerLink]:
    """Return the links of a service referral, the newest first."""
    theirs = select(PartnerLink).where(PartnerLink.service_id == row.id)
    return list(db.session.scalars(theirs.order_by(PartnerLink.made_at.desc())))


def unconfirmed(service_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these have an answer that waits for staff."""
    if not (asked := list(service_ids)):
        return set()
    wanted = select(PartnerLink.service_id).where(
        PartnerLink.service_id.in_(asked),
        PartnerLink.used_at.is_not(None),
        PartnerLink.settled.is_(None),
    )
    return set(db.session.scalars(wanted))


def may_say(row: ServiceReferral) -> tuple[str, ...]:
    """Return what a partner may answer now."""
    return tuple(said for said, to in ANSWERS.items() if to in MOVES[ServiceState(row.state)])


def must_say_enough(row: ServiceReferral, said: str, refusal: str | None, on: date | None) -> None:
    """Check an answer before it is taken.

    :raises Invalid: if something is missing; `field` says what.
    """
    if said not in may_say(row):
        raise Invalid("field.code", field="answer")
    if said == "partner_refused" and refusal not in REFUSAL:
        raise Invalid("service.refusal", field="refusal")
    if said == "scheduled" and on is None:
        raise Invalid("service.day", field="on")


def digest(secret: str) -> bytes:
    """Return the SHA-256 under which a link is kept."""
    return hashlib.sha256(secret.encode()).digest()


def _waiting(link: PartnerLink, staff: Staff) -> ServiceReferral:
    if link.used_at is None or link.settled is not None:
        raise Conflict("partner_link.settled")
    return service_referrals.get(link.service_id, staff, lock=True)


def _settle(link: PartnerLink, how: str, staff: Staff, now: datetime) -> None:
    link.settled, link.settled_at, link.settled_by = how, now, staff.id
