"""What a district's phones may read without a PIN or a key: numbers, calendar, keys, limits.

Published into the district's change stream; what has not changed is not written again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.models import Area, ChecklistItem, CoverEntry, DirectoryNumber, District
from app.services import changes, keylists
from app.services.limits import limit


def publish(district: str, *, now: datetime) -> None:
    """Bring every open item of a district up to date.

    :raises Missing: if its keys were not issued yet.
    """
    changes.tell_district(district, "directory", _directory(district), now=now)
    changes.tell_district(district, "cover", _cover(district), now=now)
    for purpose, content in _checklists(district).items():
        changes.tell_district(district, "checklist", content, now=now, what=purpose)
    listed = keylists.as_told(keylists.current(district))
    changes.tell_district(district, "keys", listed, now=now)
    changes.tell_district(district, changes.POLICY, _policy(district), now=now)


def _directory(district: str) -> dict:
    rows = db.session.scalars(
        select(DirectoryNumber)
        .where(DirectoryNumber.district == district, DirectoryNumber.village.is_(None))
        .order_by(DirectoryNumber.place, DirectoryNumber.id)
    )
    return {"numbers": [{"kind": row.kind, "number": row.number} for row in rows]}


def _cover(district: str) -> dict:
    rows = db.session.scalars(
        select(CoverEntry)
        .where(CoverEntry.district == district, CoverEntry.village.is_(None))
        .order_by(CoverEntry.on, CoverEntry.id)
    ).all()
    dates = [{"on": row.on, "at": row.at, "text": row.text} for row in rows if row.kind == "date"]
    tips = [row.text for row in rows if row.kind == "tip"]
    area = db.session.get_one(Area, district)
    told = {"calendar": dates, "place": area.name.title()}
    return told | {"tips": tips} if tips else told


def _checklists(district: str) -> dict[str, dict]:
    rows = db.session.scalars(
        select(ChecklistItem)
        .where(ChecklistItem.district == district, ChecklistItem.retired.is_(False))
        .order_by(ChecklistItem.purpose, ChecklistItem.place)
    )
    items = defaultdict(list)
    for row in rows:
        items[row.purpose].append({"code": row.code, "labels": json.loads(row.labels)})
    return {purpose: {"purpose": purpose, "items": listed} for purpose, listed in items.items()}


def _policy(district: str) -> dict:
    head = db.session.get_one(District, district)
    return {
        "lease_hours": limit(district, "lease.hours").value,
        "push_key": keylists.push_key(),
        "trail_head": f"{head.trail_seq}:{head.trail_hash.hex()}",
    }
