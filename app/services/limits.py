"""A district's own limits and clocks: the defaults of the domain, and what it has changed."""

from __future__ import annotations

from datetime import time

from sqlalchemy import select

from app.db import db
from app.domain import areas
from app.domain.clocks import ServiceHours
from app.domain.settings import SETTINGS, Setting, changed
from app.models import DistrictSetting


def limit(district: str, name: str) -> Setting:
    """Return one limit as it holds in a district.

    :raises KeyError: if there is no such limit.
    """
    value = db.session.scalar(select(DistrictSetting.value).filter_by(district=district, name=name))
    if value is None:
        return SETTINGS[name]
    return changed({name: SETTINGS[name]}, {name: int(value)})[name]


def limits(district: str) -> dict[str, Setting]:
    """Return every limit as it holds in a district."""
    rows = db.session.scalars(select(DistrictSetting).filter_by(district=district))
    return changed(SETTINGS, {row.name: int(row.value) for row in rows})


def hours(district: str) -> ServiceHours:
    """Return when the office of a district answers, by its own clocks."""
    own = limits(district)
    opens, closes = own["service.opens"].value, own["service.closes"].value
    return ServiceHours(zone=areas.zone(district), opens=time(opens), closes=time(closes))
