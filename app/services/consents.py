"""Consent: what a caseworker asked and she said; and her taking it back, which stops all at once.

`withdraw` is the one hook: whoever carried the word, what must stop hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select

from app.db import db
from app.domain.consent import Basis, Purpose, Word
from app.domain.consent import may_share as rule
from app.domain.errors import Invalid
from app.domain.fields import Parsed
from app.domain.permissions import Role
from app.domain.visit import VisitState, may_take_back
from app.models import Case, Consent, FollowUp, LegalBasis, Referral, Report, Visit, Withdrawal
from app.services import (
    alerts,
    consent_words,
    duty,
    errands,
    merged,
    recalls,
    reports,
    trail,
    transfers,
    withdrawals,
    worsening,
)
from app.services.case_rows import rows_of
from app.services.cases import must_be_own
from app.services.rows import seal_texts, write_facts
from app.services.sessions import Staff


def withdraw(
    withdrawal_id: UUID,
    report: Report,
    purposes: Sequence[str],
    *,
    received_at: datetime,
    now: datetime,
    staff: Staff | None = None,
) -> Withdrawal:
    """Stop sharing, and let the desk open its recall list within 3 × 24 h (UU 27/2022).

    What is new stops at once: nobody sets out on a visit any more. `staff`: told at the desk.
    Without them, the caller has the turn: what the report goes on in is locked as well.
    """
    told = db.session.scalar(select(Referral).where(Referral.report_id == report.id))
    first = worsening.goes_on_in(told) if told is not None else None
    withdrawal = withdrawals.stop_sharing(
        withdrawal_id, report.id, purposes, received_at=received_at
    )
    if errands.STOPS_VISITS.intersection(purposes):
        _stop_visits(report, staff, now)
    recalls.open_for(withdrawal, now=now)
    # At the desk it is told of each report that was put together.
    ids = [report.id] if staff else db.session.scalars(merged.reports_with(report.id)).all()
    _withdraw_copies(withdrawal.id, frozenset(ids), purposes, received_at, now)
    report_id = first.report_id if first is not None else report.id
    about = {"district": report.district, "report_id": report_id, "now": now}
    duty.ring_all([Role.COORDINATOR], "new_report_news", urgent=True, **about)
    return withdrawal


def hold_for_both(referral: Referral, *, now: datetime) -> None:
    """Let what she had taken back under one of two reports stop what is under way under the other,
    now that they were put together; the caller has the turn."""
    stopped = reports.sharing_stopped(referral.report_id)
    if not stopped:
        return
    if errands.STOPS_VISITS & stopped:
        _stop_visits(referral.report, None, now)
    ids = db.session.scalars(merged.reports_with(referral.report_id)).all()
    _withdraw_copies(uuid5(referral.id, str(now)), frozenset(ids), sorted(stopped), now, now)


def _stop_visits(report: Report, staff: Staff | None, now: datetime) -> None:
    errands.take_details_off(report.id, now=now)
    _take_visits_back(report.id, staff, now)
    _stop_asking_after(report)


def _withdraw_copies(
    withdrawal_id: UUID,
    report_ids: Iterable[UUID],
    purposes: Sequence[str],
    received_at: datetime,
    now: datetime,
) -> None:
    """Stop where a copy went, too; an office with a file is called: the head hears it."""
    for row in (row for one in report_ids for row in transfers.shared_with(one)):
        if row.copy is not None:
            stopped = reports.sharing_stopped(row.copy.report_id)
            if new := [purpose for purpose in purposes if purpose not in stopped]:
                again = {"received_at": received_at, "now": now}
                withdraw(uuid5(row.id, str(withdrawal_id)), row.copy.report, new, **again)
        else:
            alerts.ring(
                Role.HEAD,
                "transfer_recall",
                district=row.from_district,
                urgent=True,
                report_id=row.referral.report_id,
                now=now,
            )


def words_of(case: Case) -> list[Word]:
    """Return every word about consent: first words, talks, withdrawals, of merged reports too."""
    return consent_words.of_case(case)


def bases_of(case: Case) -> tuple[Basis, ...]:
    """Return the bases that hold now without her consent."""
    return consent_words.bases(case)


def may_share(case: Case, purpose: Purpose | str, *, now: datetime) -> bool:
    """Tell whether something of this case may go out for this purpose now."""
    return rule(Purpose(purpose), words_of(case), bases_of(case), now=now)


def record(case: Case, parsed: Parsed, staff: Staff, *, now: datetime) -> Consent:
    """Write down one talk: a new version of every purpose that was talked about.

    :raises Invalid: if none was.
    :raises NotAllowed: if somebody else accompanies her.
    """
    must_be_own(case, staff)
    facts = dict(parsed.facts)
    decisions = {
        purpose: facts.pop(f"agree_{purpose}") for purpose in Purpose if f"agree_{purpose}" in facts
    }
    if not decisions:
        raise Invalid("consent.nothing", field="agree_record")
    row = _talk(case, facts | {"decisions": decisions}, parsed.sealed, staff, now)
    trail.append(case.district, "consent.record", "case", case.id, by=staff.id, now=now)
    return row


def talks(case: Case) -> list[Consent]:
    """Return the talks, the newest first."""
    return sorted(rows_of(case, Consent), key=lambda row: row.at, reverse=True)


def withdraw_at_desk(case: Case, parsed: Parsed, staff: Staff, *, now: datetime) -> None:
    """She takes it back here: at once, by whoever of the staff she tells it to."""
    purposes = parsed.facts["purposes"]
    _talk(case, {"decisions": dict.fromkeys(purposes, "withdrawn")}, parsed.sealed, staff, now)
    for report in consent_words.together(case.referral):
        withdraw(uuid4(), report, purposes, received_at=now, now=now, staff=staff)
    trail.append(case.district, "consent.withdraw", "case", case.id, by=staff.id, now=now)


def set_basis(case: Case, parsed: Parsed, staff: Staff, *, now: datetime) -> LegalBasis:
    """Write down that a person decided on a basis without her consent, and why.

    :raises NotAllowed: if somebody else accompanies her.
    """
    must_be_own(case, staff)
    row = LegalBasis(id=uuid4(), case_id=case.id, at=now, by=staff.id)
    write_facts(row, parsed.facts)
    seal_texts(row, case.district, parsed.sealed)
    db.session.add(row)
    trail.append(
        case.district,
        "consent.basis",
        "case",
        case.id,
        by=staff.id,
        now=now,
        reason=parsed.facts["basis"],
    )
    return row


def open_stops(case: Case) -> list[Withdrawal]:
    """Return the withdrawals whose 3 x 24 h still run."""
    rows = consent_words.withdrawals_of(case.referral)
    return sorted((row for row in rows if row.settled_at is None), key=lambda row: row.due_at)


def _talk(case: Case, facts: dict, texts: dict, staff: Staff, now: datetime) -> Consent:
    row = Consent(id=uuid4(), case_id=case.id, at=now, by=staff.id)
    write_facts(row, facts)
    seal_texts(row, case.district, texts)
    db.session.add(row)
    db.session.flush()
    return row


def _stop_asking_after(report: Report) -> None:
    theirs = (
        select(FollowUp)
        .join(Case, Case.id == FollowUp.case_id)
        .join(Referral, Referral.id == Case.referral_id)
        .where(Referral.report_id.in_(merged.reports_with(report.id)), FollowUp.state == "open")
    )
    for row in db.session.scalars(theirs):
        row.state = "stopped"


def _take_visits_back(report_id: UUID, staff: Staff | None, now: datetime) -> None:
    together = Visit.report_id.in_(merged.reports_with(report_id))
    for visit in db.session.scalars(select(Visit).where(together)).all():
        if may_take_back(VisitState(visit.state), visit.due_at, now):
            errands.take_back(visit, staff, now=now)
