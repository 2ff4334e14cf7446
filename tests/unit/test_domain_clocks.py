"""Clocks: calendar and service hours, across nights, week-ends, holidays and phones' own clocks."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import clocks
from app.domain.areas import zone
from app.domain.clocks import ServiceHours, answer_due, happened
from app.domain.risk import Risk
from app.domain.settings import SETTINGS, changed

WIB = ZoneInfo("Asia/Jakarta")
FRIDAY = datetime(2026, 11, 20, tzinfo=WIB)


def wib(day: int, clock: str, month: int = 11) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, month, day, hour, minute, tzinfo=WIB)


def test_an_emergency_has_fifteen_minutes_at_any_hour():
    night = wib(21, "02:00")
    assert answer_due(Risk.HIGH, night, emergency=True) == wib(21, "02:15")
    assert answer_due(Risk.HIGH, night) == wib(21, "02:30")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (wib(20, "08:00"), wib(20, "14:00")),
        (wib(20, "15:00"), wib(20, "21:00")),
        (wib(20, "16:00"), wib(21, "07:00")),
        (wib(20, "21:00"), wib(21, "12:00")),
        (wib(20, "23:59"), wib(21, "12:00")),
        (wib(21, "03:00"), wib(21, "12:00")),
        (wib(21, "05:59"), wib(21, "12:00")),
    ],
)
def test_six_service_hours_of_a_medium_report_sleep_at_night(received, due):
    assert answer_due(Risk.MEDIUM, received) == due


def test_six_service_hours_skip_a_holiday():
    hours = ServiceHours(holidays=frozenset({date(2026, 11, 21), date(2026, 11, 22)}))
    assert answer_due(Risk.MEDIUM, wib(20, "20:00"), hours=hours) == wib(23, "11:00")
    assert answer_due(Risk.MEDIUM, wib(21, "10:00"), hours=hours) == wib(23, "12:00")


def test_twenty_four_service_hours_of_a_low_report_are_a_day_and_nine_hours():
    assert answer_due(Risk.LOW, wib(20, "06:00")) == wib(21, "15:00")


def test_three_working_days_jump_over_week_end_and_holiday():
    assert clocks.followed_up_due(wib(20, "10:00")) == wib(25, "21:00")
    holiday = ServiceHours(holidays=frozenset({date(2026, 11, 24)}))
    assert clocks.followed_up_due(wib(20, "10:00"), hours=holiday) == wib(26, "21:00")


def test_service_hours_are_those_of_the_district_s_zone():
    bima = ServiceHours(zone=zone("52.72"))
    received = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)  # 08.00 in Bima, 07.00 in Banyumas
    assert answer_due(Risk.MEDIUM, received, hours=bima).astimezone(UTC).hour == 6
    late = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # 20.00 in Bima
    assert answer_due(Risk.MEDIUM, late, hours=bima).astimezone(bima.zone).hour == 11


def test_a_calendar_of_nothing_but_holidays_is_a_mistake_and_ends():
    every = frozenset(date(2026, 11, 1) + timedelta(days=day) for day in range(800))
    with pytest.raises(ValueError, match="no service hours"):
        answer_due(Risk.LOW, wib(20, "10:00"), hours=ServiceHours(holidays=every))


@settings(max_examples=200, deadline=None)
@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.integers(0, 5000))
def test_service_time_never_runs_backwards_and_ends_in_service(moment, minutes):
    moment = moment.replace(tzinfo=UTC)
    hours = ServiceHours()

    due = hours.after(moment, timedelta(minutes=minutes))

    assert due >= moment
    assert 6 <= due.astimezone(WIB).hour <= 21
    assert hours.after(moment, timedelta(minutes=minutes + 1)) > due


def test_outreach_is_the_same_day_when_risk_is_high():
    assert clocks.outreach_due(Risk.HIGH, wib(20, "23:30")) == wib(21, "00:00")
    assert clocks.outreach_due(Risk.MEDIUM, wib(20, "23:30")) == wib(21, "23:30")
    assert clocks.outreach_due(Risk.LOW, wib(20, "10:00")) == wib(25, "21:00")


def test_nobody_reading_an_emergency_moves_second_then_head_and_tells_the_cadre():
    steps = clocks.escalation(wib(20, "01:00"), emergency=True)
    assert (steps.tell_cadre_at, steps.second_at) == (wib(20, "01:15"), wib(20, "01:15"))
    assert steps.head_at == wib(20, "01:30")


def test_a_high_report_escalates_when_its_time_for_being_seen_has_passed():
    steps = clocks.escalation(wib(20, "01:00"), emergency=False)
    assert (steps.second_at, steps.head_at) == (wib(20, "01:30"), wib(20, "01:45"))


def test_the_police_clock_is_an_estimate_until_a_person_confirms_it():
    clock = clocks.police_clock(wib(20, "10:30"), confirmed=False)
    assert clock.is_estimate
    assert clock.due_at == wib(23, "10:30")
    assert clock.warnings == (wib(21, "10:30"), wib(22, "10:30"), wib(23, "04:30"))
    assert not clocks.police_clock(wib(20, "10:30"), confirmed=True).is_estimate


def test_police_protection_has_the_clocks_of_its_law():
    since = wib(1, "08:00")
    sexual = clocks.protection(since, sexual=True)
    home = clocks.protection(since, sexual=False)
    assert (sexual.given_due_at, sexual.ends_at) == (None, wib(15, "08:00"))
    assert sexual.warn_at == wib(13, "08:00")
    assert (home.given_due_at, home.ask_due_at) == (wib(2, "08:00"), wib(2, "08:00"))
    assert home.ends_at == wib(8, "08:00")


@pytest.mark.parametrize("what", ["stop_after_withdrawal", "access", "correction", "breach_notice"])
def test_every_right_of_data_protection_has_three_days(what):
    assert clocks.privacy_due(what, wib(20, "10:00")) == wib(23, "10:00")


def test_follow_up_windows_widen_as_risk_falls():
    now = wib(1, "10:00")
    assert clocks.visit_window(Risk.HIGH, now) == (wib(2, "10:00"), wib(3, "10:00"))
    assert clocks.visit_window(Risk.MEDIUM, now) == (now, wib(8, "10:00"))
    assert clocks.visit_window(Risk.LOW, now) == (now, wib(15, "10:00"))


RECEIVED = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PHONE_NOW = datetime(1976, 5, 1, 7, 0, tzinfo=UTC)  # a clock off by fifty years


@pytest.mark.parametrize(
    ("ago", "at", "flags", "starts"),
    [
        (timedelta(0), RECEIVED, (), True),
        (timedelta(hours=3), RECEIVED - timedelta(hours=3), (), True),
        (timedelta(hours=24), RECEIVED - timedelta(hours=24), (), True),
        (timedelta(hours=25), RECEIVED - timedelta(hours=25), ("offset.long",), False),
        (timedelta(days=400), RECEIVED - timedelta(days=400), ("offset.long",), False),
        (timedelta(days=401), RECEIVED, ("offset.absurd",), False),
        (timedelta(seconds=-1), RECEIVED, ("offset.negative",), True),
    ],
)
def test_only_the_difference_of_a_phones_own_clock_is_believed(ago, at, flags, starts):
    found = happened(RECEIVED, PHONE_NOW, PHONE_NOW - ago)
    assert (found.at, found.flags, found.starts_check_out) == (at, flags, starts)


def test_a_district_may_change_its_own_numbers():
    ours = changed(SETTINGS, {"high.seen": 10})
    assert answer_due(Risk.HIGH, FRIDAY, settings=ours) == FRIDAY + timedelta(minutes=10)


def test_a_higher_level_is_never_due_later():
    for hour in range(24):
        received = wib(20, f"{hour}:10")
        order = [answer_due(Risk.HIGH, received, emergency=True)]
        order += [answer_due(risk, received) for risk in (Risk.HIGH, Risk.MEDIUM, Risk.LOW)]
        assert all(first <= second for first, second in pairwise(order))
