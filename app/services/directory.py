"""Numbers to call, of a district and of its villages: what stands on phones and on paper."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from app.db import db
from app.models import DirectoryNumber


def numbers(district: str, village: str | None = None) -> Sequence[DirectoryNumber]:
    """Return the numbers of a district and, where one is named, of that village."""
    mine = DirectoryNumber.village.is_(None)
    if village is not None:
        mine = or_(mine, DirectoryNumber.village == village)
    rows = select(DirectoryNumber).where(DirectoryNumber.district == district, mine)
    return db.session.scalars(rows.order_by(DirectoryNumber.place, DirectoryNumber.id)).all()
