"""Valid objects for tests: say only what the test is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from app import sealing
from app.db import db
from app.domain.permissions import Role
from app.models import Person, PersonRole, Visit

DISTRICT = "33.02"
VILLAGE = "33.02.17.2001"
# What is done before an end is asked for; with the last one she agreed to be asked after.
CHECKED = ["talked_over", "safety_plan", "knows_way_back", "partners_told"]
CHECKED_ALL = [*CHECKED, "follow_up_agreed"]
NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # a Monday, 12.00 in Banyumas


def person(
    role: Role = Role.CADRE,
    *more: Role,
    label: str = "Melati",
    district: str = DISTRICT,
    village: str | None = VILLAGE,
    now: datetime = NOON,
) -> Person:
    """Somebody who works here, in the session, with an id. Inside `transaction()`."""
    identity = uuid4()
    made = Person(
        id=identity,
        district=district,
        village=village if role is Role.CADRE else None,
        label=sealing.opener().encrypt("people", "label", str(identity), label),
        created_at=now,
        roles=[PersonRole(person_id=identity, role=each) for each in (role, *more)],
    )
    db.session.add(made)
    db.session.flush()
    return made


def visit(
    report_id: UUID, cadre_id: UUID, handed_by: UUID, now: datetime, **other: object
) -> Visit:
    """A visit handed to a cadre now, to be made within two days; not in the session yet."""
    plain = {
        "id": fresh(),
        "district": DISTRICT,
        "village": VILLAGE,
        "purpose": "check_safety",
        "place_kind": "public",
        "opens_at": now,
        "due_at": now + timedelta(days=2),
        "handed_at": now,
        "changed_at": now,
    }
    return Visit(
        **plain | {"report_id": report_id, "cadre_id": cadre_id, "handed_by": handed_by} | other
    )


def report_body(**other: object) -> dict:
    """The body of a shortest true report."""
    return {
        "village": VILLAGE,
        "danger_now": "no",
        "survivor_sex": "female",
        "survivor_age": "25_44",
        "violence": ["physical"],
        "last_happened": "days_2_3",
        "danger_signs": ["none_seen"],
        "reported_person_near": "yes",
        "source": "survivor",
        "consent": "yes",
        "safe_contact": {"contact_via": "through_me"},
        "conflict": "none",
    } | other


def fresh() -> UUID:
    """A new random id."""
    return uuid4()
