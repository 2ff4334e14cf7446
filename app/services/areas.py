"""Area codes from a file, and the districts that this deployment serves."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.domain.errors import Invalid, Missing
from app.models import Area, District, Server

HEAD = ("code", "level", "parent_code", "name")
# Kemendagri's dotted codes. A province stands above its regencies and has no row of its own here.
SHAPES = {
    "regency": re.compile(r"\d{2}\.\d{2}"),
    "subdistrict": re.compile(r"\d{2}\.\d{2}\.\d{2}"),
    "village": re.compile(r"\d{2}\.\d{2}\.\d{2}\.\d{4}"),
}
ABOVE = {"regency": None, "subdistrict": "regency", "village": "subdistrict"}
LONGEST_NAME = 120
LONGEST_LIST = 20


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One good line of an area file."""

    code: str
    level: str
    parent_code: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file did: areas that are new, areas whose name changed, districts now served."""

    added: int
    renamed: int
    districts: tuple[str, ...]


def read(lines: Iterable[str]) -> list[AreaLine]:
    """Return the areas of a file (`code,level,parent_code,name`), parents before their children.

    :raises Invalid: if any line is wrong; `problems` says for each which line, and what is wrong.
    """
    rows = csv.reader(lines, strict=True)
    good: dict[str, AreaLine] = {}
    problems: list[str] = []
    try:
        if tuple(next(rows, ())) != HEAD:
            raise Invalid("areas.malformed", problems=[f"line 1: must be {','.join(HEAD)}"])
        for row in rows:
            if wrong := _wrong(row, good):
                problems.append(f"line {rows.line_num}: {wrong}")
            else:
                good[row[0]] = AreaLine(row[0], row[1], row[2] or None, row[3].strip())
    except csv.Error as broken:
        problems.append(f"line {rows.line_num}: cannot be read as CSV")
        raise Invalid("areas.malformed", problems=problems[:LONGEST_LIST]) from broken
    if problems or not good:
        problems = problems or ["line 2: there are no areas"]
        raise Invalid("areas.malformed", problems=problems[:LONGEST_LIST])
    return list(good.values())


def load(lines: list[AreaLine], *, now: datetime) -> Loaded:
    """Add or rename these areas; nothing is removed, since people and reports stand on them.

    A file of one regency is a district's own slice, so that district is served from now on.
    """
    added = renamed = 0
    known = {area.code: area for area in db.session.scalars(select(Area))}
    for line in lines:
        area = known.get(line.code)
        if area is None:
            db.session.add(Area(**{name: getattr(line, name) for name in HEAD}))
            added += 1
        elif area.name != line.name:
            area.name = line.name
            renamed += 1
    db.session.flush()
    regencies = [line.code for line in lines if line.level == "regency"]
    if len(regencies) == 1:
        serve(regencies[0], now=now)
    return Loaded(added, renamed, tuple(regencies) if len(regencies) == 1 else ())


def serve(code: str, *, now: datetime) -> District:
    """Let a regency be a district that works here; once more changes nothing.

    The first one begins the server's own epoch: from now on it gives receipts.

    :raises Missing: if there is no such regency.
    """
    area = db.session.get(Area, code)
    if area is None or area.level != "regency":
        raise Missing("district.unknown", district=code)
    district = db.session.get(District, code)
    if district is None:
        district = District(code=code)
        db.session.add(district)
        if db.session.get(Server, 1) is None:
            db.session.add(Server(id=1, epoch=int(now.timestamp())))
        db.session.flush()
    return district


def served() -> list[str]:
    """Return the codes of the districts that work here."""
    return list(db.session.scalars(select(District.code).order_by(District.code)))


def _wrong(row: list[str], before: dict[str, AreaLine]) -> str | None:
    """Say what is wrong with a row; what it says itself is shown, areas are no secret."""
    if len(row) != len(HEAD):
        return f"has {len(row)} columns instead of {len(HEAD)}"
    code, level, parent_code, name = row
    if level not in SHAPES:
        return f"level {level[:20]!r} is none of {', '.join(SHAPES)}"
    if not SHAPES[level].fullmatch(code) or not code.isascii():
        return f"code {code[:20]!r} is not the code of a {level}"
    if code in before:
        return f"code {code} stands in the file twice"
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        return f"the name must have 1 to {LONGEST_NAME} printable letters"
    return _wrong_parent(code, level, parent_code, before)


def _wrong_parent(
    code: str, level: str, parent_code: str, before: dict[str, AreaLine]
) -> str | None:
    if ABOVE[level] is None:
        return "a regency has no parent_code" if parent_code else None
    if parent_code != code.rpartition(".")[0]:
        return f"parent_code {parent_code[:20]!r} is not where {code} lies"
    if parent_code not in before or before[parent_code].level != ABOVE[level]:
        return f"parent {parent_code} must come before it in the file"
    return None
