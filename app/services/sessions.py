"""A sign-in as long as it lasts: who is at the desk, and when the session ends by itself."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, String, Uuid, bindparam, func, select, update

from app.db import db
from app.domain.permissions import STAFF, Role
from app.models import Area, DistrictSetting, Person, PersonRole, StaffSession
from app.sealing import opener
from app.services import trail
from app.services.standing import ask, standing

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=10)
STEP_UP_LASTS = timedelta(minutes=15)
TOUCH_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Staff:
    """Who is asking: a copy of the person, loaded once a request."""

    id: UUID
    district: str
    roles: frozenset[Role]
    label: str
    stepped_up_at: datetime | None
    reference_hash: bytes
    active_at: datetime | None = None
    office: str = ""
    """What the district is called."""
    own_limits: str = ""
    """What the district has changed of them, for `limits.know`."""

    def __repr__(self) -> str:
        return f"<Staff {self.id}>"


class Anybody:
    """Stands for `Staff` in a query that is built once for all; `said_by` fills it in."""

    id = bindparam("me", type_=Uuid())
    district = bindparam("district", type_=String())


ANYBODY = Anybody()


def said_by(staff: Staff) -> dict[str, object]:
    """Return what a query that was built for `ANYBODY` asks of this person."""
    return {"me": staff.id, "district": staff.district}


def begin(person: Person, now: datetime) -> str:
    """Begin a session; return the reference for the cookie. Only its hash is kept here."""
    reference = secrets.token_urlsafe(32)
    db.session.add(
        StaffSession(
            reference_hash=digest(reference),
            person_id=person.id,
            began_at=now,
            active_at=now,
            stepped_up_at=now,
        )
    )
    return reference


def who(reference: str | None, now: datetime) -> Staff | None:
    """Return who holds this reference, if the session still runs."""
    asked = {"hash": digest(reference)} if reference else None
    found = ask(_SIGNED_IN, asked) if asked else []
    if not found or found[0].ended_at or not _runs(found[0], now):
        return None
    session, roles = found[0], frozenset(Role(row.role) for row in found) & STAFF
    if session.left_at is not None or not roles:
        return None
    return Staff(
        id=session.id,
        district=session.district,
        roles=roles,
        label=str(opener().decrypt("people", "label", session.id, session.label)),
        stepped_up_at=session.stepped_up_at,
        reference_hash=session.reference_hash,
        active_at=session.active_at,
        office=session.office or "",
        own_limits=session.own_limits or "",
    )


def whose(reference: str | None) -> UUID | None:
    """Return who once held this reference, ended or not: to give back what was being typed."""
    session = _session(reference)
    return session.person_id if session else None


def needs_touch(staff: Staff, now: datetime) -> bool:
    """Tell whether `touch` has something to write."""
    return staff.active_at is not None and now - staff.active_at >= TOUCH_EVERY


def touch(staff: Staff, now: datetime) -> None:
    """Remember that the person did something. Polling is not something."""
    db.session.execute(
        update(StaffSession)
        .where(StaffSession.reference_hash == staff.reference_hash)
        .values(active_at=now)
    )


def stepped_up(staff: Staff, now: datetime) -> bool:
    """Tell whether the second factor was shown lately."""
    return staff.stepped_up_at is not None and now - staff.stepped_up_at < STEP_UP_LASTS


def leave(staff: Staff, now: datetime) -> None:
    """End this session."""
    db.session.execute(
        update(StaffSession)
        .where(StaffSession.reference_hash == staff.reference_hash)
        .values(ended_at=now)
    )
    trail.append(staff.district, "desk.leave", "person", staff.id, by=staff.id, now=now)


def end_all(person_id: UUID, now: datetime) -> None:
    """End every session of a person: they leave, or their password changed."""
    db.session.execute(
        update(StaffSession)
        .where(StaffSession.person_id == person_id, StaffSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def works_here(person: Person) -> bool:
    """Tell whether this is somebody of the staff who has not left."""
    return person.left_at is None and bool(person.role_codes & STAFF)


def digest(text: str) -> bytes:
    """Return the SHA-256 under which a reference is kept."""
    return hashlib.sha256(text.encode()).digest()


# Between what a district has set, and between its parts: what nobody can type there.
BETWEEN, WITHIN = "\x1e", "\x1f"
_SET = (DistrictSetting.name, DistrictSetting.value, func.coalesce(DistrictSetting.source, ""))
_OWN_LIMITS = (
    select(func.aggregate_strings(_SET[0] + WITHIN + _SET[1] + WITHIN + _SET[2], BETWEEN))
    .where(DistrictSetting.district == Person.district)
    .scalar_subquery()
)
# One row a role, in one statement: every page begins with it.
_SIGNED_IN = standing(
    select(
        *(StaffSession.reference_hash, StaffSession.began_at, StaffSession.active_at),
        *(StaffSession.stepped_up_at, StaffSession.ended_at, Person.id, Person.district),
        *(Person.label, Person.left_at, PersonRole.role, Area.name.label("office")),
        _OWN_LIMITS.label("own_limits"),
    )
    .join(Person, Person.id == StaffSession.person_id)
    .join(PersonRole, PersonRole.person_id == Person.id)
    .outerjoin(Area, Area.code == Person.district)
    .where(StaffSession.reference_hash == bindparam("hash"))
)


def _runs(session: Row | StaffSession, now: datetime) -> bool:
    return now - session.active_at < IDLE and now - session.began_at < LONGEST


def _session(reference: str | None) -> StaffSession | None:
    return db.session.get(StaffSession, digest(reference)) if reference else None
