"""What phones in the field have sealed must be understood for as long as there are such phones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.domain.fields import parse
from sync.order import ACTS

GOLDEN = Path(__file__).parent.parent / "golden" / "envelopes"
RELEASED = sorted(GOLDEN.glob("v*/act-*.envelope.json"))


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: f"{path.parent.name} {path.name}")
def test_an_act_that_was_ever_released_is_understood(path):
    content = json.loads(path.read_text())["content"]

    parsed = parse(content["act"], content["body"])

    assert parsed.act == content["act"]
    assert not parsed.aside


def test_every_act_of_today_has_a_golden_envelope():
    kept = {json.loads(path.read_text())["content"]["act"] for path in RELEASED}

    assert kept == set(ACTS)
