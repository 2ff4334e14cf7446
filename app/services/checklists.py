"""Checklists of visits: those that ship, and what a district adds, retires and reorders.

No label is ever changed: a cadre may have answered the old one. A wrong one is retired and a new
one added; codes are never used again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import func, select

from app.db import db, row_lock
from app.domain.codes import PURPOSE
from app.domain.errors import Invalid, Missing
from app.models import ChecklistItem
from app.services import trail
from app.services.sessions import Staff

FILE = Path(__file__).resolve().parent.parent / "data" / "checklists.json"
LONGEST = 90


@cache
def shipped() -> dict[str, list[dict]]:
    """Return the built-in items by purpose: `code` and `labels`."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def ship(district: str) -> None:
    """Give a district the built-in items that it never had; a retired one stays retired."""
    for purpose, items in shipped().items():
        known = {item.code for item in of(district, purpose)}
        for place, item in enumerate(items):
            if item["code"] not in known:
                db.session.add(_item(district, purpose, item["code"], item["labels"], place))
    db.session.flush()


def of(district: str, purpose: str) -> Sequence[ChecklistItem]:
    """Return all items of a purpose in their order, retired ones too."""
    mine = select(ChecklistItem).filter_by(district=district, purpose=purpose)
    return db.session.scalars(mine.order_by(ChecklistItem.place, ChecklistItem.id)).all()


def labels_of(district: str, purpose: str, language: str) -> dict[str, str]:
    """Return the label of each code that was ever asked, in a language or else in Indonesian."""
    told = {item.code: json.loads(item.labels) for item in of(district, purpose)}
    return {code: labels.get(language) or labels["id"] for code, labels in told.items()}


def add(purpose: str, labels: dict[str, str], staff: Staff, *, now: datetime) -> ChecklistItem:
    """Add a question at the end of a list. Indonesian is needed, other languages fall back to it.

    :raises Invalid: if the purpose is none, or a label is missing or long.
    """
    labels = {language: " ".join(text.split()) for language, text in labels.items()}
    labels = {language: text for language, text in labels.items() if text}
    if purpose not in PURPOSE:
        raise Invalid("checklist.purpose")
    if "id" not in labels or any(len(text) > LONGEST for text in labels.values()):
        raise Invalid("checklist.label", field="id")
    here = ChecklistItem.district == staff.district
    number = db.session.scalar(select(func.count()).select_from(ChecklistItem).where(here))
    place = max((item.place for item in of(staff.district, purpose)), default=-1) + 1
    item = _item(staff.district, purpose, f"own_{number}", labels, place)
    db.session.add(item)
    _note(staff, now)
    return item


def retire(item: ChecklistItem, staff: Staff, *, now: datetime) -> None:
    """Ask it no more, or again if it is retired; what was answered stays."""
    item.retired = not item.retired
    _note(staff, now)


def move_up(item: ChecklistItem, staff: Staff, *, now: datetime) -> None:
    """Ask it before the one that now stands above it."""
    asked = [one for one in of(staff.district, item.purpose) if not one.retired]
    at = asked.index(item) if item in asked else 0
    if at:
        asked[at - 1], asked[at] = asked[at], asked[at - 1]
    for place, one in enumerate(asked):
        one.place = place
    _note(staff, now)


def get(item_id: int, district: str) -> ChecklistItem:
    """Return an item of a district.

    :raises Missing: if there is none.
    """
    item = db.session.get(ChecklistItem, item_id, with_for_update=row_lock())
    if item is None or item.district != district:
        raise Missing("checklist")
    return item


def _item(district: str, purpose: str, code: str, labels: dict, place: int) -> ChecklistItem:
    text = json.dumps(labels, ensure_ascii=False)
    return ChecklistItem(district=district, purpose=purpose, code=code, labels=text, place=place)


def _note(staff: Staff, now: datetime) -> None:
    db.session.flush()
    trail.append(
        staff.district, "checklist.change", "district", staff.district, by=staff.id, now=now
    )
