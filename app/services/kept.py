"""What was being typed when a session or its second factor ran out: encrypted, for its writer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.sealing import Malformed, Unreadable, b64, opener, unb64

# Never carried over: the old token is worthless, and a second factor counts once.
LEFT_OUT = frozenset({"csrf_token", "password", "code"})


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a form was going and what stood in it."""

    path: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()
    """The names of fields in which a file was chosen. A file is not kept: it is chosen again."""

    def __repr__(self) -> str:
        return "<Kept>"


def typed(path: str, form, files=()) -> Kept:
    """Return a form as it was sent, without what counts once."""
    fields = [(name, value) for name, value in form.items(multi=True) if name not in LEFT_OUT]
    return Kept(path.rstrip("?"), tuple(fields), tuple(files))


def keep(person_id: UUID, path: str, form, now: datetime, files=()) -> str:
    """Return a token that only this person's sign-in can turn back into the form."""
    said = typed(path, form, files)
    written = {"path": said.path, "fields": said.fields, "files": said.files}
    written["at"] = now.isoformat()
    return b64(opener().encrypt("kept", "form", person_id, written))


def kept_form(token: str, person_id: UUID, now: datetime, *, keeps: timedelta) -> Kept | None:
    """Return the form of a token, or None if it is another's, changed, or too old."""
    try:
        written = opener().decrypt("kept", "form", person_id, unb64(token))
    except (Unreadable, Malformed, ValueError):
        return None
    if now - datetime.fromisoformat(written["at"]) > keeps:
        return None
    fields = tuple((name, value) for name, value in written["fields"])
    return Kept(written["path"], fields, tuple(written.get("files", ())))
