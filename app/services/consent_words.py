"""Every word about consent that stands in the rows, read together. Who writes: `consents`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.domain import codes
from app.domain.consent import (
    Basis,
    Decision,
    Giver,
    Method,
    Purpose,
    Word,
    first_word,
    legal_bases,
    newest,
    withdrawn,
)
from app.models import Case, Consent, LegalBasis, Referral, Report, ReportAddition, Withdrawal
from app.services import merged
from app.services.rows import facts_of


def of_case(case: Case) -> list[Word]:
    """Return every word: first words of all merged reports, talks, withdrawals."""
    reports = together(case.referral)
    ids = [report.id for report in reports]
    words = [word for report in reports for word in first_word(_told(report), report.clock_from)]
    words += talked([case.id])
    for row in db.session.scalars(select(Withdrawal).where(Withdrawal.report_id.in_(ids))):
        words += withdrawn(row.purposes.split(","), row.received_at)
    return words


def bases(case: Case) -> tuple[Basis, ...]:
    """Return the bases that hold now: computed or decided by a person, after any withdrawal."""
    found = {
        basis: report.clock_from
        for report in together(case.referral)
        for basis in legal_bases(_told(report))
    }
    for row in recorded_bases(case):
        basis = Basis(facts_of(row)["basis"])
        found[basis] = max(row.at, found.get(basis, row.at))
    taken_back = [word.at for word in of_case(case) if word.decision is Decision.WITHDRAWN]
    last = max(taken_back, default=None)
    return tuple(basis for basis, at in found.items() if last is None or at > last)


def recorded_bases(case: Case) -> list[LegalBasis]:
    """Return the bases that a person wrote down, the newest first."""
    rows = select(LegalBasis).where(LegalBasis.case_id == case.id)
    return list(db.session.scalars(rows.order_by(LegalBasis.at.desc())))


def talked(cases: Iterable[UUID]) -> list[Word]:
    """Return the words of the talks that a caseworker had."""
    rows = select(Consent).where(Consent.case_id.in_(list(cases)))
    return [word for row in db.session.scalars(rows) for word in _of_talk(row)]


def lifted(report_id: UUID, stopped: dict[str, datetime]) -> frozenset[str]:
    """Return which of these purposes she said yes to again, in a way that counts, since."""
    cases = select(Case.id).join(Referral, Referral.id == Case.referral_id)
    mine = cases.where(Referral.report_id == report_id)
    again = newest(talked(db.session.scalars(mine)))
    return frozenset(
        str(purpose)
        for purpose, word in again.items()
        if word.counts and purpose in stopped and word.at > stopped[purpose]
    )


def together(referral: Referral) -> list[Report]:
    """Return the report of a referral and of all that were put together with it."""
    return [one.report for one in merged.all_of(referral)]


def _of_talk(row: Consent) -> list[Word]:
    told = facts_of(row)
    method = Method(told["method"]) if told.get("method") else None
    giver = Giver(told.get("giver", Giver.SURVIVOR))
    explained = len(set(told.get("explained", ())) & set(codes.EXPLAINED))
    return [
        Word(Purpose(purpose), Decision(said), row.at, giver, method, explained)
        for purpose, said in told["decisions"].items()
    ]


def _told(report: Report) -> dict:
    told = facts_of(report)
    added = select(ReportAddition).where(ReportAddition.report_id == report.id)
    for addition in db.session.scalars(added.order_by(ReportAddition.added_at)):
        told |= facts_of(addition)
    return told
