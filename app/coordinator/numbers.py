"""One of the district's own numbers: its form, its page, changing it and letting the default hold.

Which numbers may be changed, and what they are called, is known to the pages that list them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField

from app.db import transaction, utc_now
from app.domain.errors import Invalid
from app.domain.settings import SETTINGS
from app.services import limits

from .forms import at_most, needed
from .partner_forms import Count

DOES_NOT_FIT = _l("This does not fit. Look at it once more.")


class NumberForm(FlaskForm):
    value = Count(_l("Number"), [needed()])
    source = StringField(
        _l("Where is it written?"),
        [needed(), at_most(limits.LONGEST_SOURCE)],
        description=_l("The decree or the decision, with its number."),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A page that lists numbers: its endpoint and title, and what it says of each."""

    endpoint: str
    default: str
    """The endpoint that lets a number's default hold again."""
    title: str
    word: Callable[[str], str]
    """What a number is called."""
    amount: Callable[[object], str]
    """What a default is, with its unit."""
    changed: str
    """What is said after a change."""
    joint: str = " "
    """What stands between what a number is called and how much it is, in the heading."""
    wrong: Callable[[Invalid, str], str] = lambda _wrong, _name: DOES_NOT_FIT
    """What is said of a value that does not fit."""


def change(name: str, listed: Listed):
    """Show a number, or change it as the form says; what does not fit is shown as it was typed."""
    form = NumberForm()
    if form.validate_on_submit():
        try:
            with transaction():
                value, source = form.value.number, form.source.data
                limits.change(name, value, source, g.me, now=utc_now())
        except Invalid as wrong:
            field = str(wrong.details.get("field", "value"))
            form[field].errors = [listed.wrong(wrong, name)]
        else:
            flash(listed.changed)
            return redirect(url_for(listed.endpoint), 303)
    return _page(name, form, listed), 422 if form.is_submitted() else 200


def give_back(name: str, listed: Listed):
    """Let the default hold again."""
    with transaction():
        limits.give_back(name, g.me, now=utc_now())
    flash(_("The default holds again."))
    return redirect(url_for(listed.endpoint), 303)


def _page(name: str, form: NumberForm, listed: Listed) -> str:
    row, holds = limits.own(g.me.district).get(name), limits.limits(g.me.district)[name]
    if not form.is_submitted():
        form.value.data = str(holds.value)
        form.source.data = row.source if row else ""
    return render_template(
        "coordinator/number.html",
        name=name,
        form=form,
        default=SETTINGS[name],
        # What a number is called ends where the number follows: “… within”.
        head=f"{listed.word(name)}{listed.joint}{listed.amount(holds)}",
        row=row,
        listed=listed,
    )
