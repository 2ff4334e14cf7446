"""Which numbers a district may have of its own, and that every number can be read."""

from __future__ import annotations

import pytest

from app.domain import rules
from app.domain.errors import Invalid, NotAllowed
from app.domain.settings import SETTINGS, Mark
from app.domain.workload import standards
from app.words import LABELS


def test_every_number_stands_in_one_group_and_has_a_name_and_a_unit():
    shown = [name for names in rules.grouped().values() for name in names]

    assert sorted(shown) == sorted(SETTINGS)
    assert set(SETTINGS) - set(standards()) <= set(LABELS["rule"])
    assert {str(one.unit) for one in SETTINGS.values()} <= set(LABELS["unit"])
    assert set(rules.GROUPS) == set(LABELS["rule_group"])


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("transfer.answer", 5, None),
        ("transfer.answer", 0, "setting.value"),
        ("emergency.head", 121, "setting.value"),
        ("emergency.head", 15, "setting.order"),
        ("police.warn_last", 72, "setting.order"),
        ("service.opens", 21, "setting.order"),
        ("service.opens", 7, None),
        ("work.contact", 400, None),
        ("lease.hours", 25, "setting.fixed"),
        ("retention.closed", 1, "setting.fixed"),
        ("unlock.most_wrong", 11, "setting.fixed"),
        *((name, 1, "setting.fixed") for name, one in SETTINGS.items() if one.mark is Mark.LAW),
    ],
)
def test_a_district_changes_what_is_its_own_within_bounds_and_in_order(name, value, code):
    try:
        rules.must_fit(name, value, SETTINGS)
    except (Invalid, NotAllowed) as refused:
        assert refused.code == code
    else:
        assert code is None
