"""The open desks of a district: they look again once something is on disk."""

from __future__ import annotations

from app.db import after_commit
from app.signals import changed


def look_again(district: str) -> None:
    """Let open desks of a district look again, once this is on disk."""
    after_commit(lambda: changed.send(district=district))
