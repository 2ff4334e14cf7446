"""Which act waits for which, when an act happened, and old schemas: the pure part."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from sync.order import (
    ABSURD,
    FUTURE_IS_ZERO,
    LONG_AGO,
    NoThing,
    Thing,
    happened,
    has_parent,
    thing_of,
)
from sync.schemas import NewerSchema, upgraded

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_an_addition_is_about_its_report_and_waits_for_it():
    report = str(uuid4())

    thing = thing_of("report.add", str(uuid4()), "device", {"report_id": report})

    assert thing == Thing("report", report)
    assert has_parent("report.add")


def test_a_report_is_about_itself_and_waits_for_nothing():
    envelope = str(uuid4())

    assert str(thing_of("report.create", envelope, "device", {})) == f"report:{envelope}"
    assert not has_parent("report.create")


@pytest.mark.parametrize("about", [None, 7, "", "not-an-id", ["x"], f"{uuid4()}\n"])
def test_a_visit_act_must_say_which_visit(about):
    with pytest.raises(NoThing):
        thing_of("visit.end", str(uuid4()), "device", {"visit_id": about})


def test_an_act_happened_as_long_before_its_arrival_as_the_phone_says():
    # The phone's clock is fifty years behind; the hour between the two is still an hour.
    phone_now = NOW - timedelta(days=50 * 365)

    assert happened(NOW, phone_now, phone_now - timedelta(hours=1)).at == NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("ago", "counted", "flags", "starts"),
    [
        (timedelta(seconds=-1), timedelta(0), (FUTURE_IS_ZERO,), True),
        (timedelta(0), timedelta(0), (), True),
        (timedelta(hours=24), timedelta(hours=24), (), True),
        (timedelta(hours=25), timedelta(hours=25), (LONG_AGO,), False),
        (timedelta(days=400), timedelta(days=400), (LONG_AGO,), False),
        (timedelta(days=401), timedelta(0), (ABSURD,), True),
        (timedelta(days=50 * 365), timedelta(0), (ABSURD,), True),
    ],
)
def test_an_odd_clock_is_flagged_and_never_believed_blindly(ago, counted, flags, starts):
    when = happened(NOW, NOW, NOW - ago)

    assert when.at == NOW - counted
    assert when.flags == flags
    assert when.starts_clock is starts


def test_every_old_schema_is_converted_step_by_step():
    steps = {1: lambda act: act | {"two": True}, 2: lambda act: act | {"three": act["two"]}}

    act = upgraded(1, {"act": "x"}, newest=3, converters=steps)

    assert act == {"act": "x", "two": True, "three": True}


def test_a_newer_phone_is_kept_for_later():
    with pytest.raises(NewerSchema):
        upgraded(2, {}, newest=1)
