"""Cadres with the phone that counts, for the desk: of a subdistrict, or just these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.domain.areas import subdistrict
from app.domain.permissions import Role
from app.domain.settings import SETTINGS
from app.models import Area, Device, Invite, Person, PushSubscription
from app.services.listing import lies_in
from app.services.people import area_names, call, called, here, told_by

SILENT_AFTER = SETTINGS["cadre_contact.confirm_again"].span
"""A cadre's contact is asked again every 90 days; a phone silent for as long is worth a call."""


@dataclass(frozen=True, slots=True)
class Cadre:
    """A cadre with the phone that counts: the active one, else a pending one, else the last."""

    person: Person
    label: str
    village: str
    device: Device | None
    invite: Invite | None
    alerts_work: bool

    @property
    def lost_at(self) -> datetime | None:
        """When the phone was seen to have lost what it kept, and with it what was not sent."""
        at = told_by(self.device).get("lost_at") if self.device else None
        return datetime.fromisoformat(at) if at else None

    def state(self, now: datetime) -> str:
        """Return `active`, `silent`, `pending`, `invited`, `lost` or `none`."""
        if self.device is None or self.device.state == "ended":
            if self.invite and self.invite.used_at is None and self.invite.expires_at > now:
                return "invited"
            return "lost" if self.device and self.device.ended_why == "revoked" else "none"
        if self.device.state == "pending":
            return "pending"
        seen = self.device.seen_at or self.device.enrolled_at
        return "silent" if now - seen > SILENT_AFTER else "active"


def near(district: str, village: str) -> list[Cadre]:
    """Return the cadres of a village's subdistrict with their phones."""
    query = here(district, [Role.CADRE]).where(lies_in(Person.village, subdistrict(village)))
    return _with_phones(list(db.session.scalars(query)))


def these(district: str, ids: Iterable[UUID]) -> list[Cadre]:
    """Return those of these people who are cadres here, with their phones."""
    query = here(district, [Role.CADRE]).where(Person.id.in_(list(ids)))
    return _with_phones(list(db.session.scalars(query)))


def to_choose_from(district: str) -> list[tuple[UUID, str]]:
    """Return every cadre of a district with her village, in words: for a list to choose from."""
    query = here(district, [Role.CADRE]).outerjoin(Area, Area.code == Person.village)
    rows = db.session.execute(query.with_only_columns(Person.id, Person.label, Area.name))
    named = [(name or "", call(key, label), key) for key, label, name in rows]
    return [(key, f"{label}, {village}") for village, label, key in sorted(named)]


def _with_phones(people: list[Person]) -> list[Cadre]:
    ids = [person.id for person in people]
    devices = _best_devices(ids)
    invites = _newest_invites(ids)
    names = area_names(person.village for person in people)
    ringing = _ringing(device.id for device in devices.values())
    found = [
        Cadre(
            person=person,
            label=called(person),
            village=names.get(person.village, ""),
            device=devices.get(person.id),
            invite=invites.get(person.id),
            alerts_work=person.id in devices and devices[person.id].id in ringing,
        )
        for person in people
    ]
    return sorted(found, key=lambda cadre: (cadre.village, cadre.label))


_RANK = {"active": 2, "pending": 1, "ended": 0}


def _best_devices(people: list[UUID]) -> dict[UUID, Device]:
    best: dict[UUID, Device] = {}
    rows = db.session.scalars(
        select(Device).where(Device.person_id.in_(people)).order_by(Device.enrolled_at)
    )
    for device in rows:
        held = best.get(device.person_id)
        if held is None or _RANK[device.state] >= _RANK[held.state]:
            best[device.person_id] = device
    return best


def _newest_invites(people: list[UUID]) -> dict[UUID, Invite]:
    rows = db.session.scalars(
        select(Invite).where(Invite.person_id.in_(people)).order_by(Invite.made_at)
    )
    return {invite.person_id: invite for invite in rows}


def _ringing(devices: Iterable[UUID]) -> set[UUID]:
    rows = db.session.scalars(
        select(PushSubscription.device_id).where(
            PushSubscription.device_id.in_(list(devices)), PushSubscription.failures == 0
        )
    )
    return set(rows)
