"""Cases in care as the desk reads them: whose they are, and what belongs to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select

from app.db import db, locked
from app.domain.errors import Conflict, Missing, NotAllowed
from app.domain.report import short_code
from app.domain.risk import Risk, is_higher
from app.models import Assessment, Case, CaseMove, Referral, Visit
from app.services import reminders, trail
from app.services.case_rows import rows_of
from app.services.referrals import locked_of
from app.services.related import related_to
from app.services.rows import facts_of, seal_texts
from app.services.sessions import ANYBODY, Staff, said_by


def get(case_id: UUID, staff: Staff, *, lock: bool = False) -> Case:
    """Return a case of the district of `staff`.

    :raises Missing: if there is none, or `staff` is related to it.
    """
    asked = said_by(staff) | {"case_id": case_id}
    case = db.session.scalar(_ONE, asked)
    if case is not None and lock:
        locked_of(case.referral.report_id)
        case = db.session.scalar(locked(_ONE, Case), asked)
    if case is None:
        raise Missing("case")
    return case


def of_referral(referral: Referral) -> Case | None:
    """Return the case that a referral became."""
    return db.session.scalar(select(Case).where(Case.referral_id == referral.id))


def short_codes(ids: Iterable[UUID], staff: Staff) -> dict[UUID, str]:
    """Return the short codes of those of these cases that `staff` may see."""
    query = _theirs(staff).where(Case.id.in_(list(ids)))
    return {one.id: short_code(one.referral.report_id) for one in db.session.scalars(query)}


def is_suspect(case: Case) -> bool:
    """Tell whether who is accompanied is a child suspect, as the newest finding says."""
    row = newest(Assessment, case)
    found = facts_of(row) if row else facts_of(case.referral).get("screening", {})
    return found.get("child_and_law_role") == "suspect"


def visits(case: Case) -> list[Visit]:
    """Return the visits of a case, the newest first."""
    return sorted(rows_of(case, Visit), key=lambda row: row.handed_at, reverse=True)


def set_risk(case: Case, risk: Risk, *, now: datetime) -> None:
    """Let a level hold in care; at a higher one she is seen sooner."""
    rose = is_higher(risk, Risk(case.risk))
    case.risk = risk
    if rose and case.closed_at is None:
        reminders.begin_to_see(case, now=now)


def must_be_own(case: Case, staff: Staff) -> None:
    """Let only her caseworker write down what care does; to others that page is not there.

    :raises NotAllowed: if somebody else accompanies her, or nobody.
    """
    if case.caseworker_id != staff.id:
        raise NotAllowed("case.other")


def must_still_be_with(case: Case, seen: UUID | None) -> None:
    """Let nobody give a case on that somebody else gave on meanwhile.

    :raises Conflict: if another person accompanies her than was `seen`; None: nobody.
    """
    if case.caseworker_id != seen:
        raise Conflict("case.given")


def was_own(case: Case, staff: Staff) -> bool:
    """Tell whether they accompanied her once, and somebody else does now."""
    given = (move for move in moves(case) if move.act in ("assign", "handover"))
    return any(move.from_code == str(staff.id) for move in given)


def note(
    case: Case,
    act: str,
    staff: Staff,
    now: datetime,
    *,
    was: str | None = None,
    to: str | None = None,
    reason: str | None = None,
    texts: dict | None = None,
) -> CaseMove:
    """Keep one step of a case; the codes go into the trail too, the words are sealed."""
    move = CaseMove(
        id=uuid4(),
        case_id=case.id,
        at=now,
        by=staff.id,
        act=act,
        from_code=was,
        to_code=to,
        reason=reason,
    )
    seal_texts(move, case.district, texts or {})
    db.session.add(move)
    trail.append(
        case.district, f"case.{act}", "case", case.id, by=staff.id, now=now, reason=reason or to
    )
    return move


def moves(case: Case) -> list[CaseMove]:
    """Return the steps of a case, the newest first."""
    return sorted(rows_of(case, CaseMove), key=lambda row: row.at, reverse=True)


def newest(table, case: Case, **which):
    """Return the newest row of a table of care that belongs to a case, or None."""
    rows = (
        row
        for row in rows_of(case, table)
        if all(getattr(row, name) == value for name, value in which.items())
    )
    return max(rows, key=lambda row: row.at, default=None)


def _theirs(staff: Staff):
    hidden = Case.referral_id.in_(related_to(staff))
    return select(Case).where(Case.district == staff.district, ~hidden)


_ONE = _theirs(ANYBODY).where(Case.id == bindparam("case_id"))
"""Built once: every page of a case asks for it."""
