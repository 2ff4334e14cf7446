"""Where to ring a phone or a desk: keeping and dropping push subscriptions.

The public process keeps them without being able to read them again; only the worker opens them.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, or_, select

from app.db import db
from app.domain.push import Subscription
from app.models import Device, Person, PublicKey, PushSubscription
from app.sealing import ARCHIVE, KeysAbsent, seal_to_district_row

TABLE = PushSubscription.__tablename__


def keep(told: Subscription, owner: Device | Person, *, now: datetime) -> PushSubscription:
    """Remember where this phone, or this browser of a member of staff, is rung.

    A phone has one; a member of staff one for each browser. A browser that changes hands takes its
    subscription with it. Sent again unchanged, it writes nothing.
    """
    known = db.session.scalars(_same(told, owner)).all()
    row = next((row for row in known if _owned(row, owner)), None)
    if len(known) == 1 and row and row.endpoint_hash == _hash(told):
        return row
    for other in known:
        if other is not row:
            db.session.delete(other)
    db.session.flush()
    row = row or _new_row(owner, now)
    row.endpoint_hash = _hash(told)
    row.failures, row.retry_at = 0, None
    _seal(row, told)
    db.session.add(row)
    return row


def drop(owner: Device | Person, told: Subscription | None = None) -> None:
    """Forget a phone's subscription, or one (`told`) or all of a person's. Idempotent."""
    gone = delete(PushSubscription).where(_of(owner))
    if told is not None:
        gone = gone.where(PushSubscription.endpoint_hash == _hash(told))
    db.session.execute(gone)


def _same(told: Subscription, owner: Device | Person):
    found = PushSubscription.endpoint_hash == _hash(told)
    if isinstance(owner, Device):
        found = or_(found, PushSubscription.device_id == owner.id)
    return select(PushSubscription).where(found)


def _of(owner: Device | Person):
    if isinstance(owner, Device):
        return PushSubscription.device_id == owner.id
    return PushSubscription.person_id == owner.id


def _owned(row: PushSubscription, owner: Device | Person) -> bool:
    return owner.id in (row.device_id, row.person_id)


def _new_row(owner: Device | Person, now: datetime) -> PushSubscription:
    row = PushSubscription(id=uuid4(), district=owner.district, made_at=now)
    if isinstance(owner, Device):
        row.device_id = owner.id
    else:
        row.person_id = owner.id
    return row


def _seal(row: PushSubscription, told: Subscription) -> None:
    key = db.session.scalars(
        select(PublicKey)
        .where(PublicKey.district == row.district, PublicKey.use == ARCHIVE)
        .order_by(PublicKey.not_before.desc(), PublicKey.kid.desc())
        .limit(1)
    ).first()
    if key is None:
        raise KeysAbsent("no archive key of this district is published")
    texts = {"endpoint": told.endpoint, "keys": {"p256dh": told.p256dh, "auth": told.auth}}
    row.sealed, row.sealed_kid, row.sealed_schema = seal_to_district_row(
        key.public_key, key.kid, TABLE, row.id, texts
    )


def _hash(told: Subscription) -> bytes:
    return hashlib.sha256("|".join((told.endpoint, told.p256dh, told.auth)).encode()).digest()
