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
OUR_HEADERS = {"Sec-Fetch-Site": "same-origin"}


def attack(app, subtests, *, cookie: str = "", without: str = "nothing") -> None:
    """Send what the document allows, and what it forbids, to each of its routes."""

    def as_this_phone(environ, start_response):
        return app(environ | {"HTTP_COOKIE": cookie}, start_response)

    schema = schemathesis.openapi.from_wsgi("/sync/v1/openapi.json", as_this_phone)
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:
            if operation.label == without:
                continue
            with subtests.test(f"{operation.label} {mode.value}"):
                _attack(operation.as_strategy(generation_mode=mode))


def _attack(cases) -> None:
    @given(case=cases)
    @settings(
        max_examples=RUNS,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def run(case):
        case.validate_response(case.call(headers=OUR_HEADERS), checks=CHECKS)

    run()


def test_the_app_does_what_its_document_says(app, subtests):
    with transaction():
        cadre = make.person()
    phone = paired(app, cadre)

    attack(app, subtests, cookie=f"__Host-siaga={phone.cookie}", without="DELETE /sync/v1/session")


def test_a_stranger_gets_the_documented_problems(app, subtests):
    attack(app, subtests)
