"""What a person decides about a quarantined act: apply it, ask the cadre, or discard it in two."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, or_, select

from app.db import after_commit, db, locked
from app.domain.errors import Conflict, Invalid, Missing
from app.models import Device, InboxEnvelope, Quarantined, Referral, Visit
from app.services import notices, quarantine, trail
from app.services.limits import limit
from app.services.related import not_related
from app.services.sessions import Staff
from app.signals import arrived

DISCARD = "discard"
# What could not be opened, or is not known to be the cadre's, is never applied by a click.
NOT_APPLICABLE = frozenset({"unreadable", "junk", "newer_schema"})


def counting(staff: Staff) -> Select:
    """Return what waits for a decision, to be counted."""
    return _theirs(staff).where(Quarantined.settled_at.is_(None))


def waiting(staff: Staff) -> list[Quarantined]:
    """Return what waits for a decision, the gravest first; nothing `staff` is related to."""
    rows = db.session.scalars(
        _theirs(staff)
        .where(Quarantined.settled_at.is_(None))
        .order_by(Quarantined.emergency.desc(), Quarantined.at)
    )
    return list(rows)


def lines(staff: Staff) -> list[tuple[Quarantined, int]]:
    """Return the same as it is listed, each with how many more lie under it.

    Junk is stacked, one line a phone, the gravest on top.
    """
    found: dict[object, list[Quarantined]] = {}
    for kept in waiting(staff):
        stack = kept.device_id if kept.reason == "junk" else None
        found.setdefault(stack or kept.id, []).append(kept)
    return [(stacked[0], len(stacked) - 1) for stacked in found.values()]


def waiting_long(staff: Staff, *, now: datetime) -> list[InboxEnvelope]:
    """Return the acts whose parent has not come for an hour, and at once those that sound grave.

    Nothing `staff` is related to: what they wait for may be a visit or a report that is known.
    """
    since = now - limit(staff.district, "orphan.seen_after").span
    waits_for, hidden = InboxEnvelope.waits_for, ~not_related(staff)
    report = exists().where(Referral.report_id == waits_for, hidden)
    visit = exists().where(Visit.id == waits_for, Referral.report_id == Visit.report_id, hidden)
    rows = db.session.scalars(
        select(InboxEnvelope)
        .where(
            InboxEnvelope.district == staff.district,
            InboxEnvelope.state == "waiting",
            or_(InboxEnvelope.waiting_since <= since, InboxEnvelope.grave.is_(True)),
            ~report,
            ~visit,
        )
        .order_by(InboxEnvelope.waiting_since)
    )
    return list(rows)


def get(kept_id: UUID, staff: Staff, *, lock: bool = False) -> Quarantined:
    """Return one of the district of `staff`.

    :raises Missing: if there is none, or `staff` is related to what it is about.
    """
    query = _theirs(staff).where(Quarantined.id == kept_id)
    if lock:
        query = locked(query)
    kept = db.session.scalar(query)
    if kept is None:
        raise Missing("quarantine")
    return kept


def open_content(kept: Quarantined, staff: Staff, *, now: datetime) -> dict:
    """Open what the act says; the trail says who did."""
    trail.append(
        kept.district,
        "quarantine.open",
        "quarantine",
        kept.id,
        by=staff.id,
        now=now,
        reason="screening",
    )
    return quarantine.content_of(kept)


def apply(kept: Quarantined, corrected: dict | None, staff: Staff, *, now: datetime) -> None:
    """Have the worker apply it, as it came or as corrected; what came is never changed.

    :raises Invalid: if it cannot be applied at all.
    :raises Conflict: if somebody settled it already.
    """
    _must_wait(kept)
    if kept.reason in NOT_APPLICABLE:
        raise Invalid("quarantine.not_applicable")
    if corrected is not None:
        quarantine.correct(kept, corrected)
    kept.settlement, kept.settled_by = quarantine.APPLY, staff.id
    _note(kept, "quarantine.apply", staff, now)
    after_commit(arrived.send)


def ask(kept: Quarantined, staff: Staff, *, now: datetime) -> None:
    """Let the phone say *please call the UPTD* about it.

    :raises Invalid: if nobody knows which phone it came from.
    :raises Conflict: if somebody settled it already.
    """
    _must_wait(kept)
    device = db.session.get(Device, kept.device_id) if kept.device_id else None
    if device is None:
        raise Invalid("quarantine.no_phone")
    notices.please_call(kept.envelope_id, device, now=now)
    kept.settlement, kept.settled_by, kept.settled_at = "asked", staff.id, now
    quarantine.forget_sender(kept)
    _note(kept, "quarantine.ask", staff, now)


def discard(kept: Quarantined, why: str, staff: Staff, *, now: datetime) -> bool:
    """Say that it holds nothing, or agree with a colleague who said so; tell whether it is gone.

    Its bytes stay as long as the inbox keeps them. It takes two persons.

    :raises Conflict: if the same person says it twice, or somebody settled it otherwise.
    """
    if kept.settlement != DISCARD:
        _must_wait(kept)
        kept.settlement, kept.settled_by = DISCARD, staff.id
        _note(kept, "quarantine.discard", staff, now, reason=why)
        return False
    if kept.settled_at is not None or kept.settled_by == staff.id:
        raise Conflict("quarantine.second_person")
    kept.settlement, kept.seconded_by, kept.settled_at = "discarded", staff.id, now
    row = db.session.scalar(
        select(InboxEnvelope).where(InboxEnvelope.server_seq == kept.server_seq)
    )
    if row is not None:
        row.state, row.settled_at = "discarded", now
    quarantine.forget_sender(kept)
    _note(kept, "quarantine.approve_discard", staff, now)
    return True


def keep(kept: Quarantined, staff: Staff, *, now: datetime) -> None:
    """Disagree with a colleague who would discard it: it waits again.

    :raises Conflict: if nobody wants to discard it.
    """
    if kept.settlement != DISCARD:
        raise Conflict("quarantine.settled")
    kept.settlement = kept.settled_by = None
    _note(kept, "quarantine.keep", staff, now)


def _theirs(staff: Staff):
    hidden = exists().where(Referral.report_id == Quarantined.about, ~not_related(staff))
    return select(Quarantined).where(Quarantined.district == staff.district, ~hidden)


def _must_wait(kept: Quarantined) -> None:
    if kept.settled_at is not None or kept.settlement is not None:
        raise Conflict("quarantine.settled")


def _note(
    kept: Quarantined, act: str, staff: Staff, now: datetime, *, reason: str | None = None
) -> None:
    trail.append(kept.district, act, "quarantine", kept.id, by=staff.id, now=now, reason=reason)
