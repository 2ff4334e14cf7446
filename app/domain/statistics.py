"""Statistics: who may see which number (domain.md section 8). Charts, tables and exports ask here.

What hides a number must also hide it from somebody who knows this very file, the totals, and every
table that was given out before. Three rules do that together:

* Only one-way tables leave the office: counts of one question with their sum, never crossed ones.
* Where a small cell is hidden, the smallest of the others is always hidden too, and all that equal
  it. Any exchange of the hidden counts then gives the same table: nobody can tell which is which.
* Windows of time never overlap, and a table once given out is kept, not counted anew: two windows
  that share months would give away, month by month, who joined and who left.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.errors import Conflict, Invalid
from app.domain.settings import SETTINGS, Setting

Counts = Mapping[str, int]
Settings = Mapping[str, Setting]

MONTHS_IN_A_TABLE = 12
_ROUNDED_TO = 5


class Tier(StrEnum):
    """For whom a table is made."""

    STAFF = "staff"
    """A: who sees the queue sees the numbers as they are."""
    OFFICE = "office"
    """B: regent, offices, council: the regency only; small cells hidden."""
    VILLAGE = "village"
    """C: subdistrict and village: activity, never cases."""
    PUBLIC = "public"
    """D: everybody: ten at least, rounded to five."""


@dataclass(frozen=True, slots=True)
class Table:
    """One question's counts as a tier may see them; None stands for a hidden number."""

    total: int | None
    cells: Mapping[str, int | None]
    withheld: bool = False
    """Too little to be broken down at all; then every cell is hidden."""

    @property
    def hides(self) -> bool:
        """Tell whether any number of it is hidden."""
        return self.total is None or None in self.cells.values()


def table(
    counts: Counts, tier: Tier, *, total: int | None = None, settings: Settings = SETTINGS
) -> Table:
    """Return one question's counts as a tier sees them.

    `total` is how many were asked where one may give several answers; without it the cells exclude
    one another and sum up to it.

    :raises Conflict: for villages: they are shown activity, never cases.
    """
    if tier is Tier.VILLAGE:
        raise Conflict("statistics.village")
    whole = sum(counts.values()) if total is None else total
    if tier is Tier.STAFF:
        return Table(whole, dict(counts))
    least = settings[f"statistics.{tier}_least"].value
    hidden = _hidden(counts, least) if whole else frozenset()
    cells = {code: None if code in hidden else count for code, count in counts.items()}
    withheld = hidden == counts.keys()
    if tier is Tier.OFFICE:
        return Table(whole, cells, withheld)
    rounded = {code: None if count is None else _rounded(count) for code, count in cells.items()}
    return Table(_rounded(whole) if whole >= least else None, rounded, withheld)


def windows(first: str, last: str) -> tuple[tuple[str, str], ...]:
    """Return the years of twelve months, `(from, to)`, that lie whole between two months.

    Months are written `YYYY-MM`; every year begins in January, so that no two windows overlap.

    :raises Invalid: if a month is none.
    """
    begins, ends = _number(first), _number(last)
    january = -(-begins // MONTHS_IN_A_TABLE) * MONTHS_IN_A_TABLE
    starts = range(january, ends - MONTHS_IN_A_TABLE + 2, MONTHS_IN_A_TABLE)
    return tuple((month_name(at), month_name(at + MONTHS_IN_A_TABLE - 1)) for at in starts)


def checked_window(first: str, last: str, given_out: Iterable[tuple[str, str]]) -> None:
    """Make sure that a window may be broken down for anybody outside the office.

    :raises Conflict: if it is not a calendar year, or shares a month with one given out before.
    """
    if windows(first, last) != ((first, last),):
        raise Conflict("statistics.window")
    if any(first <= end and begin <= last for begin, end in given_out):
        raise Conflict("statistics.overlaps")


def months(first: str, last: str) -> tuple[str, ...]:
    """Return the months from one to another, both included.

    :raises Invalid: if a month is none, or the last comes before the first.
    """
    begins, ends = _number(first), _number(last)
    if ends < begins:
        raise Invalid("statistics.months")
    return tuple(month_name(at) for at in range(begins, ends + 1))


def month_name(number: int) -> str:
    """Return `YYYY-MM` of a count of months since the year 0."""
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _number(month: str) -> int:
    year, dash, day = month.partition("-")
    if not (dash and year.isdecimal() and day.isdecimal() and len(year) == 4 and len(day) == 2):
        raise Invalid("statistics.months")
    if not 1 <= int(day) <= 12:
        raise Invalid("statistics.months")
    return int(year) * 12 + int(day) - 1


def _hidden(counts: Counts, least: int) -> frozenset[str]:
    small = frozenset(code for code, count in counts.items() if count < least)
    rest = {code: count for code, count in counts.items() if code not in small}
    if not small or not rest:
        return small
    smallest = min(rest.values())
    return small | {code for code, count in rest.items() if count == smallest}


def _rounded(count: int) -> int:
    return (2 * count + _ROUNDED_TO) // (2 * _ROUNDED_TO) * _ROUNDED_TO
