"""People who work here: cadres and staff, and what they are called. Cadres' phones: `cadres`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, select

from app.db import db
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.permissions import STAFF, Role
from app.models import Area, CadreContact, Device, Person, PersonRole
from app.sealing import opener
from app.services import passkeys, sessions, trail
from app.services.rows import seal_texts
from app.services.standing import Among, ask_of_each

LONGEST_LABEL = 60


def add(
    district: str,
    roles: Iterable[Role],
    label: str,
    *,
    village: str | None = None,
    language: str = "id",
    number: str | None = None,
    by: UUID | None = None,
    now: datetime,
) -> Person:
    """Add somebody who works here. A cadre belongs to a village, staff to the district.

    :raises Invalid: if the label is empty or long, or village and roles do not fit.
    """
    label = " ".join(label.split())
    roles = frozenset(roles)
    if not label or len(label) > LONGEST_LABEL:
        raise Invalid("person.label", field="label")
    if not roles:
        raise Invalid("person.roles", field="roles")
    if (Role.CADRE in roles) != (village is not None):
        raise Invalid("person.village", field="village")
    if village is not None:
        _must_lie_in(village, district)
    person = Person(id=uuid4(), district=district, village=village, created_at=now)
    person.language = language
    person.label = opener().encrypt("people", "label", person.id, label)
    person.roles = [PersonRole(role=role) for role in sorted(roles)]
    db.session.add(person)
    db.session.flush()
    if number:
        set_number(person, number, now=now)
    trail.append(district, "people.add", "person", person.id, by=by, now=now)
    return person


def set_number(person: Person, number: str, *, now: datetime) -> None:
    """Register the number on which a cadre is called back; what she sends later replaces it."""
    contact = db.session.get(CadreContact, person.id)
    if contact is None:
        contact = CadreContact(person_id=person.id, updated_at=now)
        db.session.add(contact)
    contact.updated_at = now
    contact.number_blind = opener().blind(person.district, number)
    seal_texts(contact, person.district, {"number": number.strip()[:20]})


def leave(person: Person, staff: sessions.Staff, *, now: datetime) -> None:
    """Note that somebody works here no more; their sessions and passkeys end.

    :raises Conflict: if they have left already.
    """
    if person.left_at is not None:
        raise Conflict("person.left")
    person.left_at = now
    sessions.end_all(person.id, now)
    for passkey in passkeys.of(person.id):
        passkeys.remove(passkey.id, person.id, staff, now=now)
    trail.append(person.district, "people.leave", "person", person.id, by=staff.id, now=now)


def get(person_id: UUID, district: str) -> Person:
    """Return a person of a district.

    :raises Missing: if there is none.
    """
    person = db.session.get(Person, person_id)
    if person is None or person.district != district:
        raise Missing("person")
    return person


def called(person: Person | None) -> str:
    """Return what colleagues call this person, or nothing."""
    if person is None:
        return ""
    return call(person.id, person.label)


def calls(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return what these people are called, by id, in one query."""
    return call_each(dict(ask_of_each(_labels, {one for one in ids if one is not None})))


def _labels(among: Among) -> Select:
    return select(Person.id, Person.label).where(among(Person.id))


def call_each(labels: Mapping[UUID | None, bytes | None]) -> dict[UUID | None, str]:
    """Return what these people are called of whom only that was read; nothing of nobody."""
    opened = opener()
    return {
        one: str(opened.decrypt("people", "label", one, label)) if label else ""
        for one, label in labels.items()
    }


def call(person_id: UUID, label: bytes | None) -> str:
    """Return what a person is called of whom only this was read; nothing of nobody."""
    return str(opener().decrypt("people", "label", person_id, label)) if label else ""


def colleagues(staff: sessions.Staff, roles: Iterable[Role]) -> dict[UUID, str]:
    """Return what the others of one's district are called who have one of these roles."""
    others = here(staff.district, roles).where(Person.id != staff.id)
    return calls(db.session.scalars(others.with_only_columns(Person.id)))


def staff_of(district: str) -> list[Person]:
    """Return the staff of a district."""
    return list(db.session.scalars(here(district, STAFF)))


def here(district: str, roles: Iterable[Role]) -> Select:
    """The query for who works in a district and has one of these roles."""
    holders = select(PersonRole.person_id).where(PersonRole.role.in_(list(roles)))
    return select(Person).where(
        Person.district == district, Person.left_at.is_(None), Person.id.in_(holders)
    )


def area_names(codes: Iterable[str | None]) -> dict[str, str]:
    """Return the names of areas by their codes."""
    return dict(ask_of_each(_names, {code for code in codes if code}))


def _names(among: Among) -> Select:
    return select(Area.code, Area.name).where(among(Area.code))


def villages_of(district: str) -> list[Area]:
    """Return the villages of a district with their subdistricts' codes, by name."""
    return list(
        db.session.scalars(
            select(Area)
            .where(Area.code.like(f"{district}.%"), Area.level == "village")
            .order_by(Area.name)
        )
    )


def _must_lie_in(village: str, district: str) -> None:
    area = db.session.get(Area, village)
    if area is None or area.level != "village" or not village.startswith(f"{district}."):
        raise Invalid("person.village", field="village")


def devices_of(person: Person) -> list[Device]:
    """Return the phones of a person that have not ended."""
    return list(
        db.session.scalars(
            select(Device).where(Device.person_id == person.id, Device.state != "ended")
        )
    )


def told_by(device: Device) -> dict:
    """Return what a phone last said about itself."""
    return json.loads(device.told) if device.told else {}
