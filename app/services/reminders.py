"""What somebody is told of when its moment comes, unless it has come by then.

Written with what it waits for. Who tells it: `reminding`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete

from app.db import db
from app.domain import areas
from app.domain.clocks import escalation
from app.models import Case, Reminder
from app.services.limits import hours, limits

_ZERO = datetime(2000, 1, 1, tzinfo=UTC)


class Kind(StrEnum):
    """What did not come; also the kind of the alert."""

    SERVICE_LATE = "service_late"
    SERVICE_DAY = "service_day"
    RECALL_NEAR = "recall_near"
    RECALL_LATE = "recall_late"
    VISIT_MISSED = "visit_missed"
    FOLLOW_UP = "follow_up_due"
    SEE_HER = "see_her"
    ASK_WAY = "ask_way"
    PLAN = "plan_due"
    SECOND = "second_on_call"
    HEAD = "head_called"
    HIGH_SECOND = "high_second"
    HIGH_HEAD = "high_head"


# What cannot wait and lies with somebody, or was read before: who is rung next, of an emergency and
# of what rose to high. Of what nobody has taken `escalations` tells.
EMERGENCY, HIGH = (Kind.SECOND, Kind.HEAD), (Kind.HIGH_SECOND, Kind.HIGH_HEAD)
STEPS = {*EMERGENCY, *HIGH}


def remind(kind: Kind, object_id: UUID, *, district: str, report_id: UUID, at: datetime) -> None:
    """Have whoever has the case told at that moment, if it still waits by then.

    Of one thing there is one moment: a new one stands for what was set before. What cannot wait
    keeps each of its own.
    """
    if kind not in STEPS:
        former = delete(Reminder).where(Reminder.object_id == object_id, Reminder.kind == kind)
        db.session.execute(former)
    db.session.add(
        Reminder(kind=kind, object_id=object_id, district=district, report_id=report_id, at=at)
    )


def morning_after(district: str, on: date) -> datetime:
    """Return when the office opens on the day after this one, in UTC."""
    opens = datetime.combine(on + timedelta(days=1), hours(district).opens)
    return opens.replace(tzinfo=areas.zone(district)).astimezone(UTC)


def chase(
    district: str, report_id: UUID, told_by: UUID | None, *, emergency: bool, now: datetime
) -> None:
    """Have the next ones on call rung, and the cadre who told it, unless somebody looks by then."""
    for kind in EMERGENCY if emergency else HIGH:
        at = now + patience(kind, district)
        remind(kind, told_by or report_id, district=district, report_id=report_id, at=at)


def patience(kind: Kind, district: str) -> timedelta:
    """Return after how long without anybody this one is rung: as of what waits in the queue."""
    clock = escalation(_ZERO, emergency=kind in EMERGENCY, settings=limits(district))
    return (clock.second_at if kind in (Kind.SECOND, Kind.HIGH_SECOND) else clock.head_at) - _ZERO


def begin_to_see(case: Case, *, now: datetime) -> None:
    """Have her caseworker told whenever nobody has seen her for as long as her risk allows: from
    the beginning of care on, and anew when she turns out to be in more danger."""
    within = limits(case.district)[f"visit.{case.risk}.due"].span
    see_again(case, now + within)


def see_again(case: Case, at: datetime) -> None:
    """Have it looked at then."""
    about = {"district": case.district, "report_id": case.referral.report_id}
    remind(Kind.SEE_HER, case.id, at=at, **about)
