"""What the queue says above its lines: work that waits elsewhere, each with a way to it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, url_for
from flask_babel import ngettext

from app.db import utc_now
from app.services import partners, recalls, service_board

from . import bp


@dataclass(frozen=True, slots=True)
class Notice:
    """One line."""

    words: str
    url: str
    late: bool = False


@bp.app_template_global("desk_notices")
def notices() -> list[Notice]:
    """Return what waits elsewhere, the pressing first."""
    now = utc_now()
    today = partners.today_in(g.me.district, now)
    ending = partners.count(g.me, partners.Wanted(only_warned=True), today=today)
    found = []
    if back := recalls.count_open(g.me):
        words = ngettext(
            "%(num)s partner has still to be asked to stop.",
            "%(num)s partners have still to be asked to stop.",
            back,
        )
        found.append(Notice(words, url_for("desk.recalls_list"), late=True))
    if late := service_board.count(g.me, "late", now=now):
        words = ngettext(
            "%(num)s partner has not answered in time.",
            "%(num)s partners have not answered in time.",
            late,
        )
        found.append(Notice(words, url_for("desk.services_board", tab="late"), late=True))
    if ending:
        words = ngettext(
            "%(num)s agreement with a partner ends soon or has ended.",
            "%(num)s agreements with partners end soon or have ended.",
            ending,
        )
        found.append(Notice(words, url_for("desk.partners_list", tab="ending", sort="mou")))
    return found
