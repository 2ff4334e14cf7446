"""My settings: alerts on this device, the language of the desk, what waits for me to look at."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.db import db, transaction, utc_now
from app.locale import LANGUAGES, choose, known
from app.models import Person
from app.services import alerts, passkeys

from . import bp
from .gate import can, needs

A_YEAR = 31_536_000


@bp.get("/settings")
@needs("desk.enter")
def my_settings():
    """Show them."""
    person = db.session.get(Person, g.me.id)
    waiting = alerts.waiting_for(person) if can("alert.see") else ()
    return render_template(
        "coordinator/settings.html",
        languages=LANGUAGES,
        language=choose(),
        alerts=waiting,
        passkeys=passkeys.of(g.me.id),
    )


@bp.post("/settings/language")
@needs("desk.enter")
def speak():
    """Choose the language of the desk on this browser."""
    language = known(request.form.get("language"))
    answer = redirect(url_for("desk.my_settings"), 303)
    if language:
        answer.set_cookie(
            "language",
            language,
            max_age=A_YEAR,
            path="/desk",
            secure=True,
            httponly=True,
            samesite="Lax",
        )
    return answer


@bp.post("/alerts/<uuid:alert_id>/acknowledge")
@needs("alert.acknowledge")
def acknowledge(alert_id: UUID):
    """Say *I have seen it*."""
    with transaction():
        alerts.acknowledge(alert_id, g.me.id, now=utc_now())
    flash(_("Noted."))
    return redirect(url_for("desk.my_settings"), 303)
