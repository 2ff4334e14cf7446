"""Delivery: which phones can be rung, and whom one must call instead."""

from __future__ import annotations

from uuid import UUID

from flask import g, render_template, request
from flask_babel import pgettext

from app.db import utc_now
from app.domain.delivery import AlertsState
from app.services import delivery, people

from . import bp
from .gate import needs


@bp.get("/delivery")
@needs("delivery.see")
def delivery_page():
    """Show a page of the active phones, those that cannot be rung first."""
    after = request.args.get("after", type=UUID)
    board = delivery.board(g.me.district, now=utc_now(), after=after)
    return render_template(
        "coordinator/delivery.html",
        board=board,
        names=people.calls(phone.person_id for phone in board.phones),
        villages=people.area_names(phone.village for phone in board.phones),
        after=after,
    )


@bp.app_template_global("alerts_word")
def alerts_word(state: AlertsState) -> str:
    """Return in words whether a phone can be rung."""
    words = {
        AlertsState.WORKING: pgettext("alerts", "work"),
        AlertsState.UNPROVEN: pgettext("alerts", "switched on, not proven yet"),
        AlertsState.FAILING: pgettext("alerts", "do not arrive"),
        AlertsState.NONE: pgettext("alerts", "are switched off"),
        AlertsState.SILENT: pgettext("alerts", "unknown: not opened for long"),
    }
    return words[state]
