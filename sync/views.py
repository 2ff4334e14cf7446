"""The routes of a phone that is enrolled: send, fetch, tell, remove."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request

from app.db import db, transaction, utc_now
from app.models import Device
from app.services import phones
from sync import fetching, inbox, telling
from sync.openapi import document
from sync.protocol import (
    ITEM_SCHEMA,
    LARGEST_BATCH,
    MOST_ENVELOPES,
    Batch,
    PhoneState,
)
from sync.wire import (
    COOKIE,
    Refused,
    answer,
    bp,
    by_cookie,
    id_by_cookie,
    nothing,
    packed,
    phone,
    read,
    renew_cookie,
)


@bp.get("/openapi.json")
def openapi() -> Response:
    return answer(document())


@bp.post("/envelopes")
def send() -> Response:
    """Store sealed acts; never refused for what they hold, how old they are, or who was ended."""
    sender = _sender()
    batch = read(Batch, LARGEST_BATCH)
    if len(batch.envelopes) > MOST_ENVELOPES:
        raise Refused("batch.too_many")
    answered = answer(inbox.receive(sender, batch, now=utc_now()))
    return renew_cookie(answered) if sender.session else answered


@bp.get("/changes")
def fetch() -> Response:
    """Hand out what was sealed for this phone, and what is open to its district."""
    device, now = phone(), utc_now()
    first_today = telling.is_first_contact_of_a_day(device, now=now)
    found = fetching.since(device, request.args.get("since"), schema=_schema(), now=now)
    answered = nothing() if found is None else packed(answer(found))
    if first_today:
        with transaction():
            telling.seen(device.id, now=now)
    return renew_cookie(answered) if first_today or found is not None else answered


@bp.put("/phone")
def tell() -> Response:
    said = read(PhoneState)
    device = phone()
    with transaction():
        named = request.headers.get("X-Device")
        known = db.session.get_one(Device, device.id)
        telling.heard(known, said, named=named, now=utc_now())
    return renew_cookie(nothing())


@bp.delete("/session")
def remove() -> Response:
    """Remove this phone at its own wish; what it still sends is stored, and a person looks."""
    device = by_cookie()
    if device is None:
        raise Refused("session.none")
    with transaction():
        phones.remove(db.session.get_one(Device, device.id), now=utc_now())
    answered = nothing()
    answered.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
    return answered


def _sender() -> inbox.Sender:
    """Return who sends: by the session, else by the name that it gives itself.

    :raises Refused: `session.none`; the phone keeps everything.
    """
    if (device_id := id_by_cookie()) is not None:
        return inbox.Sender(device_id, session=True)
    try:
        named = UUID(request.headers.get("X-Device", ""))
    except ValueError:
        named = None
    if named is None or db.session.get(Device, named) is None:
        raise Refused("session.none")
    return inbox.Sender(named, session=False)


def _schema() -> int:
    """Return the newest item schema that this app reads; a header that is no number counts as 1."""
    text = request.headers.get("X-Schema", "1")
    return min(int(text), ITEM_SCHEMA) if text.isascii() and text.isdigit() and len(text) < 6 else 1
