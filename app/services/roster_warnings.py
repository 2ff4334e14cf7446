"""A turn of duty that begins soon and lacks somebody: those who plan are rung once a day.

The queue and the roster say it much earlier; this is for the day on which nobody looked. Needs no
key. A district without a roster is left in peace: there every coordinator is rung anyway.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select

from app.db import db
from app.domain.permissions import Role
from app.models import Alert, District, DutyTurn
from app.services import alerts, rosters
from app.services.limits import limit

KIND = "roster_gap"
SOON = "on_call.warn_last"


def ring_due(*, now: datetime) -> int:
    """Ring those who plan in every district that lacks somebody soon; return how many districts."""
    planned = exists().where(DutyTurn.district == District.code)
    districts = db.session.scalars(select(District.code).where(planned).order_by(District.code))
    found = [one for one in districts if _is_due(one, now)]
    for district in found:
        for role in (Role.COORDINATOR, Role.HEAD):
            alerts.ring(role, KIND, district=district, now=now)
    return len(found)


def _is_due(district: str, now: datetime) -> bool:
    told = select(Alert.id).where(
        Alert.district == district,
        Alert.kind == KIND,
        Alert.made_at > now - limit(district, SOON).span,
    )
    lacks = rosters.lacking(district, now=now, ahead=SOON)
    return bool(lacks) and db.session.scalars(told.limit(1)).first() is None
