"""The OpenAPI document against the running app: what it allows or forbids, and no 5xx ever."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from app.db import transaction
from tests import make
from tests.phone import paired

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
RUNS = 15
OUR_HEADERS = {"X-Siaga": "1", "Sec-Fetch-Site": "same-origin"}


def attack(app, headers: dict[str, str], subtests) -> None:
    """Send what the document allows, and what it forbids, to each of its routes."""
    schema = schemathesis.openapi.from_wsgi("/sync/v1/openapi.json", app)
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:
            with subtests.test(f"{operation.label} {mode.value}"):
                _attack(operation.as_strategy(generation_mode=mode), headers)


def _attack(cases, headers: dict[str, str]) -> None:
    @given(case=cases)
    @settings(
        max_examples=RUNS,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def run(case):
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    run()


def test_the_app_does_what_its_document_says(app, subtests):
    with transaction():
        cadre = make.person()
    phone = paired(app, cadre)

    attack(app, OUR_HEADERS | {"Cookie": f"__Host-siaga={phone.cookie}"}, subtests)


def test_a_stranger_gets_the_documented_problems(app, subtests):
    attack(app, OUR_HEADERS, subtests)
