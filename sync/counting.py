"""The job that counts the months whose numbers have changed."""

from __future__ import annotations

import time

from app.db import transaction, utc_now
from app.services import counting
from sync import queue

# Less than a job may take: what is left is counted at the next bell.
SECONDS = 60


def count_due() -> int:
    """Look for changed months and count them; returns how many. May run twice at once."""
    queue.heard(queue.COUNT)
    until = time.monotonic() + SECONDS
    for district in counting.districts():
        with transaction():
            counting.mark(district, now=utc_now())
    counted = 0
    while time.monotonic() < until:
        with transaction():
            row = counting.next_stale()
            if row is None:
                return counted
            counting.count(row, now=utc_now())
        counted += 1
    queue.ring(queue.COUNT)
    return counted
