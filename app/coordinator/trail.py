"""The trail: who read or did what, and whether the chain is whole."""

from __future__ import annotations

from flask import g, render_template, request

from app.db import utc_now
from app.services import heads, people, trail

from . import bp
from .gate import needs

ROWS = 100


@bp.get("/trail")
@needs("trail.see")
def trail_page():
    """Show a page of the trail, newest first."""
    before = request.args.get("before", type=int)
    rows = trail.page(g.me.district, before=before, limit=ROWS)
    return _page(rows, before)


@bp.post("/trail/verify")
@needs("trail.verify")
def verify():
    """Walk the whole chain and say what was found."""
    rows = trail.page(g.me.district, limit=ROWS)
    return _page(rows, None, verdict=trail.verify(g.me.district, left=heads.left(g.me.district)))


def _page(rows, before, *, verdict=None):
    return render_template(
        "coordinator/trail.html",
        rows=rows,
        names=people.calls(row.by for row in rows),
        more=rows[-1].seq if len(rows) == ROWS else None,
        before=before,
        verdict=verdict,
        now=utc_now(),
    )
