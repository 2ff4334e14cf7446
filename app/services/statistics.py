"""Statistics as a tier may see them: sums of months, tables of whole years, and what was given out.

Not here: the counting (`counting`) and what may be shown to whom (`app.domain.statistics`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.db import db
from app.domain import codes
from app.domain.errors import Missing
from app.domain.statistics import Table, Tier, checked_window, months, table, windows
from app.models import GivenOut
from app.services import counting, outcomes, trail
from app.services.rows import facts_of, write_facts
from app.services.sessions import Staff

# Exact at every tier that sees cases at all: sums of the whole regency, and its clocks.
TOTALS = (
    "reports",
    "survivors",
    "cases",
    "services",
    "visits",
    "closed",
    "emergencies",
    "asked",
    "partner_accepted",
    "partner_refused",
    "without_mou",
    "unmet",
)
CLOCK = "first_look"
_WENT = ("kept", "late_signal", "late", "open")
# Beside the first look: 3 x 24 h to the police, the other clocks of laws, those of our own.
CLOCKS = ("clock_police", "clock_law", "clock_ours")
# Which signs of recovery were there when a case was closed, by how far; for the office itself.
RECOVERY = tuple(f"recovery_{level}" for level in outcomes.LEVELS)
# Every code of a question stands in its table, also those that nobody gave.
_ALL_CODES: Mapping[str, tuple[str, ...]] = {
    "survivor_sex": codes.SEX,
    "survivor_age": codes.AGE,
    "violence": codes.VIOLENCE,
    "place": codes.PLACE,
    "occupation": codes.OCCUPATION,
    "access_needs": codes.ACCESS_NEEDS,
    "needs": codes.NEEDS,
    "risk": codes.RISK,
    "channel": codes.CHANNEL,
    "last_happened": codes.LAST_HAPPENED,
    "service": tuple(codes.SERVICES),
    "closing": codes.CLOSING_REASON,
    "visit_end": codes.END_HOW,
    "unmet_why": ("access", "no_mou"),
    "access_service": ("fits", "lacks", "nobody"),
    **dict.fromkeys(RECOVERY, outcomes.SIGNS),
    CLOCK: _WENT,
    **dict.fromkeys(CLOCKS, _WENT),
}
STAFF_TABLES = (
    "violence",
    "survivor_sex",
    "survivor_age",
    "place",
    "occupation",
    "needs",
    "access_needs",
    "risk",
    "channel",
    "subdistrict",
    "last_happened",
    "service",
    "access_service",
    "unmet_why",
    "visit_end",
    "closing",
    *RECOVERY,
)
OFFICE_TABLES = ("violence", "survivor_sex", "survivor_age", "place", "occupation", "access_needs")
PUBLIC_TABLES = ("subdistrict", "violence")
_TABLES = {
    Tier.STAFF: STAFF_TABLES,
    Tier.OFFICE: OFFICE_TABLES,
    Tier.PUBLIC: PUBLIC_TABLES,
}


@dataclass(frozen=True, slots=True)
class Overview:
    """What a page, a paper or a sheet shows of a time."""

    tier: Tier
    first: str
    last: str
    totals: Mapping[str, int | None]
    clock: Table
    by_month: Mapping[str, Mapping[str, int]]
    """Reports, cases, services and emergencies of each month; empty for the public."""
    tables: Mapping[str, Table] = field(default_factory=dict)
    clocks: Mapping[str, Table] = field(default_factory=dict)
    """How the other clocks went, exact; empty for the public."""
    given_at: datetime | None = None


def exact(district: str, first: str, last: str) -> Overview:
    """Return the numbers as they are, for who sees the queue.

    :raises Invalid: if a month is none, or the last comes before the first.
    """
    return _overview(district, first, last, Tier.STAFF)


def totals_for_offices(district: str, first: str, last: str) -> Overview:
    """Return what a regent or a council sees of any months: the sums and the clocks, no more.

    :raises Invalid: if a month is none, or the last comes before the first.
    """
    whole = _overview(district, first, last, Tier.OFFICE)
    return replace(whole, tables={})


def given_out(district: str, tier: Tier) -> list[Overview]:
    """Return the tables that a tier was given, the newest year first."""
    rows = select(GivenOut).filter_by(district=district, tier=tier)
    return [_read(row) for row in db.session.scalars(rows.order_by(GivenOut.first_month.desc()))]


def given_year(district: str, tier: Tier, year: int) -> Overview:
    """Return what a tier was given for a year.

    :raises Missing: if it was given nothing.
    """
    query = select(GivenOut).filter_by(district=district, tier=tier, first_month=f"{year:04}-01")
    row = db.session.scalar(query)
    if row is None:
        raise Missing("statistics")
    return _read(row)


def may_be_given(district: str, tier: Tier, *, now: datetime) -> list[tuple[str, str]]:
    """Return the whole years that are over, counted, and not given to a tier yet."""
    sums = counting.sums_of(district, "0000-01", "9999-12")
    if not sums:
        return []
    before = months(min(sums), counting.month_of(district, now))[:-1]
    if not before:
        return []
    known = {(row.first, row.last) for row in given_out(district, tier)}
    first_january = f"{before[0][:4]}-01"
    return [window for window in windows(first_january, before[-1]) if window not in known]


def give_out(staff: Staff, tier: Tier, first: str, last: str, *, now: datetime) -> Overview:
    """Make the tables of one year for a tier, once and for ever.

    :raises Conflict: if it is no whole year, or shares months with one that was given out.
    """
    known = [(one.first, one.last) for one in given_out(staff.district, tier)]
    checked_window(first, last, known)
    made = _overview(staff.district, first, last, tier)
    row = GivenOut(
        district=staff.district,
        tier=tier,
        first_month=first,
        last_month=last,
        given_at=now,
        given_by=staff.id,
    )
    db.session.add(row)
    db.session.flush()
    write_facts(row, _written(made))
    trail.append(
        staff.district, "statistics.give", "given_out", row.id, by=staff.id, reason=tier, now=now
    )
    return _read(row)


def _overview(district: str, first: str, last: str, tier: Tier) -> Overview:
    wanted = months(first, last)
    sums = counting.sums_of(district, first, last)
    whole = _added(sums.values())
    reports = whole["totals"]["reports"]
    by = whole["by"]
    clock = table(_full(CLOCK, by), Tier.STAFF if tier is Tier.OFFICE else tier)
    return Overview(
        tier=tier,
        first=first,
        last=last,
        totals=_totals(whole["totals"], tier),
        clock=clock,
        by_month={}
        if tier is Tier.PUBLIC
        else {month: _month(sums.get(month)) for month in wanted},
        tables={
            name: table(_full(name, by), tier, total=reports if name in counting.SEVERAL else None)
            for name in _TABLES[tier]
        },
        clocks={}
        if tier is Tier.PUBLIC
        else {name: table(_full(name, by), Tier.STAFF) for name in CLOCKS},
    )


def _totals(sums: Mapping[str, int], tier: Tier) -> dict[str, int | None]:
    if tier is not Tier.PUBLIC:
        return dict(sums)
    return {
        name: table({"all": sums[name]}, tier).total for name in ("reports", "cases", "services")
    }


def _month(sums: Mapping[str, Any] | None) -> dict[str, int]:
    return {
        name: (sums or {}).get(name, 0) for name in ("reports", "cases", "services", "emergencies")
    }


def _added(sums: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    totals = dict.fromkeys(TOTALS, 0)
    by: dict[str, Counter] = {}
    for month in sums:
        for name in TOTALS:
            totals[name] += month.get(name, 0)
        for name, counts in {**month.get("by", {}), **month.get("in_care", {})}.items():
            by.setdefault(name, Counter()).update(counts)
    return {"totals": totals, "by": by}


def _full(name: str, by: Mapping[str, Counter]) -> dict[str, int]:
    counts = by.get(name, Counter())
    known = _ALL_CODES.get(name, ())
    return {code: counts.get(code, 0) for code in (*known, *(c for c in counts if c not in known))}


def _written(made: Overview) -> dict[str, Any]:
    return {
        "totals": dict(made.totals),
        "clock": _cells(made.clock),
        "by_month": {month: dict(sums) for month, sums in made.by_month.items()},
        "tables": {name: _cells(one) for name, one in made.tables.items()},
        "clocks": {name: _cells(one) for name, one in made.clocks.items()},
    }


def _cells(one: Table) -> dict[str, Any]:
    return {"total": one.total, "cells": dict(one.cells), "withheld": one.withheld}


def _read(row: GivenOut) -> Overview:
    kept = facts_of(row)
    return Overview(
        tier=Tier(row.tier),
        first=row.first_month,
        last=row.last_month,
        totals=kept["totals"],
        clock=Table(**kept["clock"]),
        by_month=kept["by_month"],
        tables={name: Table(**one) for name, one in kept["tables"].items()},
        clocks={name: Table(**one) for name, one in kept.get("clocks", {}).items()},
        given_at=row.given_at,
    )
