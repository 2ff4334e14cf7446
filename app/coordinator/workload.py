"""The workload: who carries what, who is away, and the standard times that it is counted with."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

from app.db import transaction, utc_now
from app.domain.errors import Invalid, Missing, NotAllowed
from app.domain.settings import SETTINGS, Mark, Setting
from app.domain.workload import standards
from app.services import absences, limits, partners, people, posts, workload
from app.words import label

from . import bp, numbers
from .forms import needed
from .gate import can, needs
from .partner_forms import Day


class AwayForm(FlaskForm):
    person = SelectField(_l("Who is away?"))
    since = Day(_l("First day away"), [needed()])
    until = Day(_l("Last day away"), [needed()])


@bp.get("/workload")
@needs("workload.see")
def workload_board():
    """Show who carries what: numbers of cases, never whose."""
    return _board()


@bp.post("/workload/away")
@needs("away.note")
def note_away():
    """Note that somebody is away."""
    form = _away_form()
    if not form.validate_on_submit():
        return _board(form), 422
    try:
        with transaction():
            absent = people.get(UUID(form.person.data), g.me.district)
            since, until = form.since.data, form.until.data
            absences.note(absent, since, until, g.me, today=_today(), now=utc_now())
    except Invalid:
        form.until.errors = [_("It must not end before it begins, nor before today.")]
        return _board(form), 422
    flash(_("Noted. Whoever gives a case is warned."))
    return redirect(url_for("desk.workload_board"), 303)


@bp.post("/workload/away/<uuid:absence_id>/strike")
@needs("away.note")
def strike_away(absence_id: UUID):
    """Take an absence back."""
    with transaction():
        absences.strike(absence_id, g.me, now=utc_now())
    flash(_("Taken back."))
    return redirect(url_for("desk.workload_board"), 303)


@bp.get("/workload/standards")
@needs("workload.see")
def standard_times():
    """Show every number of the workload with its mark, its source, who changed it and when."""
    own = limits.own(g.me.district)
    return render_template(
        "coordinator/standards.html",
        names=standards(),
        settings=limits.limits(g.me.district),
        own=own,
        calls=people.calls(row.set_by for row in own.values()),
        standard_word=standard_word,
        thousands=format_decimal,
    )


@bp.route("/workload/standards/<name>", methods=["GET", "POST"])
@needs("settings.change")
def standard_time(name: str):
    """Change one number, with where it is written."""
    _must_be_ours(name)
    return numbers.change(name, LISTED)


@bp.post("/workload/standards/<name>/default")
@needs("settings.change")
def standard_default(name: str):
    """Let the default hold again."""
    _must_be_ours(name)
    return numbers.give_back(name, LISTED)


def standard_word(name: str) -> str:
    """Return what a number of the workload is called."""
    first, _dot, rest = name.partition(".")
    if first == "need":
        stage, kind = rest.split(".")
        return f"{label('stage', stage)}: {label('work_kind', kind)}"
    known = name in ("work.screening", "work.cadre_visit", "work.cadre_report")
    return str(label("work_kind", rest) if first == "work" and not known else _number_word(name))


def _number_word(name: str):
    return label("standard", name)


def _amount(number: Setting) -> str:
    return f"{number.value} {label('unit', number.unit)}"


def _must_be_ours(name: str) -> None:
    if name not in standards():
        raise Missing("setting")
    if SETTINGS[name].mark is Mark.LAW:
        raise NotAllowed("setting.law")


def _board(form: AwayForm | None = None):
    now, today = utc_now(), _today()
    lines = workload.board(g.me.district, now=now)
    states = posts.register(g.me.district, today)
    away = absences.ahead(g.me.district, today)
    return render_template(
        "coordinator/workload.html",
        lines=lines,
        names=people.calls([*(line.person.id for line in lines), *(one.person_id for one in away)]),
        states=states,
        held=posts.named([term for one in states for term in (one.holder, one.acting)]),
        ends_soon={
            term.id
            for one in states
            for term in (one.holder, one.acting)
            if term is not None and posts.ends_soon(term, today)
        },
        away=away,
        today=today,
        thousands=format_decimal,
        form=form or (_away_form() if can("away.note") else None),
        year=today.year,
    )


def _away_form() -> AwayForm:
    form = AwayForm()
    staff = people.staff_of(g.me.district)
    form.person.choices = [(str(one.id), people.called(one)) for one in staff]
    if not form.is_submitted():
        form.since.data = _today()
    return form


def _today() -> date:
    return partners.today_in(g.me.district, utc_now())


LISTED = numbers.Listed(
    "desk.standard_times",
    "desk.standard_default",
    _l("Standard times"),
    standard_word,
    _amount,
    _l("Changed. From now on everything is counted with it."),
    joint=": ",
)
