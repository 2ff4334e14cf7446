"""The OpenAPI document of the sync protocol, generated from `protocol.py`. Pure.

`docs/openapi.json` is a copy; a test keeps it up to date.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sync import protocol as p

PATH = "/sync/v1"
_STRUCTS = (
    p.Enrolment,
    p.Enrolled,
    p.Unlock,
    p.Unlocked,
    p.ChangeVerifier,
    p.Envelope,
    p.Batch,
    p.Sent,
    p.Changes,
    p.PhoneState,
    p.PushSubscription,
)
_ALWAYS = ("origin.refused",)
_BODY = ("body.not_json", "body.invalid", "body.too_large", "body.type")


def document() -> dict:
    """Return the whole document as plain JSON values."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Siaga KBG sync",
            "version": "1",
            "description": "Between a cadre's phone and the server. Errors are problem+json with a "
            "stable `code`.",
        },
        "paths": {f"{PATH}{path}": methods for path, methods in _paths().items()},
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "phone": {"type": "apiKey", "in": "cookie", "name": "__Host-siaga"}
            },
        },
    }


def _schemas() -> dict:
    _, schemas = msgspec.json.schema_components(
        _STRUCTS, ref_template="#/components/schemas/{name}"
    )
    # An envelope that is malformed is answered alone: anything may stand in a batch.
    schemas["Batch"]["properties"]["envelopes"] = {
        "type": "array",
        "maxItems": p.MOST_ENVELOPES,
        "items": {"anyOf": [{"$ref": "#/components/schemas/Envelope"}, {}]},
    }
    schemas["Problem"] = {
        "type": "object",
        "required": ["type", "status", "code"],
        "properties": {
            "type": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string"},
        },
    }
    return schemas


def _paths() -> dict:
    return {
        "/openapi.json": {"get": _open("This document", {"200": _json({"type": "object"}, "OK")})},
        "/enrolments": {
            "post": _route(
                "Enrol this phone",
                p.Enrolment,
                {"201": _ref(p.Enrolled)},
                ("enrol.refused", "enrol.slow"),
            )
        },
        "/unlocks": {
            "post": _route(
                "Get the share against the right proof",
                p.Unlock,
                {"200": _ref(p.Unlocked)},
                ("unlock.wrong", "unlock.destroyed"),
            )
        },
        "/verifier": {
            "put": _route(
                "Change the PIN; the share stays",
                p.ChangeVerifier,
                {"204": _nothing()},
                ("session.none", "session.ended", "unlock.wrong", "unlock.destroyed"),
                session=True,
            )
        },
        "/envelopes": {
            "post": _route(
                "Send sealed acts: each is answered alone, once it is on disk",
                p.Batch,
                {"200": _ref(p.Sent)},
                ("session.none", "batch.too_many"),
                parameters=[_header("X-Device", {"type": "string", "pattern": p.UUID4}, False)],
                session=True,
            )
        },
        "/changes": {
            "get": _route(
                "Fetch what is new since the cursor",
                None,
                {"200": _ref(p.Changes), "204": _nothing()},
                ("session.none", "session.ended"),
                parameters=[
                    {"name": "since", "in": "query", "schema": {"type": "string"}},
                    _header("X-Schema", {"type": "string"}, False),
                ],
                session=True,
            )
        },
        "/phone": {
            "put": _route(
                "Tell how this phone is",
                p.PhoneState,
                {"204": _nothing()},
                ("session.none", "session.ended"),
                parameters=[_header("X-Device", {"type": "string"}, False)],
                session=True,
            )
        },
        "/session": {
            "delete": _route(
                "Remove from this phone", None, {"204": _nothing()}, ("session.none",), session=True
            )
        },
        "/push-subscription": {
            "put": _route(
                "Alert this phone here",
                p.PushSubscription,
                {"204": _nothing()},
                ("session.none", "session.ended", "push.host"),
                session=True,
            ),
            "delete": _route(
                "Alert this phone no more",
                None,
                {"204": _nothing()},
                ("session.none", "session.ended"),
                session=True,
            ),
        },
    }


def _route(
    summary: str,
    body: type | None,
    answers: dict,
    problems: Iterable[str],
    parameters: Iterable[dict] = (),
    *,
    session: bool = False,
) -> dict:
    codes = (*_ALWAYS, *(_BODY if body else ()), *problems)
    route = _open(summary, answers | _problems(codes))
    route["parameters"] = [_header("X-Siaga", {"const": "1"}, True), *parameters]
    if session:
        route["security"] = [{"phone": []}, {}]
    if body:
        schema = {"$ref": f"#/components/schemas/{body.__name__}"}
        route["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return route


def _open(summary: str, answers: dict) -> dict:
    return {"summary": summary, "responses": answers}


def _header(name: str, schema: dict, required: bool) -> dict:
    return {"name": name, "in": "header", "required": required, "schema": schema}


def _ref(struct: type) -> dict:
    return _json({"$ref": f"#/components/schemas/{struct.__name__}"}, struct.__name__)


def _json(schema: dict, description: str, content_type: str = "application/json") -> dict:
    return {"description": description, "content": {content_type: {"schema": schema}}}


def _nothing() -> dict:
    return {"description": "Done, or nothing new"}


def _problems(codes: Iterable[str]) -> dict:
    by_status: dict[str, list[str]] = {}
    for code in codes:
        by_status.setdefault(str(p.PROBLEMS[code][0]), []).append(code)
    answers = {}
    for status, same in sorted(by_status.items()):
        schema = {
            "allOf": [
                {"$ref": "#/components/schemas/Problem"},
                {"properties": {"code": {"enum": same}}},
            ]
        }
        words = " ".join(f"`{code}`: {p.PROBLEMS[code][1]}" for code in same)
        answers[status] = _json(schema, words, "application/problem+json")
    return answers
