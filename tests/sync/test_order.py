"""Which act waits for which, when an act happened, and old schemas: the pure part."""

from uuid import uuid4

import pytest

from sync.order import (
    NoThing,
    Thing,
    has_parent,
    thing_of,
)
from sync.schemas import NewerSchema, upgraded


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


def test_every_old_schema_is_converted_step_by_step():
    steps = {1: lambda act: act | {"two": True}, 2: lambda act: act | {"three": act["two"]}}

    act = upgraded(1, {"act": "x"}, newest=3, converters=steps)

    assert act == {"act": "x", "two": True, "three": True}


def test_a_newer_phone_is_kept_for_later():
    with pytest.raises(NewerSchema):
        upgraded(2, {}, newest=1)
