"""The head of each district's trail, let out of the house once a day.

It goes to the district's phones in `policy`, and as a line into the journal outside the database:
so a chain that somebody forged as a whole, up to a head that left, is found. No key is needed. The
head is plain: its signature is the business of whoever holds the signing key.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.db import db
from app.domain.errors import Missing
from app.models import District, DistrictItem
from app.services import book, journal
from app.services.changes import POLICY, open_id

EVERY = timedelta(days=1)


def publish_due(*, now: datetime) -> int:
    """Publish the limits and head of every district that has not for a day; return how many."""
    return sum(_publish(code, now) for code in _due(now))


def left(district: str) -> dict[int, bytes]:
    """Return the heads that left earlier, as `trail.verify` takes them: number → hash."""
    told = [
        event["head"].split(":")
        for event in journal.events()
        if event["event"] == journal.HEAD and event["district"] == district
    ]
    return {int(number): bytes.fromhex(digest) for number, digest in told if int(number)}


def _due(now: datetime) -> list[str]:
    fresh = select(DistrictItem.district).where(
        DistrictItem.kind == POLICY, DistrictItem.changed_at > now - EVERY
    )
    served = select(District.code).where(District.code.not_in(fresh)).order_by(District.code)
    return list(db.session.scalars(served))


def _publish(district: str, now: datetime) -> bool:
    try:
        head = book.publish_policy(district, now=now)
    except Missing:
        return False  # Its keys were not issued yet.
    if head is not None:
        journal.note(journal.HEAD, open_id(district, POLICY), now=now, district=district, head=head)
    return head is not None
