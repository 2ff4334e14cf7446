"""A second person: who may agree to what a first one asked, and what holds where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.domain.settings import SETTINGS


def may_agree(asked_by: UUID, staff: UUID, heads: Iterable[UUID]) -> bool:
    """Tell whether this person may agree: a head, and not who asked."""
    return staff in set(heads) and staff != asked_by


def parent_office_from(
    asked_by: UUID, asked_at: datetime, heads: Iterable[UUID]
) -> datetime | None:
    """Return from when a named person of the parent office may agree instead; None: never.

    Only where no other head is there; the act waits a day and is flagged (domain.md section 1).
    """
    if set(heads) - {asked_by}:
        return None
    return asked_at + SETTINGS["second_person.waits"].span
