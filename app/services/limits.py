"""A district's own limits and clocks: the defaults of the domain, and what it has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from functools import lru_cache

from sqlalchemy import Row, bindparam, select

from app.db import db, known_already, read_once
from app.domain import areas, rules
from app.domain.clocks import ServiceHours
from app.domain.errors import Invalid, Missing
from app.domain.settings import SETTINGS, Setting, changed
from app.models import DistrictSetting, Holiday
from app.services import trail
from app.services.sessions import BETWEEN, WITHIN, Staff
from app.services.standing import ask

LONGEST_SOURCE = 120
MOST = 1_000_000


def limit(district: str, name: str) -> Setting:
    """Return one limit as it holds in a district.

    :raises KeyError: if there is no such limit.
    """
    row = db.session.get(DistrictSetting, (district, name))
    return SETTINGS[name] if row is None else _own([row], {name: SETTINGS[name]})[name]


@read_once
def limits(district: str) -> dict[str, Setting]:
    """Return every limit as it holds in a district."""
    return _own(ask(_OWN, {"district": district}), SETTINGS)


def know(staff: Staff) -> None:
    """Know the limits of a district by what came with whoever asks: that page need not ask."""
    known_already(limits, staff.district, _told(staff.own_limits))


def own(district: str) -> dict[str, DistrictSetting]:
    """Return what a district has changed, with who did it and when."""
    rows = db.session.scalars(select(DistrictSetting).filter_by(district=district))
    return {row.name: row for row in rows}


def change(name: str, value: int, source: str, staff: Staff, *, now: datetime) -> None:
    """Give a district its own number, with where it is written.

    :raises Missing: if there is no such number.
    :raises Invalid: if it is below zero or far out, or nobody says where it is written.
    :raises NotAllowed: if the number is law, or not a district's to change.
    """
    if name not in SETTINGS:
        raise Missing("setting")
    source = " ".join(source.split())
    if not source:
        raise Invalid("field.missing", field="source")
    if len(source) > LONGEST_SOURCE:
        raise Invalid("field.too_long", field="source")
    if value > MOST:
        raise Invalid("setting.value", field="value")
    changed(SETTINGS, {name: value})
    rules.must_fit(name, value, limits(staff.district))
    row = db.session.get(DistrictSetting, (staff.district, name))
    if row is None:
        row = DistrictSetting(district=staff.district, name=name)
        db.session.add(row)
    row.value, row.source = str(value), source
    row.set_at, row.set_by = now, staff.id
    trail.append(staff.district, "setting.change", "setting", name, by=staff.id, now=now)


def give_back(name: str, staff: Staff, *, now: datetime) -> None:
    """Let the default hold again.

    :raises Missing: if the district has no number of its own.
    """
    row = db.session.get(DistrictSetting, (staff.district, name))
    if row is None:
        raise Missing("setting")
    db.session.delete(row)
    trail.append(staff.district, "setting.default", "setting", name, by=staff.id, now=now)


def hours(district: str) -> ServiceHours:
    """Return when the office of a district answers, by its own clocks and holidays."""
    own = limits(district)
    opens, closes = own["service.opens"].value, own["service.closes"].value
    free = frozenset(db.session.scalars(select(Holiday.on).where(Holiday.district == district)))
    return ServiceHours(areas.zone(district), time(opens), time(closes), free)


_OWN = select(DistrictSetting.name, DistrictSetting.value, DistrictSetting.source).where(
    DistrictSetting.district == bindparam("district")
)


@lru_cache(maxsize=64)
def _told(own_limits: str) -> dict[str, Setting]:
    told = [row.split(WITHIN) for row in own_limits.split(BETWEEN)] if own_limits else []
    values = {name: int(value) for name, value, _source in told}
    return changed(SETTINGS, values, {name: source or None for name, _value, source in told})


def _own(
    rows: Iterable[DistrictSetting | Row], settings: Mapping[str, Setting]
) -> dict[str, Setting]:
    rows = list(rows)
    values = {row.name: int(row.value) for row in rows}
    return changed(settings, values, {row.name: row.source for row in rows})
