"""Cadres' phones for tests, as they come in: invited, enrolled, and confirmed if you like."""

from __future__ import annotations

from app import sealing
from app.db import transaction
from app.models import Device
from app.services import enrolling, phones
from tests.make import NOON


def invited(cadre, now=NOON, **other) -> phones.Invited:
    """A fresh invite of this cadre."""
    with transaction():
        return phones.invite(cadre, now=now, **other)


def applicant(code, *, private=None, **other) -> enrolling.Applicant:
    """A phone that shows this code; its verifier is 32 × `a`."""
    public_key = sealing.public_of(private or sealing.new_private())
    kdf = {"name": "argon2id", "memory_kib": 19456, "passes": 2}
    fields = {"code": code, "public_key": public_key, "label": "Chrome", "verifier": b"a" * 32}
    return enrolling.Applicant(**fields | {"kdf": kdf} | other)


def enrolled(who, now=NOON) -> enrolling.Admitted | None:
    """What that phone is answered."""
    with transaction():
        return enrolling.enrol(who, now=now)


def phone_of(cadre, now=NOON, *, confirm=True, private=None) -> Device:
    """A phone of this cadre; with `private` you can open what is sealed to it."""
    device = enrolled(applicant(invited(cadre, now).code, private=private), now).device
    if confirm:
        with transaction():
            phones.confirm(device, now=now)
    return device
