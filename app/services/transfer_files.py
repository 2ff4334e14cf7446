"""A copy as a file: sealed to another office's key, told by a line, and read where it belongs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.db import db
from app.domain.deadline import Kind
from app.domain.errors import Conflict, Invalid
from app.domain.transfer import BASES
from app.models import District, Transfer, TransferNews
from app.sealing import (
    ACT_SIZES,
    INTAKE,
    MOST_SEALED_BYTES,
    Malformed,
    Unreadable,
    b64,
    envelope_info,
    fingerprint,
    opener,
    seal,
    unb64,
)
from app.services import deadlines, transfer_received
from app.services.sessions import Staff
from app.services.transfer_copies import COPY, MORE
from app.services.transfer_received import moment

FORMAT = "siaga-transfer/1"
SCHEMA = 1
MOST_BYTES = 2 * MOST_SEALED_BYTES


def sealed(content: dict, kid: str, point: str, transfer_id: UUID) -> bytes:
    """Seal a copy to another office's intake key.

    :raises Invalid: if the key is none.
    """
    try:
        info = envelope_info(kid, transfer_id, SCHEMA)
        return seal(unb64(point), info, content, ACT_SIZES)
    except Malformed:
        pass
    raise Invalid("transfer.key", field="key")


def as_file(row: Transfer, news: TransferNews | None = None) -> bytes:
    """Return the file that travels: the copy, or what came after it."""
    said = {
        "format": FORMAT,
        "id": str((news or row).id),
        "kid": row.sealed_kid,
        "schema": SCHEMA,
        "sealed": b64((news or row).sealed),
    }
    return json.dumps(said).encode()


@dataclass(frozen=True, slots=True)
class Read:
    """A file that another office sealed to this district, opened."""

    id: UUID
    content: dict = field(repr=False)


def read(raw: bytes, staff: Staff) -> Read:
    """Open a file that another office sent.

    :raises Invalid: if it is none, is not sealed to this district, or cannot be opened.
    """
    known = _known(raw)
    district = known["kid"].split(".", 1)[1].rpartition(".")[0] if known else ""
    if known is None or district != staff.district:
        raise Invalid("transfer.file", field="file")
    return Read(known["id"], _opened(known))


def put_in_queue(said: Read, staff: Staff, *, now: datetime) -> Transfer:
    """Write down the copy that a file brought.

    :raises Invalid: if it can be no copy for this district.
    :raises Conflict: if it was read already.
    """
    if db.session.get(Transfer, said.id) is not None:
        raise Conflict("transfer.twice")
    content, district = said.content, staff.district
    came_from = str(content.get("from"))
    if db.session.get(District, came_from) is not None or content.get("basis") not in BASES:
        raise Invalid("transfer.file", field="file")
    copy = transfer_received.receive(content, district, said.id, now=now, entered_by=staff.id)
    if Kind.POLICE_REPORT in {row.kind for row in deadlines.of_referral(copy)}:
        since = min(moment(content.get("since")), now)
        transfer_received.police_since(copy, since, estimate=True, now=now)
    row = Transfer(
        id=said.id,
        from_district=came_from[:13],
        to_district=district,
        copy_id=copy.id,
        copy=copy,
        basis=content["basis"],
        sent_at=min(moment(content.get("sent_at")), now),
        ends_at=moment(content.get("ends_at")),
    )
    db.session.add(row)
    db.session.flush()
    return row


def key_line(district: str) -> str:
    """Return the line by which this office tells another its key: its name and its public half."""
    newest = opener().public_keys(INTAKE, district)[-1]
    return f"{newest.kid} {b64(newest.public)}"


def spoken(line: str) -> str:
    """Return what is read out on the telephone to compare a key line, in groups of four.

    :raises Invalid: if it is no key line.
    """
    try:
        digits = fingerprint(unb64(line.split()[-1])) if line.split() else ""
    except Malformed:
        digits = ""
    if not digits:
        raise Invalid("transfer.key", field="key")
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _known(raw: bytes) -> dict | None:
    try:
        said = json.loads(raw[:MOST_BYTES])
        known = {"id": UUID(said["id"]), "kid": str(said["kid"]), "sealed": unb64(said["sealed"])}
        fits = said["format"] == FORMAT and known["kid"].startswith("intake.")
    except (ValueError, KeyError, TypeError, AttributeError, Malformed):
        return None
    return known if fits else None


def _opened(known: dict) -> dict:
    try:
        content = opener().open_envelope(known["kid"], known["id"], SCHEMA, known["sealed"])
    except (Unreadable, Malformed):
        content = {}
    if content.get("act") not in (COPY, MORE):
        raise Invalid("transfer.file", field="file")
    return content
