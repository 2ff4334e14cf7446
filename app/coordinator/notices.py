"""What the queue says above its lines: work that waits elsewhere, each with a way to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g, url_for
from flask_babel import ngettext

from app.db import utc_now
from app.domain.permissions import may
from app.services import case_list, deadline_board, partners, recalls, rosters, service_board

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
    return [found for look in _LOOKS if (found := look(now)) is not None]


def _recalls(now: datetime) -> Notice | None:
    if not (count := recalls.count_open(g.me)):
        return None
    words = ngettext(
        "%(num)s partner has still to be asked to stop.",
        "%(num)s partners have still to be asked to stop.",
        count,
    )
    return Notice(words, url_for("desk.recalls_list"), late=True)


def _clocks(now: datetime) -> Notice | None:
    if not (count := deadline_board.late_count(g.me, now=now)):
        return None
    words = ngettext("%(num)s clock has run out.", "%(num)s clocks have run out.", count)
    return Notice(words, url_for("desk.clocks_board", tab="late"), late=True)


def _late_answers(now: datetime) -> Notice | None:
    if not (count := service_board.count(g.me, "late", now=now)):
        return None
    words = ngettext(
        "%(num)s partner has not answered in time.",
        "%(num)s partners have not answered in time.",
        count,
    )
    return Notice(words, url_for("desk.services_board", tab="late"), late=True)


def _approvals(now: datetime) -> Notice | None:
    mine = may(g.me.roles, "service.approve")
    if not mine or not (count := service_board.count(g.me, "approval", now=now)):
        return None
    words = ngettext(
        "%(num)s service waits for your approval.",
        "%(num)s services wait for your approval.",
        count,
    )
    return Notice(words, url_for("desk.services_board", tab="approval"))


def _closings(now: datetime) -> Notice | None:
    mine = may(g.me.roles, "case.approve_closing")
    if not mine or not (count := case_list.waiting_for_end(g.me, now=now)):
        return None
    words = ngettext(
        "%(num)s closing waits for you as the second person.",
        "%(num)s closings wait for you as the second person.",
        count,
    )
    return Notice(words, url_for("desk.cases_list", tab="closing"))


def _follow_ups(now: datetime) -> Notice | None:
    if not (count := case_list.to_ask_after(g.me, now=now)):
        return None
    words = ngettext(
        "%(num)s survivor is to be asked how she is.",
        "%(num)s survivors are to be asked how they are.",
        count,
    )
    return Notice(words, url_for("desk.cases_list", tab="ask_after"))


def _agreements(now: datetime) -> Notice | None:
    today = partners.today_in(g.me.district, now)
    if not (count := partners.count(g.me, partners.Wanted(only_warned=True), today=today)):
        return None
    words = ngettext(
        "%(num)s agreement with a partner ends soon or has ended.",
        "%(num)s agreements with partners end soon or have ended.",
        count,
    )
    return Notice(words, url_for("desk.partners_list", tab="ending", sort="mou"))


def _roster(now: datetime) -> Notice | None:
    if not (count := len(rosters.lacking(g.me.district, now=now))):
        return None
    words = ngettext(
        "%(num)s turn of duty ahead lacks somebody.",
        "%(num)s turns of duty ahead lack somebody.",
        count,
    )
    return Notice(words, url_for("desk.roster"))


_LOOKS = (
    _clocks,
    _recalls,
    _late_answers,
    _approvals,
    _closings,
    _follow_ups,
    _roster,
    _agreements,
)
