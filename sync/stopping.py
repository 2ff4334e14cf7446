"""What becomes of an act that goes no further: it waits for its parent, or a person looks at it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

from app.db import db, savepoint
from app.domain.errors import Conflict, Invalid, Missing, NotAllowed, Refusal
from app.models import Device, InboxEnvelope, Quarantined, Visit
from app.services import notices, quarantine
from app.services.arrival import Arrival
from app.services.quarantine import Why
from sync import acts
from sync.order import NoThing, Thing, thing_of
from sync.risk import risk_of

TRIED_AGAIN = timedelta(minutes=5)
SAME_ID = "same_id"
_REASONS = {Invalid: "invalid", NotAllowed: "not_allowed", Missing: "invalid", Conflict: "conflict"}
_SHOWN = frozenset({"report.create", "report.add", None})


def wait(
    row: InboxEnvelope, thing: Thing, content: dict, arrival: Arrival, *, now: datetime
) -> None:
    """Let an act wait for what it is about. A withdrawal stops sharing while it waits."""
    if content["act"] == "consent.withdraw":
        try:
            with savepoint():
                acts.stop_at_once(content["body"], arrival)
        except Refusal as refusal:
            stop(row, why_of(refusal), content, now=now)
            return
    row.state, row.waits_for = "waiting", UUID(thing.id)
    row.waiting_since = row.waiting_since or now
    row.retry_at = now + TRIED_AGAIN
    quarantine.warn_of_waiting(row, risk_of(content), now=now)
    db.session.flush()


def stop(row: InboxEnvelope, why: Why, content: dict | None, *, now: datetime) -> None:
    """Put an act into quarantine, judged for its risk, and tell its phone to call."""
    name = content.get("act") if content else None
    name = name if isinstance(name, str) and re.fullmatch(r"[a-z._]{1,24}", name) else None
    risk = risk_of(content) if content else None
    about = _report_of(row, name, content)
    kept = quarantine.put(row, why, act=name, content=content, risk=risk, about=about, now=now)
    if kept.act in _SHOWN and kept.detail != SAME_ID:
        _tell_phone(row, kept, content, now)


def why_of(refusal: Refusal) -> Why:
    """Return the reason of sync.md, and the code with the field's name: never a value."""
    reason = next(reason for kind, reason in _REASONS.items() if isinstance(refusal, kind))
    about = refusal.details.get("field")
    return Why(reason, f"{refusal.code}:{about}" if about else refusal.code)


def _report_of(row: InboxEnvelope, act: str | None, content: dict | None) -> UUID | None:
    """Return which report this is, or is about."""
    try:
        thing = thing_of(act or "", str(row.envelope_id), "", content["body"])
    except (NoThing, KeyError, AttributeError, TypeError):
        return row.envelope_id  # Other bytes under the id of a report are about that report.
    if thing.kind == "visit":
        visit = db.session.get(Visit, UUID(thing.id))
        return visit.report_id if visit else None
    return UUID(thing.id) if thing.kind == "report" else row.envelope_id


def _tell_phone(row: InboxEnvelope, kept: Quarantined, content: dict | None, now: datetime) -> None:
    """Let the phone show *Mohon telepon UPTD* at the report that this was, or was about."""
    device = db.session.get(Device, row.device_id) if row.device_id else None
    if device is None or device.state == "ended":
        return
    about = row.envelope_id
    if kept.act == "report.add":
        try:
            about = UUID(thing_of(kept.act, "", "", content["body"]).id)
        except (NoThing, KeyError, AttributeError):
            return
    notices.please_call(about, device, now=now)
