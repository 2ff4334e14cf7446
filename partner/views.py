"""`/p/`: what a hospital or a police unit answers, without an account and without a name.

The secret stands behind `#`, which no browser sends and no server logs; the page puts it into a
form and takes it out of the address. Looking spends nothing; only an answer does.
"""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from pathlib import Path

from flask import Blueprint, render_template, request, send_from_directory, url_for

from app.db import db, transaction, utc_now
from app.domain.errors import Invalid, Missing
from app.domain.report import short_code
from app.domain.service_referral import REFUSAL
from app.locale import HTML_LANG, choose, whole_day
from app.services import partner_answers
from app.words import label

bp = Blueprint("partner", __name__, url_prefix="/p", template_folder="templates")

FOLDER = Path(__file__).resolve().parent.parent / "static" / "partner"
LONGEST_SECRET = 64


@bp.get("/")
def page():
    """Show the empty page; it is the same for everybody."""
    return _page("empty")


@bp.post("/")
def look():
    """Show what is asked, as long as the link works. Spends nothing."""
    try:
        return _asked(_secret())
    except Missing:
        return _page("over"), 410
    finally:
        db.session.rollback()


@bp.post("/answer")
def answer():
    """Take the answer; the link is spent."""
    secret, said = _secret(), request.form.get("answer", "")
    refusal = request.form.get("refusal") or None
    try:
        with transaction():
            partner_answers.answer(secret, said, refusal=refusal, on=_day(), now=utc_now())
    except Missing:
        return _page("over"), 410
    except Invalid as wrong:
        return _asked(secret, fault=str(wrong.details.get("field"))), 422
    return _page("thanks")


@bp.get("/static/<version>/<name>")
def asset(version: str, name: str):
    """Hand out the page's script and style."""
    answer = send_from_directory(FOLDER, name, max_age=None)
    if version == _version():
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def _asked(secret: str, fault: str | None = None) -> str:
    _link, row = partner_answers.behind(secret, now=utc_now())
    return _page(
        "asked",
        secret=secret,
        row=row,
        number=f"RL-{short_code(row.id)}",
        answers=partner_answers.may_say(row),
        refusals=REFUSAL,
        fault=fault,
        given=request.form,
    )


def _page(state: str, **more: object) -> str:
    return render_template(
        "partner/page.html",
        state=state,
        html_lang=HTML_LANG[choose()],
        partner_asset=lambda name: url_for("partner.asset", version=_version(), name=name),
        label=label,
        whole_day=whole_day,
        **more,
    )


def _secret() -> str:
    return request.form.get("secret", "")[:LONGEST_SECRET]


def _day() -> date | None:
    try:
        return date.fromisoformat(request.form.get("on", ""))
    except ValueError:
        return None


@cache
def _version() -> str:
    whole = hashlib.sha256()
    for path in sorted(FOLDER.iterdir()):
        whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:12]
