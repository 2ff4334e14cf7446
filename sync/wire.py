"""How a request becomes a message and a message an answer; who sends it, and whether from our app.

Not here: the messages themselves (`protocol`) and what they cause.
"""

from __future__ import annotations

import gzip
import hashlib
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from app import errors
from app.db import db
from app.domain.errors import Conflict, Invalid, Missing, NotAllowed, Refusal
from app.domain.settings import SETTINGS
from app.models import Device
from sync.protocol import LARGEST_BODY, PROBLEMS

bp = Blueprint("sync", __name__, url_prefix="/sync/v1")

COOKIE = "__Host-siaga"
COOKIE_LIVES = SETTINGS["session.lasts"].span
_DRAINED = 16 * 1024 * 1024

Message = TypeVar("Message")
_WORTH_PACKING = 1000  # bytes


class Refused(Refusal):
    """A request that is answered with one of `PROBLEMS`."""


@bp.before_request
def guard() -> None:
    """Let in only what our own app sends; another site's page can set none of these three.

    :raises Refused: `origin.refused`.
    """
    if request.endpoint == "sync.openapi":
        return
    foreign = request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.host.lower():
        foreign = True
    if foreign or request.headers.get("X-Siaga") != "1":
        raise Refused("origin.refused")


@bp.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    """Answer with the problem's own status, or with that of its kind."""
    status = PROBLEMS[refusal.code][0] if refusal.code in PROBLEMS else _status_of(refusal)
    answered = errors.problem(status, refusal.code)
    if wait := refusal.details.get("retry_after"):
        answered.headers["Retry-After"] = str(wait)
    return answered


def _status_of(refusal: Refusal) -> int:
    kinds = {Invalid: 422, NotAllowed: 404, Missing: 404, Conflict: 409}
    return next((status for kind, status in kinds.items() if isinstance(refusal, kind)), 400)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_: RequestEntityTooLarge) -> Response:
    """Answer what was cut off while reading."""
    return refused(Refused("body.too_large"))


def read(kind: type[Message], largest: int = LARGEST_BODY) -> Message:
    """Return the request's body as this message.

    :raises Refused: `body.type`, `body.too_large`, `body.not_json` or `body.invalid`.
    """
    if request.mimetype != "application/json":
        raise Refused("body.type")
    return decoded(_body(largest), kind)


def decoded(raw: bytes | msgspec.Raw, kind: type[Message]) -> Message:
    """Return these bytes as this message.

    :raises Refused: `body.not_json` or `body.invalid`.
    """
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError:
        code = "body.invalid"
    except (msgspec.MsgspecError, ValueError, RecursionError):
        code = "body.not_json"
    # Raised outside the handlers: an exception in __context__ may quote what was sent.
    raise Refused(code)


def _body(largest: int) -> bytes:
    if (request.content_length or 0) > largest:
        # Read what is still coming: a connection that is reset loses the answer. Not None, which
        # Flask takes for the limit of the whole app.
        request.max_content_length = request.content_length
        for _ in range(0, min(request.content_length, _DRAINED), 65536):
            if not request.stream.read(65536):
                break
        raise Refused("body.too_large")
    raw = request.stream.read(largest + 1)
    if len(raw) > largest:
        raise Refused("body.too_large")
    try:
        raw.decode()
    except UnicodeDecodeError:
        raw = None
    if raw is None:
        raise Refused("body.not_json")
    return raw


def answer(message: object, status: int = 200) -> Response:
    """Return this message as JSON."""
    return Response(msgspec.json.encode(message), status, content_type="application/json")


def packed(answered: Response) -> Response:
    """Return it compressed where that saves the phone something: base64 shrinks by a quarter."""
    if len(answered.data) > _WORTH_PACKING and "gzip" in request.accept_encodings:
        answered.data = gzip.compress(answered.data, mtime=0)
        answered.headers["Content-Encoding"] = "gzip"
    return answered


def nothing() -> Response:
    """Return `204`, with no content type: bytes are money on 2G."""
    answered = Response(status=204)
    del answered.headers["Content-Type"]
    return answered


def session_hash(reference: str) -> bytes:
    """Return what the database keeps of a phone's cookie."""
    return hashlib.sha256(reference.encode()).digest()


def id_by_cookie() -> UUID | None:
    """Return whose session this is without loading anything else: sending asks this often."""
    reference = request.cookies.get(COOKIE)
    if not reference:
        return None
    return db.session.scalar(
        db.select(Device.id).where(Device.session_hash == session_hash(reference))
    )


def by_cookie() -> Device | None:
    """Return the device whose session this is, ended or not."""
    reference = request.cookies.get(COOKIE)
    if not reference:
        return None
    found = db.select(Device).where(Device.session_hash == session_hash(reference))
    return db.session.scalars(found).first()


def phone() -> Device:
    """Return the device whose session this is.

    :raises Refused: `session.none`, or `session.ended` for one that must remove everything.
    """
    device = by_cookie()
    if device is None:
        raise Refused("session.none")
    if device.state == "ended":
        raise Refused("session.ended")
    return device


def set_cookie(answered: Response, reference: str) -> None:
    """Give the phone its session, for 400 more days."""
    answered.set_cookie(
        COOKIE,
        reference,
        max_age=int(COOKIE_LIVES.total_seconds()),
        path="/",
        secure=True,
        httponly=True,
        samesite="Strict",
    )


def renew_cookie(answered: Response) -> Response:
    """Count the 400 days from now again."""
    if reference := request.cookies.get(COOKIE):
        set_cookie(answered, reference)
    return answered
