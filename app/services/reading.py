"""What was written about a report, put together. Every caller has written the trail row before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.db import db
from app.domain.contact import strictest
from app.models import CadreContact, Referral, ReferralMove, Report, ReportAddition
from app.services import merged, safe_ways
from app.services.additions import of_each, with_added
from app.services.rows import texts_of

Way = list[tuple[datetime, dict]]
"""What was said in turn of how she is reached, and when."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What was read. `must_not_know` is the union of everything said: the strictest counts."""

    texts: dict = field(repr=False)
    additions: tuple[tuple[datetime, dict], ...] = field(default=(), repr=False)
    must_not_know: tuple[str, ...] = field(default=(), repr=False)
    persons: tuple[str, ...] = field(default=(), repr=False)
    """Who is said to have done it, by any report put together with this one."""
    ties: tuple[tuple[UUID | None, str], ...] = field(default=(), repr=False)
    """Which cadre has said that she has which ties to them, in any of these reports."""
    way: dict = field(default_factory=dict, repr=False)
    """How she is reached now: as her caseworker set it, else as was said; as strict as any word of
    a report put together with this one, or that came later."""
    cadre_contact: dict = field(default_factory=dict, repr=False)

    @property
    def number(self) -> str | None:
        """Where to call the survivor, while the way to reach her is *by phone*."""
        return self.way.get("number") if self.way.get("contact_via") == "phone" else None


def report(referral: Referral) -> Opened:
    """Return all words of a report, and who must not know of it or of what it was merged with."""
    together = merged.all_of(referral)
    added = of_each(one.report for one in together)
    said = [_said(one.report, added[one.report_id]) for one in together]
    forbidden: dict[str, None] = {}
    for first, more in said:
        for words in (first, *(later for _, later in more)):
            forbidden |= dict.fromkeys(words.get("must_not_know", ()))
    ways = [_ways(one, *words) for one, words in zip(together, said, strict=True)]
    way = _way_now(next(one for one in together if one.same_as is None), ways)
    persons = tuple(found for words in said if (found := _person(*words)))
    ties = tuple(_ties((one.report, added[one.report_id]) for one in together))
    reach = contact(referral.report.cadre_id)
    return Opened(*said[0], tuple(forbidden), persons, ties, way, reach)


def contact(person_id: UUID | None) -> dict:
    """Return how a cadre is reached."""
    row = db.session.get(CadreContact, person_id) if person_id else None
    return texts_of(row) if row else {}


def move(step: ReferralMove) -> dict:
    """Return the words of a step."""
    return texts_of(step)


def _person(first: dict, added: tuple) -> str | None:
    """Return who did it, by the last word of one report."""
    words = (texts.get("reported_person") for texts in (first, *(more for _at, more in added)))
    return next((one for one in reversed(list(words)) if one), None)


def _ties(
    reports: Iterable[tuple[Report, list[ReportAddition]]],
) -> Iterator[tuple[UUID | None, str]]:
    for one, added in reports:
        if (ties := with_added(one, added).get("conflict", "none")) != "none":
            yield one.cadre_id, ties


def _ways(referral: Referral, first: dict, added: tuple) -> Way:
    """Return what one report and its additions say of how she is reached, each with its moment."""
    words = ((referral.report.received_at, first), *added)
    told = ((at, {**_some(one, "contact_via"), **one.get("safe_contact", {})}) for at, one in words)
    return [(at, way) for at, way in told if way]


def _way_now(first: Referral, ways: list[Way]) -> dict:
    """Return how she is reached: what her caseworker set outweighs what was said before it.

    What is said later only makes it stricter; where it names another number, no number is known.
    """
    row = safe_ways.newest(first)
    if row is None:
        own, *others = map(_whole, ways)
        return strictest(own, others)
    later = [_whole([one for one in words if one[0] > row.at]) for words in ways]
    found = strictest(texts_of(row), later)
    if any(way.get("number", found.get("number")) != found.get("number") for way in later):
        found.pop("number", None)
    return found


def _whole(words: Way) -> dict:
    """Return the last word on each part of the way; nobody calls by what was said before a ban."""
    whole: dict = {}
    for _at, way in words:
        if way.get("contact_via") == "do_not_contact":
            whole.pop("number", None)
        whole |= way
    return whole


def _some(texts: dict, *names: str) -> dict:
    return {name: texts[name] for name in names if texts.get(name)}


def _said(report: Report, added: list[ReportAddition]) -> tuple[dict, tuple]:
    return texts_of(report), tuple((row.added_at, texts_of(row)) for row in added)
