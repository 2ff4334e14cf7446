"""A yes was taken back after something had been shared: who has it is asked to stop, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, bindparam, func, select

from app.db import db, locked
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.service_referral import RECALL, RECALLABLE, ServiceState, covered, recalled
from app.models import Case, Recall, Referral, ServiceReferral, Withdrawal
from app.services import merged, reminders, service_board, service_steps, trail
from app.services.limits import limits
from app.services.listing import PAGE, Narrowed, behind
from app.services.plain import RowsOf
from app.services.referrals import locked_of
from app.services.reminders import Kind
from app.services.sessions import Staff

EVERYTHING = Narrowed()


def open_for(withdrawal: Withdrawal, *, now: datetime) -> list[Recall]:
    """Put everything that was shared and is now taken back on a list. Twice is once.

    A withdrawal that asks nothing back is settled at once.
    """
    purposes = withdrawal.purposes.split(",")
    known = set(
        db.session.scalars(select(Recall.service_id).where(Recall.withdrawal_id == withdrawal.id))
    )
    made = [
        Recall(
            id=uuid4(),
            withdrawal_id=withdrawal.id,
            service_id=row.id,
            service=row,
            district=row.district,
            due_at=withdrawal.due_at,
        )
        for row in _shared(withdrawal.report_id)
        if row.id not in known
        and covered(row.service, row.what, purposes)
        and not _agreed_since(row, withdrawal)
    ]
    db.session.add_all(made)
    db.session.flush()
    for one in made:
        service_steps.end_links(one.service, now)
        trail.append(one.district, "recall.open", "service", one.service_id, by=None, now=now)
        _remind(one)
    if made:
        withdrawal.settled_at = None
    elif not known:
        withdrawal.settled_at = now
    return made


def open_for_twins(referral: Referral, *, now: datetime) -> None:
    """Ask back what one of two reports shared, if she had taken it back under the other."""
    together = select(Referral.report_id).where(merged.goes_on_in(merged.first_of(referral)))
    theirs = select(Withdrawal).where(Withdrawal.report_id.in_(together))
    for withdrawal in db.session.scalars(theirs).all():
        open_for(withdrawal, now=now)


def settle(one: Recall, result: str, staff: Staff, *, now: datetime) -> None:
    """Write down what the partner said when asked to stop.

    :raises Invalid: for an unknown result.
    :raises Conflict: if that was written down already.
    """
    if result not in RECALL:
        raise Invalid("field.code", field="result")
    if one.settled_at is not None:
        raise Conflict("recall.settled")
    one.result, one.settled_at, one.settled_by = result, now, staff.id
    state = ServiceState(one.service.state)
    if state in RECALLABLE:
        service_steps.step(one.service, recalled(state, result), staff, now=now, reason=result)
    trail.append(
        one.district,
        "recall.settle",
        "service",
        one.service_id,
        by=staff.id,
        now=now,
        reason=result,
    )
    db.session.flush()
    _settle_withdrawal(one.withdrawal_id, now)


def get(recall_id: UUID, staff: Staff, *, lock: bool = False) -> Recall:
    """Return one line of a recall list of the district of `staff`.

    :raises Missing: if there is none, or `staff` is related to its report.
    """
    query = _theirs(select(Recall), staff).where(Recall.id == recall_id)
    found = db.session.scalar(query)
    if found is not None and lock:
        locked_of(found.service.case.referral.report_id)
        found = db.session.scalar(locked(query, Recall))
    if found is None:
        raise Missing("recall")
    return found


def of_case(case_id: UUID) -> list[Recall]:
    """Return the recall list of a case, what is still open and due first."""
    return _OF_CASE(case_id=case_id)


_OF_CASE = RowsOf(
    Recall,
    lambda query: (
        query.join(ServiceReferral, ServiceReferral.id == Recall.service_id)
        .where(ServiceReferral.case_id == bindparam("case_id"))
        .order_by(Recall.settled_at.is_not(None), Recall.due_at)
    ),
)


def waiting(
    staff: Staff, *, by: Narrowed = EVERYTHING, after: UUID | None = None, limit: int = PAGE
) -> list[Recall]:
    """Return the open lines of the district of `staff`, due first, but not of those related."""
    query = _theirs(select(Recall), staff).where(Recall.settled_at.is_(None))
    keys = [(Recall.due_at, False), (Recall.id, False)]
    last = db.session.get(Recall, after) if after is not None else None
    if last is not None:
        query = query.where(behind(keys, (last.due_at, last.id)))
    query = service_board.only(query, by).order_by(Recall.due_at, Recall.id)
    return list(db.session.scalars(query.limit(limit)))


def open_ids(service_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these service referrals are being asked back."""
    wanted = select(Recall.service_id).where(Recall.service_id.in_(list(service_ids)))
    return set(db.session.scalars(wanted))


def counting(staff: Staff) -> Select:
    """Return the lines that wait in the district of `staff`, to be counted."""
    return _theirs(select(Recall.id), staff).where(Recall.settled_at.is_(None))


def _shared(report_id: UUID) -> list[ServiceReferral]:
    """Return what went out of the cases of a report and of all that were put together with it."""
    own = select(func.coalesce(Referral.same_as, Referral.id)).where(
        Referral.report_id == report_id
    )
    first = own.scalar_subquery()
    rows = (
        select(ServiceReferral)
        .join(Case, Case.id == ServiceReferral.case_id)
        .join(Referral, Referral.id == Case.referral_id)
        .where(merged.goes_on_in(first))
        .where(ServiceReferral.state.in_(RECALLABLE), ServiceReferral.partner_id.is_not(None))
    )
    return list(db.session.scalars(rows))


def _agreed_since(row: ServiceReferral, withdrawal: Withdrawal) -> bool:
    """Tell whether this went out on a new yes, given after she had taken the old one back."""
    return row.basis == "consent" and row.sent_at > withdrawal.received_at


def _theirs(query: Select, staff: Staff) -> Select:
    query = query.join(ServiceReferral, ServiceReferral.id == Recall.service_id)
    return service_board.theirs(query, staff)


def _remind(one: Recall) -> None:
    about = {"district": one.district, "report_id": one.service.case.referral.report_id}
    near = one.due_at - limits(one.district)["clock.warn_law"].span
    reminders.remind(Kind.RECALL_NEAR, one.id, at=near, **about)
    reminders.remind(Kind.RECALL_LATE, one.id, at=one.due_at, **about)


def _settle_withdrawal(withdrawal_id: UUID, now: datetime) -> None:
    waiting = select(Recall.id).where(
        Recall.withdrawal_id == withdrawal_id, Recall.settled_at.is_(None)
    )
    if db.session.scalar(waiting.limit(1)) is None:
        db.session.get_one(Withdrawal, withdrawal_id).settled_at = now
