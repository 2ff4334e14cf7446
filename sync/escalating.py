"""The job that calls the next person when nobody has come, and tells whose clock runs out.

A copy that another district has not answered about in time comes back here too, and what no phone
shows any more is no longer waited for.
"""

from __future__ import annotations

from app.db import take_turn, transaction, utc_now
from app.services import (
    deadline_warnings,
    errands,
    escalations,
    quarantine_calls,
    reminding,
    transfers,
)
from sync import queue


def escalate_due() -> int:
    """Take the steps that are due; returns how many. May run twice at once."""
    queue.heard(queue.ESCALATE)
    with transaction():
        take_turn()
        taken = escalations.escalate(now=utc_now())
        taken += quarantine_calls.call_next(now=utc_now())
        taken += transfers.expire_due(now=utc_now())
        taken += errands.expire_passed(now=utc_now())
    with transaction():
        take_turn()  # Whoever opens a batch sets moments anew that are told here, and rings phones.
        taken += reminding.ring_due(now=utc_now())
        return taken + deadline_warnings.warn(now=utc_now())
