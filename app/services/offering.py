"""Who can be asked for her: partners that fit first, and the need that nobody can meet counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import select

from app.db import db
from app.domain import partner as rules
from app.models import Case, Partner, ServiceReferral, UnmetNeed
from app.services import consent_words, partners

WAY_OUT = "home_service"


@dataclass(frozen=True, slots=True)
class Offer:
    """A partner for a service, and what speaks against it."""

    partner: Partner
    lacks: tuple[str, ...]
    has_mou: bool
    usual: bool
    """Partners of this kind give this service."""

    @property
    def fits(self) -> bool:
        """Tell whether it offers everything that she needs."""
        return self.usual and not self.lacks


def offers(
    case: Case,
    service: str,
    what: str | None,
    *,
    today: date,
    kept_out: frozenset[str] = frozenset(),
) -> list[Offer]:
    """Return every partner, the fitting first, then those near, then those with an agreement.

    But none of the kinds that must not know of her.
    """
    needs = access_needs(case)
    found = [
        Offer(
            one,
            rules.unmet(needs, one.offers),
            partners.mou_of(one, today).stands,
            rules.serves(one.kind, service, what),
        )
        for one in partners.working(case.district)
        if one.kind not in kept_out
    ]
    return sorted(found, key=_rank)


def access_needs(case: Case) -> tuple[str, ...]:
    """Return what she needs to be able to get in and to understand, whichever report says so."""
    told = consent_words.told_of(case.referral)
    needs = (need for _report, said in told for need in said.get("access_needs") or ())
    return tuple(dict.fromkeys(needs))


def count_unmet(case: Case, service: str, what: str | None, now: datetime) -> None:
    """Count once that nobody near can take her as she is."""
    today = partners.today_in(case.district, now)
    usual = [one for one in offers(case, service, what, today=today) if one.usual]
    near = [one for one in usual if not one.partner.elsewhere]
    lacks = rules.unmet(access_needs(case), ())
    if not lacks or any(not one.lacks for one in near) or _is_way_out(case, what):
        return
    _count(
        case, service, what, "access", min((one.lacks for one in near), key=len, default=lacks), now
    )


def _is_way_out(case: Case, what: str | None) -> bool:
    """Tell whether this is what is done because nobody could take her, which was counted then."""
    counted = select(UnmetNeed.id).filter_by(case_id=case.id, why="access")
    return what == WAY_OUT and db.session.scalar(counted) is not None


def count_refusal(row: ServiceReferral, now: datetime) -> None:
    """Count what a refusal says is missing: an agreement, or a way in for her."""
    if row.refusal == "no_mou":
        _count(row.case, row.service, row.what, "no_mou", (), now)
    if row.refusal == "disability_access":
        _count(row.case, row.service, row.what, "access", row.lacks.split(","), now)


def _count(
    case: Case, service: str, what: str | None, why: str, lacks: Iterable[str], now: datetime
) -> None:
    known = select(UnmetNeed.id).filter_by(
        case_id=case.id, service=service, what=what or "", why=why
    )
    if db.session.scalar(known) is None:
        db.session.add(
            UnmetNeed(
                id=uuid4(),
                district=case.district,
                case_id=case.id,
                service=service,
                what=what or "",
                why=why,
                lacks=",".join(lacks),
                at=now,
            )
        )
        db.session.flush()


def _rank(one: Offer) -> tuple:
    known = one.partner
    return not one.usual, bool(one.lacks), known.elsewhere, not one.has_mou, known.name_key
