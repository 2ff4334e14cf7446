"""What is decided about a referral: each decision one form, one transaction, one sentence back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.db import db, take_turn, transaction, utc_now
from app.domain.errors import Conflict, Invalid, NotAllowed
from app.domain.fields import Parsed
from app.domain.permissions import may
from app.domain.referral import ReferralState
from app.domain.report import Risk
from app.models import Person, Referral
from app.services import deciding, referrals, waiting

from . import assigning, bp, late
from .forms import AskForm, DuplicateForm, JustDo, NotOursForm
from .gate import load, needs
from .referrals import page, screening_form


@bp.post("/referrals/<uuid:referral_id>/screen")
@needs("referral.screen")
def screen_referral(referral_id: UUID):
    """Write the screening down; with *accept* take it into care in the same breath."""
    shown = load(referral_id)
    form = screening_form(shown, {}, sent=True)
    parsed = form.parsed()
    if parsed is None:
        return page(referral_id, screen_form=form), 422
    accepting = form.do.data == "accept"
    if accepting and not may(g.me.roles, "referral.accept"):
        raise NotAllowed("role")
    try:
        with transaction():
            _screened(referral_id, parsed)
            if accepting:
                caseworker = db.session.get(Person, UUID(form.caseworker.data))
                locked = load(referral_id, lock=True)
                why = form.assign_why.data or ""
                deciding.accept(locked, caseworker, g.me, why=why, now=utc_now())
    except Invalid as wrong:
        if wrong.code == "assign.reason":
            assigning.blame(form, wrong)
            return page(referral_id, screen_form=form), 422
        if wrong.code != "risk.reason":
            raise
        form.risk_why.errors = [_("Say why the risk is lower than proposed.")]
        return page(referral_id, screen_form=form), 422
    except NotAllowed:
        form.risk.errors = [_("Only a caseworker or the head may lower a risk.")]
        return page(referral_id, screen_form=form), 422
    except Conflict:
        return _too_late(referral_id, screen_form=form)
    flash(_accepted_or_saved(shown, accepting))
    where = "desk.queue" if accepting else "desk.referral"
    known = {} if accepting else {"referral_id": referral_id}
    return redirect(url_for(where, **known), 303)


@bp.post("/referrals/<uuid:referral_id>/ask")
@needs("referral.return")
def ask_cadre(referral_id: UUID):
    """Return it to the cadre with a question."""
    form = AskForm()
    if not form.validate_on_submit():
        return page(referral_id, ask_form=form), 422

    def ask(shown: Referral) -> None:
        deciding.ask_cadre(shown, form.question.data, g.me, now=utc_now())

    said = _("Asked. The question goes to the cadre's phone, sealed.")
    return _decide(referral_id, ask, said, ask_form=form)


@bp.post("/referrals/<uuid:referral_id>/not-ours")
@needs("referral.not_ours")
def not_ours(referral_id: UUID):
    """Say that another office is the right one."""
    form = NotOursForm()
    if not form.validate_on_submit():
        return page(referral_id, not_ours_form=form), 422

    def send_on(shown: Referral) -> None:
        told, sent_to = form.told.data, form.sent_to.data
        deciding.not_ours(shown, told, sent_to, g.me, now=utc_now())

    said = _("Written down. The cadre reads that it moved on.")
    return _decide(referral_id, send_on, said, not_ours_form=form)


def _accepted_or_saved(shown: Referral, accepting: bool) -> str:
    if not accepting:
        return _("Screening saved.")
    return _("Accepted. The cadre will be told.") if shown.report.cadre_id else _("Accepted.")


@bp.post("/referrals/<uuid:referral_id>/duplicate")
@needs("referral.duplicate")
def duplicate(referral_id: UUID):
    """Find another report that may be about the same, by its code, and look at the two."""
    form = DuplicateForm()
    if not form.validate_on_submit():
        return page(referral_id, duplicate_form=form), 422
    load(referral_id)
    others = waiting.page(g.me, waiting.Filter(code=form.other.data), limit=2)
    if len(others) != 1 or others[0].id == referral_id:
        form.other.errors = [_("There is no other report with this code.")]
        return page(referral_id, duplicate_form=form), 422
    return redirect(url_for("desk.compare", referral_id=referral_id, other_id=others[0].id), 303)


@bp.post("/referrals/<uuid:referral_id>/same/<uuid:other_id>")
@needs("referral.duplicate")
def join(referral_id: UUID, other_id: UUID):
    """Say that another report is about the same, after the two were looked at."""

    def merge(shown: Referral) -> None:
        deciding.mark_duplicate(shown, load(other_id, lock=True), g.me, now=utc_now())

    return _decide(referral_id, merge, _("Put together. This can be undone for 30 days."))


@bp.post("/referrals/<uuid:referral_id>/undo")
@needs("referral.screen")
def undo(referral_id: UUID):
    """Take back the decision that the page showed."""
    decided = request.form.get("of", type=UUID)

    def back(shown: Referral) -> None:
        deciding.undo(shown, g.me, shown=decided, now=utc_now())

    return _decide(referral_id, back, _("Taken back. It waits in the queue again."))


def _screened(referral_id: UUID, parsed: Parsed) -> None:
    locked = load(referral_id, lock=True)
    if ReferralState(locked.state) is ReferralState.RECEIVED:
        referrals.see(locked, g.me, now=utc_now())
    screening = {name: value for name, value in parsed.facts.items() if name != "risk"}
    risk, why = Risk(parsed.facts["risk"]), parsed.texts.get("risk_why", "")
    referrals.screen(locked, g.me, screening, risk, why=why, now=utc_now())


def _decide(referral_id: UUID, do: Callable[[Referral], None], said: str, **sent: FlaskForm):
    """Decide, and say so; `sent` is the form, by its name on the page, that comes back if not."""
    if not JustDo().validate_on_submit():
        return _too_late(referral_id, **sent)
    try:
        with transaction():
            take_turn()  # Putting together and taking apart lock two referrals.
            do(load(referral_id, lock=True))
    except Conflict:
        return _too_late(referral_id, **sent)
    except Invalid as wrong:
        if sent:
            _blame(*sent.values(), wrong)
            return page(referral_id, **sent), 422
        flash(_unfit(wrong))
        return redirect(url_for("desk.referral", referral_id=referral_id), 303)
    flash(said)
    return redirect(url_for("desk.referral", referral_id=referral_id), 303)


def _blame(form: FlaskForm, wrong: Invalid) -> None:
    name = wrong.details.get("field")
    control = form[name] if name in form else next(iter(form))
    control.errors = [_unfit(wrong)]


def _unfit(wrong: Invalid) -> str:
    if wrong.code == "referral.no_cadre":
        return _("No cadre stands behind this report, so there is nobody to ask.")
    if wrong.code == "referral.caseworker":
        return _(
            "A colleague who accompanies one of the two is kept out of the other."
            " Give the case on first."
        )
    return _("This does not fit here. Nothing was changed.")


def _too_late(referral_id: UUID, **sent: FlaskForm):
    """Show it as it stands now, what was decided, and what was typed."""
    late.on_referral(load(referral_id), *sent.values())
    return page(referral_id, **sent), 409
