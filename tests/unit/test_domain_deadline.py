"""Kept clocks: what starts them, how they end, when somebody is told, and whose they are."""

from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import deadline
from app.domain.deadline import Keeper, Kind, State
from app.domain.errors import Conflict, Invalid
from app.domain.permissions import Role
from app.domain.risk import Risk
from app.domain.settings import SETTINGS, Mark, changed
from tests.make import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        ("police_report", 3 * DAY),
        ("protection_given", DAY),
        ("ask_lpsk", DAY),
        ("ask_court", DAY),
        ("protection_sexual", 14 * DAY),
        ("protection_domestic", 7 * DAY),
        ("access", 3 * DAY),
        ("correction", 3 * DAY),
        ("breach_notice", 3 * DAY),
    ],
)
def test_a_clock_of_the_law_counts_every_hour_and_never_stands_still(kind, after):
    kind = Kind(kind)
    assert deadline.due(kind, NOON, Risk.LOW) == NOON + after
    assert deadline.source(kind, Risk.LOW).mark is Mark.LAW
    assert not deadline.may_pause(kind)


@pytest.mark.parametrize(
    ("risk", "after"), [("high", 12 * HOUR), ("medium", DAY), ("low", 3 * DAY + 9 * HOUR)]
)
def test_somebody_goes_there_the_same_day_the_next_or_within_three_working_days(risk, after):
    assert deadline.due(Kind.OUTREACH, NOON, risk) == NOON + after
    assert deadline.may_pause(Kind.OUTREACH)


@pytest.mark.parametrize(
    ("channel", "risk", "police", "kinds"),
    [
        ("app", "high", True, ["police_report", "outreach"]),
        ("phone", "low", False, ["outreach"]),
        ("in_person", "low", False, ["followed_up"]),
        ("in_person", "high", True, ["police_report"]),
        ("hospital", "medium", False, []),
    ],
)
def test_a_report_starts_its_clocks_by_itself(channel, risk, police, kinds):
    assert list(deadline.by_itself(channel, risk, police=police)) == kinds


def test_the_police_clock_warns_after_24_48_and_66_hours_and_at_its_end():
    end = NOON + 72 * HOUR
    moments = deadline.warnings(Kind.POLICE_REPORT, NOON, end)
    assert moments == (NOON + 24 * HOUR, NOON + 48 * HOUR, NOON + 66 * HOUR, end)
    assert deadline.next_warning(moments, NOON + 30 * HOUR) == NOON + 48 * HOUR
    assert deadline.next_warning(moments, end) is None


def test_a_district_says_itself_how_long_before_it_is_warned():
    ours = changed(SETTINGS, {"protection.warn_before": 4})
    end = NOON + 14 * DAY
    moments = deadline.warnings(Kind.PROTECTION_SEXUAL, NOON, end, ours)
    assert moments == (end - 4 * DAY, end)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(Kind), st.integers(1, 60 * 24 * 20))
def test_warnings_come_in_order_after_the_start_and_the_last_is_the_end(kind, minutes):
    end = NOON + timedelta(minutes=minutes)
    moments = deadline.warnings(kind, NOON, end)
    assert all(first < second for first, second in pairwise((NOON, *moments)))
    assert moments[-1] == end


@pytest.mark.parametrize(
    ("how", "ended", "lost", "said"),
    [
        ("reported", 71, 0, "kept"),
        ("reported", 72, 0, "kept"),
        ("reported", 80, 0, "late"),
        ("reported", 80, 8, "late_signal"),
        ("reported", 80, 7, "late"),
        ("adult_refuses_recorded", 10, 0, "kept"),
        ("not_sexual", 80, 0, None),
        ("joined", 80, 0, None),
        (None, None, 0, "open"),
    ],
)
def test_late_because_of_signal_is_told_apart_from_late_at_the_desk(how, ended, lost, said):
    at = None if ended is None else NOON + ended * HOUR
    assert deadline.kept(how, NOON + 72 * HOUR, at, lost * HOUR) == said


def test_protection_that_ran_out_was_not_kept():
    assert deadline.kept("ran_out", NOON, NOON - HOUR) == "late"


def test_only_the_time_on_the_phone_while_the_clock_ran_is_the_signals():
    assert deadline.lost_to_signal(NOON, NOON - 5 * HOUR, NOON + HOUR) == HOUR
    assert deadline.lost_to_signal(NOON - DAY, NOON - 5 * HOUR, NOON) == 5 * HOUR
    assert deadline.lost_to_signal(NOON, NOON - 5 * HOUR, NOON) == timedelta(0)


def test_nobody_refuses_for_a_child():
    deadline.must_end(Kind.POLICE_REPORT, "adult_refuses_recorded", child=False)
    with pytest.raises(Invalid):
        deadline.must_end(Kind.POLICE_REPORT, "adult_refuses_recorded", child=True)
    with pytest.raises(Invalid):
        deadline.must_end(Kind.POLICE_REPORT, "closed", child=False)


def test_an_ended_clock_is_not_ended_twice():
    assert deadline.moved("running", "end") is State.ENDED
    for act in ("end", "correct", "pause"):
        with pytest.raises(Conflict):
            deadline.moved("ended", act)


PEOPLE = st.builds(
    Keeper,
    st.uuids(),
    st.frozensets(st.sampled_from(Role)),
    st.booleans(),
    st.booleans(),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PEOPLE, max_size=6), st.data())
def test_no_clock_is_without_an_owner_while_anybody_can_keep_it(people, data):
    wanted = data.draw(st.lists(st.sampled_from([one.id for one in people] or [None]), max_size=3))

    found = deadline.owner([*wanted, None, uuid4()], people)

    sees_cases = {Role.COORDINATOR, Role.HEAD, Role.CASEWORKER}
    able = [one.id for one in people if one.here and not one.related and one.roles & sees_cases]
    assert (found in able) if able else (found is None)
    first = next((one for one in wanted if one in able), None)
    assert first is None or found == first
