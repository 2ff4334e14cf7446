"""Which act is about what, and which waits for which. Pure.

Acts of one device about one thing apply in the order of `seq`; an act waits for its parent: the
report that it adds to, the visit that it is about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sync.protocol import UUID4


@dataclass(frozen=True, slots=True)
class Thing:
    """What an act is about: `visit` and its id."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


_ABOUT = {
    "report.add": ("report", "report_id"),
    "consent.withdraw": ("report", "report_id"),
    "visit.accept": ("visit", "visit_id"),
    "visit.decline": ("visit", "visit_id"),
    "visit.plan": ("visit", "visit_id"),
    "visit.start": ("visit", "visit_id"),
    "visit.end": ("visit", "visit_id"),
    "visit.record": ("visit", "visit_id"),
    "alert.acknowledge": ("alert", "alert_id"),
}
_CREATES = {
    "report.create": "report",
    "call.me": "call",
    "tally.add": "tally",
    "drill.record": "drill",
}
ACTS = frozenset({*_ABOUT, *_CREATES, "contact.update"})


class NoThing(Exception):
    """The act does not say what it is about, or not by a well-formed id."""


def thing_of(act: str, envelope_id: str, device_id: str, body: dict[str, Any]) -> Thing:
    """Return what an act is about.

    :raises NoThing: if its body does not say so.
    """
    if act in _ABOUT:
        kind, field = _ABOUT[act]
        about = body.get(field)
        if not isinstance(about, str) or not re.fullmatch(UUID4, about) or about.endswith("\n"):
            raise NoThing
        return Thing(kind, about)
    if act == "contact.update":
        return Thing("contact", device_id)
    return Thing(_CREATES[act], envelope_id)


def has_parent(act: str) -> bool:
    """Tell whether an act is about something that must be there already."""
    return act in _ABOUT
