"""From a refusal to an answer: one table to HTTP, a page for people, problem+json for phones."""

from __future__ import annotations

import json

from flask import Flask, Response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.domain.errors import Conflict, Invalid, Missing, NotAllowed, Refusal

STATUS: dict[type[Refusal], int] = {
    Invalid: 422,
    NotAllowed: 404,  # "Not yours" and "not there" answer alike.
    Missing: 404,
    Conflict: 409,
}


def register(app: Flask) -> None:
    """Teach the app to answer refusals and HTTP errors in the asker's dress."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _failed)
    app.register_error_handler(CSRFError, _expired)


def problem(status: int, code: str, **more: object) -> Response:
    """Return an RFC 9457 problem with our stable `code`."""
    body = {"type": "about:blank", "status": status, "code": code, **more}
    return Response(json.dumps(body), status, content_type="application/problem+json")


def _for_a_phone() -> bool:
    return request.path.startswith("/sync/")


def _refused(refusal: Refusal):
    status = next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)
    if _for_a_phone():
        return problem(status, refusal.code)
    code = "missing" if status == 404 else refusal.code
    return render_template("error.html", status=status, code=code), status


def _failed(error: HTTPException):
    status = error.code or 500
    if error.response is not None:
        return error
    if _for_a_phone():
        answer = problem(status, f"http.{status}")
    else:
        answer = Response(
            render_template("error.html", status=status, code=f"http.{status}"), status
        )
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            answer.headers[name] = value
    return answer


def _expired(error: CSRFError):
    if _for_a_phone():
        return problem(400, "csrf")
    return render_template("error.html", status=400, code="csrf"), 400
