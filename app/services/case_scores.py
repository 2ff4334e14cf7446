"""How each partner did for one survivor: scored by hand before her case is closed.

Not here: what partners answered, counted by itself (`partner_scores`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from app.db import db
from app.domain import codes
from app.domain.errors import Missing
from app.domain.fields import Parsed
from app.models import Case, Partner, PartnerScore, ServiceReferral
from app.services import cases, trail
from app.services.case_rows import rows_of
from app.services.rows import facts_of, seal_texts, write_facts
from app.services.sessions import Staff


@dataclass(frozen=True, slots=True)
class Asked:
    """A partner that something of this case was sent to, and the score that counts."""

    partner: Partner
    sent_at: datetime
    score: PartnerScore | None

    @property
    def scored(self) -> bool:
        """Whether somebody judged what was asked last."""
        return self.score is not None and self.score.at >= self.sent_at


def asked(case: Case) -> list[Asked]:
    """Return every partner of a case, by name. What was never sent is nothing to judge."""
    given = {row.partner_id: row for row in _of_case(case)}
    sent: dict[Partner, datetime] = {}
    for row in rows_of(case, ServiceReferral):
        if row.sent_at is not None and row.partner is not None:
            sent[row.partner] = max(row.sent_at, sent.get(row.partner, row.sent_at))
    by_name = sorted(sent, key=lambda partner: (partner.name_key, partner.id))
    return [Asked(partner, sent[partner], given.get(partner.id)) for partner in by_name]


def one(case: Case, partner_id: UUID) -> Asked:
    """Return one of them.

    :raises Missing: if nothing of this case was sent there.
    """
    found = next((one for one in asked(case) if one.partner.id == partner_id), None)
    if found is None:
        raise Missing("partner")
    return found


def unscored(case: Case) -> int:
    """Return how many partners of a case nobody has judged since they were last asked."""
    return sum(not one.scored for one in asked(case))


def give(
    case: Case, partner_id: UUID, parsed: Parsed, staff: Staff, *, now: datetime
) -> PartnerScore:
    """Score a partner; older scores stay written.

    :raises NotAllowed: if somebody else accompanies her.
    :raises Missing: if nothing of this case was sent there.
    """
    cases.must_be_own(case, staff)
    row = PartnerScore(
        id=uuid4(),
        case_id=case.id,
        partner_id=one(case, partner_id).partner.id,
        at=now,
        by=staff.id,
    )
    write_facts(row, parsed.facts)
    seal_texts(row, case.district, parsed.sealed)
    db.session.add(row)
    trail.append(case.district, "case.score", "case", case.id, by=staff.id, now=now)
    return row


def sums(district: str, since: datetime) -> list[tuple[Partner, int, dict[str, Counter]]]:
    """Return for each partner how often it was scored, and each answer counted, by question."""
    query = (
        select(PartnerScore, Partner)
        .join(Partner, Partner.id == PartnerScore.partner_id)
        .where(Partner.district == district, PartnerScore.at >= since)
        .order_by(Partner.name_key, Partner.id)
    )
    found: dict[Partner, list[dict]] = {}
    for row, partner in db.session.execute(query):
        found.setdefault(partner, []).append(facts_of(row))
    return [
        (partner, len(told), {name: Counter(one.get(name) for one in told) for name in _ASKED})
        for partner, told in found.items()
    ]


_ASKED = codes.PARTNER_SCORE


def _of_case(case: Case) -> list[PartnerScore]:
    return sorted(rows_of(case, PartnerScore), key=lambda row: row.at)
