"""After a restore: what the journal remembers and the database no longer does, done again.

The database keeps how far it has read each file. A restored one knows less than was written, and
so tells by itself that it is behind.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from app.db import db, row_lock
from app.models import Device, Invite, Referral, Report, Server, Withdrawal
from app.services import (
    consents,
    forgetting,
    journal,
    passkeys,
    phones,
    purging,
    related_again,
    withdrawals,
)

Event = Mapping[str, str]


def is_behind() -> bool:
    """Tell whether the journal holds lines that this database has not read. Reads only."""
    marks = _marks()
    return marks is not None and any(
        size != marks.get(name, 0) for name, size in journal.sizes().items()
    )


def catch_up(*, now: datetime) -> int:
    """Do again what lies behind the marks, and move them; return how much was unknown."""
    marks = _marks()
    if marks is None:
        return 0
    events, reached = journal.unread(marks)
    done = _again(events, now)
    if reached != marks:
        _mark(reached)
    return done


def replay(*, now: datetime) -> int:
    """Do again all that the journal remembers; return how much was unknown."""
    events, reached = journal.unread({})
    done = _again(events, now)
    _mark(reached)
    return done


def _again(events: Iterable[Event], now: datetime) -> int:
    """Nothing happens, and no row is locked, where the database knows already."""
    # Invites first: whoever enrols locks the invite before the phone.
    events = sorted(_standing(events), key=lambda event: event["event"] != journal.INVITE_USED)
    done = sum(_REPLAY[event["event"]](event, now) for event in events if event["event"] in _REPLAY)
    db.session.flush()
    return done


def _standing(events: Iterable[Event]) -> list[Event]:
    """Return the events without those that a later one undid: of who is out, only the last word."""
    events = list(events)
    about = {journal.KEPT_OUT, journal.LET_BACK}
    last = {(one["id"], one["person"]): one for one in events if one["event"] in about}
    # They first: a referral is locked before a phone, and what is forgotten takes its marks along.
    return [*last.values(), *(one for one in events if one["event"] not in about)]


def _marks() -> journal.Marks | None:
    """Return how far this database has read; None where nothing was set up yet."""
    kept = db.session.scalar(select(Server.journal_read))
    return None if kept is None else json.loads(kept)


def _mark(reached: journal.Marks) -> None:
    # After the devices' rows, as everywhere (app.db, order of locks).
    db.session.execute(
        update(Server)
        .values(journal_read=json.dumps(reached, sort_keys=True))
        .execution_options(synchronize_session=False)
    )


def _ended(event: Event, now: datetime) -> bool:
    device = _device(event, lambda known: known.state == "ended")
    if device is None:
        return False
    phones.end(device, "revoked", now=now)
    return True


def _destroyed(event: Event, now: datetime) -> bool:
    device = _device(event, lambda known: known.share is None)
    if device is None:
        return False
    phones.destroy_share(device, now=now)
    return True


def _device(event: Event, is_done) -> Device | None:
    """Return the phone, locked, unless it is unknown or this was done to it."""
    device_id = UUID(event["id"])
    known = db.session.get(Device, device_id)
    if known is None or is_done(known):
        return None
    lock = row_lock(Device)
    db.session.get(Device, device_id, with_for_update=lock, populate_existing=True)
    return None if is_done(known) else known


def _used(event: Event, now: datetime) -> bool:
    invite = db.session.get(Invite, UUID(event["id"]))
    if invite is None or invite.used_at is not None:
        return False
    db.session.refresh(invite, with_for_update=row_lock())
    if invite.used_at is not None:
        return False
    # The phone that it let in is lost with the backup: that cadre needs a fresh invite.
    invite.used_at = now
    return True


def _withdrawn(event: Event, now: datetime) -> bool:
    if db.session.get(Withdrawal, UUID(event["id"])) is not None:
        return False
    told_at = datetime.fromisoformat(event["at"])
    about, purposes = UUID(event["report"]), event["purposes"].split(",")
    report = db.session.get(Report, about)
    if report is None:
        withdrawals.stop_sharing(UUID(event["id"]), about, purposes, received_at=told_at)
    else:
        consents.withdraw(UUID(event["id"]), report, purposes, received_at=told_at, now=now)
    return True


def _purged(event: Event, now: datetime) -> bool:
    return bool(purging.forget_bytes(now=datetime.fromisoformat(event["at"])))


def _removed(event: Event, now: datetime) -> bool:
    return passkeys.forget(UUID(event["id"]))


def _emptied(event: Event, now: datetime) -> bool:
    report = db.session.get(Report, UUID(event["id"]))
    if report is None or report.sealed is None:
        return False
    purging.forget_copy(report, now=now)
    return True


def _forgotten(event: Event, now: datetime) -> bool:
    referral = db.session.scalar(select(Referral).where(Referral.report_id == UUID(event["id"])))
    if referral is None or referral.report.facts is None:
        return False
    return bool(forgetting.forget(referral, now=now))


def _kept_out(event: Event, now: datetime) -> bool:
    since = datetime.fromisoformat(event["at"])
    return related_again.keep_out(UUID(event["id"]), UUID(event["person"]), since=since)


def _let_back(event: Event, now: datetime) -> bool:
    return related_again.let_back(UUID(event["id"]), UUID(event["person"]))


_REPLAY = {
    journal.KEPT_OUT: _kept_out,
    journal.LET_BACK: _let_back,
    journal.PASSKEY_REMOVED: _removed,
    journal.REVOKED: _ended,
    journal.DESTROYED: _destroyed,
    journal.INVITE_USED: _used,
    journal.WITHDRAWN: _withdrawn,
    journal.PURGED: _purged,
    journal.EMPTIED: _emptied,
    journal.FORGOTTEN: _forgotten,
}
