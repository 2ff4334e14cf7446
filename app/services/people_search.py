"""Finding a cadre among thousands: by name or village, by how her phone stands, in an order.

Names lie encrypted, so that they are compared here and not by the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from app.services.people import Cadre

TABS = ("all", "pending", "silent", "none")
SORTS = ("village", "name", "contact")
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the cadres is asked for."""

    tab: str = "all"
    sort: str = "village"
    words: str = field(default="", repr=False)


def found(
    cadres: Sequence[Cadre], wanted: Wanted, *, now: datetime
) -> tuple[list[Cadre], dict[UUID, str]]:
    """Return the wanted cadres in their order, and how each one's phone stands."""
    states = {cadre.person.id: cadre.state(now) for cadre in cadres}
    phones = {"none": {"none", "lost", "invited"}}.get(wanted.tab, {wanted.tab})
    words = wanted.words.casefold()
    shown = [
        cadre
        for cadre in cadres
        if (wanted.tab == "all" or states[cadre.person.id] in phones)
        and (words in cadre.label.casefold() or words in cadre.village.casefold())
    ]
    return sorted(shown, key=_ORDER[wanted.sort]), states


def _contact(cadre: Cadre) -> datetime:
    """Who has been silent longest comes first."""
    return (cadre.device.seen_at if cadre.device else None) or _NEVER


_ORDER = {
    "village": lambda cadre: (cadre.village, cadre.label, cadre.person.id),
    "name": lambda cadre: (cadre.label, cadre.village, cadre.person.id),
    "contact": lambda cadre: (_contact(cadre), cadre.label, cadre.person.id),
}
