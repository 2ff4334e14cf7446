"""Kartu piket on a phone: opened by a passkey, coded facts only, one button that takes it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from flask import flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from app.db import db, transaction, utc_now
from app.domain.errors import Conflict, Invalid, NotAllowed
from app.domain.permissions import may
from app.domain.roster import DutyState
from app.models import Referral
from app.services import directory, duty, duty_cards, passkeys, people, referrals, rosters
from app.services.limits import limit

from . import POLL_HEADER, bp
from .clock_words import moment
from .duty_looks import card_of

# Marks a browser that opened a card before: a tap on an alert goes to its lock, not to the door.
KNOWN = "duty"
A_YEAR = 31_536_000


def on_duty(permission: str) -> Callable:
    """Let in whoever opened the card with a passkey, or sits at the desk; else show the lock."""

    def guard(view: Callable) -> Callable:
        @wraps(view)
        def guarded(*args, **kwargs):
            g.holder = g.me or passkeys.holder(session.get("card"), utc_now())
            db.session.rollback()
            if g.holder is None:
                return _locked()
            if not may(g.holder.roles, permission):
                raise NotAllowed("role")
            return view(*args, **kwargs)

        guarded.permission = permission
        return guarded

    return guard


@bp.get("/duty")
@on_duty("duty.see")
def duty_page():
    """Show the most pressing card, and whoever is on call now."""
    found = duty_cards.waiting(g.holder, now=utc_now())
    return _page(found[0].id if found else None)


@bp.get("/duty/<uuid:referral_id>")
@on_duty("duty.see")
def duty_card(referral_id: UUID):
    """Show one card."""
    return _page(referral_id)


@bp.post("/duty/<uuid:referral_id>/take")
@on_duty("duty.take")
def duty_take(referral_id: UUID):
    """*Saya tangani*: one wins, everybody else is told who."""
    now = utc_now()
    try:
        with transaction():
            holder = duty_cards.take(_load(referral_id, lock=True), g.holder, now=now)
    except Conflict:
        flash(_("This has left the queue already."))
        return redirect(url_for("desk.duty_page"), 303)
    if holder != g.holder.id:  # Else the card says it itself.
        flash(_("%(name)s was first and has it.", name=people.calls([holder])[holder]))
    return redirect(url_for("desk.duty_card", referral_id=referral_id), 303)


@bp.post("/duty/<uuid:referral_id>/pass-on")
@on_duty("duty.take")
def duty_pass_on(referral_id: UUID):
    """*Alihkan*: ring the next one at once."""
    try:
        with transaction():
            shown = _load(referral_id, lock=True)
            whom = duty_cards.pass_on(shown, g.holder, now=utc_now())
    except Conflict as refused:
        flash(_refused(refused.code))
    else:
        flash(_("%(name)s is being called.", name=people.called(whom)))
    return redirect(url_for("desk.duty_card", referral_id=referral_id), 303)


@bp.post("/duty/<uuid:referral_id>/number")
@on_duty("duty.take")
def duty_number(referral_id: UUID):
    """Show how the cadre is called; the trail says who looked."""
    with transaction():
        contact = duty_cards.open_number(_load(referral_id), g.holder, now=utc_now())
    return _page(referral_id, contact=contact)


@bp.post("/duty/say")
@on_duty("duty.say")
def duty_say():
    """Say of oneself: ready, on the way, handed over."""
    try:
        state = DutyState(request.form.get("state", ""))
        to = UUID(request.form["to"]) if request.form.get("to") else None
        with transaction():
            duty.say(state, g.holder, to=to, now=utc_now())
    except (Conflict, Invalid, ValueError) as refused:
        flash(_refused(getattr(refused, "code", "")))
    else:
        flash(_("Noted."))
    return redirect(url_for("desk.duty_page"), 303)


@bp.post("/duty/close")
def duty_close():
    """Close the card on this phone."""
    with transaction():
        passkeys.close_card(session.pop("card", None))
    return redirect(url_for("desk.duty_page", closed=1), 303)


def _page(referral_id: UUID | None, *, contact: tuple[dict, tuple] | None = None):
    now = utc_now()
    shown = None
    if referral_id is not None:
        shown = _load(referral_id) if POLL_HEADER in request.headers else _looked_at(referral_id)
    others = [one for one in duty_cards.waiting(g.holder, now=now) if one is not shown]
    elsewhere = duty_cards.rang_elsewhere(g.holder, filter(None, (shown, *others)), now=now)
    here = duty.watch(g.holder.district, now=now)
    able = [one for one in rosters.able(g.holder.district) if one.id != g.holder.id]
    awaited = duty.awaited(g.holder.id, here)
    card = card_of(shown, now) if shown else None
    others = [card_of(one, now) for one in others]
    return render_template(
        "coordinator/duty.html",
        card=card,
        others=others,
        elsewhere=elsewhere,
        state=hashlib.sha256(repr((card, others, elsewhere)).encode()).hexdigest()[:16],
        contact=contact,
        police=_number("police", shown.village if shown else None),
        sapa=_number("sapa", None),
        watch=here,
        my_word=here.said.get(g.holder.id),
        takes_part=g.holder.id in here.people,
        until=moment(here.ends_at),
        names=people.calls([*here.people, *awaited]),
        awaited=awaited,
        colleagues=sorted((people.called(one), one.id) for one in able),
        by_passkey=g.me is None,
        on_the_way_minutes=limit(g.holder.district, "on_call.on_the_way").value,
    )


def _looked_at(referral_id: UUID) -> Referral:
    with transaction():
        shown = _load(referral_id, lock=True)
        duty_cards.look(shown, g.holder, now=utc_now())
    return shown


def _number(kind: str, village: str | None) -> str:
    numbers = [one for one in directory.numbers(g.holder.district, village) if one.kind == kind]
    own = [one.number for one in numbers if one.village is not None]
    return next(iter(own or [one.number for one in numbers]), "")


def _load(referral_id: UUID, *, lock: bool = False) -> Referral:
    return referrals.get(referral_id, g.holder, lock=lock)


def _refused(code: str) -> str:
    words = {
        "duty.not_yours": _("You are not on call now: look at the roster."),
        "duty.receiver": _("Choose to whom you hand it over."),
        "duty.nobody_else": _("Nobody else is on call. Call SAPA 129."),
        "referral.taken": _("Somebody has taken it meanwhile."),
    }
    return words.get(code, _("This does not fit. Look at it once more."))


def _locked():
    if POLL_HEADER in request.headers:
        return "", 401
    if request.method == "POST":
        return redirect(url_for("desk.duty_page"), 303)
    from . import passkeys as door

    return door.lock()
