"""The trail: who read or did what. One hash chain a district, linked last in a transaction.

Ids and codes only. Words that somebody typed are sealed in the row they belong to, never here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from app.db import at_end, db
from app.models import District, TrailRow
from app.services.standing import ask, standing

TRAIL = 2
"""Its place in the order of locks: after the change counters."""
_WHOM = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along one chain found."""

    district: str
    rows: int
    head: str
    """The last hash, as hex."""
    broken_at: int | None
    """The first row that does not fit, or None."""
    of: int | None = None
    """How many rows there are, if the walk stopped before the last; it goes on behind `rows`."""

    @property
    def whole(self) -> bool:
        return self.broken_at is None and self.of is None


def append(
    district: str,
    act: str,
    object_kind: str,
    object_id: UUID | str,
    *,
    by: UUID | None,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Write a trail row in this transaction. `by` None: the machine itself."""

    row = TrailRow(
        district=district,
        at=now.astimezone(UTC).replace(microsecond=0),
        by=by,
        act=act,
        object_kind=object_kind,
        object_id=str(object_id),
        reason=reason,
    )
    at_end((TRAIL, district), _link, row)


def _link(session: Session, *rows: TrailRow) -> None:
    # The counter's row is the chain's lock: nobody else can link until this commits.
    connection, mine = session.connection(), {"district": rows[0].district}
    last, former = connection.execute(_COUNTED, mine | {"more": len(rows)}).one()
    for seq, row in enumerate(rows, last - len(rows) + 1):
        row.seq = seq
        row.hash = former = linked(former, row)
    session.add_all(rows)
    connection.execute(_LINKED, mine | {"head": former})


_DISTRICTS = District.__table__
_MINE = update(_DISTRICTS).where(_DISTRICTS.c.code == bindparam("district"))
_COUNTED = _MINE.values(trail_seq=_DISTRICTS.c.trail_seq + bindparam("more")).returning(
    _DISTRICTS.c.trail_seq, _DISTRICTS.c.trail_hash
)
_LINKED = _MINE.values(trail_hash=bindparam("head"))


def linked(former: bytes, row: TrailRow) -> bytes:
    """Return the hash of a row that stands behind `former` (32 bytes; zeros for the first)."""
    said = [
        row.district,
        row.seq,
        row.at.astimezone(UTC).isoformat(timespec="seconds"),
        str(row.by) if row.by else None,
        row.act,
        row.object_kind,
        row.object_id,
        row.reason,
    ]
    text = json.dumps(said, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(former + text.encode()).digest()


def verify(
    district: str,
    *,
    left: dict[int, bytes] | None = None,
    behind: int = 0,
    at_most: int | None = None,
) -> Verdict:
    """Walk a district's chain from its first row to its head, or on from `behind` an earlier walk.

    `at_most` so many rows: whoever waits for a page sees how far it is, and goes on.

    `left` are heads (number → hash) that left the house earlier, for example in a letter to the
    auditor: with them a chain that was forged as a whole is found too.
    """
    head = db.session.execute(
        select(District.trail_seq, District.trail_hash).where(District.code == district)
    ).one()
    left = left or {}
    former, expected = _hash_at(district, behind), behind + 1
    if former is None:
        return Verdict(district, behind, "", behind)
    rows = db.session.scalars(
        select(TrailRow)
        .where(TrailRow.district == district, TrailRow.seq > behind)
        .order_by(TrailRow.seq)
        .limit(at_most)
    ).yield_per(1000)
    for row in rows:
        fits = row.seq == expected and row.hash == linked(former, row)
        if not fits or left.get(row.seq, row.hash) != row.hash:
            return Verdict(district, expected - 1, former.hex(), expected)
        former, expected = row.hash, expected + 1
    if at_most and expected == behind + at_most + 1 and head.trail_seq >= expected:
        return Verdict(district, expected - 1, former.hex(), None, of=head.trail_seq)
    missing_end = head.trail_seq != expected - 1 or head.trail_hash != former
    missing_head = any(seq >= expected for seq in left)
    broken = expected if missing_end or missing_head else None
    return Verdict(district, expected - 1, former.hex(), broken)


def _hash_at(district: str, seq: int) -> bytes | None:
    if not seq:
        return bytes(32)
    return db.session.scalar(select(TrailRow.hash).filter_by(district=district, seq=seq))


def verify_all() -> list[Verdict]:
    """Walk every district's chain."""
    return [verify(code) for code in db.session.scalars(select(District.code))]


@dataclass(frozen=True, slots=True)
class Opener:
    """Who opened something for one reason: how often, and when last."""

    by: UUID | None
    reason: str | None
    at: datetime
    times: int


def openers(object_kind: str, object_id: UUID | str) -> list[Opener]:
    """Return everybody who opened this, the last first.

    One line a person and reason: whoever works with it every day hides nobody who looked once.
    """
    found = ask(_OPENERS, {"kind": object_kind, "id": str(object_id)})
    return [Opener(by, reason, at, times) for by, reason, at, times in found]


def of(object_kind: str, object_id: UUID | str, acts: Iterable[str]) -> list[TrailRow]:
    """Return the rows of these acts on one object, the oldest first."""
    rows = select(TrailRow).filter_by(object_kind=object_kind, object_id=str(object_id))
    return list(db.session.scalars(rows.where(TrailRow.act.in_(acts)).order_by(TrailRow.seq)))


def whom(row: TrailRow) -> UUID | None:
    """Return whom an act was done to, if the row says so: their id stands first in its reason."""
    found = _WHOM.match(row.reason or "")
    return UUID(found[0]) if found else None


def why(row: TrailRow) -> str:
    """Return the code of the reason, without whom the act was done to."""
    return _WHOM.sub("", row.reason or "", count=1).strip()


_LAST = func.max(TrailRow.at)
_OPENERS = standing(
    select(TrailRow.by, TrailRow.reason, _LAST, func.count())
    .where(
        TrailRow.object_kind == bindparam("kind"),
        TrailRow.object_id == bindparam("id"),
        TrailRow.act.like("%.open"),
    )
    .group_by(TrailRow.by, TrailRow.reason)
    .order_by(_LAST.desc())
)


def page(
    district: str,
    *,
    before: int | None = None,
    limit: int = 100,
    by: UUID | None = None,
    on: str | None = None,
) -> list[TrailRow]:
    """Return rows of a district, newest first, older than number `before`.

    `by`: only of this person; `on`: only on this kind of object.
    """
    query = select(TrailRow).where(TrailRow.district == district)
    if by is not None:
        query = query.where(TrailRow.by == by)
    if on is not None:
        query = query.where(TrailRow.object_kind == on)
    if before is not None:
        query = query.where(TrailRow.seq < before)
    return list(db.session.scalars(query.order_by(TrailRow.seq.desc()).limit(limit)))
