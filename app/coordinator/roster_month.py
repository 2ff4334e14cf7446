"""A month of the roster to look over and to print, and the holidays of the district."""

from __future__ import annotations

from datetime import date, timedelta

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, StringField
from wtforms.validators import InputRequired

from app.db import transaction, utc_now
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.roster import Part
from app.services import holidays, rosters

from . import bp
from . import roster_board as board
from .forms import NEEDED, at_most, needed
from .gate import needs

DAY = timedelta(days=1)


class HolidayForm(FlaskForm):
    on = DateField(_l("Day"), [InputRequired(NEEDED)])
    name = StringField(_l("What it is called"), [needed(), at_most(holidays.LONGEST)])


@bp.get("/roster/month/<month>")
@needs("roster.see")
def roster_month(month: str):
    """Show a month, with how often each has been asked."""
    return _page(_first_day(month))


@bp.post("/roster/month/<month>/holidays")
@needs("holiday.change")
def holiday_add(month: str):
    """Let a day be a holiday."""
    first, form, now = _first_day(month), HolidayForm(), utc_now()
    if not form.validate_on_submit():
        return _page(first, form), 422
    try:
        with transaction():
            holidays.add(form.on.data, form.name.data, g.me, today=_today(now), now=now)
    except Invalid as wrong:
        field = form.name if wrong.details["field"] == "name" else form.on
        field.errors = [_("This day is over.") if field is form.on else _("Give it a short name.")]
        return _page(first, form), 422
    flash(_("Noted. Service hours stand still on that day."))
    return redirect(url_for("desk.roster_month", month=f"{form.on.data:%Y-%m}"), 303)


@bp.post("/roster/holidays/<on>/remove")
@needs("holiday.change")
def holiday_remove(on: str):
    """Let it be a day like any other."""
    day, now = _first_day(on[:7]), utc_now()
    try:
        with transaction():
            holidays.remove(_day(on), g.me, today=_today(now), now=now)
    except Conflict:
        flash(_("This day is over."))
    else:
        flash(_("Removed."))
    return redirect(url_for("desk.roster_month", month=f"{day:%Y-%m}"), 303)


def _page(first: date, form: HolidayForm | None = None):
    last = (first + timedelta(days=31)).replace(day=1) - DAY
    known = board.turns_of(first, last)
    keys = [(first + DAY * number, part) for number in range(last.day) for part in Part]
    days = board.days_of(keys, known)
    return render_template(
        "coordinator/roster_month.html",
        days=days,
        month=f"{first:%Y-%m}",
        first=first,
        before=f"{first - DAY:%Y-%m}",
        after=f"{last + DAY:%Y-%m}",
        names=board.names_of(known),
        counts=board.counts_of(days),
        numbers=board.numbers(),
        lacks=sum(line.lacks and not line.over for each in days for line in each.lines),
        holidays=holidays.between(g.me.district, first, last),
        form=form or HolidayForm(formdata=None),
        today=_today(utc_now()),
    )


def _today(now) -> date:
    return now.astimezone(rosters.hours_of(g.me.district).zone).date()


def _first_day(month: str) -> date:
    return _day(f"{month}-01")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Missing("month") from None
