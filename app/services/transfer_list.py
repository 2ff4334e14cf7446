"""The transfers of a district as they are read: out and in, the open first, the newest on top."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.domain.transfer import TransferState
from app.models import Referral, Transfer
from app.services.listing import PAGE, Narrowed, behind, narrowed
from app.services.sessions import Staff
from app.services.transfers import theirs

EVERYTHING = Narrowed()
_ANSWERED = case((Transfer.state == TransferState.SENT, 0), else_=1)
_KEYS = [(_ANSWERED, False), (Transfer.sent_at, True), (Transfer.id, False)]


def page(
    staff: Staff, by: Narrowed = EVERYTHING, *, after: UUID | None = None, limit: int = PAGE
) -> list[Transfer]:
    """Return transfers of the district of `staff`, narrowed by the code and village they have here.

    What went out has those of our own referral, what came in those of our copy.
    """
    own = aliased(Referral)
    here = or_(
        and_(Transfer.from_district == staff.district, own.id == Transfer.referral_id),
        and_(Transfer.to_district == staff.district, own.id == Transfer.copy_id),
    )
    query = narrowed(theirs(staff).join(own, here), by, own.report_id, own.village)
    if after is not None:
        columns = [key for key, _falling in _KEYS]
        place = db.session.execute(select(*columns).where(Transfer.id == after)).one_or_none()
        query = query.where(behind(_KEYS, place)) if place is not None else query
    order = [key.desc() if falling else key for key, falling in _KEYS]
    return list(db.session.scalars(query.order_by(*order).limit(limit)))
