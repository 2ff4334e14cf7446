"""What a district's phones may read without a PIN or a key: numbers, calendar, keys, limits.

Published into the district's change stream; what has not changed is not written again. A village
with numbers or dates of its own has an item of its own, which holds the district's as well.
"""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.domain.codes import PURPOSE
from app.models import Area, CoverEntry, DirectoryNumber, District, DistrictItem
from app.services import changes, checklists, directory, keylists
from app.services.limits import limit

MONTHS = 12


def publish(district: str, *, now: datetime) -> None:
    """Bring every open item of a district up to date.

    :raises Missing: if its keys were not issued yet.
    """
    checklists.ship(district)
    publish_cover(district, now=now)
    publish_checklists(district, now=now)
    listed = keylists.as_told(keylists.current(district))
    changes.tell_district(district, "keys", listed, now=now)
    publish_policy(district, now=now)


def publish_policy(district: str, *, now: datetime) -> str | None:
    """Bring limits and the trail's head on the phones up to date; return it if it was news.

    :raises Missing: if its keys were not issued yet.
    """
    told = _policy(district)
    changed = changes.tell_district(district, changes.POLICY, told, now=now)
    return told["trail_head"] if changed else None


def publish_cover(district: str, *, now: datetime) -> None:
    """Bring numbers, dates and tips on the phones up to date, for each village that has its own."""
    changes.tell_district(district, "directory", _directory(district), now=now)
    changes.tell_district(district, "cover", _cover(district), now=now)
    for kind, table, told in (
        ("directory", DirectoryNumber, _directory),
        ("cover", CoverEntry, _cover),
    ):
        with_own = _villages(table, district)
        for village in with_own | _villages(DistrictItem, district, kind=kind):
            content = {**told(district, village), "village": village}
            content = content if village in with_own else None
            more = {"what": village, "village": village}
            changes.tell_district(district, kind, content, now=now, **more)


def publish_checklists(district: str, *, now: datetime) -> None:
    """Bring the checklists on the phones up to date."""
    for purpose in PURPOSE:
        asked = [item for item in checklists.of(district, purpose) if not item.retired]
        items = [{"code": item.code, "labels": json.loads(item.labels)} for item in asked]
        content = {"purpose": purpose, "items": items}
        changes.tell_district(district, "checklist", content, now=now, what=purpose)


def _villages(table, district: str, **more) -> set[str]:
    rows = select(table.village).filter_by(district=district, **more)
    return set(db.session.scalars(rows.where(table.village.is_not(None)).distinct()))


def _directory(district: str, village: str | None = None) -> dict:
    rows = directory.numbers(district, village)
    return {"numbers": [{"kind": row.kind, "number": row.number} for row in rows]}


def _cover(district: str, village: str | None = None) -> dict:
    rows = directory.entries(district, village)
    dates = [{"on": row.on, "at": row.at, "text": row.text} for row in rows if row.kind == "date"]
    area = db.session.get_one(Area, village or district)
    told = {"calendar": dates, "place": area.name.title()}
    # A village's own tip stands over the district's.
    own = sorted((row for row in rows if row.kind == "tip"), key=lambda row: row.village or "")
    tips = {int(row.on): row.text for row in own}
    return told | {"tips": [tips.get(month + 1, "") for month in range(MONTHS)]} if tips else told


def _policy(district: str) -> dict:
    head = db.session.get_one(District, district)
    return {
        "lease_hours": limit(district, "lease.hours").value,
        "push_key": keylists.push_key(),
        "trail_head": f"{head.trail_seq}:{head.trail_hash.hex()}",
    }
