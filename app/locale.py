"""Which language, which time zone, and how times and numbers read in it."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, dates
from flask import g, request
from flask_babel import format_date, get_locale

from app.domain import areas

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English", "jv_ID": "Basa Banyumasan (draf)"}
HTML_LANG = {"id": "id", "en": "en", "jv_ID": "jv-x-banyumas"}
DEFAULT = "id"
# WIB, for whoever belongs to no district here.
_HOME = ZoneInfo("Asia/Jakarta")


def known(language: str | None) -> str | None:
    """Return our name of a language asked for by its tag, or None if we do not speak it."""
    if not language:
        return None
    tag = language.replace("-", "_").lower()
    for name in LANGUAGES:
        if tag == name.lower() or tag.split("_")[0] == name.split("_")[0].lower():
            return name
    return None


def choose() -> str:
    """Return the language of this request: `?l=`, the desk's cookie, or Indonesian.

    The browser's own list is not asked: cheap phones are sold in English.
    """
    return known(request.args.get("l")) or known(request.cookies.get("language")) or DEFAULT


def zone() -> str:
    """Return the zone in which this request reads times: that of the asker's own district."""
    return clocks().key


def clocks() -> ZoneInfo:
    """Return by which clocks this request reads times."""
    who = g.get("me") or g.get("holder")
    return areas.zone(who.district) if who else _HOME


def there(moment: datetime) -> datetime:
    """Return a moment by the clocks of whoever reads: a page asks for hundreds."""
    return moment.astimezone(clocks())


def clock_time(moment: datetime) -> str:
    """`10.42` in Indonesian, `10:42` in English."""
    return hour(there(moment))


def hour(at: datetime | time) -> str:
    """An hour as the wall clock of the district shows it."""
    return f"{at:%H:%M}" if get_locale().language == "en" else f"{at:%H.%M}"


def day(moment: datetime) -> str:
    """`24 November`."""
    on = there(moment).date() if isinstance(moment, datetime) else moment
    spoken = get_locale()
    return _day(on, spoken.language, spoken.territory)


@lru_cache(maxsize=2048)
def _day(on: date, language: str, territory: str | None) -> str:
    return dates.format_date(on, "d MMMM", locale=Locale(language, territory))


def whole_day(on: date | None) -> str:
    """`24 November 2026`: for what is years away; nothing for no day."""
    return format_date(on, "d MMMM y") if on else ""


def weekday(on: date) -> str:
    """`Saturday 28 November`: for a roster, where the day of the week counts."""
    return format_date(on, "EEEE d MMMM")


def month_name(on: date) -> str:
    """`November 2026`."""
    return format_date(on, "MMMM y")
