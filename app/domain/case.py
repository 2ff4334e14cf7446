"""A case: its nine stages, how it moves through them, and how it may be closed."""

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum, StrEnum

from app.domain import codes
from app.domain.errors import Conflict
from app.domain.settings import SETTINGS

Screening = StrEnum("Screening", [(code.upper(), code) for code in codes.SCREENING])
Authority = StrEnum("Authority", [(code.upper(), code) for code in codes.AUTHORITY])
ClosingReason = StrEnum("ClosingReason", [(code.upper(), code) for code in codes.CLOSING_REASON])


class Stage(IntEnum):
    """The nine stages, numbered as the district's procedure numbers them."""

    INTAKE = 0
    ENGAGEMENT = 1
    ASSESSMENT = 2
    PLANNING = 3
    INTERVENTION = 4
    MONITORING = 5
    EVALUATION = 6
    TERMINATION = 7
    FOLLOW_UP = 8

    @property
    def code(self) -> str:
        """Return the word for the wire and the database."""
        return self.name.lower()


def moved(stage: Stage, to: Stage, *, reason: str | None = None) -> Stage:
    """Return the new stage: one on, back to assessment with a reason, or reopened with a reason.

    :raises Conflict: if there is no such way, or its reason is missing.
    """
    if to == stage + 1:
        return to
    again = to is Stage.ASSESSMENT and Stage.ASSESSMENT < stage < Stage.TERMINATION
    reopened = to is Stage.ENGAGEMENT and stage is Stage.FOLLOW_UP
    if (again or reopened) and reason:
        return to
    raise Conflict("case.moved", stage=stage.code, to=to.code)


def unreachable(attempts: Sequence[datetime], now: datetime) -> bool:
    """Tell whether a case may be closed as unreachable: three safe attempts over thirty days."""
    enough = len(attempts) >= SETTINGS["unreachable.attempts"].value
    return enough and now - min(attempts) >= SETTINGS["unreachable.days"].span
