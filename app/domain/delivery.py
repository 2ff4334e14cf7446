"""What a push is worth: how long it is sent, when it is tried again, whether a phone is rung."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.settings import SETTINGS

# After the n-th failure, unless the push service names a later moment (ours). Together about 19 h.
AFTER_FAILURE = tuple(
    timedelta(seconds=s) for s in (20, 60, 180, 600, 1800, 3600, 2 * 3600, 4 * 3600, 12 * 3600)
)


class AlertsState(StrEnum):
    """Whether a phone can be rung, as the desk sees it."""

    WORKING = "working"
    UNPROVEN = "unproven"
    """Subscribed, and nothing has been sent yet."""
    FAILING = "failing"
    NONE = "none"
    """Never subscribed, or its browser ended the subscription."""
    SILENT = "silent"


def worth_until(made_at: datetime, urgent: bool) -> datetime:
    """Return until when a push is worth sending. The alert itself waits in the app for ever."""
    return made_at + SETTINGS["push.worth_urgent" if urgent else "push.worth"].span


def next_try(
    tries: int, made_at: datetime, urgent: bool, now: datetime, wait: timedelta | None
) -> datetime | None:
    """Return when to try again after `tries` failures, or None when it is no longer worth it.

    `wait` is what the push service asked for; an earlier moment is never chosen.
    """
    if tries > len(AFTER_FAILURE):
        return None
    due_at = now + max(AFTER_FAILURE[tries - 1], wait or timedelta(0))
    return due_at if due_at <= worth_until(made_at, urgent) else None


def left_of(made_at: datetime, urgent: bool, now: datetime) -> timedelta:
    """Return for how long a push service should keep a push for a browser that is away."""
    return max(worth_until(made_at, urgent) - now, timedelta(0))


def alerts_state(
    *,
    subscribed: bool,
    worked_at: datetime | None,
    failures: int,
    seen_at: datetime | None,
    now: datetime,
) -> AlertsState:
    """Judge whether a phone's alerts work."""
    if seen_at is None or now - seen_at > SETTINGS["phone.silent_after"].span:
        return AlertsState.SILENT
    if not subscribed:
        return AlertsState.NONE
    if failures >= SETTINGS["alerts.failing_after"].value:
        return AlertsState.FAILING
    return AlertsState.UNPROVEN if worked_at is None else AlertsState.WORKING
