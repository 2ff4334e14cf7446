"""Rules and deadlines: every number that counts here, where it is written, and who changed it."""

from __future__ import annotations

from datetime import time

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain import rules
from app.domain.errors import Invalid, Missing, NotAllowed
from app.domain.settings import SETTINGS, Mark, Setting, Unit
from app.locale import hour
from app.services import limits, people
from app.words import label

from . import bp
from .clock_words import source_words, span_words
from .gate import needs
from .workload import StandardForm

# They have a page of their own, with the workload that is computed from them.
ELSEWHERE = "workload"
_PLAIN = frozenset({Unit.COUNT, Unit.PERCENT, Unit.SECONDS})


@bp.get("/rules")
@needs("desk.enter")
def rules_page():
    """Show every number by its group. Nothing here is about anybody."""
    own = limits.own(g.me.district)
    return render_template(
        "coordinator/rules.html",
        groups={group: names for group, names in rules.grouped().items() if group != ELSEWHERE},
        settings=limits.limits(g.me.district),
        own=own,
        calls=people.calls(row.set_by for row in own.values()),
        may_change=rules.may_change,
        amount=amount,
        source_words=source_words,
    )


@bp.route("/rules/<name>", methods=["GET", "POST"])
@needs("settings.change")
def rule(name: str):
    """Change one number, with where it is written."""
    _must_be_ours(name)
    form = StandardForm()
    if form.validate_on_submit():
        try:
            with transaction():
                value, source = form.value.number, form.source.data
                limits.change(name, value, source, g.me, now=utc_now())
        except Invalid as wrong:
            field = str(wrong.details.get("field", "value"))
            form[field].errors = [_wrong_words(wrong, name)]
        else:
            flash(_("Changed. It holds from now on; clocks that run already keep their end."))
            return redirect(url_for("desk.rules_page"), 303)
    return _rule_page(name, form), 422 if form.is_submitted() else 200


@bp.post("/rules/<name>/default")
@needs("settings.change")
def rule_default(name: str):
    """Let the default hold again."""
    _must_be_ours(name)
    with transaction():
        limits.give_back(name, g.me, now=utc_now())
    flash(_("The default holds again."))
    return redirect(url_for("desk.rules_page"), 303)


def amount(number: Setting) -> str:
    """Return a number as people say it: a length of time, an hour, how many times."""
    if number.unit is Unit.O_CLOCK:
        return hour(time(number.value))
    if number.unit in _PLAIN:
        return f"{number.value} {label('unit', number.unit)}"
    return str(span_words(number))


def _rule_page(name: str, form: StandardForm):
    setting = limits.limits(g.me.district)[name]
    row = limits.own(g.me.district).get(name)
    if not form.is_submitted():
        form.value.data = str(setting.value)
        form.source.data = row.source if row else ""
    return render_template(
        "coordinator/rule.html",
        name=name,
        form=form,
        default=SETTINGS[name],
        row=row,
        word=label("rule", name),
        amount=amount,
    )


def _wrong_words(wrong: Invalid, name: str) -> str:
    if wrong.code == "setting.order":
        return _("This would come before what it must come after, or the other way round.")
    if wrong.code == "setting.value" and SETTINGS[name].unit is not Unit.O_CLOCK:
        most = rules.AT_MOST * SETTINGS[name].value
        return _("From 1 to %(most)s: a slip must not switch a clock off.", most=most)
    return _("This does not fit. Look at it once more.")


def _must_be_ours(name: str) -> None:
    if name not in SETTINGS or name not in rules.grouped_names():
        raise Missing("setting")
    if SETTINGS[name].mark is Mark.LAW or not rules.may_change(name):
        raise NotAllowed("setting.fixed")
