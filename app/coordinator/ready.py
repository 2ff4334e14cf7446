"""Cadres ready: numbers by subdistrict and village, printable for a village's budget."""

from __future__ import annotations

from flask import g, render_template
from flask_babel import gettext as _

from app.db import utc_now
from app.domain import areas
from app.domain.errors import Missing
from app.domain.settings import SETTINGS
from app.services import people, readiness

from . import bp
from .gate import needs


@bp.get("/ready")
@needs("people.see")
def ready_board():
    """Show every subdistrict of the district."""
    places = readiness.subdistricts(g.me.district, now=utc_now())
    return _page(places, _("Subdistrict"))


@bp.get("/ready/<code>")
@needs("people.see")
def ready_in(code: str):
    """Show the villages of one subdistrict."""
    known = areas.is_area(code) and areas.level(code) is areas.Level.SUBDISTRICT
    name = people.area_names([code]).get(code)
    if not known or not areas.within(code, g.me.district) or name is None:
        raise Missing("area")
    return _page(readiness.villages(code, now=utc_now()), _("Village"), above=name)


def _page(places: list[readiness.Place], kind: str, above: str | None = None):
    return render_template(
        "coordinator/ready.html",
        places=places,
        kind=kind,
        above=above,
        total=readiness.total(places),
        days=SETTINGS["practice.counts_for"].value,
        now=utc_now(),
    )
