"""The book on the phones: numbers to call, dates and tips of the cover, checklists of visits."""

from __future__ import annotations

import json
from collections.abc import Callable

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TimeField
from wtforms.validators import Optional

from app.db import transaction, utc_now
from app.domain.codes import PURPOSE
from app.domain.errors import Invalid
from app.services import book as phones_book
from app.services import checklists, directory, people
from app.words import label, question

from . import bp
from .desk_words import word
from .forms import at_most, needed
from .gate import heavy, needs

MONTHS = [(str(month), str(month)) for month in range(1, 13)]


class _OfVillage(FlaskForm):
    village = SelectField(_l("Village"), validate_choice=False)


class NumberForm(_OfVillage):
    kind = SelectField(_l("Whose number"))
    number = StringField(_l("Number"), [needed(), at_most(20)])


class DateForm(_OfVillage):
    on = DateField(_l("Day"), [needed()])
    at = TimeField(_l("Hour"), [Optional()])
    text = StringField(_l("What"), [needed(), at_most(60)])


class TipForm(_OfVillage):
    month = SelectField(_l("Month"), choices=MONTHS)
    text = StringField(_l("Tip of the month"), [needed(), at_most(160)])


class ItemForm(FlaskForm):
    purpose = SelectField(
        question("purpose").short, choices=[(one, label("purpose", one)) for one in PURPOSE]
    )
    id = StringField("Bahasa Indonesia", [needed(), at_most(90)])
    en = StringField("English", [Optional(), at_most(90)])
    jv = StringField("Basa Banyumasan", [Optional(), at_most(90)])


@bp.get("/book")
@needs("settings.see")
def book():
    """Show what stands on the phones' covers."""
    return _cover_page()


@bp.post("/book/numbers", defaults={"kind": "number"})
@bp.post("/book/dates", defaults={"kind": "date"})
@bp.post("/book/tips", defaults={"kind": "tip"})
@needs("settings.change")
@heavy
def add_to_book(kind: str):
    """Let the phones show one number, date or tip more."""
    form = {"number": NumberForm, "date": DateForm, "tip": TipForm}[kind](prefix=kind)
    _offer(form)
    if not form.validate_on_submit():
        return _cover_page(**{kind: form}), 422
    try:
        with transaction():
            _added(kind, form)
            phones_book.publish_cover(g.me.district, now=utc_now())
    except Invalid as wrong:
        _say(form, wrong)
        return _cover_page(**{kind: form}), 422
    flash(_("Added. Phones show it when they next fetch."))
    return redirect(url_for("desk.book"), 303)


@bp.post("/book/<any(number, entry):kind>/<int:row_id>/remove")
@needs("settings.change")
@heavy
def remove_from_book(kind: str, row_id: int):
    """Take a number, a date or a tip off the phones."""
    with transaction():
        directory.remove(kind, row_id, g.me, now=utc_now())
        phones_book.publish_cover(g.me.district, now=utc_now())
    flash(_("Removed."))
    return redirect(url_for("desk.book"), 303)


@bp.get("/book/checklists")
@needs("settings.see")
def checklists_page():
    """Show what a cadre is asked after a visit, by purpose."""
    return _lists_page()


@bp.post("/book/checklists")
@needs("settings.change")
def add_item():
    """Add a question to the checklist of a purpose."""
    form = ItemForm()
    if not form.validate_on_submit():
        return _lists_page(form), 422
    labels = {"id": form.id.data, "en": form.en.data or "", "jv-x-banyumas": form.jv.data or ""}
    _change(lambda: checklists.add(form.purpose.data, labels, g.me, now=utc_now()))
    flash(_("Added. Phones show it when they next fetch."))
    return redirect(url_for("desk.checklists_page"), 303)


@bp.post("/book/items/<int:item_id>/<any(retire, up):how>")
@needs("settings.change")
def change_item(item_id: int, how: str):
    """Retire a question or ask it again; or ask it earlier."""
    verb = {"retire": checklists.retire, "up": checklists.move_up}[how]
    _change(lambda: verb(checklists.get(item_id, g.me.district), g.me, now=utc_now()))
    return redirect(url_for("desk.checklists_page"), 303)


def _change(verb: Callable[[], object]) -> None:
    with transaction():
        checklists.ship(g.me.district)
        verb()
        phones_book.publish_checklists(g.me.district, now=utc_now())


def _added(kind: str, form) -> None:
    now, village = utc_now(), form.village.data or None
    if kind == "number":
        directory.add_number(form.kind.data, form.number.data, g.me, village=village, now=now)
    elif kind == "date":
        at, text = form.at.data, form.text.data
        directory.add_date(form.on.data, at, text, g.me, village=village, now=now)
    else:
        directory.add_tip(int(form.month.data), form.text.data, g.me, village=village, now=now)


def _offer(form: _OfVillage) -> None:
    villages = people.villages_of(g.me.district)
    form.village.choices = [("", _("All villages"))] + [
        (area.code, f"{area.name} ({area.code})") for area in villages
    ]
    if isinstance(form, NumberForm):
        form.kind.choices = [(kind, word("number", kind)) for kind in directory.KINDS]


def _say(form, wrong: Invalid) -> None:
    words = {
        "number.number": _("Digits only, with spaces or hyphens between them."),
        "cover.betrays": _("Everybody reads this on the cover. Say it without such words."),
    }
    control = form[str(wrong.details.get("field", "village"))]
    control.errors = [words.get(wrong.code, _("This does not fit. Look at it once more."))]


def _cover_page(**forms):
    shown = {"number": NumberForm, "date": DateForm, "tip": TipForm}
    made = {
        kind: forms.get(kind) or form(formdata=None, prefix=kind) for kind, form in shown.items()
    }
    for form in made.values():
        _offer(form)
    numbers = directory.every_number(g.me.district)
    entries = directory.every_entry(g.me.district)
    return render_template(
        "coordinator/book.html",
        forms=made,
        numbers=numbers,
        entries=entries,
        villages=people.area_names(row.village for row in (*numbers, *entries)),
    )


def _lists_page(form: ItemForm | None = None):
    with transaction():
        checklists.ship(g.me.district)
        lists = {
            purpose: [
                (item, json.loads(item.labels)) for item in checklists.of(g.me.district, purpose)
            ]
            for purpose in PURPOSE
        }
    return render_template(
        "coordinator/checklists.html", lists=lists, form=form or ItemForm(formdata=None)
    )
