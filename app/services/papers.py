"""Papers: what is printed for a partner, for her, for the data officer. Printing is an opening."""

from __future__ import annotations

from datetime import datetime

from app.domain.errors import Invalid
from app.domain.service_referral import ServiceState
from app.models import Case, Referral, ServiceReferral
from app.services import opening, recalls, service_referrals, trail
from app.services.sessions import Staff

OF_SERVICE = ("letter", "summary", "receipt", "recall")
OF_CASE = ("consent", "own", "simfoni")
# What tells a partner of her: nothing of it is printed once it may not be shared.
SHARES = frozenset({"letter", "summary"})
_OUT = frozenset(
    {ServiceState.SENT, ServiceState.ACCEPTED, ServiceState.SCHEDULED, ServiceState.SERVED}
)


def kinds_for(row: ServiceReferral, *, now: datetime) -> tuple[str, ...]:
    """Return what may be printed of a service referral now."""
    asked_back = bool(recalls.open_ids([row.id]))
    may = {
        "letter": row.state in _OUT and row.partner_id is not None,
        "summary": row.state in _OUT,
        "receipt": row.state in _OUT or row.state == ServiceState.DONE,
        "recall": asked_back,
    }
    if asked_back or service_referrals.shared_on(row, now=now) is None:
        may |= dict.fromkeys(SHARES, False)
    return tuple(kind for kind in OF_SERVICE if may[kind])


def open_of_service(
    row: ServiceReferral, kind: str, staff: Staff, reason: str, words: str, *, now: datetime
) -> opening.Opened:
    """Open what a paper about a service needs; who must not know stands above it on the screen.

    :raises Invalid: if there is no such paper now, or no reason.
    """
    if kind not in kinds_for(row, now=now):
        raise Invalid("paper.stopped", field="kind")
    opened = _open(row.case, staff, reason, words, now)
    trail.append(row.district, "paper.print", "service", row.id, by=staff.id, now=now, reason=kind)
    return opened


def open_of_case(
    case: Case, kind: str, staff: Staff, reason: str, words: str, *, now: datetime
) -> opening.Opened:
    """Open what a paper about a case needs.

    :raises Invalid: if there is no such paper, or no reason.
    """
    if kind not in OF_CASE:
        raise Invalid("paper.stopped", field="kind")
    opened = _open(case, staff, reason, words, now)
    trail.append(case.district, "paper.print", "case", case.id, by=staff.id, now=now, reason=kind)
    return opened


def open_of_report(
    referral: Referral, case: Case | None, staff: Staff, reason: str, words: str, *, now: datetime
) -> opening.Opened:
    """Open what the paper for herself needs, also of a report that never became a case.

    :raises Invalid: if every word was deleted after its time, or without a reason.
    """
    if not referral.report.facts:
        raise Invalid("paper.emptied", field="kind")
    opened = opening.open_report(referral, case, staff, reason, words, now=now)
    about = (referral.district, "paper.print", "referral", referral.id)
    trail.append(*about, by=staff.id, now=now, reason="own")
    return opened


def _open(case: Case, staff: Staff, reason: str, words: str, now: datetime) -> opening.Opened:
    return opening.open_report(case.referral, case, staff, reason, words, now=now)
