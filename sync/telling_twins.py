"""The job that tells the cadre of a second report, a day later, what has become of the first."""

from __future__ import annotations

from app.db import take_turn, transaction, utc_now
from app.services import twin_news
from sync import queue


def tell_due() -> int:
    """Tell whom is due; returns how many. May run twice at once."""
    queue.heard(queue.TWINS)
    with transaction():
        take_turn()
        return twin_news.tell(now=utc_now())
