"""What is kept for a time only, deleted when that time is over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from app.db import db
from app.domain.settings import SETTINGS
from app.models import InboxEnvelope
from app.services import journal

ALL = UUID(int=0)
"""Stands in the journal for whatever was old enough at that moment."""


def forget_bytes(*, now: datetime) -> int:
    """Drop the bytes of what was settled thirty days ago; id, hash and receipt stay. A count."""
    gone = (
        update(InboxEnvelope)
        .where(
            InboxEnvelope.state.in_(("applied", "discarded")),
            InboxEnvelope.settled_at < now - SETTINGS["retention.inbox_bytes"].span,
            InboxEnvelope.sealed.is_not(None),
        )
        .values(sealed=None)
        .execution_options(synchronize_session=False)
    )
    count = db.session.execute(gone).rowcount
    if count:
        journal.note(journal.PURGED, ALL, now=now)
    return count
