"""The roster of the invented district: two people for every hour of the weeks ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.permissions import STAFF
from app.domain.roster import Part, Turn, is_weekend
from app.models import Person
from app.services import roster_plans, rosters
from app.services.sessions import Staff

PLANNED_DAYS = 35


def load(staff: list[Person], *, now: datetime) -> None:
    """Plan what nobody has planned yet: the coordinator by day, the caseworkers by turns at night.

    `staff` begins with a coordinator, two caseworkers and the head.
    """
    mawar, teratai, flamboyan, wijaya = staff[:4]
    today = rosters.hours_of(mawar.district).at(now)[0]
    days = [today + timedelta(days=number) for number in range(PLANNED_DAYS)]
    known = rosters.turns(mawar.district, days[0], days[-1])
    planned = {}
    for on in days:
        one, other = (teratai, flamboyan) if on.weekday() % 2 else (flamboyan, teratai)
        by_day = (wijaya if is_weekend(on) else mawar, one)
        for part, (first, second) in zip(Part, (by_day, (other, mawar)), strict=True):
            if (on, part) not in known:
                planned[on, part] = Turn(first.id, second.id)
    planner = Staff(mawar.id, mawar.district, mawar.role_codes & STAFF, "", None, b"")
    roster_plans.plan(planned, planner, now=now)
