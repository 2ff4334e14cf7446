"""Desks of every role, signed in."""

from __future__ import annotations

import pytest

from app.db import transaction
from app.domain.permissions import Role
from tests.desk import Desk, staff


@pytest.fixture
def sit(app):
    """Seat somebody with these roles at a desk."""

    def seat(*roles: Role, label: str = "Petugas Salak") -> Desk:
        with transaction():
            member = staff(*roles, label=label)
        return Desk(app, member)

    return seat


@pytest.fixture
def desk(sit) -> Desk:
    """A coordinator who also accompanies, as in a small office."""
    return sit(Role.COORDINATOR, Role.CASEWORKER)
