"""What the cadre of a second report reads: what is true of the first, a day later.

At once, it would betray that somebody else has reported, too (domain.md section 5).
"""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from app.db import db
from app.domain.referral import CadreSees, ReferralState, as_cadre_sees
from app.domain.settings import SETTINGS
from app.models import Referral, ReferralMove
from app.services import notices

TOLD = "twin_told"
AT_MOST = 50
# A question goes to the cadre who was asked, not to the other.
NEWS = (
    ReferralState.ACCEPTED,
    ReferralState.CLOSED,
    ReferralState.NOT_OURS,
    ReferralState.TRANSFERRED,
)


def due(*, now: datetime) -> bool:
    """Tell whether somebody is to be told. Reads only, and needs no key."""
    return db.session.execute(_untold(now).limit(1)).first() is not None


def tell(*, now: datetime) -> int:
    """Tell the cadres of second reports what has become of the first; return how many."""
    rows = db.session.execute(_untold(now).limit(AT_MOST)).all()
    for referral, state in rows:
        sees = as_cadre_sees(ReferralState.DUPLICATE, twin=ReferralState(state))
        notices.report_moved(referral.report, str(sees), now=now)
        here = {"from_state": referral.state, "to_state": referral.state}
        db.session.add(
            ReferralMove(id=uuid4(), referral_id=referral.id, at=now, by=None, act=TOLD, **here)
        )
    return len(rows)


def seen_by_cadre(referral: Referral) -> CadreSees:
    """Return the word that a cadre reads by now; of a twin, of the first if she was told of it."""
    known = select(ReferralMove.id).where(
        ReferralMove.referral_id == referral.id, ReferralMove.act == TOLD
    )
    twin = None
    if referral.same_as is not None and db.session.scalar(known.limit(1)) is not None:
        twin = ReferralState(db.session.get_one(Referral, referral.same_as).state)
    return as_cadre_sees(ReferralState(referral.state), twin=twin)


def _untold(now: datetime) -> Select:
    first, told = aliased(Referral), aliased(ReferralMove)
    until = now - SETTINGS["duplicate.status_delay"].span
    # When the first came to where it stands, or the two were put together: the later.
    came = (
        select(func.max(ReferralMove.at))
        .where(
            ReferralMove.referral_id.in_((first.id, Referral.id)),
            ReferralMove.from_state != ReferralMove.to_state,
        )
        .correlate(first, Referral)
        .scalar_subquery()
    )
    known = select(told.id).where(told.referral_id == Referral.id, told.act == TOLD, told.at > came)
    return (
        select(Referral, first.state)
        .join(first, first.id == Referral.same_as)
        .where(
            Referral.state == ReferralState.DUPLICATE,
            first.state.in_(NEWS),
            came <= until,
            # Older news would be gone from her phone at once.
            came > now - SETTINGS["states.kept"].span,
            ~known.exists(),
        )
        .order_by(Referral.id)
    )
