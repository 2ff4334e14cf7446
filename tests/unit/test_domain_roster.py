"""Who is on call, what is missing, who is rung next: each rule as a table."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.domain.areas import zone
from app.domain.clocks import Escalation
from app.domain.roster import (
    NOBODY,
    DutyHours,
    DutyState,
    OnCall,
    Part,
    Said,
    Step,
    Turn,
    after,
    alarmed,
    gaps,
    next_step,
    number_of_turns,
    on_call,
)
from app.domain.settings import SETTINGS, changed

WIB, WITA = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Makassar")
ANI, BUDI, CITRA, HEAD = (UUID(int=number) for number in range(1, 5))
SATURDAY, SUNDAY = date(2026, 11, 28), date(2026, 11, 29)
NOW = datetime(2026, 11, 28, 21, 0, tzinfo=WIB)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("hour", "turn"),
    [
        ("2026-11-28 06:59:59", (date(2026, 11, 27), Part.NIGHT)),
        ("2026-11-28 07:00:00", (SATURDAY, Part.DAY)),
        ("2026-11-28 18:59:59", (SATURDAY, Part.DAY)),
        ("2026-11-28 19:00:00", (SATURDAY, Part.NIGHT)),
        ("2026-11-28 23:59:59", (SATURDAY, Part.NIGHT)),
        ("2026-11-29 00:00:00", (SATURDAY, Part.NIGHT)),
        ("2026-11-29 06:59:59", (SATURDAY, Part.NIGHT)),
        ("2026-11-29 07:00:00", (SUNDAY, Part.DAY)),
    ],
)
@pytest.mark.parametrize("place", [WIB, WITA])
def test_a_night_belongs_to_the_day_on_which_it_began(hour, turn, place):
    moment = datetime.fromisoformat(hour).replace(tzinfo=place)

    assert DutyHours(place).at(moment) == turn


def test_the_same_moment_is_another_turn_further_east():
    moment = datetime(2026, 11, 28, 6, 30, tzinfo=WIB)

    assert DutyHours(zone("33.02")).at(moment) == (date(2026, 11, 27), Part.NIGHT)
    assert DutyHours(zone("52.72")).at(moment) == (SATURDAY, Part.DAY)


def test_the_turns_of_a_week_follow_one_another_without_a_hole():
    hours = DutyHours(WIB)
    turns = hours.between(NOW, NOW + timedelta(days=7))

    assert turns[0] == (SATURDAY, Part.NIGHT)
    assert (
        len(turns) == number_of_turns(turns[0], turns[-1]) == 15
    )  # tonight, seven days, and the night in which the last hour lies
    assert [number_of_turns(turns[0], turn) for turn in turns] == list(range(1, 16))
    assert number_of_turns(turns[1], turns[1]) == 1
    ends = [hours.end(*turn) for turn in turns]
    assert ends[:-1] == [hours.begin(*turn) for turn in turns[1:]]


def test_a_district_sets_its_own_hours_but_never_a_day_without_an_end():
    own = changed(SETTINGS, {"on_call.day_begins": 8, "on_call.night_begins": 16})
    turned = changed(SETTINGS, {"on_call.day_begins": 16, "on_call.night_begins": 8})

    assert DutyHours.of(WIB, own).night_begins == time(16)
    assert DutyHours.of(WIB, turned) == DutyHours(WIB)


@pytest.mark.parametrize(
    ("turn", "lacks"),
    [
        (Turn(ANI, BUDI), False),
        (Turn(ANI), True),
        (Turn(None, BUDI), True),
        (Turn(ANI, ANI), True),
        (NOBODY, True),
        (None, True),
    ],
)
def test_every_turn_with_fewer_than_two_people_is_a_gap(turn, lacks):
    key = (SATURDAY, Part.NIGHT)
    turns = {key: turn} if turn is not None else {}

    assert gaps(turns, [key]) == ([key] if lacks else [])


def said(state, minutes=0, to=None, agreed=False) -> Said:
    return Said(DutyState(state), NOW - minutes * MINUTE, to, agreed)


@pytest.mark.parametrize(
    ("turn", "words", "heads", "expected"),
    [
        # As planned.
        (Turn(ANI, BUDI), {}, [HEAD], OnCall((ANI,), BUDI)),
        (Turn(ANI, BUDI), {ANI: said("ready")}, [HEAD], OnCall((ANI,), BUDI)),
        # One is missing: the head fills in, else SAPA 129 is called.
        (Turn(ANI), {}, [HEAD], OnCall((ANI,), HEAD, True)),
        (Turn(ANI), {}, [], OnCall((ANI,), None)),
        (Turn(HEAD), {}, [HEAD], OnCall((HEAD,), None)),
        (Turn(None, BUDI), {}, [HEAD], OnCall((BUDI,), HEAD, True)),
        # Nobody is planned: there is no roster here.
        (NOBODY, {}, [HEAD], OnCall()),
        # On the way: the second at once, for thirty minutes.
        (Turn(ANI, BUDI), {ANI: said("on_the_way", 29)}, [], OnCall((ANI,), BUDI, False, True)),
        (Turn(ANI, BUDI), {ANI: said("on_the_way", 30)}, [], OnCall((ANI,), BUDI)),
        (Turn(ANI, BUDI), {BUDI: said("on_the_way")}, [], OnCall((ANI,), BUDI)),
        # Handed over: both are rung until the other has said yes.
        (Turn(ANI, BUDI), {ANI: said("handed_over", to=CITRA)}, [], OnCall((ANI, CITRA), BUDI)),
        (
            Turn(ANI, BUDI),
            {ANI: said("handed_over", to=CITRA, agreed=True)},
            [],
            OnCall((CITRA,), BUDI),
        ),
        (
            Turn(ANI, BUDI),
            {ANI: said("handed_over", to=BUDI, agreed=True)},
            [HEAD],
            OnCall((BUDI,), HEAD, True),
        ),
        (
            Turn(ANI, BUDI),
            {BUDI: said("handed_over", to=CITRA, agreed=True)},
            [],
            OnCall((ANI,), CITRA),
        ),
        # Handed on and back again ends where it began to turn.
        (
            Turn(ANI, BUDI),
            {
                ANI: said("handed_over", to=CITRA, agreed=True),
                CITRA: said("handed_over", to=ANI, agreed=True),
            },
            [],
            OnCall((CITRA,), BUDI),
        ),
    ],
)
def test_who_is_on_call(turn, words, heads, expected):
    assert on_call(turn, words, heads, now=NOW) == expected


CLOCK = Escalation(NOW + 15 * MINUTE, NOW + 15 * MINUTE, NOW + 30 * MINUTE)
FIRST, SECOND, THIRD = (Step.FIRST, ANI), (Step.SECOND, BUDI), (Step.HEAD, HEAD)


@pytest.mark.parametrize(
    ("minutes", "duty", "rung"),
    [
        (0, OnCall((ANI,), BUDI), [FIRST]),
        (14.9, OnCall((ANI,), BUDI), [FIRST]),
        (15, OnCall((ANI,), BUDI), [FIRST, SECOND]),
        (30, OnCall((ANI,), BUDI), [FIRST, SECOND, THIRD]),
        (0, OnCall((ANI,), BUDI, second_at_once=True), [FIRST, SECOND]),
        (0, OnCall((ANI, CITRA), BUDI), [FIRST, (Step.FIRST, CITRA)]),
        (15, OnCall((ANI,), None), [FIRST]),
        (30, OnCall((ANI,), None), [FIRST, THIRD]),
        (30, OnCall(), [THIRD]),
    ],
)
def test_who_must_have_been_rung_by_now(minutes, duty, rung):
    assert alarmed(CLOCK, duty, [HEAD], now=NOW + minutes * MINUTE) == rung


def test_what_comes_next_is_said_until_everybody_was_rung():
    assert next_step(CLOCK, now=NOW) == (Step.SECOND, CLOCK.second_at)
    assert next_step(CLOCK, now=CLOCK.second_at) == (Step.HEAD, CLOCK.head_at)
    assert next_step(CLOCK, now=CLOCK.head_at) is None


@pytest.mark.parametrize(
    ("person", "duty", "heads", "whom"),
    [
        (ANI, OnCall((ANI,), BUDI), [HEAD], BUDI),
        (BUDI, OnCall((ANI,), BUDI), [HEAD], HEAD),
        (HEAD, OnCall((ANI,), BUDI), [HEAD], None),
        (CITRA, OnCall((ANI,), BUDI), [HEAD], ANI),
        (ANI, OnCall((ANI,), HEAD, True), [HEAD], HEAD),
        (ANI, OnCall((ANI,), None), [], None),
        (ANI, OnCall(), [HEAD], HEAD),
    ],
)
def test_whoever_cannot_take_it_passes_it_on_to_the_next(person, duty, heads, whom):
    assert after(person, duty, heads) == whom
