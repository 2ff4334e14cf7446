"""The job that warns of what is kept no longer, and empties it: reading an age needs a key."""

from __future__ import annotations

from app.db import take_turn, transaction, utc_now
from app.services import forgetting
from sync import queue


def forget_due() -> int:
    """Empty what is due; returns how many reports. What is left goes at the next bell."""
    queue.heard(queue.FORGET)
    with transaction():
        take_turn()
        gone = forgetting.forget_due(now=utc_now())
        forgetting.warn_due(now=utc_now())
    if gone >= forgetting.AT_MOST:
        queue.ring(queue.FORGET)
    return gone
