"""Sending a referral or a case on to another district as a copy sealed to it; what comes back.

The sender keeps its row: a referral as transferred, a case in care until it is closed. A copy that
was refused, taken back or not answered in time is emptied there; a referral waits here again.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, or_, select, update

from app.db import db, locked
from app.domain import transfer as rules
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.referral import ReferralState
from app.domain.risk import Risk
from app.domain.transfer import Ground, TransferState
from app.models import District, Referral, RelatedStaff, Transfer, TransferNews
from app.services import (
    deadlines,
    desks,
    purging,
    referrals,
    report_rows,
    reports,
    trail,
    transfer_copies,
    transfer_files,
    transfer_received,
    transfer_sender,
)
from app.services.limits import limit
from app.services.sessions import Staff


def send(
    referral: Referral, to_district: str, ground: Ground, staff: Staff, *, now: datetime
) -> Transfer:
    """Send a copy to a district that works here too: it stands in its queue at once.

    :raises Invalid: if the ground does not hold, or there is no such district.
    :raises Conflict: if the referral has moved on.
    """
    if to_district == referral.district or db.session.get(District, to_district) is None:
        raise Invalid("transfer.district", field="to")
    row, content = _sent(referral, to_district, ground, staff, now)
    row.copy = transfer_received.receive(content, to_district, row.id, now=now)
    row.copy_id = row.copy.id
    transfer_received.take_clock(row.copy, referral, now=now)
    db.session.flush()
    return row


def send_file(
    referral: Referral, key_line: str, name: str, ground: Ground, staff: Staff, *, now: datetime
) -> Transfer:
    """Seal a copy to the key of an office that does not work here; it travels as a file.

    :raises Invalid: if the key line is none, or the ground does not hold.
    """
    district, kid, point = rules.read_key(key_line)
    if db.session.get(District, district) is not None or not name.strip():
        raise Invalid("transfer.inside" if name.strip() else "field.missing", field="key")
    row, content = _sent(referral, district, ground, staff, now)
    row.to_name, row.sealed_kid, row.key_point = " ".join(name.split())[:80], kid, point
    row.sealed = transfer_files.sealed(content, kid, point, row.id)
    db.session.flush()
    return row


def answer(
    row: Transfer, to: TransferState, staff: Staff, *, refusal: str | None = None, now: datetime
) -> None:
    """Say whether the receiving district takes it over; of a file the sender says what it heard.

    :raises Invalid: for a refusal without its reason.
    :raises Missing: if it is not this district's to say.
    :raises Conflict: if it was answered, or its time is over.
    """
    theirs = row.from_district if row.copy_id is None else row.to_district
    if staff.district != theirs:
        raise Missing("transfer")
    if to is TransferState.REFUSED and refusal not in rules.REFUSAL:
        raise Invalid("field.missing", field="refusal")
    _settle(row, to, staff, now)
    row.refusal = refusal if to is TransferState.REFUSED else None


def take_back(row: Transfer, staff: Staff, *, now: datetime) -> None:
    """Take a copy back that was not answered yet.

    :raises Missing: if somebody else sent it.
    """
    if staff.district != row.from_district or row.referral_id is None:
        raise Missing("transfer")
    _settle(row, TransferState.TAKEN_BACK, staff, now)


def expire_due(*, now: datetime) -> int:
    """End the grants whose time is over; return how many."""
    rows = db.session.scalars(_over(now).with_for_update(skip_locked=True, of=Transfer)).all()
    for row in rows:
        _settle(row, TransferState.EXPIRED, None, now)
    return len(rows)


def due(now: datetime) -> bool:
    """Tell whether a grant is over. Reads only, and needs no key."""
    return db.session.scalar(_over(now).with_only_columns(Transfer.id).limit(1)) is not None


def taken_over(copy: Referral, staff: Staff, *, now: datetime) -> None:
    """A copy that is taken into care was accepted, whether or not anybody has said so."""
    row = of_copy(copy)
    if row is not None and row.state == TransferState.SENT:
        _settle(row, TransferState.ACCEPTED, staff, now)


def not_kept(copy: Referral, staff: Staff, *, now: datetime) -> None:
    """A copy that is *not ours* there was refused, whether or not anybody has said so."""
    row = of_copy(copy)
    if row is not None and row.state == TransferState.SENT:
        _settle(row, TransferState.REFUSED, staff, now)
        row.refusal = "other"


def was_emptied(copy: Referral) -> bool:
    """Tell whether a copy was given back, so that nothing of it is here."""
    row = of_copy(copy)
    return row is not None and row.state in rules.BACK


def get(transfer_id: UUID, staff: Staff, *, lock: bool = False) -> Transfer:
    """Return a transfer that the district of `staff` sent or has got.

    :raises Missing: if there is none, or `staff` is related to the referral.
    """
    query = theirs(staff).where(Transfer.id == transfer_id)
    row = db.session.scalar(query)
    if row is not None and lock:
        for referral in (row.referral, row.copy):
            if referral is not None:
                referrals.locked_of(referral.report_id)
        row = db.session.scalar(locked(query, Transfer))
    if row is None:
        raise Missing("transfer")
    return row


def theirs(staff: Staff) -> Select:
    """Return the transfers of the district of `staff`, not those of what it is related to."""
    related = select(RelatedStaff.referral_id).where(RelatedStaff.person_id == staff.id)
    return select(Transfer).where(
        or_(
            (Transfer.from_district == staff.district) & Transfer.referral_id.is_not(None),
            (Transfer.to_district == staff.district) & Transfer.copy_id.is_not(None),
        ),
        or_(Transfer.referral_id.is_(None), Transfer.referral_id.not_in(related)),
        or_(Transfer.copy_id.is_(None), Transfer.copy_id.not_in(related)),
    )


def counting(staff: Staff) -> Select:
    """Return the copies that wait for this district's answer, to be counted."""
    return theirs(staff).where(
        Transfer.state == TransferState.SENT, Transfer.to_district == staff.district
    )


