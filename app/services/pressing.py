"""What waits for a person anywhere at the desk, counted in one statement."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from sqlalchemy import Select

from app.services import (
    calls,
    case_list,
    counted,
    deadline_board,
    partners,
    recalls,
    service_board,
    settling,
    transfers,
    visit_list,
    waiting,
)
from app.services.sessions import Staff

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
)


def counts(staff: Staff, wanted: Collection[str], *, now: datetime) -> dict[str, counted.Count]:
    """Return how many wait: under the tabs of the queue, as `late`, as the notices say, in
    `visits`, `quarantine` and `services` (for approval, or for a partner who is late). Only what is
    wanted is counted."""
    asked = set(wanted) - {"services"}
    if "services" in wanted:
        asked |= {"approval", "partners_late"}
    found = counted.at_once({name: _KNOWN[name](staff, now) for name in sorted(asked)})
    if "services" in wanted:
        found["services"] = counted.Count(found["approval"] + found["partners_late"])
    return found


def _agreements(staff: Staff, now: datetime) -> Select:
    today = partners.today_in(staff.district, now)
    return partners.counting(staff, partners.Wanted(only_warned=True), today=today)


_KNOWN: dict[str, Callable[[Staff, datetime], Select]] = {
    **{tab: partial(waiting.counting, tab) for tab in QUEUE},
    "visits": visit_list.pressing,
    "approval": partial(service_board.counting, "approval"),
    "partners_late": partial(service_board.counting, "late"),
    "quarantine": lambda staff, now: settling.counting(staff),
    "calls": calls.counting,
    "recalls": lambda staff, now: recalls.counting(staff),
    "clocks": deadline_board.counting,
    "transfers": lambda staff, now: transfers.counting(staff),
    "closings": case_list.waiting_for_end,
    "ask_after": case_list.to_ask_after,
    "agreements": _agreements,
}
