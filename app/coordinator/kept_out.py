"""Who is too near to a report: stepping out, and whom a head keeps out or lets back in."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from app.db import db, take_turn, transaction, utc_now
from app.domain.errors import Conflict, Invalid
from app.domain.permissions import PERMISSIONS
from app.domain.report import short_code
from app.models import Person
from app.services import cases, people, related

from . import bp
from .desk_words import WORDS
from .forms import KeepOutForm, LetBackForm
from .gate import load, needs
from .sayings import refused


@bp.post("/referrals/<uuid:referral_id>/related")
@needs("referral.see")
def step_out(referral_id: UUID):
    """Step out because one is related: from now on it is not there."""
    try:
        with transaction():
            take_turn()
            related.step_out(load(referral_id, lock=True), g.me, now=utc_now())
    except Invalid as wrong:
        flash(refused(wrong.code))
        return redirect(url_for("desk.referral", referral_id=referral_id), 303)
    flash(_("You are out of it. Colleagues still see it."))
    return redirect(url_for("desk.queue"), 303)


@bp.get("/referrals/<uuid:referral_id>/kept-out")
@needs("referral.keep_out")
def kept_out(referral_id: UUID):
    """Show to whom it is not there."""
    return _page(referral_id)


@bp.post("/referrals/<uuid:referral_id>/kept-out")
@needs("referral.keep_out")
def keep_out(referral_id: UUID):
    """Keep a colleague out whom it is about, or who stands near."""
    load(referral_id)
    form = KeepOutForm()
    form.person.choices = _near(referral_id)
    if not form.validate_on_submit():
        return _page(referral_id, form=form), 422
    try:
        with transaction():
            take_turn()
            shown = load(referral_id, lock=True)
            colleague = db.session.get_one(Person, UUID(form.person.data))
            related.keep_out(shown, colleague, g.me, now=utc_now())
    except Invalid as wrong:
        form.person.errors = [refused(wrong.code)]
        return _page(referral_id, form=form), 422
    flash(_("To that colleague it is not there any more."))
    return redirect(url_for("desk.kept_out", referral_id=referral_id), 303)


@bp.post("/referrals/<uuid:referral_id>/kept-out/<uuid:person_id>/back")
@needs("referral.keep_out")
def let_back(referral_id: UUID, person_id: UUID):
    """Let somebody read it again, with the reason."""
    load(referral_id)
    form = _back_form()
    if not form.validate_on_submit():
        return _page(referral_id, back=(person_id, form)), 422
    try:
        with transaction():
            take_turn()
            shown = load(referral_id, lock=True)
            related.let_back(shown, person_id, form.why.data, g.me, now=utc_now())
    except Conflict as late:
        flash(refused(late.code))
    else:
        flash(_("To that colleague it is there again."))
    return redirect(url_for("desk.kept_out", referral_id=referral_id), 303)


def _page(referral_id: UUID, *, form: KeepOutForm | None = None, back=None):
    shown = load(referral_id)
    outside = related.outside(shown)
    if form is None:
        form = KeepOutForm(formdata=None)
        form.person.choices = _near(referral_id)
    asked, wrong = back or (None, None)
    return render_template(
        "coordinator/kept_out.html",
        referral=shown,
        case=cases.of_referral(shown),
        code=short_code(shown.report_id),
        outside=outside,
        names=people.calls(one for row in outside for one in (row.person_id, row.by)),
        form=form,
        backs=dict.fromkeys((one.person_id for one in outside), _back_form(formdata=None))
        | {asked: wrong},
        asked=asked,
    )


def _near(referral_id: UUID) -> list[tuple[str, str]]:
    """Return whom a head may keep out: who could read it, and can still."""
    out = {one.person_id for one in related.outside(load(referral_id))}
    near = people.colleagues(g.me, PERMISSIONS["referral.see"])
    named = [(str(one), name) for one, name in near.items() if one not in out]
    return [("", "–"), *named] if named else []


def _back_form(**sent) -> LetBackForm:
    form = LetBackForm(**sent)
    form.why.choices = list(WORDS["let back"].items())
    return form
