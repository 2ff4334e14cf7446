"""Every word about consent that stands in the rows, read together. Who writes: `consents`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from app.db import db, read_once
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
from app.models import Case, Consent, LegalBasis, Referral, Report, Withdrawal
from app.services import merged, report_rows
from app.services.additions import of_all, with_added
from app.services.case_rows import rows_of
from app.services.plain import RowsOf
from app.services.rows import facts_of


@read_once
def of_case(case: Case) -> list[Word]:
    """Return every word: first words of all merged reports, talks, withdrawals."""
    reports = told_of(case.referral)
    words = [word for report, told in reports for word in first_word(told, report.clock_from)]
    words += [word for row in rows_of(case, Consent) for word in _of_talk(row)]
    for row in withdrawals_of(case.referral):
        words += withdrawn(row.purposes.split(","), row.received_at)
    return words


@read_once
def bases(case: Case) -> tuple[Basis, ...]:
    """Return the bases that hold now: computed or decided by a person, after any withdrawal.

    What is computed stands from the first report on: once she has taken something back, no later
    report opens it again, but a person does who decides on it.
    """
    reports = told_of(case.referral)
    began = min(report.clock_from for report, _told in reports)
    found = {basis: began for _report, told in reports for basis in legal_bases(told)}
    for row in recorded_bases(case):
        basis = Basis(facts_of(row)["basis"])
        found[basis] = max(row.at, found.get(basis, row.at))
    taken_back = [word.at for word in of_case(case) if word.decision is Decision.WITHDRAWN]
    last = max(taken_back, default=None)
    return tuple(basis for basis, at in found.items() if last is None or at > last)


def recorded_bases(case: Case) -> list[LegalBasis]:
    """Return the bases that a person wrote down, the newest first."""
    return sorted(rows_of(case, LegalBasis), key=lambda row: row.at, reverse=True)


@read_once
def withdrawals_of(referral: Referral) -> list[Withdrawal]:
    """Return every withdrawal of a referral and of all that were put together with it."""
    ids = [report.id for report in together(referral)]
    if ids == [referral.report_id] and report_rows.none_of(referral.report_id, "withdrawals"):
        return []
    if ids == [referral.report_id]:
        return _OF_ONE(report_id=referral.report_id)
    return list(db.session.scalars(_WITHDRAWALS, {"ids": ids}))


_OF_ONE = RowsOf(
    Withdrawal,
    lambda query: query.where(Withdrawal.report_id == bindparam("report_id")).order_by(
        Withdrawal.received_at
    ),
)
_WITHDRAWALS = (
    select(Withdrawal)
    .where(Withdrawal.report_id.in_(bindparam("ids", expanding=True)))
    .order_by(Withdrawal.received_at)
)


def lifted(report_id: UUID, stopped: dict[str, datetime]) -> frozenset[str]:
    """Return which of these purposes she said yes to again, in a way that counts, since."""
    talks = _TALKS(report_id=report_id)
    again = newest([word for row in talks for word in _of_talk(row)])
    return frozenset(
        str(purpose)
        for purpose, word in again.items()
        if word.counts and purpose in stopped and word.at > stopped[purpose]
    )


_TOGETHER = merged.reports_with(bindparam("report_id", type_=Uuid()))
_TALKS = RowsOf(
    Consent,
    lambda query: (
        query.join(Case, Case.id == Consent.case_id)
        .join(Referral, Referral.id == Case.referral_id)
        .where(Referral.report_id.in_(_TOGETHER))
    ),
)


def together(referral: Referral) -> list[Report]:
    """Return the report of a referral and of all that were put together with it."""
    return [one.report for one in merged.all_of(referral)]


@read_once
def told_of(referral: Referral) -> list[tuple[Report, dict]]:
    """Return the reports that were put together, each with its coded facts and what was added."""
    reports, added = together(referral), of_all(referral)
    return [(report, with_added(report, added[report.id])) for report in reports]


def _of_talk(row: Consent) -> list[Word]:
    told = facts_of(row)
    method = Method(told["method"]) if told.get("method") else None
    giver = Giver(told.get("giver", Giver.SURVIVOR))
    explained = len(set(told.get("explained", ())) & set(codes.EXPLAINED))
    return [
        Word(Purpose(purpose), Decision(said), row.at, giver, method, explained)
        for purpose, said in told["decisions"].items()
    ]
