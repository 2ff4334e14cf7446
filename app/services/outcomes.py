"""What care came to in a month, counted: signs of recovery at the end, and special needs met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.db import db
from app.domain import partner
from app.domain.fields import INDICATORS, UPTD_INDICATORS
from app.models import Case, Referral, Review, ServiceReferral, UnmetNeed, Visit, VisitRecord
from app.services import reports
from app.services.rows import facts_of

SIGNS = tuple(one.name for one in (*INDICATORS, *UPTD_INDICATORS))
LEVELS = ("yes", "partly", "not_yet")
_BATCH = 500


def counts(district: str, begins: datetime, ends: datetime) -> dict[str, Counter]:
    """Return the tables of a month: one of each level of recovery, and one of special needs."""
    found = {f"recovery_{level}": Counter() for level in LEVELS}
    for known in _at_the_end(district, begins, ends):
        for sign, level in known.items():
            found[f"recovery_{level}"][sign] += 1
    return found | {"access_service": _access(district, begins, ends)}


def _at_the_end(district: str, begins: datetime, ends: datetime) -> Iterator[dict[str, str]]:
    """Yield of each case that was closed then what was last known of each sign."""
    closed = select(Case.id).where(
        Case.district == district, Case.closed_at >= begins, Case.closed_at < ends
    )
    ids = list(db.session.scalars(closed))
    for at in range(0, len(ids), _BATCH):
        some = ids[at : at + _BATCH]
        told = sorted((*_recorded(some), *_judged(some)), key=lambda one: one[:2])
        known: dict[UUID, dict[str, str]] = {one: {} for one in some}
        for _moment, case_id, facts in told:
            known[case_id] |= {sign: facts[sign] for sign in SIGNS if facts.get(sign) in LEVELS}
        yield from known.values()


def _recorded(case_ids: list[UUID]) -> Iterator[tuple[datetime, UUID, dict]]:
    rows = select(Visit.case_id, VisitRecord).join(Visit, Visit.id == VisitRecord.visit_id)
    for case_id, row in db.session.execute(rows.where(Visit.case_id.in_(case_ids))):
        yield row.happened_at, case_id, facts_of(row)


def _judged(case_ids: list[UUID]) -> Iterator[tuple[datetime, UUID, dict]]:
    for row in db.session.scalars(select(Review).where(Review.case_id.in_(case_ids))):
        yield row.at, row.case_id, facts_of(row)


def _access(district: str, begins: datetime, ends: datetime) -> Counter:
    """What was asked of partners for whoever needs more than a door, and what nobody could give."""
    asked = (
        select(Referral.report_id, ServiceReferral.lacks)
        .join(Case, Case.id == ServiceReferral.case_id)
        .join(Referral, Referral.id == Case.referral_id)
        .where(
            ServiceReferral.district == district,
            ServiceReferral.sent_at >= begins,
            ServiceReferral.sent_at < ends,
            ServiceReferral.partner_id.is_not(None),
        )
    )
    rows, found = db.session.execute(asked).all(), Counter()
    for at in range(0, len(rows), _BATCH):
        some = rows[at : at + _BATCH]
        facts = reports.coded_facts({row.report_id for row in some})
        for row in some:
            if partner.unmet(facts[row.report_id].get("access_needs") or (), ()):
                found["lacks" if row.lacks else "fits"] += 1
    nobody = select(func.count()).where(
        UnmetNeed.district == district,
        UnmetNeed.why == "access",
        UnmetNeed.at >= begins,
        UnmetNeed.at < ends,
    )
    found["nobody"] = db.session.scalar(nobody) or 0
    return found
