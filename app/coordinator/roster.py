"""The roster: a week to plan, a month to look over and print, standing in and changing places."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.db import db, transaction, utc_now
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.roster import Part, Place, Turn
from app.services import duty, people, roster_plans, rosters
from app.services.rosters import Key

from . import bp
from . import roster_board as board
from .gate import needs

DAY = timedelta(days=1)


@bp.get("/roster")
@needs("roster.see")
def roster():
    """Show a week."""
    return _week(_monday(request.args.get("week")))


@bp.post("/roster")
@needs("roster.plan")
def roster_plan():
    """Save a week; a gap is saved too, and said plainly."""
    monday = _monday(request.form.get("week"))
    typed = {key: _typed(key) for key in _keys(monday)}
    if request.form.get("state") != _state(_known(monday, 7)):
        return _week(monday, typed=typed, changed=True, status=409)
    hours, now = rosters.hours_of(g.me.district), utc_now()
    wanted = {key: turn for key, turn in typed.items() if hours.end(*key) > now}
    try:
        with transaction():
            lacks = roster_plans.plan(wanted, g.me, now=now)
    except Invalid as wrong:
        return _week(monday, typed=typed, wrong=wrong, status=422)
    flash(_saved(len(lacks)))
    return redirect(url_for("desk.roster", week=monday.isoformat()), 303)


@bp.post("/roster/repeat")
@needs("roster.plan")
def roster_repeat():
    """Plan the weeks that follow like this one, where they are empty."""
    monday, weeks = _monday(request.form.get("week")), request.form.get("weeks", "")
    try:
        with transaction():
            number = int(weeks) if weeks.isdecimal() else 0
            filled = roster_plans.repeat(monday, number, g.me, now=utc_now())
    except Invalid:
        flash(_("Choose between 1 and %(most)s weeks.", most=roster_plans.MOST_WEEKS))
    else:
        flash(ngettext("%(num)s turn was planned.", "%(num)s turns were planned.", filled))
    return redirect(url_for("desk.roster", week=monday.isoformat()), 303)


@bp.post("/roster/swap")
@needs("roster.plan")
def roster_swap():
    """Let two people change places."""
    return _changed(lambda now: roster_plans.swap(_place("one"), _place("other"), g.me, now=now))


@bp.post("/roster/stand-in")
@needs("roster.take")
def roster_stand_in():
    """Take a colleague's turn over."""
    return _changed(lambda now: roster_plans.take_over(*_place("one"), g.me, now=now))


def _week(
    monday: date,
    *,
    typed: Mapping[Key, Turn] | None = None,
    wrong: Invalid | None = None,
    changed: bool = False,
    status: int = 200,
):
    now, known = utc_now(), board.turns_of(monday, monday + DAY * 6)
    able = rosters.able(g.me.district)
    watch = duty.watch(g.me.district, now=now)
    fault = {wrong.details["field"]: _refused(wrong.code)} if wrong else {}
    days = board.days_of(_keys(monday), known | dict(typed or {}), fault)
    return render_template(
        "coordinator/roster.html",
        days=days,
        week=monday,
        state=_state(_known(monday, 7)),
        before=monday - DAY * 7,
        after=monday + DAY * 7,
        names=board.names_of(known),
        numbers=board.numbers(),
        people=sorted((people.called(one), one.id) for one in able),
        silent=sorted(people.called(one) for one in rosters.silent(able)),
        lacks=[line for each in days for line in each.lines if line.lacks and not line.over],
        watch=watch,
        now_first=", ".join(people.calls(watch.on_call.first).values()),
        now_second=people.calls([watch.on_call.second]).get(watch.on_call.second, ""),
        offered=board.offered_of(now),
        hours=rosters.hours_of(g.me.district),
        most_weeks=roster_plans.MOST_WEEKS,
        changed=changed,
    ), status


def _known(monday: date, days: int) -> dict:
    return rosters.turns(g.me.district, monday, monday + DAY * (days - 1))


def _state(known: Mapping) -> str:
    """Return what a form was made from: another planner may have been quicker."""
    told = sorted((key, str(row.first_id), str(row.second_id)) for key, row in known.items())
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _keys(monday: date) -> list[Key]:
    return [(monday + DAY * number, part) for number in range(7) for part in Part]


def _typed(key: Key) -> Turn:
    on, part = key
    return Turn(*(_person(request.form.get(f"{on.isoformat()}.{part}.{place}")) for place in Place))


def _person(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return UUID(int=0)  # Nobody: refused like any other who cannot be on call.


def _place(field: str) -> tuple[UUID, Place]:
    token, _dot, place = request.form.get(field, "").rpartition(".")
    try:
        return UUID(token), Place(place)
    except ValueError:
        raise Missing("duty_turn") from None


def _monday(text: str | None) -> date:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        day = rosters.hours_of(g.me.district).at(utc_now())[0]
    db.session.rollback()
    return day - DAY * day.weekday()


def _changed(do):
    try:
        with transaction():
            do(utc_now())
    except (Conflict, Missing) as refused:
        flash(_refused(refused.code))
    else:
        flash(_("Changed. Those concerned are told."))
    monday = _monday(request.form.get("week"))
    return redirect(url_for("desk.roster", week=monday.isoformat()), 303)


def _saved(lacks: int) -> str:
    if not lacks:
        return _("Saved. Two people are on call at every hour.")
    return ngettext(
        "Saved. %(num)s turn still lacks somebody: there the head fills in, then SAPA 129.",
        "Saved. %(num)s turns still lack somebody: there the head fills in, then SAPA 129.",
        lacks,
    )


def _refused(code: str) -> str:
    words = {
        "roster.twice": _("The same person cannot be first and second."),
        "roster.person": _("This person cannot be on call."),
        "roster.over": _("This turn is over."),
        "duty_turn": _("Choose a turn that is planned."),
    }
    return words.get(code, _("This does not fit. Look at it once more."))
