"""Load and ranking as truth tables; the form of the ABK against a table computed by hand."""

from fractions import Fraction
from itertools import product
from uuid import UUID

import pytest

from app.domain import abk, codes
from app.domain.case import Stage
from app.domain.settings import SETTINGS, Mark, changed
from app.domain.workload import Candidate, Load, Warned, needed, offer, ranked, standards

YEAR = 75_000
ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def load(minutes: int, **more) -> Load:
    return Load(worked=minutes, **more)


@pytest.mark.parametrize(
    ("related", "away", "leaving", "over"), list(product((False, True), repeat=4))
)
def test_each_thing_against_somebody_is_warned_of_by_name(related, away, leaving, over):
    candidate = Candidate(ONE, load(YEAR + over), related=related, away=away, leaving=leaving)

    found = offer(candidate)

    held = {"related": related, "away": away, "leaving": leaving, "overloaded": over}
    assert set(found.warnings) == {Warned(name) for name, holds in held.items() if holds}
    assert found.blocked == related
    assert found.needs_reason == ((away or leaving or over) and not related)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (Candidate(TWO, load(100)), Candidate(ONE, load(200))),
        (Candidate(TWO, load(100)), Candidate(ONE, load(0), caseworker=False)),
        (Candidate(TWO, load(YEAR)), Candidate(ONE, load(0), away=True)),
        (Candidate(TWO, load(YEAR), caseworker=False), Candidate(ONE, load(0), leaving=True)),
        (Candidate(TWO, load(0), caseworker=False), Candidate(ONE, load(YEAR + 1))),
        (Candidate(TWO, load(YEAR + 9), away=True), Candidate(ONE, load(0), related=True)),
        (Candidate(TWO, load(50, cases=1)), Candidate(ONE, load(50, cases=2))),
        (Candidate(TWO, load(50, cases=2)), Candidate(ONE, load(60, cases=1))),
        (Candidate(TWO, load(50), asks=True), Candidate(ONE, load(50))),
        (Candidate(ONE, load(50)), Candidate(TWO, load(50))),
    ],
)
def test_the_better_one_stands_first_whoever_was_named_first(better, worse):
    assert [one.candidate for one in ranked([worse, better])] == [better, worse]
    assert [one.candidate for one in ranked([better, worse])] == [better, worse]


@pytest.mark.parametrize(
    ("minutes", "percent", "nearly", "over"),
    [
        (0, 0, False, False),
        (374, 0, False, False),
        (375, 1, False, False),
        (59_999, 80, False, False),
        (60_000, 80, True, False),
        (75_000, 100, True, False),
        (75_001, 100, False, True),
        (112_500, 150, False, True),
    ],
)
def test_a_load_is_a_share_of_the_minutes_of_a_year(minutes, percent, nearly, over):
    half = Load(worked=minutes - minutes // 2, needed=minutes // 2)

    assert (half.percent, half.nearly_full, half.over) == (percent, nearly, over)


def test_what_a_case_still_needs_is_its_own_stage_and_those_behind():
    # By hand: 4 x counselling 60, 2 x accompanying 120, 4 x coordination 30, 4 x contact 15,
    # 4 x travel 60 = 900; monitoring 3 x 45 + 3 x 15 = 180; evaluation 45 + 30; termination
    # 60 + 30; follow-up 3 x 15.
    after = {Stage.FOLLOW_UP: 45, Stage.TERMINATION: 135, Stage.EVALUATION: 210}
    after |= {Stage.MONITORING: 390, Stage.INTERVENTION: 1290, Stage.PLANNING: 1380}
    after |= {Stage.ASSESSMENT: 1500, Stage.ENGAGEMENT: 1590, Stage.INTAKE: 1680}

    assert {stage: needed(stage) for stage in Stage} == after


def test_a_district_with_its_own_standard_computes_with_it():
    own = changed(SETTINGS, {"work.contact": 20}, {"work.contact": "Perbup 12/2026"})

    assert needed(Stage.FOLLOW_UP, own) == 60
    assert (own["work.contact"].mark, own["work.contact"].source) == (Mark.LOCAL, "Perbup 12/2026")


def test_every_number_that_the_load_is_made_of_can_be_looked_up():
    assert set(standards()) <= set(SETTINGS)
    named = {name.split(".")[2] for name in standards() if name.startswith("need.")}
    assert named <= set(codes.WORK_KIND)


# The form ---------------------------------------------------------------------------------------

COUNTS = {"screening": 300, "interview": 240, "assessment": 120, "counselling": 500}
COUNTS |= {"accompany_court": 20, "travel": 700, "contact": 1000}
# Computed by hand: minutes x n, and that over 75,000.
BY_HAND = {
    "screening": (30, 300, 9_000, "0.1200"),
    "interview": (60, 240, 14_400, "0.1920"),
    "outreach": (180, 0, 0, "0.0000"),
    "assessment": (90, 120, 10_800, "0.1440"),
    "case_meeting": (60, 0, 0, "0.0000"),
    "coordination": (30, 0, 0, "0.0000"),
    "contact": (15, 1000, 15_000, "0.2000"),
    "monitoring": (45, 0, 0, "0.0000"),
    "documentation": (30, 0, 0, "0.0000"),
    "counselling": (60, 500, 30_000, "0.4000"),
    "accompany_medical": (180, 0, 0, "0.0000"),
    "accompany_police": (240, 0, 0, "0.0000"),
    "accompany_court": (300, 20, 6_000, "0.0800"),
    "accompany_other": (120, 0, 0, "0.0000"),
    "travel": (60, 700, 42_000, "0.5600"),
}


def test_the_form_equals_the_table_computed_by_hand():
    lines = {row.kind: row for row in abk.rows(COUNTS)}

    made = {
        kind: (row.minutes, row.n, row.total, f"{float(row.result):.4f}")
        for kind, row in lines.items()
    }
    assert made == BY_HAND


def test_posts_are_needed_by_the_sum_of_their_tasks():
    found = {one.post: one for one in abk.needs(abk.rows(COUNTS), {"caseworker": 3})}

    # complaints 9,000 + 14,400; caseworker 10,800 + 15,000 + 42,000; the others as they are
    assert {post: one.minutes for post, one in found.items()} == {
        "complaints": 23_400,
        "caseworker": 67_800,
        "psychologist": 30_000,
        "legal": 6_000,
    }
    assert found["caseworker"].result == Fraction(67_800, 75_000)
    assert {post: (one.needed, one.existing, one.shortfall) for post, one in found.items()} == {
        "complaints": (1, 0, 1),
        "caseworker": (1, 3, 0),
        "psychologist": (1, 0, 1),
        "legal": (1, 0, 1),
    }


@pytest.mark.parametrize(
    ("minutes", "posts"),
    [(0, 0), (1, 1), (75_000, 1), (112_499, 1), (112_500, 2), (187_499, 2), (187_500, 3)],
)
def test_whole_posts_are_rounded_half_up_and_any_work_needs_one(minutes, posts):
    assert abk.Need("caseworker", minutes, Fraction(minutes, YEAR), 0).needed == posts


def test_every_kind_of_work_counts_for_one_post_and_one_function():
    assert set(abk.TASKS) == {*codes.WORK_KIND, abk.SCREENING}
    functions, scopes, posts = zip(*abk.TASKS.values(), strict=True)
    assert (set(functions), set(scopes)) == (set(codes.FUNCTION), set(codes.SCOPE))
    assert set(posts) <= set(codes.POST)
