"""Moments as the desk reads them: how much time is left first, the hour second."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import pgettext, to_user_timezone

from app.locale import clock_time, day

SOON = timedelta(hours=1)
GROUPS = ("now", "today", "later")


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline in words."""

    words: str
    late: bool
    group: str


def left_until(due_at: datetime, now: datetime) -> Clock:
    """Return how much time is left, in the words of the queue."""
    rest = due_at - now
    if rest < timedelta(0):
        return Clock(_late(-rest), True, "now")
    if rest <= SOON:
        minutes = int(rest.total_seconds() // 60)
        return Clock(_("%(minutes)s min left", minutes=minutes), False, "now")
    days = _days_between(now, due_at)
    if days == 0:
        hours, minutes = divmod(int(rest.total_seconds() // 60), 60)
        words = _("%(hours)s h %(minutes)s min", hours=hours, minutes=f"{minutes:02d}")
        return Clock(words, False, "today")
    if days == 1:
        return Clock(_("tomorrow %(time)s", time=clock_time(due_at)), False, "later")
    return Clock(f"{day(due_at)} {clock_time(due_at)}", False, "later")


def came_in(at: datetime, now: datetime) -> str:
    """Return when something came in: the hour today, the day before that."""
    days = _days_between(at, now)
    if days <= 0:
        return pgettext("arrival", "in %(time)s", time=clock_time(at))
    if days == 1:
        return pgettext("arrival", "in yesterday")
    return pgettext("arrival", "in %(day)s", day=day(at))


def moment(at: datetime | None) -> str:
    """Return a day with its hour."""
    return f"{day(at)} {clock_time(at)}" if at else ""


def group_name(group: str) -> str:
    """Return the head of a group of the queue."""
    names = {
        "sos": pgettext("queue", "Emergency, nobody has it yet"),
        "now": pgettext("queue", "Now"),
        "today": pgettext("queue", "Today"),
        "later": pgettext("queue", "Tomorrow and later"),
    }
    return names[group]


def _late(past: timedelta) -> str:
    minutes = int(past.total_seconds() // 60)
    if minutes < 60:
        return _("%(minutes)s min late", minutes=minutes)
    if minutes < 24 * 60:
        return _("%(hours)s h late", hours=minutes // 60)
    return _("%(days)s d late", days=minutes // (24 * 60))


def _days_between(one: datetime, other: datetime) -> int:
    return (to_user_timezone(other).date() - to_user_timezone(one).date()).days
