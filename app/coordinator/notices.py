"""What the queue says above its lines: work that waits elsewhere, each with a way to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g, url_for
from flask_babel import ngettext

from app.domain.permissions import may
from app.services.pressing import NOTICES

from . import bp
from .looks import waiting_here

Waits = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Notice:
    """One line."""

    words: str
    url: str
    late: bool = False


@bp.app_template_global("desk_notices")
def notices() -> list[Notice]:
    """Return what waits elsewhere, the pressing first."""
    waits = waiting_here(NOTICES)
    return [found for look in _LOOKS if (found := look(waits)) is not None]


def _calls(waits: Waits) -> Notice | None:
    if not (count := waits["calls"]):
        return None
    words = ngettext("%(num)s cadre waits for a call.", "%(num)s cadres wait for a call.", count)
    return Notice(words, url_for("desk.visits_board"), late=True)


def _recalls(waits: Waits) -> Notice | None:
    if not (count := waits["recalls"]):
        return None
    words = ngettext(
        "%(num)s partner has still to be asked to stop.",
        "%(num)s partners have still to be asked to stop.",
        count,
    )
    return Notice(words, url_for("desk.recalls_list"), late=True)


def _clocks(waits: Waits) -> Notice | None:
    if not (count := waits["clocks"]):
        return None
    words = ngettext("%(num)s clock has run out.", "%(num)s clocks have run out.", count)
    return Notice(words, url_for("desk.clocks_board", tab="late"), late=True)


def _transfers(waits: Waits) -> Notice | None:
    if not (count := waits["transfers"]):
        return None
    words = ngettext(
        "%(num)s referral of another district waits for your answer.",
        "%(num)s referrals of other districts wait for your answer.",
        count,
    )
    return Notice(words, url_for("desk.transfers_list"))


def _late_answers(waits: Waits) -> Notice | None:
    if not (count := waits["partners_late"]):
        return None
    words = ngettext(
        "%(num)s partner has not answered in time.",
        "%(num)s partners have not answered in time.",
        count,
    )
    return Notice(words, url_for("desk.services_board", tab="late"), late=True)


def _approvals(waits: Waits) -> Notice | None:
    mine = may(g.me.roles, "service.approve")
    if not mine or not (count := waits["approval"]):
        return None
    words = ngettext(
        "%(num)s service waits for your approval.",
        "%(num)s services wait for your approval.",
        count,
    )
    return Notice(words, url_for("desk.services_board", tab="approval"))


def _closings(waits: Waits) -> Notice | None:
    mine = may(g.me.roles, "case.approve_closing")
    if not mine or not (count := waits["closings"]):
        return None
    words = ngettext(
        "%(num)s closing waits for you as the second person.",
        "%(num)s closings wait for you as the second person.",
        count,
    )
    return Notice(words, url_for("desk.cases_list", tab="closing"))


def _follow_ups(waits: Waits) -> Notice | None:
    if not (count := waits["ask_after"]):
        return None
    words = ngettext(
        "%(num)s survivor is to be asked how she is.",
        "%(num)s survivors are to be asked how they are.",
        count,
    )
    return Notice(words, url_for("desk.cases_list", tab="ask_after"))


def _agreements(waits: Waits) -> Notice | None:
    if not (count := waits["agreements"]):
        return None
    words = ngettext(
        "%(num)s agreement with a partner ends soon or has ended.",
        "%(num)s agreements with partners end soon or have ended.",
        count,
    )
    return Notice(words, url_for("desk.partners_list", tab="ending", sort="mou"))


def _roster(waits: Waits) -> Notice | None:
    if not (count := waits["roster"]):
        return None
    words = ngettext(
        "%(num)s turn of duty ahead lacks somebody.",
        "%(num)s turns of duty ahead lack somebody.",
        count,
    )
    return Notice(words, url_for("desk.roster"))


_LOOKS = (
    _calls,
    _clocks,
    _recalls,
    _transfers,
    _late_answers,
    _approvals,
    _closings,
    _follow_ups,
    _roster,
    _agreements,
)
