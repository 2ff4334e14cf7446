"""The job that empties the outbox: claims, sends many at once, writes down what became of each."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app

from app.db import db, transaction, utc_now
from app.sealing import opener
from sync import outbox, queue
from sync.outbound import outbound
from sync.outbox import Letter
from sync.webpush import Sender, Told, topic

log = logging.getLogger(__name__)

# Then the bell is rung anew: a job must not grow old.
MOST_ROUNDS = 20


def deliver_due() -> int:
    """Send what is due; returns how many pushes were tried. May run twice at once."""
    queue.heard(queue.DELIVER)
    tried = 0
    for _ in range(MOST_ROUNDS):
        sent = _deliver_batch()
        tried += sent
        if sent < outbox.BATCH:
            return tried
    queue.ring(queue.DELIVER)
    return tried


def _deliver_batch() -> int:
    settings = current_app.config["SIAGA"]
    keys = opener()
    with transaction():
        letters = outbox.claim(keys, settings.push_test_origin, now=utc_now())
    if not letters:
        return 0
    told = asyncio.run(
        _send(letters, keys.vapid_private, contact_of(settings.cadre_url), settings, utc_now())
    )
    with transaction():
        outbox.settle(zip(letters, told, strict=True), now=utc_now())
    db.session.remove()
    for letter, said in zip(letters, told, strict=True):
        log.info("push %s: %s %s", letter.row_id, said.outcome, said.code)
    return len(letters)


async def _send(
    letters: list[Letter], vapid_private: str, contact: str, settings, now: datetime
) -> list[Told]:
    async with outbound(settings.push_test_origin) as out:
        sender = Sender(out, vapid_private, contact, now=now)
        return await asyncio.gather(*(_one(sender, letter) for letter in letters))


async def _one(sender: Sender, letter: Letter) -> Told:
    urgency = "high" if letter.urgent else "normal"
    # A phone that was away needs one push, not ten: they all say the same.
    same = topic(str(letter.subscription_id), urgency)
    return await sender.send(letter.to, ttl=letter.ttl, urgency=urgency, topic=same)


def contact_of(cadre_url: str) -> str:
    """Return whom a push service may tell of trouble (RFC 8292): the neutral host's own address."""
    parts = urlsplit(cadre_url)
    if parts.scheme == "https":
        return f"https://{parts.netloc}"
    return f"mailto:admin@{parts.hostname or 'localhost'}"
