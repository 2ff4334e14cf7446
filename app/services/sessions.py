"""A sign-in as long as it lasts: who is at the desk, and when the session ends by itself."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update

from app.db import db
from app.domain.permissions import STAFF, Role
from app.models import Person, StaffSession
from app.sealing import opener
from app.services import trail

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

    def __repr__(self) -> str:
        return f"<Staff {self.id}>"


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
    session = _session(reference)
    if session is None or session.ended_at or not _runs(session, now):
        return None
    person = db.session.get(Person, session.person_id)
    if person is None or not works_here(person):
        return None
    return Staff(
        id=person.id,
        district=person.district,
        roles=person.role_codes & STAFF,
        label=str(opener().decrypt("people", "label", person.id, person.label)),
        stepped_up_at=session.stepped_up_at,
        reference_hash=session.reference_hash,
    )


def whose(reference: str | None) -> UUID | None:
    """Return who once held this reference, ended or not: to give back what was being typed."""
    session = _session(reference)
    return session.person_id if session else None


def needs_touch(reference: str | None, now: datetime) -> bool:
    """Tell whether `touch` has something to write."""
    session = _session(reference)
    return session is not None and now - session.active_at >= TOUCH_EVERY


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


def _runs(session: StaffSession, now: datetime) -> bool:
    return now - session.active_at < IDLE and now - session.began_at < LONGEST


def _session(reference: str | None) -> StaffSession | None:
    return db.session.get(StaffSession, digest(reference)) if reference else None
