"""An early report: what is known from its answers, and what the cadre is told after it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.codes import CHANNEL, CHILD_AGES
from app.domain.fields.field import codes_in
from app.domain.risk import (
    WITHIN_72_HOURS,
    Proposal,
    Risk,
    has_sign_1_to_7,
    is_child,
    is_sexual,
    proposed_risk,
    starts_police_clock,
    waits_for_sending,
)
from app.domain.wishes import Allowed, Going, going, what_may_go

__all__ = [
    "CHANNEL",
    "CHILD_AGES",
    "Allowed",
    "Going",
    "Proposal",
    "Risk",
    "code_range",
    "do_now",
    "ending",
    "going",
    "is_child",
    "is_sexual",
    "planned_by",
    "proposed_risk",
    "short_code",
    "starts_police_clock",
    "waits_for_sending",
    "what_may_go",
]

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LINES = 3


def short_code(report_id: UUID | str) -> str:
    """Return the first five Crockford characters of an id: what people call a report."""
    top = (report_id if isinstance(report_id, UUID) else UUID(report_id)).int >> 103
    return "".join(_CROCKFORD[top >> shift & 31] for shift in (20, 15, 10, 5, 0))


def code_range(code: str) -> tuple[UUID, UUID] | None:
    """Return the first and the last id that a short code can stand for, or None if it is no code.

    O, I and L are read as the digits they look like.
    """
    letters = code.upper().translate(str.maketrans("OIL", "011"))
    if len(letters) != 5 or any(letter not in _CROCKFORD for letter in letters):
        return None
    top = 0
    for letter in letters:
        top = top << 5 | _CROCKFORD.index(letter)
    return UUID(int=top << 103), UUID(int=((top + 1) << 103) - 1)


def planned_by(answers: Mapping[str, object], told_at: datetime) -> datetime | None:
    """Return by when what is planned will have happened at the latest; None: no day is known.

    A report says *within seven days* of when it was written.
    """
    return told_at + timedelta(days=7) if answers.get("last_happened") == "planned_7d" else None


def do_now(answers: Mapping[str, object]) -> tuple[str, ...]:
    """Return the codes of *Sekarang lakukan*, at most three, the most urgent first.

    *Do not go to the reported person* is for all and never pushed out; the telephone number fills
    what room is left.
    """
    signs = codes_in(answers.get("danger_signs"))
    violence = codes_in(answers.get("violence"))
    when = str(answers.get("last_happened"))
    lines = [sign for sign in ("suicidal", "strangled") if sign in signs]
    lines += ["sexual_72h"] if is_sexual(answers) and when in WITHIN_72_HOURS else []
    wedding = "child_marriage" in violence and when.startswith("planned_")
    lines += ["wedding_planned"] if wedding else []
    return tuple([*lines[: _LINES - 1], "stay_away", "call_110"][:_LINES])


def ending(answers: Mapping[str, object], *, sent: bool) -> str:
    """Return how the last page looks: `sent`, `waiting`, or `urgent` (do not wait for the app)."""
    if sent:
        return "sent"
    pressing = has_sign_1_to_7(answers) or answers.get("danger_now") == "yes"
    return "urgent" if pressing else "waiting"
