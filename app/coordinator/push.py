"""Alerts for the desk: its own worker, and where each browser of a member of staff is rung."""

from __future__ import annotations

import json

from flask import Response, current_app, g, request
from flask_babel import gettext

from app.db import db, transaction, utc_now
from app.domain.errors import Missing
from app.domain.push import subscription
from app.models import Person
from app.services import keylists, subscriptions

from . import bp
from .assets import FOLDER
from .gate import needs

PLACE_OF_WORDS = '"{{words}}"'


@bp.get("/sw.js")
def worker() -> Response:
    """The desk's service worker with its one sentence: the same for everyone and every alert."""
    words = {"title": gettext("Desk"), "body": gettext("There is something new.")}
    source = (FOLDER / "sw.js").read_text().replace(PLACE_OF_WORDS, json.dumps(words), 1)
    answer = Response(source, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.put("/push-subscription")
@needs("push.subscribe")
def subscribe() -> tuple[str, int]:
    """Ring this browser from now on."""
    told = _told()
    with transaction():
        subscriptions.keep(told, db.session.get_one(Person, g.me.id), now=utc_now())
    return "", 204


@bp.delete("/push-subscription")
@needs("push.subscribe")
def unsubscribe() -> tuple[str, int]:
    """Ring this browser no more."""
    told = _told()
    with transaction():
        subscriptions.drop(db.session.get_one(Person, g.me.id), told)
    return "", 204


@bp.app_template_global("push_key")
def push_key() -> str:
    """Return the VAPID public point as `PushManager.subscribe` takes it; empty without keys."""
    try:
        return keylists.push_key()
    except Missing:
        return ""


def _told():
    origin = current_app.config["SIAGA"].push_test_origin
    return subscription(request.get_json(silent=True), origin)
