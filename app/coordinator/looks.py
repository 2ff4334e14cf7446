"""What every page of the desk shows: the rail, who one is, and words for codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial

from flask import g, request, url_for
from flask_babel import get_locale, pgettext
from flask_babel import gettext as _

from app.db import utc_now
from app.domain.permissions import Role, may
from app.domain.report import short_code
from app.locale import (
    DEFAULT,
    HTML_LANG,
    LANGUAGES,
    choose,
    clock_time,
    day,
    month_name,
    weekday,
    whole_day,
)
from app.services import pressing
from app.words import LABELS, label, question

from . import bp, sayings
from .clock_words import moment, number_words, until
from .desk_words import word
from .gate import can


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the rail."""

    key: str
    name: str
    url: str
    here: bool
    count: int | None = None


# What of a place is counted on the rail (`pressing.counts`).
COUNTED = {
    "queue": "all",
    "clocks": "clocks",
    "visits": "visits",
    "services": "services",
    "alerts": "alerts",
    "quarantine": "quarantine",
}


@dataclass(frozen=True, slots=True)
class Me:
    """Who one is here, as the rail says it."""

    label: str
    role_words: str


@bp.app_context_processor
def everywhere() -> dict:
    """Give every page its language; the rail only to those who are inside."""
    shown = {"html_lang": HTML_LANG.get(choose(), DEFAULT), "me": None}
    me = g.get("me")
    if me is None:
        return shown
    return shown | {
        "me": Me(me.label, ", ".join(role_word(role) for role in Role if role in me.roles)),
        "menu_places": menu_places(),
        "office_name": office(),
        "languages": LANGUAGES,
    }


def menu_places() -> list[Place]:
    """Return where this person can go, with what waits there."""
    places, here = _places(g.me.roles, get_locale().language), g.get("place")
    waits = waiting_here([COUNTED[key] for key, *_rest in places if key in COUNTED])
    return [
        Place(key, name, url, key == here, waits.get(COUNTED.get(key))) for key, name, url in places
    ]


@lru_cache(maxsize=128)
def _places(roles: frozenset[Role], _language: str) -> list[tuple[str, str, str]]:
    """Where somebody in these roles can go, in the words of the language that is spoken now."""
    known = (
        ("queue", pgettext("rail", "Queue"), "desk.queue", "queue.see"),
        ("alerts", pgettext("rail", "For you"), "desk.alerts_page", "alert.see"),
        ("cases", pgettext("rail", "Cases"), "desk.cases_list", "case.see"),
        ("clocks", pgettext("rail", "Clocks"), "desk.clocks_board", "clock.see"),
        ("visits", pgettext("rail", "Visits"), "desk.visits_board", "visit.see"),
        ("roster", pgettext("rail", "On call"), "desk.roster", "roster.see"),
        ("services", pgettext("rail", "Service referrals"), "desk.services_board", "case.see"),
        ("partners", pgettext("rail", "Partners"), "desk.partners_list", "partner.see"),
        ("workload", pgettext("rail", "Workload"), "desk.workload_board", "workload.see"),
        ("statistics", pgettext("rail", "Statistics"), "desk.statistics_page", "statistics.see"),
        ("people", pgettext("rail", "People and phones"), "desk.people_list", "people.see"),
        ("delivery", pgettext("rail", "Alerts"), "desk.delivery_page", "delivery.see"),
        ("quarantine", pgettext("rail", "Quarantine"), "desk.quarantine_list", "quarantine.see"),
        ("trail", pgettext("rail", "Trail"), "desk.trail_page", "trail.see"),
        ("book", pgettext("rail", "Book on the phones"), "desk.book", "settings.see"),
        ("settings", pgettext("rail", "My settings"), "desk.my_settings", "desk.enter"),
    )
    return [
        (key, name, url_for(endpoint))
        for key, name, endpoint, permission in known
        if may(roles, permission)
    ]


def waiting_here(wanted: Iterable[str]) -> dict[str, int]:
    """Return how much waits (`pressing.counts`), asked once a page for whoever wants to know."""
    known = g.setdefault("waits", {})
    if lacking := set(wanted) - known.keys():
        known.update(pressing.counts(g.me, lacking, now=utc_now()))
    return known


def office() -> str:
    """Return what the unit is called here."""
    return _("UPTD PPA %(district)s", district=g.me.office.title() or g.me.district)


@bp.before_request
def stand() -> None:
    """Remember in which part of the rail this page lies."""
    part = request.path.removeprefix("/desk/").split("/", 1)[0]
    parts = {
        "referrals": "queue",
        "intake": "queue",
        "replies": "queue",
        "": "queue",
        "phones": "people",
        "ready": "people",
        "card": "people",
        "duty": "roster",
        "passkeys": "settings",
        "rules": "settings",
        "answers": "services",
        "transfers": "queue",
    }
    g.place = parts.get(part, part)


def risk_word(risk: str) -> str:
    """Return a level as people say it."""
    words = {
        "high": pgettext("risk", "High"),
        "medium": pgettext("risk", "Medium"),
        "low": pgettext("risk", "Low"),
    }
    return words[risk]


def role_word(role: str) -> str:
    """Return what a role is called."""
    return str(label("role", role))


def worded(name: str, value) -> str:
    """Return one answer of a safe contact: codes in words, what was typed as it is."""
    if isinstance(value, (list, tuple)) or (name in LABELS and value in LABELS[name]):
        return sayings.said(name, value)
    return str(value)


def survivor(facts: dict, said: Callable = label) -> str:
    """Return sex and age band: "Perempuan, 25–44"."""
    parts = [
        said(name, facts[name]) for name in ("survivor_sex", "survivor_age") if facts.get(name)
    ]
    return ", ".join(str(part) for part in parts)


@bp.record_once
def teach(state) -> None:
    """Let templates say these."""
    state.app.jinja_env.globals.update(
        can=can,
        risk_word=risk_word,
        role_word=role_word,
        step_words=partial(word, "referral step"),
        case_step_words=partial(word, "case step"),
        case_clock_words=partial(word, "clock"),
        desk_word=word,
        number_words=number_words,
        opening_word=sayings.opening_word,
        visit_step_words=partial(word, "visit step"),
        screening_word=sayings.screening_word,
        call_words=partial(word, "call"),
        series_words=partial(word, "series"),
        against_words=sayings.against_words,
        phone_words=partial(word, "phone"),
        alert_word=sayings.alert_word,
        number_word=partial(word, "number"),
        quarantine_word=sayings.quarantine_word,
        act_word=sayings.act_word,
        worded=worded,
        question=question,
        recall_words=sayings.recall_words,
        said=sayings.said,
        asked=sayings.asked,
        survivor=survivor,
        short_code=short_code,
        moment=moment,
        until=until,
        clock_time=clock_time,
        day=day,
        whole_day=whole_day,
        weekday=weekday,
        month_name=month_name,
        duty_words=partial(word, "duty"),
        part_words=partial(word, "part"),
        place_words=partial(word, "place"),
        label=label,
    )
