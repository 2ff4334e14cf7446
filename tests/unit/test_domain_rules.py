"""Which numbers a district may have of its own, and that every number can be read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain import rules
from app.domain.errors import Invalid, NotAllowed
from app.domain.settings import ON_PHONE, SETTINGS, Mark
from app.domain.workload import standards
from app.words import LABELS


def test_every_number_stands_in_one_group_and_has_a_name_and_a_unit():
    shown = [name for names in rules.grouped().values() for name in names]

    assert sorted(shown) == sorted(SETTINGS)
    assert set(SETTINGS) - set(standards()) <= set(LABELS["rule"])
    assert {str(one.unit) for one in SETTINGS.values()} <= set(LABELS["unit"])
    assert set(rules.GROUPS) == set(LABELS["rule_group"])


ROOT = Path(__file__).parents[2]
PHONE_TEST = ROOT / "tests" / "js" / "schedule.test.mjs"
# They hold, show and name every number; that is no reading.
TABLES = {"app/domain/settings.py", "app/domain/rules.py", "app/words/rules.py"}


def asked_for() -> Iterator[str]:
    """Return as patterns what the code asks a table for: every text, and every text with holes."""
    for part in ("app", "sync", "cadre"):
        for path in (ROOT / part).rglob("*.py"):
            if str(path.relative_to(ROOT)) in TABLES:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.JoinedStr):
                    yield "".join(
                        re.escape(one.value) if isinstance(one, ast.Constant) else "[a-z_.]+"
                        for one in node.values
                    )
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield re.escape(node.value)


def test_every_number_is_read_by_the_code_or_by_the_phone():
    patterns = {one for one in asked_for() if re.match(r"[a-z_]+\\\.", one)}
    # What each kind of work needs is read by all that begins so.
    begins = re.compile("|".join(one for one in patterns if one.endswith(r"\.")))
    whole = re.compile("|".join(patterns))
    read = {name for name in SETTINGS if whole.fullmatch(name) or begins.match(name)}
    compared = set(re.findall(r"'([a-z_]+\.[a-z_.]+)'", PHONE_TEST.read_text()))

    assert set(SETTINGS) - read == ON_PHONE
    assert compared >= ON_PHONE


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
