"""The trail: who read or did what, and whether the chain is whole."""

from __future__ import annotations

from uuid import UUID

from flask import g, render_template, request

from app.db import utc_now
from app.models import TrailRow
from app.services import heads, people, related, trail

from . import bp
from .desk_words import WORDS
from .gate import needs
from .sayings import opening_word
from .trail_words import KINDS, act_words, kind_words

ROWS = 100
# So many links are walked while somebody waits: about a second. A year of a busy office is more.
WALKED = 20_000


@bp.get("/trail")
@needs("trail.see")
def trail_page():
    """Show a page of the trail, newest first."""
    before = request.args.get("before", type=int)
    by, on = request.args.get("by", type=UUID), request.args.get("on")
    on = on if on in KINDS else None
    rows = trail.page(g.me.district, before=before, limit=ROWS, by=by, on=on)
    return _page(rows, before, by=by, on=on)


@bp.post("/trail/verify")
@needs("trail.verify")
def verify():
    """Walk the chain, so many rows at a time, and say what was found and how far it is."""
    rows = trail.page(g.me.district, limit=ROWS)
    behind = max(0, request.form.get("behind", 0, type=int))
    left = heads.left(g.me.district)
    found = trail.verify(g.me.district, left=left, behind=behind, at_most=WALKED)
    return _page(rows, None, verdict=found)


def _page(rows, before, *, by=None, on=None, verdict=None):
    return render_template(
        "coordinator/trail.html",
        rows=rows,
        names=people.calls(row.by for row in rows),
        reasons=_reasons(rows),
        more=rows[-1].seq if len(rows) == ROWS else None,
        before=before,
        by=by,
        on=on,
        kinds=KINDS,
        act_words=act_words,
        kind_words=kind_words,
        staff=[(one.id, people.called(one)) for one in people.staff_of(g.me.district)],
        verdict=verdict,
        now=utc_now(),
    )


def _reasons(rows: list[TrailRow]) -> dict[int, str]:
    """Return whom each act was done to and why, in words, for who may know of it."""
    done_to = {row.seq: whom for row in rows if (whom := trail.whom(row))}
    names = people.calls(done_to.values())
    hidden = related.not_for(g.me, rows) if done_to else set()
    said = {row.seq: [names.get(done_to.get(row.seq), ""), _why(row)] for row in rows}
    return {
        seq: " · ".join(filter(None, words)) for seq, words in said.items() if seq not in hidden
    }


def _why(row: TrailRow) -> str:
    code = trail.why(row)
    return opening_word(code) or str(WORDS["let back"].get(code, code))
