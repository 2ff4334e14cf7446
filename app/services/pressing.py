"""What waits for a person anywhere at the desk, counted in one statement."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import lru_cache, partial

from sqlalchemy import Date, ScalarSelect, Select, bindparam

from app.db import Moment
from app.services import (
    alerts,
    calls,
    case_list,
    counted,
    deadline_board,
    partners,
    recalls,
    rosters,
    service_board,
    settling,
    transfers,
    visit_list,
    waiting,
)
from app.services.sessions import ANYBODY, Anybody, Staff, said_by
from app.services.standing import standing

QUEUE = (*waiting.TABS, "late")


NOTICES = (
    "calls",
    "recalls",
    "transfers",
    "partners_late",
    "approval",
    "closings",
    "ask_after",
    "agreements",
    "roster",
)


def counts(staff: Staff, wanted: Collection[str], *, now: datetime) -> dict[str, counted.Count]:
    """Return how many wait: under the tabs of the queue, as `late`, as the notices say, in
    `visits`, `quarantine`, `alerts` and `services` (for approval, or a partner who is late). Only
    what is wanted is counted."""
    asked = set(wanted) - {"services"}
    if "services" in wanted:
        asked |= {"approval", "partners_late"}
    if not asked:
        return {}
    names = tuple(sorted(asked))
    turns, ahead = rosters.ahead(staff.district, now=now) if "roster" in asked else (0, {})
    found = counted.found(_asking(names), names, _said(staff, now) | ahead)
    if turns:
        found["roster"] = counted.Count(turns - found["roster"])
    if "services" in wanted:
        found["services"] = counted.Count(found["approval"] + found["partners_late"])
    return found


@lru_cache(maxsize=64)
def _asking(names: tuple[str, ...]) -> Select:
    """The statement for these names, built once: it costs more to build than to answer."""
    return standing(counted.asking({name: _KNOWN[name](ANYBODY, _NOW) for name in names}))


def _said(staff: Staff, now: datetime) -> dict[str, object]:
    today = partners.today_in(staff.district, now)
    moments = {"now": now, "soon": now + case_list.SOON}
    return said_by(staff) | moments | {"warned": partners.warned_until(today)}


_NOW = bindparam("now", type_=Moment())
_SOON = bindparam("soon", type_=Moment())
_WARNED = bindparam("warned", type_=Date())
_KNOWN: dict[str, Callable[[Anybody, object], Select | ScalarSelect]] = {
    **{tab: partial(waiting.counting, tab) for tab in QUEUE},
    "visits": visit_list.pressing,
    "approval": partial(service_board.counting, "approval"),
    "partners_late": partial(service_board.counting, "late"),
    "alerts": alerts.counting,
    "quarantine": lambda staff, now: settling.counting(staff),
    "calls": calls.counting,
    "recalls": lambda staff, now: recalls.counting(staff),
    "clocks": deadline_board.counting,
    "transfers": lambda staff, now: transfers.counting(staff),
    "closings": lambda staff, now: case_list.waiting_for_end(staff),
    "ask_after": lambda staff, now: case_list.to_ask_after(staff, _SOON),
    "agreements": lambda staff, now: partners.ending(staff, _WARNED),
    "roster": lambda staff, now: rosters.full(staff),  # Of those ahead: the rest lacks somebody.
}
