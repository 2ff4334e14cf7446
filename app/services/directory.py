"""Numbers, dates and tips that stand on phones, of a district or of one of its villages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import or_, select

from app.db import db
from app.domain import cover
from app.domain.areas import is_village, within
from app.domain.errors import Invalid, Missing
from app.models import Area, CoverEntry, DirectoryNumber
from app.services import trail
from app.services.sessions import Staff

KINDS = ("police", "sapa", "ambulance", "lpsk", "hotline", "duty", "midwife", "clinic", "fire")
HELPERS = ("midwife", "clinic")
_NUMBER = re.compile(r"[+]?[0-9][0-9 -]{1,18}")
LONGEST = 60


def numbers(district: str, village: str | None = None) -> Sequence[DirectoryNumber]:
    """Return the numbers of a district and, where one is named, of that village."""
    rows = select(DirectoryNumber).where(*_of(DirectoryNumber, district, village))
    return db.session.scalars(rows.order_by(DirectoryNumber.place, DirectoryNumber.id)).all()


def helpers(district: str, village: str) -> list[DirectoryNumber]:
    """Return the numbers of a village by which its cadre may be found: midwife, then clinic."""
    rows = [row for row in numbers(district, village) if row.village and row.kind in HELPERS]
    return sorted(rows, key=lambda row: HELPERS.index(row.kind))


def entries(district: str, village: str | None = None) -> Sequence[CoverEntry]:
    """Return dates and tips of a district and, where one is named, of that village."""
    rows = select(CoverEntry).where(*_of(CoverEntry, district, village))
    return db.session.scalars(rows.order_by(CoverEntry.kind, CoverEntry.on, CoverEntry.id)).all()


def every_number(district: str) -> Sequence[DirectoryNumber]:
    """Return all numbers of a district and its villages."""
    rows = select(DirectoryNumber).where(DirectoryNumber.district == district)
    order = (DirectoryNumber.village.is_not(None), DirectoryNumber.village, DirectoryNumber.place)
    return db.session.scalars(rows.order_by(*order)).all()


def every_entry(district: str) -> Sequence[CoverEntry]:
    """Return all dates and tips of a district and its villages."""
    rows = select(CoverEntry).where(CoverEntry.district == district)
    return db.session.scalars(rows.order_by(CoverEntry.kind, CoverEntry.on)).all()


def add_number(
    kind: str, number: str, staff: Staff, *, village: str | None = None, now: datetime
) -> None:
    """Let phones show a number to call.

    :raises Invalid: naming the field, if the kind or the village is none or it is no number.
    """
    number = number.strip()
    if kind not in KINDS:
        raise Invalid("number.kind", field="kind")
    if not _NUMBER.fullmatch(number):
        raise Invalid("number.number", field="number")
    district = staff.district
    place = KINDS.index(kind)
    db.session.add(
        DirectoryNumber(
            district=district,
            village=_village(village, district),
            kind=kind,
            number=number,
            place=place,
        )
    )
    _note("number.add", staff, now)


def add_date(
    on: date, at: time | None, text: str, staff: Staff, *, village: str | None = None, now: datetime
) -> None:
    """Put a date into the calendar on the cover.

    :raises Invalid: naming the field, if the text is empty, long or tells what the book is for.
    """
    hour = at.strftime("%H:%M") if at else None
    _add("date", on.isoformat(), hour, text, village, staff, now)


def add_tip(
    month: int, text: str, staff: Staff, *, village: str | None = None, now: datetime
) -> None:
    """Give a month a tip of the district's own; the built-in one gives way.

    :raises Invalid: as `add_date` does.
    """
    _add("tip", f"{month:02}", None, text, village, staff, now)


def remove(kind: str, row_id: int, staff: Staff, *, now: datetime) -> None:
    """Take a `number` or an `entry` off the phones.

    :raises Missing: if there is none in this district.
    """
    row = db.session.get({"number": DirectoryNumber, "entry": CoverEntry}[kind], row_id)
    if row is None or row.district != staff.district:
        raise Missing(kind)
    db.session.delete(row)
    _note(f"{kind}.remove", staff, now)


def _of(table, district: str, village: str | None):
    mine = table.village.is_(None)
    if village is not None:
        mine = or_(mine, table.village == village)
    return table.district == district, mine


def _add(kind, on, at, text, village, staff: Staff, now: datetime) -> None:
    text = " ".join(text.split())
    if not text or len(text) > (160 if kind == "tip" else LONGEST):
        raise Invalid("cover.text", field="text")
    if cover.betrays(text):
        raise Invalid("cover.betrays", field="text")
    place = _village(village, staff.district)
    entry = CoverEntry(district=staff.district, village=place, kind=kind, on=on, at=at, text=text)
    db.session.add(entry)
    _note(f"{kind}.add", staff, now)


def _village(code: str | None, district: str) -> str | None:
    if not code:
        return None
    if not (is_village(code) and within(code, district) and db.session.get(Area, code)):
        raise Invalid("cover.village", field="village")
    return code


def _note(act: str, staff: Staff, now: datetime) -> None:
    db.session.flush()
    trail.append(staff.district, act, "district", staff.district, by=staff.id, now=now)
