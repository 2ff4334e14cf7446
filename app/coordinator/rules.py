"""Rules and deadlines: every number that counts here, where it is written, and who changed it."""

from __future__ import annotations

from datetime import time
from functools import partial

from flask import g, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain import rules
from app.domain.errors import Invalid, Missing, NotAllowed
from app.domain.settings import SETTINGS, Mark, Setting, Unit
from app.locale import hour
from app.services import limits, people
from app.words import label

from . import bp, numbers
from .clock_words import source_words, span_words
from .gate import needs

# They have a page of their own, with the workload that is computed from them.
ELSEWHERE = "workload"
_PLAIN = frozenset({Unit.PERCENT, Unit.SECONDS})


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
    return numbers.change(name, LISTED)


@bp.post("/rules/<name>/default")
@needs("settings.change")
def rule_default(name: str):
    """Let the default hold again."""
    _must_be_ours(name)
    return numbers.give_back(name, LISTED)


def amount(number: Setting) -> str:
    """Return a number as people say it: a length of time, an hour, how many."""
    if number.unit is Unit.O_CLOCK:
        return hour(time(number.value))
    if number.unit is Unit.COUNT:
        return str(number.value)
    if number.unit in _PLAIN:
        return f"{number.value} {label('unit', number.unit)}"
    return str(span_words(number))


def _wrong_words(wrong: Invalid, name: str) -> str:
    if wrong.code == "setting.order":
        return _("This would come before what it must come after, or the other way round.")
    if wrong.code == "setting.value" and SETTINGS[name].unit is not Unit.O_CLOCK:
        most = rules.AT_MOST * SETTINGS[name].value
        return _("From 1 to %(most)s: a slip must not switch a clock off.", most=most)
    return numbers.DOES_NOT_FIT


def _must_be_ours(name: str) -> None:
    if name not in SETTINGS or name not in rules.grouped_names():
        raise Missing("setting")
    if SETTINGS[name].mark is Mark.LAW or not rules.may_change(name):
        raise NotAllowed("setting.fixed")


LISTED = numbers.Listed(
    "desk.rules_page",
    "desk.rule_default",
    _l("Rules and deadlines"),
    partial(label, "rule"),
    amount,
    _l("Changed. It holds from now on; clocks that run already keep their end."),
    wrong=_wrong_words,
)
