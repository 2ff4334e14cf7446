"""Repeated visits: how many there are, and what ends them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.errors import Invalid
from app.domain.series import Ending, Repeat, ending, is_missed, repeat_of, window

DAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, None),
        ({"every_days": 14, "times": 6}, Repeat(14, 6)),
        ({"every_days": 7, "until_on": "2026-12-20"}, Repeat(7, 5)),
        ({"every_days": 7, "until_on": "2026-12-19"}, Repeat(7, 4)),
    ],
)
def test_a_series_is_every_so_many_days_until_a_number_or_a_day(asked, found):
    assert repeat_of(asked, DAY) == found


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"every_days": 7}, "times"),
        ({"times": 3}, "every_days"),
        ({"every_days": 0, "times": 3}, "every_days"),
        ({"every_days": 7, "times": 3, "until_on": "2026-12-20"}, "times"),
        ({"every_days": 7, "times": 1}, "times"),
        ({"every_days": 1, "times": 27}, "times"),
        ({"every_days": 7, "until_on": "2026-11-25"}, "until_on"),
        ({"every_days": 7, "until_on": "2020-01-01"}, "until_on"),
    ],
)
def test_a_series_without_a_clear_end_is_refused(asked, field):
    with pytest.raises(Invalid) as refused:
        repeat_of(asked, DAY)

    assert refused.value.details["field"] == field


def test_each_window_lies_so_many_days_after_the_first():
    opens, due = window(NOON, NOON + timedelta(days=2), 14, 3)

    assert (opens, due) == (NOON + timedelta(days=28), NOON + timedelta(days=30))


@pytest.mark.parametrize(
    ("state", "how", "record", "why"),
    [
        ("recorded", "done", {"outcome": "met"}, None),
        ("assigned", None, None, None),
        ("withdrawn", None, None, None),
        ("declined", None, None, Ending.DECLINED),
        ("ended", "unsafe_stopped", None, Ending.UNSAFE),
        ("recorded", "done", {"outcome": "unsafe_stopped"}, Ending.UNSAFE),
        ("recorded", "done", {"outcome": "met", "next": ["stop_visits"]}, Ending.ASKED_TO_STOP),
        ("recorded", "done", {"outcome": "survivor_declined"}, Ending.ASKED_TO_STOP),
        ("recorded", "done", {"outcome": "moved"}, Ending.MOVED),
    ],
)
def test_what_the_last_visit_says_about_the_next(state, how, record, why):
    assert ending(state, how, [record] if record else []) == why


@pytest.mark.parametrize(
    ("state", "missed"),
    [("assigned", True), ("accepted", True), ("expired", True), ("started", False),
     ("recorded", False), ("declined", False)],
)  # fmt: skip
def test_a_visit_without_a_word_after_its_window_is_missed(state, missed):
    assert is_missed(state, NOON, NOON + timedelta(hours=1)) is missed
    assert is_missed("assigned", NOON, NOON - timedelta(hours=1)) is False
