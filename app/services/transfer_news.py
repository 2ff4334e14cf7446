"""What was added here after a copy had gone: that it has not gone, and sending it after the copy.

It goes where the copy went and on the same ground, by a person's act; never by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select

from app.db import db
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.transfer import CONSENT, OUT, Ground
from app.models import Transfer, TransferNews
from app.services import (
    consents,
    desks,
    reports,
    trail,
    transfer_copies,
    transfer_files,
    transfer_received,
    transfers,
)
from app.services.sessions import Staff


def later(rows: Iterable[Transfer], staff: Staff) -> dict[UUID, int]:
    """Return how much came after each copy of ours that is out now; nothing, if nothing did."""
    ours = [row for row in rows if row.state in OUT and row.from_district == staff.district]
    known = {row.referral_id: transfer_copies.added(row.referral) for row in ours if row.referral}
    behind = {row.id: known[row.referral_id] - row.told for row in ours if row.referral}
    return {one: many for one, many in behind.items() if many > 0}


def send(row: Transfer, staff: Staff, *, now: datetime) -> TransferNews:
    """Send what is known by now after the copy. Whoever asks has opened the report, with a row.

    :raises Missing: if somebody else sent the copy.
    :raises Conflict: if nothing came after it, or it is not kept there any more.
    :raises Invalid: if she has taken back the yes that it went on, or its key is not known here.
    """
    if staff.district != row.from_district or row.referral is None:
        raise Missing("transfer")
    if not later([row], staff):
        raise Conflict("transfer.nothing_later")
    if row.basis == CONSENT and reports.sharing_stopped(row.referral.report_id):
        raise Invalid("transfer.stopped")
    news = TransferNews(id=uuid4(), transfer_id=row.id, sent_at=now, sent_by=staff.id)
    row.told = transfer_copies.added(row.referral)
    _bring(row, news, _content(row, now), now)
    db.session.add(news)
    desks.look_again(row.from_district)
    trail.append(row.from_district, "transfer.more", "transfer", row.id, by=staff.id, now=now)
    db.session.flush()
    return news


def of(row: Transfer) -> list[TransferNews]:
    """Return what went after a copy, the newest first."""
    sent = select(TransferNews).where(TransferNews.transfer_id == row.id)
    return list(db.session.scalars(sent.order_by(TransferNews.sent_at.desc())))


def get(row: Transfer, news_id: UUID) -> TransferNews:
    """Return one that can still be handed out as a file.

    :raises Conflict: if there is none: a newer one says it all.
    """
    news = db.session.get(TransferNews, news_id)
    if news is None or news.transfer_id != row.id or news.sealed is None:
        raise Conflict("transfer.moved")
    return news


def read_file(raw: bytes, staff: Staff, *, now: datetime) -> Transfer:
    """Read a file that another office sent: a copy into the queue, or what came after one.

    :raises Invalid: if it is none, or the copy that it belongs to was not read here.
    :raises Conflict: if it was read already, a newer one was, or its copy is not kept any more.
    """
    said = transfer_files.read(raw, staff)
    if said.content["act"] == transfer_copies.COPY:
        return transfer_files.put_in_queue(said, staff, now=now)
    row = _copy_of(said, staff)
    if db.session.get(TransferNews, said.id) is not None:
        raise Conflict("transfer.twice")
    made_at = transfer_received.moment(said.content.get("made_at"))
    if any(one.sent_at >= made_at for one in of(row)):
        raise Conflict("transfer.older")
    _write_down(row, said.id, said.content, now)
    db.session.add(TransferNews(id=said.id, transfer_id=row.id, sent_at=made_at))
    by = {"by": staff.id, "now": now}
    trail.append(row.to_district, "transfer.more_in", "transfer", row.id, **by)
    db.session.flush()
    return row


def _content(row: Transfer, now: datetime) -> dict:
    ground = Ground(row.basis, row.method or "")
    whole = transfer_copies.content_of(row.referral, row, ground, now=now)
    made = {"act": transfer_copies.MORE, "transfer": str(row.id), "made_at": now.isoformat()}
    return whole | made


def _bring(row: Transfer, news: TransferNews, content: dict, now: datetime) -> None:
    """Put it where the copy is: beside it in that district's queue, or into a file."""
    if row.copy is not None:
        _write_down(row, news.id, content, now)
        trail.append(row.to_district, "transfer.more_in", "transfer", row.id, by=None, now=now)
        return
    if row.key_point is None:
        raise Invalid("transfer.no_key")
    for former in of(row):
        former.sealed = None
    news.sealed = transfer_files.sealed(content, row.sealed_kid, row.key_point, news.id)


def _write_down(row: Transfer, news_id: UUID, content: dict, now: datetime) -> None:
    if row.copy.report.facts is None:  # Words that are added to it would never be forgotten.
        raise Conflict("transfer.forgotten")
    transfer_received.add(row.copy, content, news_id, now=now)
    if new := transfer_received.stopped_since(row.copy, content, now):
        made = uuid5(news_id, "stopped")
        consents.withdraw(made, row.copy.report, new, received_at=now, now=now)
    desks.look_again(row.to_district)


def _copy_of(said: transfer_files.Read, staff: Staff) -> Transfer:
    try:
        row = transfers.get(UUID(str(said.content.get("transfer"))), staff, lock=True)
    except (ValueError, Missing):
        raise Invalid("transfer.first", field="file") from None
    theirs = row.copy is not None and row.referral is None
    if not theirs or row.from_district != said.content.get("from"):
        raise Invalid("transfer.first", field="file")
    if row.state not in OUT:
        raise Conflict("transfer.moved")
    return row
