"""Which places have cadres who are ready: counts for a village's budget, never persons or cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.db import db
from app.domain import areas
from app.domain.permissions import Role
from app.domain.readiness import is_ready, practised_lately
from app.models import Area, Device, Drill, Person, PersonRole


@dataclass(frozen=True, slots=True)
class Counts:
    """How it stands in one place. `ready` cadres have a confirmed phone that practised lately."""

    villages: int = 0
    villages_ready: int = 0
    cadres: int = 0
    phones: int = 0
    practised: int = 0
    ready: int = 0

    def __add__(self, other: Counts) -> Counts:
        names = (one.name for one in fields(self))
        return Counts(*(getattr(self, name) + getattr(other, name) for name in names))


@dataclass(frozen=True, slots=True)
class Place:
    """A village or a subdistrict with its counts."""

    code: str
    name: str
    counts: Counts


def subdistricts(district: str, *, now: datetime) -> list[Place]:
    """Return the subdistricts of a district, by name."""
    sums: dict[str, Counts] = {}
    for place in _villages(district, now):
        above = areas.subdistrict(place.code)
        sums[above] = sums.get(above, Counts()) + place.counts
    named = db.session.scalars(select(Area).where(Area.code.in_(sums)).order_by(Area.name))
    return [Place(area.code, area.name, sums[area.code]) for area in named]


def villages(subdistrict: str, *, now: datetime) -> list[Place]:
    """Return the villages of a subdistrict, by name; those without any cadre too."""
    return _villages(subdistrict, now)


def total(places: Iterable[Place]) -> Counts:
    """Return the sum of these places."""
    return sum((place.counts for place in places), Counts())


def last_practice(device_id: UUID) -> datetime | None:
    """Return when a phone last practised."""
    return db.session.scalar(select(func.max(Drill.done_at)).where(Drill.device_id == device_id))


def _villages(within: str, now: datetime) -> list[Place]:
    found: dict[str, Counter] = {}
    for village, has_phone, practised_at, on_it_at in db.session.execute(_cadres(within)):
        counted = found.setdefault(village, Counter())
        counted["cadres"] += 1
        counted["phones"] += bool(has_phone)
        counted["practised"] += practised_lately(practised_at, now)
        counted["ready"] += is_ready(bool(has_phone), on_it_at, now)
    here = select(Area).where(Area.code.like(f"{within}.%"), Area.level == "village")
    return [
        Place(area.code, area.name, _counts(found.get(area.code, Counter())))
        for area in db.session.scalars(here.order_by(Area.name))
    ]


def _counts(of: Counter) -> Counts:
    return Counts(villages=1, villages_ready=int(of["ready"] > 0), **of)


def _cadres(within: str):
    """Every cadre who works here: her village, her confirmed phone if any, her last practice.

    And her last on this phone: what a former one could do says nothing of it.
    """
    practised = (
        select(Drill.person_id, func.max(Drill.done_at).label("at"))
        .group_by(Drill.person_id)
        .subquery()
    )
    phone = (
        select(Device.person_id, func.max(Drill.done_at).label("at"))
        .outerjoin(Drill, Drill.device_id == Device.id)
        .where(Device.state == "active")
        .group_by(Device.person_id)
        .subquery()
    )
    return (
        select(Person.village, phone.c.person_id, practised.c.at, phone.c.at)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .outerjoin(phone, phone.c.person_id == Person.id)
        .outerjoin(practised, practised.c.person_id == Person.id)
        .where(
            PersonRole.role == Role.CADRE,
            Person.left_at.is_(None),
            Person.village.like(f"{within}.%"),
        )
    )
