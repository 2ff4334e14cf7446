"""My settings: alerts on this device, the passkeys of the card, the language of the desk."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for

from app.locale import LANGUAGES, choose, known
from app.services import passkeys

from . import bp
from .gate import needs

A_YEAR = 31_536_000


@bp.get("/settings")
@needs("desk.enter")
def my_settings():
    """Show them."""
    return render_template(
        "coordinator/settings.html",
        languages=LANGUAGES,
        language=choose(),
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
