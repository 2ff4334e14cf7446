"""Acts that could not be applied: kept, opened for their risk, and on the desk within a minute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select

from app.db import after_commit, db
from app.domain.report import Proposal, Risk
from app.models import InboxEnvelope, Quarantined
from app.sealing import TooLarge
from app.services import quarantine_calls
from app.services.limits import limit
from app.services.rows import seal_texts, texts_of
from app.signals import changed

APPLY = "apply"


@dataclass(frozen=True, slots=True)
class Why:
    """Why an act was not applied: a reason of sync.md, and the code of what stopped it."""

    reason: str
    detail: str = ""


def put(
    row: InboxEnvelope,
    why: Why,
    *,
    act: str | None,
    content: Mapping[str, object] | None,
    risk: Proposal | None,
    about: UUID | None = None,
    now: datetime,
) -> Quarantined:
    """Keep an act for a person to look at, and alert one. Once for each envelope."""
    known = db.session.scalars(select(Quarantined).filter_by(server_seq=row.server_seq)).first()
    kept = known or Quarantined(
        id=uuid4(),
        server_seq=row.server_seq,
        envelope_id=row.envelope_id,
        district=row.district,
        device_id=row.device_id,
        at=now,
    )
    kept.reason, kept.detail, kept.act = why.reason, why.detail[:80], act
    kept.risk = str(risk.risk) if risk else None
    kept.emergency = bool(risk and risk.emergency)
    kept.settlement, kept.about = None, about
    if content is not None and known is None:
        _seal(kept, content)
    db.session.add(kept)
    row.state, row.settled_at = "quarantined", now
    row.waits_for = row.retry_at = None
    db.session.flush()
    _alert(kept, now)
    return kept


def warn_of_waiting(row: InboxEnvelope, risk: Proposal, *, now: datetime) -> None:
    """Alert a person, once, to an act that waits although it speaks of high risk."""
    if risk.risk != Risk.HIGH or row.grave:
        return
    row.grave = True
    quarantine_calls.ring("quarantine", row.district, urgent=True, now=now)


def settled(kept: Quarantined, *, now: datetime) -> None:
    """A person had it applied, and it was."""
    kept.settlement, kept.settled_at = "applied", now
    forget_sender(kept)


def forget_sender(kept: Quarantined) -> None:
    """Let nothing of a settled tally lead back to its phone: it is an anonymous count."""
    if kept.act != "tally.add":
        return
    kept.device_id = kept.sealed = kept.sealed_kid = kept.sealed_schema = None
    row = db.session.get(InboxEnvelope, kept.server_seq)
    if row is not None:
        row.device_id = row.device_now = row.sealed = None
        row.seq = 0


def marked_for_applying() -> list[Quarantined]:
    """Return what a person decided to have applied; the worker does it."""
    found = select(Quarantined).where(
        Quarantined.settlement == APPLY, Quarantined.settled_at.is_(None)
    )
    return list(db.session.scalars(found.order_by(Quarantined.at).limit(50)))


def content_of(kept: Quarantined) -> dict:
    """Return `{"opened": act}` and, once the desk wrote one, `"corrected"`: the act to apply."""
    return texts_of(kept)


def correct(kept: Quarantined, act: Mapping[str, object]) -> None:
    """Put the desk's corrected act beside the one that came; that one is never changed."""
    seal_texts(kept, kept.district, {**texts_of(kept), "corrected": dict(act)})


def listed(district: str | None = None) -> list[dict[str, str]]:
    """Return what waits for a decision, for lists and scripts: the envelope's id and why."""
    query = select(Quarantined).where(Quarantined.settled_at.is_(None))
    if district is not None:
        query = query.where(Quarantined.district == district)
    return [
        {"id": str(kept.envelope_id), "reason": kept.reason}
        for kept in db.session.scalars(query.order_by(Quarantined.at))
    ]


def open_count(district: str) -> int:
    """Return how many acts of a district wait for a person's decision."""
    waiting = select(func.count()).select_from(Quarantined)
    return db.session.scalar(
        waiting.where(Quarantined.district == district, Quarantined.settled_at.is_(None))
    )


def _seal(kept: Quarantined, content: Mapping[str, object]) -> None:
    try:
        seal_texts(kept, kept.district, {"opened": dict(content)})
    except TooLarge:
        kept.detail = kept.detail or "too_large"  # It stays in the inbox, and opens from there.


def _alert(kept: Quarantined, now: datetime) -> None:
    after_commit(lambda: changed.send(None, district=kept.district))
    junk = kept.reason == "junk"
    if junk and _alerted_lately(kept, now):
        return
    grave = kept.emergency or kept.risk == Risk.HIGH
    quarantine_calls.ring(
        "junk" if junk else "quarantine",
        kept.district,
        # What nobody could read may be anything.
        urgent=grave or kept.risk is None,
        about=kept.about,
        now=now,
    )


def _alerted_lately(kept: Quarantined, now: datetime) -> bool:
    """One alert for each ended device in fifteen minutes; a first emergency gets its own."""
    since = now - limit(kept.district, "junk.alert_every").span
    other = select(Quarantined.id).where(
        Quarantined.device_id == kept.device_id,
        Quarantined.reason == "junk",
        Quarantined.at > since,
        Quarantined.id != kept.id,
        or_(Quarantined.emergency.is_(True), not kept.emergency),
    )
    return db.session.scalars(other.limit(1)).first() is not None


def of_envelope(envelope_id: UUID) -> Quarantined | None:
    """Return the newest quarantined row under an envelope's id."""
    found = select(Quarantined).filter_by(envelope_id=envelope_id)
    return db.session.scalars(found.order_by(Quarantined.server_seq.desc())).first()
