"""The OpenAPI document: generated, committed, and complete."""

import json
from pathlib import Path

from sync import protocol
from sync.openapi import document

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_the_committed_document_is_up_to_date():
    assert json.loads(COMMITTED.read_text()) == document()


def test_every_problem_code_is_documented():
    text = json.dumps(document())

    undocumented = {code for code in protocol.PROBLEMS if f'"{code}"' not in text}

    # These two are answers to requests that are no route of the document.
    assert undocumented == {"missing", "method.refused"}
