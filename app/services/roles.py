"""Roles of the staff, given and taken by somebody else. A cadre is only ever a cadre."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.domain.errors import Conflict, Invalid
from app.domain.permissions import STAFF, Role
from app.models import Person, PersonRole

from . import handovers, trail
from .sessions import Staff


def change(person: Person, roles: Iterable[Role], staff: Staff, *, now: datetime) -> bool:
    """Give these roles to one of the staff instead of the former ones; tell whether any changed.

    :raises Invalid: if no role of the staff is left, or one is none of the staff's.
    :raises Conflict: for a cadre, somebody who left, one's own roles, or a caseworker through whom
        something still runs.
    """
    wanted, former = frozenset(roles), person.role_codes
    if not former & STAFF or person.left_at is not None:
        raise Conflict("roles.not_staff")
    if person.id == staff.id:
        raise Conflict("roles.own")
    if not wanted or wanted - STAFF:
        raise Invalid("person.roles", field="roles")
    if Role.CASEWORKER in former - wanted and handovers.runs_through(person):
        raise Conflict("roles.handover")
    if wanted == former:
        return False
    kept = [row for row in person.roles if row.role in wanted]
    person.roles = kept + [PersonRole(role=role) for role in sorted(wanted - former)]
    trail.append(
        person.district,
        "people.roles",
        "person",
        person.id,
        by=staff.id,
        now=now,
        reason=" ".join(sorted(wanted)),
    )
    return True
