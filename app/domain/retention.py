"""How long the words about somebody are kept after the work has ended (privacy.md section 4)."""

from datetime import datetime

from app.domain.clocks import months_after
from app.domain.settings import SETTINGS

GROWN_UP = 25
"""A child's record is kept until she is so old: she may ask for it, and for justice, herself."""
_YOUNGEST = {"0_5": 0, "6_12": 6, "13_17": 13}
_MONTHS = 12


def kept_until(
    ended_at: datetime, *, outside: bool, child: bool, age: str | None, reported_at: datetime
) -> datetime:
    """Return until when the words stay: a year what was not for the UPTD, five what was.

    A child's until she is surely 25: of an age band the youngest counts; unknown is newborn.
    """
    if outside:
        return ended_at + SETTINGS["retention.out_of_scope"].span
    until = ended_at + SETTINGS["retention.closed"].span
    if not child:
        return until
    years = GROWN_UP - _YOUNGEST.get(age or "", 0)
    return max(until, months_after(reported_at, years * _MONTHS))
