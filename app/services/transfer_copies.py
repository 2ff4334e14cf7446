"""The copy itself: what of a referral goes along, sealed to the other district; and reading one."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select

from app.db import db
from app.domain.codes import CONSENT_PURPOSE
from app.domain.deadline import Kind
from app.domain.errors import Conflict, Invalid
from app.domain.fields import Parsed, parse
from app.domain.report import Risk, short_code
from app.domain.risk import is_higher
from app.domain.transfer import BASES, Ground, what_goes
from app.models import Area, District, Referral, ReferralMove, Transfer
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
from app.services import deadlines, reading, reports, risks, trail, withdrawals
from app.services.rows import seal_texts
from app.services.sessions import Staff

FORMAT = "siaga-transfer/1"
SCHEMA = 1
MOST_BYTES = 2 * MOST_SEALED_BYTES


def content_of(referral: Referral, row: Transfer, ground: Ground, *, now: datetime) -> dict:
    """Return what a copy says. Whoever asks has opened the report, with a trail row."""
    report = referral.report
    return {
        "act": "transfer.copy",
        "from": referral.district,
        "code": short_code(report.id),
        "risk": referral.risk,
        "basis": ground.basis,
        "method": ground.method,
        "words": " ".join(ground.words.split())[:280],
        "happened_at": report.happened_at.isoformat(),
        "since": report.clock_from.isoformat(),
        "sent_at": row.sent_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
        "stopped": sorted(reports.sharing_stopped(report.id)),
        # What people found stands over what was reported: a ban or a clock must not be lost.
        "child": referral.child,
        "sexual": referral.sexual,
        "body": what_goes(_answers(referral), ground),
    }


def _answers(referral: Referral) -> dict[str, object]:
    """Return what is known, with the way in which she is safely reached today."""
    answers = reports.known_answers(referral.report)
    way = dict(reading.report(referral).way)
    via = way.pop("contact_via", "do_not_contact")
    return answers | {"contact_via": via, "safe_contact": way}


def receive(
    content: dict,
    district: str,
    transfer_id: UUID,
    *,
    now: datetime,
    entered_by: UUID | None = None,
) -> Referral:
    """Write a copy down in the district that it was sealed to: a report of its own, in its queue.

    Nobody stands behind it as its cadre: who reported stays where it was reported.

    :raises Invalid: if it cannot be read.
    """
    parsed = _parsed(content.get("body"), district)
    happened_at = min(_moment(content.get("happened_at")), now)
    origin = reports.Origin(
        received_at=now,
        happened_at=happened_at,
        channel="other_district",
        told_at=now,
        entered_by=entered_by,
    )
    report = reports.write_down(uuid4(), district, parsed, origin, now=now)
    copy = db.session.scalars(select(Referral).where(Referral.report_id == report.id)).one()
    risk = content.get("risk")
    if risk in set(Risk) and is_higher(Risk(risk), Risk(copy.risk)):
        risks.decide(copy, Risk(risk), now=now)
    _find(copy, content, now)
    _note(copy, str(content.get("words") or ""), now)
    _stop(copy, transfer_id, content.get("stopped"), now)
    trail.append(district, "transfer.receive", "transfer", transfer_id, by=entered_by, now=now)
    return copy


def take_clock(copy: Referral, referral: Referral, *, now: datetime) -> None:
    """Let a copy's police clock begin when the sender's did: the law counts from her report."""
    for row in deadlines.of_referral(referral):
        if row.kind == Kind.POLICE_REPORT and row.ended_how in (None, "transferred"):
            _police_since(copy, row.starts_at, estimate=row.estimate, now=now)


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


def as_file(row: Transfer) -> bytes:
    """Return the file that travels."""
    said = {
        "format": FORMAT,
        "id": str(row.id),
        "kid": row.sealed_kid,
        "schema": SCHEMA,
        "sealed": b64(row.sealed),
    }
    return json.dumps(said).encode()


def read_file(raw: bytes, staff: Staff, *, now: datetime) -> Transfer:
    """Open a file that another office sent, and put it into the queue.

    :raises Invalid: if it is none, is not sealed to this district, or cannot be opened.
    :raises Conflict: if it was read already.
    """
    known = _known(raw)
    district = known["kid"].split(".", 1)[1].rpartition(".")[0] if known else ""
    if known is None or district != staff.district:
        raise Invalid("transfer.file", field="file")
    if db.session.get(Transfer, known["id"]) is not None:
        raise Conflict("transfer.twice")
    content = _opened(known)
    came_from = str(content.get("from"))
    if db.session.get(District, came_from) is not None or content.get("basis") not in BASES:
        raise Invalid("transfer.file", field="file")
    copy = receive(content, district, known["id"], now=now, entered_by=staff.id)
    if Kind.POLICE_REPORT in {row.kind for row in deadlines.of_referral(copy)}:
        since = min(_moment(content.get("since")), now)
        _police_since(copy, since, estimate=True, now=now)
    row = Transfer(
        id=known["id"],
        from_district=came_from[:13],
        to_district=district,
        copy_id=copy.id,
        copy=copy,
        basis=content["basis"],
        sent_at=min(_moment(content.get("sent_at")), now),
        ends_at=_moment(content.get("ends_at")),
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


def _police_since(copy: Referral, since: datetime, *, estimate: bool, now: datetime) -> None:
    for row in deadlines.of_referral(copy, going=True):
        if row.kind == Kind.POLICE_REPORT and since < row.starts_at:
            row.due_at = row.due_at - (row.starts_at - since)
            row.starts_at, row.estimate = since, estimate
            deadlines.set_warning(row, now)


def _parsed(body: object, district: str) -> Parsed:
    try:
        parsed = parse("report.create", body)
    except Invalid:
        parsed = parse("report.create", {**body, "incomplete": True} if body else body)
    if db.session.get(Area, str(parsed.facts.get("village"))) is None:
        parsed.facts["village"] = district
    return parsed


def _find(copy: Referral, content: dict, now: datetime) -> None:
    """Keep what the sender found: a child, sexual violence."""
    copy.child = copy.child or content.get("child") is True
    if content.get("sexual") is True and not copy.sexual:
        copy.sexual = True
        deadlines.learn(copy, {"violence": ["sexual"]}, since=copy.clock_from, now=now)


def _note(copy: Referral, words: str, now: datetime) -> None:
    move = ReferralMove(
        id=uuid4(),
        referral_id=copy.id,
        at=now,
        by=None,
        act="transfer_in",
        from_state=copy.state,
        to_state=copy.state,
    )
    seal_texts(move, copy.district, {"words": words} if words else {})
    db.session.add(move)


def _stop(copy: Referral, transfer_id: UUID, stopped: object, now: datetime) -> None:
    """What she took back before it was sent on a person's judgement holds here from the start."""
    purposes = [one for one in CONSENT_PURPOSE if isinstance(stopped, list) and one in stopped]
    if purposes:
        made = uuid5(transfer_id, "stopped")
        withdrawals.stop_sharing(made, copy.report_id, purposes, received_at=now)


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
    if content.get("act") != "transfer.copy":
        raise Invalid("transfer.file", field="file")
    return content


def _moment(said: object) -> datetime:
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Invalid("transfer.file", field="file")
    return at
