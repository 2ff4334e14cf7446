"""How a survivor is reached from now on: set by her caseworker, asked again after a week.

Until a row stands here, what the report said holds.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import bindparam, exists, select

from app.db import db, read_once
from app.domain.contact import must_reach
from app.domain.fields import Parsed
from app.models import Handover, Referral, SafeWay
from app.services import reminders, report_rows, trail, transfer_sender
from app.services.limits import limit
from app.services.rows import seal_texts
from app.services.sessions import Staff
from app.services.standing import standing


def set_new(referral: Referral, parsed: Parsed, staff: Staff, *, now: datetime) -> SafeWay:
    """Keep a new way; the old ones stay written.

    :raises Invalid: if nobody could reach her by it.
    """
    must_reach(parsed.sealed)
    row = SafeWay(
        id=uuid4(),
        referral_id=referral.id,
        at=now,
        by=staff.id,
        ask_again_at=now + limit(referral.district, "contact.confirm_again").span,
    )
    seal_texts(row, referral.district, parsed.sealed)
    db.session.add(row)
    about = {"district": referral.district, "report_id": referral.report_id}
    reminders.remind(reminders.Kind.ASK_WAY, row.id, at=row.ask_again_at, **about)
    transfer_sender.tell_later(referral, now=now)
    trail.append(referral.district, "safe_way.set", "referral", referral.id, by=staff.id, now=now)
    return row


@read_once
def newest(referral: Referral) -> SafeWay | None:
    """Return the way that holds, or None: the report's own."""
    if report_rows.none_of(referral.report_id, "safe_ways"):
        return None
    return db.session.scalar(_NEWEST, {"referral_id": referral.id})


_NEWEST = standing(
    select(SafeWay)
    .where(SafeWay.referral_id == bindparam("referral_id"))
    .order_by(SafeWay.at.desc())
    .limit(1)
)


def set_since(referral: Referral, since: datetime) -> bool:
    """Tell whether a way was set after this moment."""
    return bool(
        db.session.scalar(
            select(exists().where(SafeWay.referral_id == referral.id, SafeWay.at >= since))
        )
    )


def leaving_since(person_id: UUID | None) -> datetime | None:
    """Return since when somebody is handing everything over, or None: they stay."""
    if person_id is None:
        return None
    return db.session.scalar(
        select(Handover.begun_at)
        .where(Handover.person_id == person_id, Handover.ended_at.is_(None))
        .order_by(Handover.begun_at.desc())
        .limit(1)
    )
