"""What must outlive a restored backup: revocations, used invites, withdrawals, purges, who is out.

One line an event, in a file outside the database; each system user writes its own, all are read.
A server that was restored replays them before it serves anybody: else a revoked phone would be let
in again. Codes and ids only.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
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
WITHDRAWN = "consent.withdrawn"
PURGED = "inbox.purged"
PASSKEY_REMOVED = "passkey.removed"
EMPTIED = "copy.emptied"
FORGOTTEN = "report.forgotten"
KEPT_OUT = "report.kept_out"
LET_BACK = "report.let_back"
HEAD = "trail.head"
"""Not replayed: a head of the trail that left the house."""

Marks = dict[str, int]
"""How many bytes of each file were replayed."""


def note(event: str, object_id: UUID, *, now: datetime, **codes: str) -> None:
    """Write a line just before this transaction commits; replaying it twice harms nobody.

    A commit that fails after it leaves a line of something that did not happen; it was meant to,
    and happens when the line is replayed.
    """
    said = {"at": now.isoformat(), "event": event, "id": str(object_id), **codes}
    line = json.dumps(said).encode() + b"\n"

    def write(session: Session) -> None:
        _append(journal_path(), line)

    at_end((JOURNAL, event, str(object_id)), write)


def events() -> list[dict[str, str]]:
    """Return every event, oldest first; a line that a crash cut is left out."""
    return unread({})[0]


def unread(marks: Mapping[str, int]) -> tuple[list[dict[str, str]], Marks]:
    """Return the events behind these marks, oldest first, and the marks behind them.

    A file shorter than its mark is another one: it is read from its beginning.
    """
    found, reached = [], dict(marks)
    for path in _paths():
        whole, first = path.read_bytes(), marks.get(path.name, 0)
        first = first if first <= len(whole) else 0
        last = whole.rfind(b"\n") + 1  # Behind it a line may still be on its way.
        found += [_read(line) for line in whole[first:last].decode(errors="replace").splitlines()]
        reached[path.name] = max(first, last)
    return sorted(filter(None, found), key=lambda event: event["at"]), reached


def journal_path() -> Path:
    """Return where this system user writes its journal: beside the database, never in it."""
    return _beside_database() / f"journal-{os.getuid()}.jsonl"


def sizes() -> Marks:
    """Return how long each file is now: the cheap question whether anything was written."""
    return {path.name: path.stat().st_size for path in _paths()}


def _paths() -> list[Path]:
    return sorted(_beside_database().glob("journal*.jsonl"))


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
