"""Moments as the desk reads them: how much time is left first, the hour second."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from app.domain.settings import Mark, Setting, Unit
from app.locale import clock_time, clocks, day, hour, there

SOON = timedelta(hours=1)
GROUPS = ("now", "today", "later")


class Clock(NamedTuple):
    """A deadline in words."""

    words: str
    late: bool
    group: str


class Reader:
    """Reads clocks at one moment: a list looks once for the zone, for what day it is there, and
    for the words that many of its lines share."""

    def __init__(self, now: datetime):
        self._now, self._zone = now, clocks()
        self._today = now.astimezone(self._zone).date()
        self._late, self._since = cache(_late), cache(_since)

    def left_until(self, due_at: datetime) -> Clock:
        """Return how much time is left, in the words of the queue."""
        rest = due_at - self._now
        if rest < timedelta(0):
            return Clock(self._late(*_rounded(-rest)), True, "now")
        minutes = int(rest.total_seconds() // 60)
        if rest <= SOON:
            return Clock(_("%(minutes)s min left", minutes=minutes), False, "now")
        on, at = _end(due_at.astimezone(self._zone))
        days = (on - self._today).days
        if days == 0:
            hours, minutes = divmod(minutes, 60)
            words = _("%(hours)s h %(minutes)s min", hours=hours, minutes=f"{minutes:02d}")
            return Clock(words, False, "today")
        if days == 1:
            return Clock(_("tomorrow %(time)s", time=at), False, "later")
        return Clock(f"{day(on)} {at}", False, "later")

    def came_in(self, at: datetime) -> str:
        """Return when something came in: the hour today, the day before that."""
        there = at.astimezone(self._zone)
        days = (self._today - there.date()).days
        if days <= 0:
            return pgettext("arrival", "since %(time)s", time=hour(there))
        if days == 1:
            return pgettext("arrival", "since yesterday")
        return self._since(there.date())


def left_until(due_at: datetime, now: datetime) -> Clock:
    """Return how much time is left, in the words of the queue."""
    return Reader(now).left_until(due_at)


def until(due_at: datetime) -> str:
    """Return the day and hour by which something must be done: *22 November 24.00*."""
    on, at = _end(there(due_at))
    return f"{day(on)} {at}"


def came_in(at: datetime, now: datetime) -> str:
    """Return when something came in: the hour today, the day before that."""
    return Reader(now).came_in(at)


def moment(at: datetime | None) -> str:
    """Return a day with its hour."""
    return f"{day(at)} {clock_time(at)}" if at else ""


def number_words(number: Setting | None) -> str:
    """Return a limit and where it stands: *3 × 24 h, UU 12/2022 art. 41*."""
    if number is None:
        return _("as the order says")
    return f"{span_words(number)}, {_source(number)}"


def span_words(number: Setting) -> str:
    """Return how long a limit is."""
    value = number.value
    if number.unit is Unit.HOURS and value % 24 == 0:
        return _("%(days)s × 24 h", days=value // 24)
    words = {
        Unit.MINUTES: _("%(value)s min", value=value),
        Unit.HOURS: _("%(value)s h", value=value),
        Unit.SERVICE_HOURS: _("%(value)s service hours", value=value),
        Unit.WORKING_DAYS: _("%(value)s working days", value=value),
        Unit.MONTHS: ngettext("%(num)s month", "%(num)s months", value),
    }
    if number.unit is Unit.DAYS and not value:
        return _("the same day")
    if number.unit is Unit.DAYS and (years := _years(value)):
        return ngettext("%(num)s year", "%(num)s years", years)
    return words.get(number.unit) or _("%(value)s days", value=value)


def _years(days: int) -> int:
    """Return how many whole years these days are, a leap day more or less; 0 if none."""
    years = round(days / 365.25)
    return years if years > 1 and abs(days - years * 365.25) <= 1 else 0


def source_words(number: Setting, own: str | None) -> str:
    """Return where a number is written: what the district wrote, a statute, or whose it is."""
    return own or _source(number)


def _source(number: Setting) -> str:
    """A statute by its number and article; else whose number it is."""
    if number.mark is Mark.LAW and (found := _STATUTE.match(number.source)):
        return _("%(act)s art. %(article)s", act=found[1], article=found[2])
    return {
        Mark.LAW: _("by law"),
        Mark.LOCAL: _("standard of the district"),
        Mark.OURS: _("our own limit"),
    }[number.mark]


_STATUTE = re.compile(r"(UU \d+/\d+).*art\. (\S+)")


def group_name(group: str) -> str:
    """Return the head of a group of the queue."""
    names = {
        "sos": pgettext("queue", "Emergency, nobody has it yet"),
        "now": pgettext("queue", "Now"),
        "today": pgettext("queue", "Today"),
        "later": pgettext("queue", "Tomorrow and later"),
    }
    return names[group]


def _rounded(past: timedelta) -> tuple[str, int]:
    """How late it is, in the unit in which that is said."""
    minutes = int(past.total_seconds() // 60)
    if minutes < 60:
        return "minutes", minutes
    if minutes < 24 * 60:
        return "hours", minutes // 60
    return "days", minutes // (24 * 60)


def _late(unit: str, count: int) -> str:
    if unit == "minutes":
        return _("%(minutes)s min late", minutes=count)
    if unit == "hours":
        return _("%(hours)s h late", hours=count)
    return _("%(days)s d late", days=count)


def _since(on: date) -> str:
    return pgettext("arrival", "since %(day)s", day=day(on))


def _end(due_at: datetime) -> tuple[date, str]:
    """Midnight is the end of the day before it: nobody takes *tomorrow 00.00* for tonight."""
    if due_at.time() != time():
        return due_at.date(), hour(due_at)
    return due_at.date() - timedelta(days=1), hour(due_at).replace("00", "24", 1)
