"""Opening sealed text: always with a reason, always with a row in the trail before it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.domain.errors import Invalid
from app.domain.partner import kept_out
from app.domain.referral import OPEN
from app.models import (
    Case,
    CaseMove,
    Person,
    Referral,
    ReferralMove,
    Report,
    Visit,
    VisitRecord,
    VisitStep,
)
from app.services import alerts, owning, reading, strangers, trail
from app.services.owning import asks_no_words
from app.services.reading import Opened
from app.services.related import not_related
from app.services.rows import seal_texts, texts_of
from app.services.sessions import Staff
from app.services.standing import standing

REASONS = ("screening", "contact", "visit", "care", "handover", "complaint", "correction")


def open_report(
    referral: Referral, case: Case | None, staff: Staff, reason: str, words: str, *, now: datetime
) -> Opened:
    """Open everything that was written about a report.

    What is not one's own asks for a reason in words as well, which is sealed, and its caseworker is
    told.

    :raises Invalid: without a reason.
    """
    if reason not in REASONS:
        raise Invalid("field.missing", field="reason")
    if not asks_no_words(referral, case, staff, now=now):
        _note_stranger(referral, case, staff, words, now)
    trail.append(
        referral.district,
        "report.open",
        "report",
        referral.report_id,
        by=staff.id,
        now=now,
        reason=reason,
    )
    return reading.report(referral)


def open_planned(referral: Referral, *, now: datetime) -> Opened:
    """Open what a visit needs that was planned before: nobody reads it, and the row says so."""
    trail.append(
        referral.district,
        "report.open",
        "report",
        referral.report_id,
        by=None,
        now=now,
        reason="visit",
    )
    return reading.report(referral)


def open_visit(
    visit: Visit, case: Case | None, staff: Staff, reason: str, words: str, *, now: datetime
) -> list[dict]:
    """Open the texts of a visit and of its records, the visit's own first.

    What is not one's own asks for words and tells its caseworker, like opening its report.

    :raises Invalid: without a reason.
    """
    if reason not in REASONS:
        raise Invalid("field.missing", field="reason")
    if case is not None and not asks_no_words(case.referral, case, staff, now=now):
        _note_stranger(case.referral, case, staff, words, now)
    trail.append(
        visit.district, "visit.open", "report", visit.report_id, by=staff.id, now=now, reason=reason
    )
    records = db.session.scalars(
        select(VisitRecord)
        .where(VisitRecord.visit_id == visit.id)
        .order_by(VisitRecord.received_at)
    )
    own = texts_of(visit) | _companion(visit.id)
    return [own, *(texts_of(record) for record in records)]


def open_companion(visit: Visit, staff: Staff, *, now: datetime) -> str:
    """Open how the companion of a cadre is reached who has not come back; empty: none was named."""
    trail.append(
        visit.district,
        "visit.open",
        "report",
        visit.report_id,
        by=staff.id,
        now=now,
        reason="contact",
    )
    return _companion(visit.id).get("companion_contact", "")


def _companion(visit_id: UUID) -> dict:
    """Return the last companion that she named, as she planned or as she set out."""
    steps = select(VisitStep).where(
        VisitStep.visit_id == visit_id, VisitStep.act.in_(("visit.plan", "visit.start"))
    )
    named: dict = {}
    for step in db.session.scalars(steps.order_by(VisitStep.happened_at)):
        if contact := texts_of(step).get("companion_contact"):
            named = {"companion_contact": contact}
    return named


def open_case(
    case: Case, staff: Staff, reason: str, words: str = "", *, now: datetime
) -> datetime | None:
    """Let somebody read what care wrote about a case; return since when of it, None: all.

    What is not one's own asks for words and tells its caseworker. A successor reads what came
    after the handover without asking; what lies before it opens with a reason.

    :raises Invalid: without a reason.
    """
    if reason not in REASONS:
        raise Invalid("field.missing", field="reason")
    if not asks_no_words(case.referral, case, staff, now=now):
        _note_stranger(case.referral, case, staff, words, now)
    trail.append(
        case.district,
        "case.open",
        "report",
        case.referral.report_id,
        by=staff.id,
        now=now,
        reason=reason,
    )
    return taken_over_at(case) if reason == "care" else None


def taken_over_at(case: Case) -> datetime | None:
    """Return when its caseworker took the case over from one who left, if so."""
    taken = {"case_id": case.id, "caseworker": str(case.caseworker_id)}
    return db.session.scalar(_TAKEN_OVER_AT, taken)


_TAKEN_OVER_AT = standing(
    select(CaseMove.at)
    .where(
        CaseMove.case_id == bindparam("case_id"),
        CaseMove.act == "handover",
        CaseMove.to_code == bindparam("caseworker"),
    )
    .order_by(CaseMove.at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Around:
    """Who must not know of a case, and which kinds of partners are for that reason no way."""

    must_not_know: tuple[str, ...] = ()
    kept_out: frozenset[str] = frozenset()


def open_around(case: Case, staff: Staff, *, now: datetime) -> Around:
    """Read of a report only what keeps her safe from those who are asked or called for her."""
    referral = case.referral
    trail.append(case.district, "around.see", "report", referral.report_id, by=staff.id, now=now)
    opened = reading.report(referral)
    ties = (code for _cadre_id, code in opened.ties)
    said = (*opened.must_not_know, *opened.persons, *ties)
    return Around(opened.must_not_know, kept_out(said))


def open_contact(person: Person, staff: Staff, *, now: datetime) -> dict:
    """Open how a cadre may be reached."""
    trail.append(
        person.district, "contact.open", "person", person.id, by=staff.id, now=now, reason="contact"
    )
    return reading.contact(person.id)


def must_not_know_of(person: Person, staff: Staff) -> tuple[str, ...]:
    """Return who must not know of anything that this cadre reported and that is still open.

    Nothing of what `staff` is related to: to them it is not there. Stands above every button that
    calls her. The caller has written the trail row.
    """
    first = aliased(Referral)
    open_ones = db.session.scalars(
        select(Referral)
        .join(Report, Report.id == Referral.report_id)
        .outerjoin(first, first.id == Referral.same_as)
        .where(
            Report.cadre_id == person.id,
            or_(Referral.state.in_(OPEN), first.state.in_(OPEN)),
            not_related(staff),
        )
    )
    forbidden: dict[str, None] = {}
    for referral in open_ones:
        forbidden |= dict.fromkeys(reading.report(referral).must_not_know)
    return tuple(forbidden)


def _note_stranger(
    referral: Referral, case: Case | None, staff: Staff, words: str, now: datetime
) -> None:
    if len(words.strip()) < 8:
        raise Invalid("reason.words", field="words")
    move = ReferralMove(
        id=uuid4(),
        referral_id=referral.id,
        at=now,
        by=staff.id,
        act="open",
        from_state=referral.state,
        to_state=referral.state,
    )
    seal_texts(move, referral.district, {"words": words.strip()[:280]})
    db.session.add(move)
    first, case = owning.goes_on_in(referral, case)
    owner_id = case.caseworker_id if case else first.taken_by
    owner = db.session.get(Person, owner_id) if owner_id else None
    if owner is not None:
        alerts.ring(owner, "opened_by_other", now=now, report_id=referral.report_id)
    strangers.note(staff, now=now)
