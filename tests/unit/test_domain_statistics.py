"""Statistics: each tier sees what it may, and nobody can compute what is hidden."""

from __future__ import annotations

import itertools
import os
import random
from collections import defaultdict

import pytest

from app.domain.errors import Conflict, Invalid
from app.domain.statistics import Table, Tier, checked_window, month_name, months, table, windows

AGES = {"0_5": 2, "6_12": 9, "13_17": 14, "18_24": 21, "25_44": 40, "60_plus": 9}


def test_staff_see_the_numbers_as_they_are():
    assert table(AGES, Tier.STAFF) == Table(95, AGES)


def test_an_office_sees_no_cell_under_five_and_not_the_smallest_of_the_others():
    seen = table(AGES, Tier.OFFICE)

    hidden = {"0_5": None, "6_12": None, "60_plus": None}
    assert seen == Table(95, AGES | hidden)
    assert seen.hides


def test_an_office_sees_everything_where_nothing_is_small():
    counts = {"female": 30, "male": 5}

    assert table(counts, Tier.OFFICE) == Table(35, counts)


def test_a_table_of_small_cells_only_is_withheld_but_its_total_stands():
    assert table({"female": 3, "male": 1}, Tier.OFFICE) == Table(
        4, {"female": None, "male": None}, withheld=True
    )


def test_nobody_at_all_is_no_secret():
    assert table({"female": 0, "male": 0}, Tier.OFFICE) == Table(0, {"female": 0, "male": 0})


def test_the_public_sees_tens_rounded_to_five():
    counts = {"a": 9, "b": 10, "c": 12, "d": 13, "e": 47}

    seen = table(counts, Tier.PUBLIC)

    assert seen == Table(90, {"a": None, "b": None, "c": 10, "d": 15, "e": 45})


def test_a_small_total_is_hidden_from_the_public():
    assert table({"a": 4, "b": 3}, Tier.PUBLIC).total is None


def test_a_village_is_shown_no_cases():
    with pytest.raises(Conflict, match="statistics.village"):
        table(AGES, Tier.VILLAGE)


def test_several_answers_hide_the_smallest_other_too():
    seen = table({"physical": 6, "sexual": 4, "online": 20}, Tier.OFFICE, total=24)

    assert seen == Table(24, {"physical": None, "sexual": None, "online": 20})


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        ("2026-01", "2026-12", [("2026-01", "2026-12")]),
        ("2025-12", "2027-11", [("2026-01", "2026-12")]),
        ("2026-02", "2026-12", []),
        ("2024-06", "2027-01", [("2025-01", "2025-12"), ("2026-01", "2026-12")]),
    ],
)
def test_only_whole_years_are_broken_down(first, last, years):
    assert list(windows(first, last)) == years


def test_a_window_that_shares_months_with_one_given_out_is_refused():
    with pytest.raises(Conflict, match="statistics.window"):
        checked_window("2026-02", "2027-01", [])
    with pytest.raises(Conflict, match="statistics.overlaps"):
        checked_window("2026-01", "2026-12", [("2025-07", "2026-06")])
    checked_window("2026-01", "2026-12", [("2025-01", "2025-12")])


@pytest.mark.parametrize("wrong", ["2026", "2026-13", "2026-00", "26-01", "2026-1", "x", ""])
def test_what_is_no_month_is_refused(wrong):
    with pytest.raises(Invalid, match="statistics.months"):
        months(wrong, "2026-12")


def test_months_run_over_the_new_year():
    assert months("2025-11", "2026-02") == ("2025-11", "2025-12", "2026-01", "2026-02")


# Attacks. The attacker knows the rules, this code, every total, and all that was given out.


def possible(cells: int, total: int):
    """Every way to spread a total over so many cells."""
    for bars in itertools.combinations(range(total + cells - 1), cells - 1):
        edges = (-1, *bars, total + cells - 1)
        yield tuple(b - a - 1 for a, b in itertools.pairwise(edges))


@pytest.mark.parametrize("tier", [Tier.OFFICE, Tier.PUBLIC])
@pytest.mark.parametrize(("cells", "most"), [(2, 40), (3, 32), (4, 18)])
def test_who_runs_this_program_backwards_learns_no_hidden_cell(tier, cells, most):
    names = "abcd"[:cells]

    for total in range(1, most + 1):
        worlds = defaultdict(list)
        for world in possible(cells, total):
            seen = table(dict(zip(names, world, strict=True)), tier)
            worlds[(seen.total, tuple(seen.cells.values()))].append(world)
        for (_, shown), alike in worlds.items():
            for at, count in enumerate(shown):
                if count is None:
                    assert len({world[at] for world in alike}) > 1, (total, shown, alike)


TABLES = int(os.environ.get("SIAGA_TABLES", "1000"))


def test_differences_of_tables_with_margins_recover_nothing():
    """`make fuzz` draws 10,000 (`SIAGA_TABLES`)."""
    draw = random.Random(33_02)
    recovered = hidden = 0

    for _ in range(TABLES):
        rows, columns = draw.randint(2, 5), draw.randint(2, 6)
        releases, truths = [], []
        for _year in range(draw.randint(1, 3)):
            crossed = [[skewed(draw) for _ in range(columns)] for _ in range(rows)]
            truth = margins(crossed)
            truths += truth
            releases += [table(counts, Tier.OFFICE) for counts in truth]
        for truth, seen in zip(truths, releases, strict=True):
            gaps = [code for code, count in seen.cells.items() if count is None]
            hidden += len(gaps)
            recovered += len(certain(seen, gaps))
            assert all(seen.cells[code] in (None, count) for code, count in truth.items())

    assert hidden > TABLES
    assert recovered == 0


def test_of_successive_releases_no_two_ever_share_a_month():
    draw = random.Random(11_2026)

    for _ in range(TABLES // 10):
        given: list[tuple[str, str]] = []
        for _release in range(8):
            first = draw.randint(2020 * 12, 2026 * 12)
            # Whole years now and then, or nothing would ever be given out.
            begins = first // 12 * 12 if draw.random() < 0.7 else first
            window = (month_name(begins), month_name(begins + draw.choice((11, 11, 11, 5, 12))))
            try:
                checked_window(*window, given)
            except Conflict:
                continue
            given.append(window)
        told = [month for window in given for month in months(*window)]
        assert len(told) == len(set(told))


def skewed(draw: random.Random) -> int:
    """A cell as life makes them: most small, some large."""
    return draw.choice((0, 0, 1, 1, 2, 3, 4, 5, 6, 9, 15, 40))


def margins(crossed: list[list[int]]) -> list[dict[str, int]]:
    """The two one-way tables of a crossed one: what leaves the office of it."""
    by_row = {f"r{at}": sum(row) for at, row in enumerate(crossed)}
    by_column = {f"c{at}": sum(column) for at, column in enumerate(zip(*crossed, strict=True))}
    return [by_row, by_column]


def certain(seen: Table, gaps: list[str]) -> list[str]:
    """The hidden cells that subtraction and the limits of what is hidden leave one value."""
    left = seen.total - sum(count for count in seen.cells.values() if count is not None)
    largest_shown = min((c for c in seen.cells.values() if c is not None), default=left)
    if len(gaps) == 1 or left == 0:
        return gaps
    # At most all but one may lie under five; the others are alike and no larger than what is shown.
    return [
        code
        for code in gaps
        if max(0, left - largest_shown * (len(gaps) - 1)) == min(left, largest_shown)
    ]
