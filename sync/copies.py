"""Whether two phones live under one name. Pure.

A number used again alone says little: a phone whose storage was lost, or set back to an earlier
day, counts anew from there. But the line that it left is never heard of again. A copy is known by
both lines going on: one shows a receipt that only the other one was given.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fork:
    """Receipts numbered above `after`, up to `until`, were given to the line that was left."""

    after: int
    until: int

    def shows(self, shown: int) -> bool:
        """Tell whether who shows this receipt belongs to the line that was left."""
        return self.after < shown <= self.until


def forked(known: Fork | None, shown: int, latest: int) -> Fork:
    """Return what is known once a number came again from a phone whose last receipt is `shown`.

    `latest` is the number of the latest receipt of all. A later fork takes the earlier one in when
    the phone knows even less than before; else it is the same line, still counting through.
    """
    return known if known and shown > known.after else Fork(shown, latest)
