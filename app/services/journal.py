"""What must outlive a restored backup: revocations, destroyed shares, used invites.

One line an event, in a file outside the database; each system user writes its own, all are read.
A server that was restored replays them before it serves anybody: else a revoked phone would be let
in again. Codes and ids only.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from app.db import at_end

JOURNAL = 3
"""Its place in the order of a transaction's last work: when only the commit is still to come."""

REVOKED = "device.ended"
DESTROYED = "share.destroyed"
INVITE_USED = "invite.used"


def note(event: str, object_id: UUID, *, now: datetime) -> None:
    """Write a line just before this transaction commits; replaying it twice harms nobody."""
    line = json.dumps({"at": now.isoformat(), "event": event, "id": str(object_id)})

    def write(session: Session) -> None:
        _append(journal_path(), line.encode() + b"\n")

    at_end((JOURNAL, event, str(object_id)), write)


def events() -> list[dict[str, str]]:
    """Return every event, oldest first; a line that a crash cut is left out."""
    paths = sorted(_beside_database().glob("journal*.jsonl"))
    lines = [line for path in paths for line in path.read_text().splitlines()]
    found = [event for line in lines if (event := _read(line)) is not None]
    return sorted(found, key=lambda event: event["at"])


def journal_path() -> Path:
    """Return where this system user writes its journal: beside the database, never in it."""
    return _beside_database() / f"journal-{os.getuid()}.jsonl"


def _beside_database() -> Path:
    return current_app.config["SIAGA"].data_dir


def _read(line: str) -> dict[str, str] | None:
    # A line that follows a cut one hangs on it: what counts begins at the last brace.
    try:
        return json.loads(line[line.rindex("{") :])
    except ValueError:
        return None


def _append(path: Path, line: bytes) -> None:
    # One write of one line: processes that append at once do not mix their bytes.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
