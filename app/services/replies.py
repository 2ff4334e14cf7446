"""Ready replies to who writes by a chat: those that ship, and what a district makes of them.

They go out beside all that protects a report, so that none may hold a word about anybody.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select

from app.db import db
from app.domain.errors import Invalid, Missing
from app.domain.suspicion import suspected
from app.models import ReadyReply
from app.services import trail
from app.services.sessions import Staff

FILE = Path(__file__).resolve().parent.parent / "data" / "replies.json"
LONGEST = 200
# A number to call may stand in a reply; what tells who or where may not.
FORBIDDEN = frozenset({"nik", "address", "gps", "birth_date"})


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply as it is offered."""

    code: str
    text: str
    retired: bool = False


@cache
def shipped() -> tuple[Reply, ...]:
    """Return the built-in replies in their order."""
    return tuple(Reply(**one) for one in json.loads(FILE.read_text(encoding="utf-8")))


def of(district: str) -> list[Reply]:
    """Return a district's replies in their order, retired ones too; until it changes one: ours."""
    own = [Reply(row.code, row.text, row.retired) for row in _rows(district)]
    return own or list(shipped())


def offered(district: str) -> list[Reply]:
    """Return the replies that are not retired."""
    return [one for one in of(district) if not one.retired]


def add(text: str, staff: Staff, *, now: datetime) -> None:
    """Offer one reply more, at the end.

    :raises Invalid: if it is empty, long, or looks as if it told who or where somebody is.
    """
    text = " ".join(text.split())
    if not text:
        raise Invalid("field.missing", field="text")
    if len(text) > LONGEST:
        raise Invalid("field.too_long", field="text")
    if FORBIDDEN.intersection(suspected(text)):
        raise Invalid("reply.tells", field="text")
    rows = _own(staff.district)
    code = f"own_{len(rows)}"
    db.session.add(
        ReadyReply(district=staff.district, code=code, place=len(rows), text=text, retired=False)
    )
    _note(staff, now)


def retire(code: str, staff: Staff, *, now: datetime) -> None:
    """Offer a reply no more, or again if it is retired.

    :raises Missing: if there is none.
    """
    row = _get(code, _own(staff.district))
    row.retired = not row.retired
    _note(staff, now)


def move_up(code: str, staff: Staff, *, now: datetime) -> None:
    """Offer a reply before the one that stands above it now.

    :raises Missing: if there is none.
    """
    rows = [row for row in _own(staff.district) if not row.retired]
    at = rows.index(_get(code, rows))
    if at:
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    for place, row in enumerate(rows):
        row.place = place
    _note(staff, now)


def _own(district: str) -> list[ReadyReply]:
    """Return a district's own rows; the first change makes them from those that ship."""
    if not (rows := _rows(district)):
        for place, one in enumerate(shipped()):
            db.session.add(ReadyReply(district=district, code=one.code, place=place, text=one.text))
        db.session.flush()
        rows = _rows(district)
    return rows


def _rows(district: str) -> list[ReadyReply]:
    mine = select(ReadyReply).where(ReadyReply.district == district)
    return list(db.session.scalars(mine.order_by(ReadyReply.place, ReadyReply.code)))


def _get(code: str, rows: list[ReadyReply]) -> ReadyReply:
    found = next((row for row in rows if row.code == code), None)
    if found is None:
        raise Missing("reply")
    return found


def _note(staff: Staff, now: datetime) -> None:
    db.session.flush()
    trail.append(staff.district, "reply.change", "district", staff.district, by=staff.id, now=now)
