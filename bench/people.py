"""The people of a district with a crowd: a village's cadres with their phones, the caseworkers."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from app.db import db, transaction
from app.domain.permissions import Role
from app.models import Area, Device, Person, PersonRole
from app.sealing import new_private, opener, public_of
from app.services import demo

DISTRICT = demo.DISTRICT
CADRES_A_VILLAGE = 10
CASEWORKERS = 40


def caseworkers(now: datetime) -> None:
    """More of them than a district has, and still twelve thousand cases each."""
    lock = opener().encrypt
    with transaction() as session:
        for at in range(CASEWORKERS):
            one = Person(id=uuid4(), district=DISTRICT, created_at=now - timedelta(days=900))
            one.label = lock("people", "label", one.id, f"Pendamping {at}")
            session.add(one)
            session.flush()
            session.add(PersonRole(person_id=one.id, role=Role.CASEWORKER))


def cadres(now: datetime) -> None:
    """Ten cadres a village, each with a phone."""
    lock = opener().encrypt
    villages = db.session.scalars(
        db.select(Area.code).where(Area.level == "village", Area.code.like(f"{DISTRICT}.%"))
    ).all()
    key = public_of(new_private())  # of all phones: nobody will open what is sealed to it
    made = [(uuid4(), village) for village in villages for _ in range(CADRES_A_VILLAGE)]
    with transaction() as session:
        session.execute(
            db.insert(Person),
            [
                {
                    "id": one,
                    "district": DISTRICT,
                    "village": village,
                    "label": lock("people", "label", one, f"Kader {at}"),
                    "created_at": now - timedelta(days=900),
                }
                for at, (one, village) in enumerate(made)
            ],
        )
        session.execute(
            db.insert(PersonRole),
            [{"person_id": one, "role": Role.CADRE} for one, _ in made],
        )
        session.execute(
            db.insert(Device),
            [
                {
                    "person_id": one,
                    "district": DISTRICT,
                    "state": "active",
                    "public_key": key,
                    "label": "Chromium",
                    "verifier_mac": bytes(32),
                    "kdf": "{}",
                    "enrolled_at": now - timedelta(days=at % 120),
                    "seen_at": now - timedelta(days=at % 120),
                }
                for at, (one, _) in enumerate(made)
            ],
        )
