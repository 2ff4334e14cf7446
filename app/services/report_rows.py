"""What hangs on a report and its referral: of most kinds nothing, which is asked once for all."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import and_, bindparam, or_, select

from app.db import read_once, writing
from app.models import Deadline, Referral, ReportAddition, SafeWay, Transfer, Withdrawal
from app.services.standing import ask, standing

_REPORT = bindparam("report_id")
_REFERRAL = select(Referral.id).where(Referral.report_id == _REPORT).scalar_subquery()
_GOES_ON_ELSEWHERE = and_(Referral.report_id == _REPORT, Referral.same_as.is_not(None))
_OFTEN_EMPTY = {
    "twins": select(Referral.id).where(or_(Referral.same_as == _REFERRAL, _GOES_ON_ELSEWHERE)),
    "withdrawals": select(Withdrawal.id).where(Withdrawal.report_id == _REPORT),
    "additions": select(ReportAddition.id).where(ReportAddition.report_id == _REPORT),
    "safe_ways": select(SafeWay.id).where(SafeWay.referral_id == _REFERRAL),
    "transfers": select(Transfer.id).where(
        or_(Transfer.referral_id == _REFERRAL, Transfer.copy_id == _REFERRAL)
    ),
    "clocks": select(Deadline.id).where(Deadline.referral_id == _REFERRAL),
}


def none_of(report_id: UUID, kind: str) -> bool:
    """Tell whether it is known that a report has no `twins` (put together with it), `withdrawals`,
    `additions`, `safe_ways`, `transfers` or `clocks`; while something is being written, nothing is
    known."""
    return not writing() and not _there(report_id)[kind]


@read_once
def _there(report_id: UUID) -> dict[str, bool]:
    (found,) = ask(_THERE, {"report_id": report_id})
    return dict(zip(_OFTEN_EMPTY, found, strict=True))


_THERE = standing(select(*(rows.exists().label(kind) for kind, rows in _OFTEN_EMPTY.items())))
