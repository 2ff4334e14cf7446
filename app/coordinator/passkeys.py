"""Passkeys: the lock of the on-call card, making one on one's own phone, removing one."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from app.db import transaction, utc_now
from app.domain.errors import Invalid
from app.domain.permissions import may
from app.services import duty_cards, passkeys

from . import bp
from .duty import A_YEAR, KNOWN
from .gate import heavy, needs
from .looks import waiting_here

# A lock that lies open for longer asks anew: its page loads itself again.
LASTS = timedelta(minutes=5)
LONGEST_ANSWER = 16_000


class AnswerForm(FlaskForm):
    answer = HiddenField(validators=[InputRequired(), Length(max=LONGEST_ANSWER)])


@bp.get("/alert")
def came():
    """Go where an alert leads that was just tapped: the constant push says nothing itself."""
    if g.me is None:
        place = "desk.duty_page" if request.cookies.get(KNOWN) else "desk.enter"
    elif may(g.me.roles, "duty.see") and duty_cards.calls(g.me, now=utc_now()):
        place = "desk.duty_page"
    else:
        waits = may(g.me.roles, "alert.see") and waiting_here(["alerts"])["alerts"]
        place = "desk.alerts_page" if waits else "desk.home"
    return redirect(url_for(place), 303)


def lock():
    """Show the lock of the card, and ask for a passkey."""
    asked = passkeys.ask(_site())
    _remember(asked.challenge)
    return render_template(
        "coordinator/duty_locked.html",
        form=AnswerForm(formdata=None),
        options=asked.options,
        at_once="closed" not in request.args,
        lasts=int(LASTS.total_seconds()),
    )


@bp.post("/duty/unlock")
def duty_unlock():
    """Open the card for whoever shows a passkey."""
    form, challenge = AnswerForm(), _challenge()
    try:
        if not form.validate_on_submit() or challenge is None:
            raise Invalid("passkey.refused")
        with transaction():
            reference = passkeys.open_card(form.answer.data, challenge, _site(), now=utc_now())
    except Invalid:
        flash(_("This did not open the card. Try again, or sign in at the desk."))
        return redirect(url_for("desk.duty_page", closed=1), 303)
    session["card"] = reference
    return _known(redirect(url_for("desk.duty_page"), 303))


@bp.route("/passkeys/new", methods=["GET", "POST"])
@needs("passkey.own")
@heavy
def passkey_new():
    """Make a passkey on this phone."""
    form = AnswerForm()
    if request.method == "GET":
        return _new_page()
    challenge = _challenge()
    try:
        if not form.validate_on_submit() or challenge is None:
            raise Invalid("passkey.refused")
        with transaction():
            passkeys.add(form.answer.data, challenge, _site(), g.me, now=utc_now())
    except Invalid as refused:
        return _new_page(refused.code, 422)
    flash(_("This phone opens the on-call card from now on."))
    return _known(redirect(url_for("desk.my_settings"), 303))


@bp.post("/passkeys/<uuid:passkey_id>/remove")
@needs("passkey.own")
def passkey_remove(passkey_id: UUID):
    """Remove one of one's own."""
    with transaction():
        passkeys.remove(passkey_id, g.me.id, g.me, now=utc_now())
    flash(_("Removed: it opens nothing any more."))
    return redirect(url_for("desk.my_settings"), 303)


@bp.post("/people/<uuid:person_id>/passkeys/<uuid:passkey_id>/remove")
@needs("people.change")
@heavy
def person_passkey_remove(person_id: UUID, passkey_id: UUID):
    """Remove a colleague's: the phone is lost, or the work has changed."""
    with transaction():
        passkeys.remove(passkey_id, person_id, g.me, now=utc_now())
    flash(_("Removed: it opens nothing any more."))
    return redirect(url_for("desk.person", person_id=person_id), 303)


def _new_page(code: str = "", status: int = 200):
    asked = passkeys.ask_for_new(g.me.id, _site())
    _remember(asked.challenge)
    words = {
        "passkey.refused": _("The phone's answer did not fit. Try once more."),
        "passkey.many": _("There are eight already. Remove one first."),
    }
    return (
        render_template(
            "coordinator/passkey_new.html",
            form=AnswerForm(formdata=None),
            options=asked.options,
            fault=words.get(code, ""),
        ),
        status,
    )


def _site() -> passkeys.Site:
    address = urlsplit(current_app.config["SIAGA"].desk_url)
    return passkeys.Site(address.hostname or "", f"{address.scheme}://{address.netloc}")


def _remember(challenge: bytes) -> None:
    at = int(utc_now().timestamp())
    session["asked"] = [urlsafe_b64encode(challenge).decode(), at]


def _challenge() -> bytes | None:
    """Return what this browser was asked, once, and not for long."""
    text, at = session.pop("asked", None) or ("", 0)
    fresh = utc_now().timestamp() - at < LASTS.total_seconds()
    return urlsafe_b64decode(text) if text and fresh else None


def _known(answer):
    answer.set_cookie(
        KNOWN, "1", max_age=A_YEAR, path="/desk", secure=True, httponly=True, samesite="Lax"
    )
    return answer