def of_referral(referral: Referral) -> list[Transfer]:
    """Return the transfers that a referral went or came by, the newest first."""
    if report_rows.none_of(referral.report_id, "transfers"):
        return []
    either = or_(Transfer.referral_id == referral.id, Transfer.copy_id == referral.id)
    query = select(Transfer).where(either)
    return list(db.session.scalars(query.order_by(Transfer.sent_at.desc())))


def of_copy(copy: Referral) -> Transfer | None:
    """Return the transfer by which a referral came here, or None."""
    return db.session.scalar(select(Transfer).where(Transfer.copy_id == copy.id))


def shared_with(report_id: UUID) -> list[Transfer]:
    """Return the transfers by which another district has something of this report now."""
    query = (
        select(Transfer)
        .join(Referral, Referral.id == Transfer.referral_id)
        .where(Referral.report_id == report_id, Transfer.state.in_(rules.OUT))
    )
    return list(db.session.scalars(query))


def _sent(
    referral: Referral, to_district: str, ground: Ground, staff: Staff, now: datetime
) -> tuple[Transfer, dict]:
    stopped = reports.sharing_stopped(referral.report_id)
    grave = referral.risk == Risk.HIGH
    ground.must_hold(child=referral.child, grave=grave, stopped=stopped)
    if ReferralState(referral.state) not in rules.FROM:
        raise Conflict("referral.moved")
    row = Transfer(
        id=uuid4(),
        from_district=referral.district,
        to_district=to_district,
        referral_id=referral.id,
        referral=referral,
        basis=ground.basis,
        method=ground.method or None,
        sent_at=now,
        sent_by=staff.id,
        ends_at=now + limit(referral.district, "transfer.answer").span,
    )
    db.session.add(row)
    row.told = transfer_copies.added(referral)
    content = transfer_copies.content_of(referral, row, ground, now=now)
    transfer_sender.leave(referral, ground, staff, now)
    _trail(row, referral.district, "transfer.send", staff, now, ground.basis)
    desks.look_again(referral.district)
    return row, content


def _settle(row: Transfer, to: TransferState, staff: Staff | None, now: datetime) -> None:
    row.state = rules.moved(row.state, to)
    row.answered_at, row.answered_by = now, staff.id if staff else None
    row.sealed = None
    here = staff is not None and staff.district == row.from_district
    if to in rules.BACK:
        _forget_news(row)
        if row.copy is not None:
            _empty(row.copy, staff, now)
        if row.referral is not None:
            transfer_sender.come_back(row.referral, now, fetched=here)
    for district in {row.from_district, row.to_district}:
        if db.session.get(District, district) is not None:
            _trail(row, district, f"transfer.{to}", staff, now)
            desks.look_again(district)
    if row.referral is not None and not here:
        transfer_sender.tell(row, now)


def _forget_news(row: Transfer) -> None:
    sent = update(TransferNews).where(TransferNews.transfer_id == row.id).values(sealed=None)
    db.session.execute(sent.execution_options(synchronize_session="fetch"))


def _empty(copy: Referral, staff: Staff | None, now: datetime) -> None:
    """Leave nothing of her where nobody takes her case over: codes only, out of the queue."""
    if copy.state in (ReferralState.RECEIVED, ReferralState.SEEN, ReferralState.SCREENED):
        referrals.end_copy(copy, staff, now)
    deadlines.rest(copy, "not_ours", now=now)
    purging.forget_copy(copy.report, now=now)


def _trail(
    row: Transfer,
    district: str,
    act: str,
    staff: Staff | None,
    now: datetime,
    reason: str | None = None,
) -> None:
    by = staff.id if staff and staff.district == district else None
    trail.append(district, act, "transfer", row.id, by=by, now=now, reason=reason)


def _over(now: datetime):
    return select(Transfer).where(Transfer.state == TransferState.SENT, Transfer.ends_at <= now)
