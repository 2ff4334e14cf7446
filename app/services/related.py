"""Whoever is too near to a report: they step out, or a head keeps them out and lets them back.

What holds of a report holds of all that were put together with it: one page opens them all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from app.db import db
from app.domain import codes
from app.domain.errors import Conflict, Invalid
from app.models import Case, Person, Referral, RelatedStaff, TrailRow
from app.services import desks, journal, merged, trail
from app.services.sessions import Staff


@dataclass(frozen=True, slots=True)
class Outside:
    """Somebody to whom a report is not there."""

    person_id: UUID
    since: datetime
    by: UUID | None
    """Who kept them out: themselves, a head, or unknown from before the trail said so."""


def step_out(referral: Referral, staff: Staff, *, now: datetime) -> None:
    """Let a member of staff who is related step out: to them it is not there from now on.

    The caller has the turn: what it goes on in may change with it.

    :raises Invalid: if they accompany her: somebody else gets the case first.
    """
    _hide(merged.all_of(referral), staff.id, now)
    _note(referral, "referral.related", staff, now)


def keep_out(referral: Referral, colleague: Person, staff: Staff, *, now: datetime) -> None:
    """Keep a colleague out whom it is about or who stands near: to them it is not there any more.

    The caller has the turn: what it goes on in may change with it.

    :raises Invalid: if the colleague accompanies her: somebody else gets the case first.
    """
    _hide(merged.all_of(referral), colleague.id, now)
    _note(referral, "referral.keep_out", staff, now, reason=str(colleague.id))


def let_back(referral: Referral, person_id: UUID, why: str, staff: Staff, *, now: datetime) -> None:
    """Let somebody read it again who was kept out or stepped out; the trail says whom and why.

    :raises Invalid: if the reason is none of `codes.LET_BACK`.
    :raises Conflict: if they are not outside any more.
    """
    if why not in codes.LET_BACK:
        raise Invalid("field.code", field="why")
    if not [one for one in merged.all_of(referral) if _show(one, person_id, now)]:
        raise Conflict("related.back")
    _note(referral, "referral.let_back", staff, now, reason=f"{person_id} {why}")


def join(referral: Referral, other: Referral, *, now: datetime) -> None:
    """Keep whoever is out of one of two out of both: the one is about to go on in the other.

    :raises Invalid: if one of them accompanies her: somebody else gets the case first.
    """
    together = [referral, *merged.all_of(other)]
    for person_id in frozenset().union(*map(people, together)):
        _hide(together, person_id, now)


def outside(referral: Referral) -> list[Outside]:
    """Return to whom it is not there, the latest first, and who saw to that."""
    marks = db.session.scalars(
        select(RelatedStaff)
        .where(RelatedStaff.referral_id == referral.id)
        .order_by(RelatedStaff.marked_at.desc())
    )
    acts = ("referral.related", "referral.keep_out")
    rows = [row for one in merged.all_of(referral) for row in trail.of("referral", one.id, acts)]
    by = {trail.whom(row) or row.by: row.by for row in sorted(rows, key=lambda row: row.seq)}
    return [Outside(row.person_id, row.marked_at, by.get(row.person_id)) for row in marks]


def not_for(staff: Staff, rows: Iterable[TrailRow]) -> set[int]:
    """Return the numbers of those of these rows that lie on a report which is not there for them.

    Whoever reads the trail does not learn there who was kept out of what they are kept out of.
    """
    query = select(RelatedStaff.referral_id, Case.id).outerjoin(
        Case, Case.referral_id == RelatedStaff.referral_id
    )
    hidden = db.session.execute(query.where(RelatedStaff.person_id == staff.id)).all()
    ids = {str(one) for pair in hidden for one in pair if one}
    return {row.seq for row in rows if row.object_id in ids}


def not_related(staff: Staff):
    """The condition that hides referrals from staff who are related to them."""
    return Referral.id.not_in(related_to(staff))


def people(referral: Referral) -> frozenset[UUID]:
    """Return who of the staff is related to a referral: it is not there for them."""
    found = select(RelatedStaff.person_id).where(RelatedStaff.referral_id == referral.id)
    return frozenset(db.session.scalars(found))


def people_of(report_id: UUID | None) -> Select:
    """The ids of the people to whom a report is not there; of no report, nobody."""
    found = select(RelatedStaff.person_id).join(Referral, Referral.id == RelatedStaff.referral_id)
    return found.where(Referral.report_id == report_id)


def related_to(staff: Staff) -> Select:
    """The ids of the referrals that `staff` are related to: few, so they are read once a query."""
    related = select(RelatedStaff.referral_id).where(RelatedStaff.person_id == staff.id)
    return related.correlate(None)


def _hide(together: list[Referral], from_id: UUID, now: datetime) -> None:
    theirs = select(Case.id).where(Case.referral_id.in_([one.id for one in together]))
    if db.session.scalar(theirs.where(Case.caseworker_id == from_id)) is not None:
        raise Invalid("referral.caseworker", field="person")
    for one in together:
        if one.taken_by == from_id:
            one.taken_by = one.taken_at = None
        if db.session.get(RelatedStaff, (from_id, one.id)) is None:
            db.session.add(RelatedStaff(person_id=from_id, referral_id=one.id, marked_at=now))
            journal.note(journal.KEPT_OUT, one.report_id, now=now, person=str(from_id))


def _show(referral: Referral, person_id: UUID, now: datetime) -> bool:
    """Let somebody see a referral again; tell whether it was hidden from them."""
    mark = db.session.get(RelatedStaff, (person_id, referral.id))
    if mark is not None:
        db.session.delete(mark)
        journal.note(journal.LET_BACK, referral.report_id, now=now, person=str(person_id))
    return mark is not None


def _note(referral: Referral, act: str, staff: Staff, now: datetime, reason: str | None = None):
    about = (referral.district, act, "referral", referral.id)
    trail.append(*about, by=staff.id, now=now, reason=reason)
    desks.look_again(referral.district)
