"""What the desk's lists share: what they are narrowed by, where a page ends, the search field.

A typed word is looked up and forgotten: an address carries codes only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _

from app.domain.areas import is_area
from app.domain.report import code_range
from app.services import waiting
from app.services.listing import PAGE, Narrowed

from . import bp
from .gate import needs

LISTS = {
    "queue": "desk.queue",
    "cases": "desk.cases_list",
    "visits": "desk.visits_board",
    "services": "desk.services_board",
    "recalls": "desk.recalls_list",
    "transfers": "desk.transfers_list",
    "clocks": "desk.clocks_board",
    "quarantine": "desk.quarantine_list",
}


@bp.post("/queue/search")
@needs("queue.see")
def search():
    """Turn a typed word into a code or a village; the word itself never reaches an address."""
    typed = (request.form.get("q") or "").strip()[:60]
    place = LISTS.get(request.form.get("list", ""), "desk.queue")
    if code_range(typed):
        return redirect(url_for(place, code=typed.upper()), 303)
    villages = waiting.find_villages(g.me.district, typed)
    if villages:
        return redirect(url_for(place, village=villages[0].code), 303)
    if typed:
        flash(_("There is no such code and no such village."))
    return redirect(url_for(place), 303)


def narrowed() -> Narrowed:
    """Return what the address of a list asks for; nonsense asks for nothing."""
    village, code = request.args.get("village"), request.args.get("code")
    return Narrowed(
        village if village and is_area(village) else None,
        code if code and code_range(code) else None,
    )


def behind(rows: Sequence, after: object, key: Callable) -> list:
    """Return what stands behind the row with this key, for lists that are put together here."""
    places = [key(row) for row in rows]
    return list(rows[places.index(after) + 1 :]) if after in places else list(rows)


def cut(rows: Sequence, size: int = PAGE) -> tuple[list, object | None]:
    """Return a page of rows, and behind which of them the next begins, if there is one."""
    page = list(rows[:size])
    return page, page[-1] if len(rows) > size else None
