"""What was written about a report, put together. Every caller has written the trail row before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.db import db
from app.models import CadreContact, Referral, ReferralMove, Report, ReportAddition
from app.services import merged
from app.services.additions import of_each
from app.services.rows import texts_of


@dataclass(frozen=True, slots=True)
class Opened:
    """What was read. `must_not_know` is the union of everything said: the strictest counts."""

    texts: dict = field(repr=False)
    additions: tuple[tuple[datetime, dict], ...] = field(default=(), repr=False)
    must_not_know: tuple[str, ...] = field(default=(), repr=False)
    cadre_contact: dict = field(default_factory=dict, repr=False)

    @property
    def number(self) -> str | None:
        """Where to call the survivor, while the last word on how to reach her is *by phone*."""
        via = number = None
        for texts in (self.texts, *(more for _, more in self.additions)):
            via = texts.get("contact_via", via)
            number = texts.get("safe_contact", {}).get("number", number)
        return number if via == "phone" else None


def report(referral: Referral) -> Opened:
    """Return all words of a report, and who must not know of it or of what it was merged with."""
    together = merged.all_of(referral)
    added = of_each(one.report for one in together)
    said = [_said(one.report, added[one.report_id]) for one in together]
    forbidden: dict[str, None] = {}
    for first, more in said:
        for words in (first, *(later for _, later in more)):
            forbidden |= dict.fromkeys(words.get("must_not_know", ()))
    return Opened(*said[0], tuple(forbidden), contact(referral.report.cadre_id))


def contact(person_id: UUID | None) -> dict:
    """Return how a cadre is reached."""
    row = db.session.get(CadreContact, person_id) if person_id else None
    return texts_of(row) if row else {}


def move(step: ReferralMove) -> dict:
    """Return the words of a step."""
    return texts_of(step)


def _said(report: Report, added: list[ReportAddition]) -> tuple[dict, tuple]:
    return texts_of(report), tuple((row.added_at, texts_of(row)) for row in added)
