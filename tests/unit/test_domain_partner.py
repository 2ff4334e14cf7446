"""Partners: how an agreement stands on a day, who serves what, who stands in for whom."""

from datetime import date, timedelta

import pytest

from app.domain import codes, partner
from app.domain.errors import Invalid

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("days", "state", "warn"),
    [
        (91, "in_force", ""),
        (90, "ending", "first"),
        (31, "ending", "first"),
        (30, "ending", "last"),
        (0, "ending", "last"),
        (-1, "ended", ""),
    ],
)
def test_an_agreement_is_warned_of_90_and_30_days_before_its_last_day(days, state, warn):
    mou = partner.mou_on("in_force", TODAY + timedelta(days=days), TODAY)

    assert (mou.state, mou.warn, mou.days_left) == (state, warn, days)
    assert mou.stands is (days >= 0)


@pytest.mark.parametrize("state", partner.MOU)
def test_only_an_agreement_in_force_or_none_needed_stands(state):
    mou = partner.mou_on(state, None, TODAY)

    assert mou.stands is (state in ("in_force", "ending", "not_needed"))
    assert mou.warn == ""


def test_a_chain_of_stand_ins_is_walked_to_its_end():
    after = {"hospital": "clinic", "clinic": "midwife", "midwife": None}

    assert partner.chain("hospital", after.get) == ("hospital", "clinic", "midwife")


@pytest.mark.parametrize(
    "after", [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "b", "b": "c", "c": "b"}]
)
def test_a_chain_that_comes_back_is_refused(after):
    with pytest.raises(Invalid) as refused:
        partner.chain("a", after.get)
    assert refused.value.code == "partner.fallback_cycle"


def test_somebody_serves_every_service_of_ours():
    for service, kinds in codes.SERVICES.items():
        for what in kinds or (None,):
            assert any(partner.serves(kind, service, what) for kind in partner.KIND)
    assert {kind for kinds in partner.SERVED_BY.values() for kind in kinds} <= set(partner.KIND)
