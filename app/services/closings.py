"""Closing a case: asked for with reason and checklist, agreed to by a second person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from app.db import db, row_lock
from app.domain.case import EARLY, ClosingReason, Stage, moved, must_be_checked
from app.domain.errors import Conflict, Invalid, Missing, NotAllowed
from app.domain.fields import Parsed
from app.domain.permissions import Role
from app.domain.referral import ReferralState
from app.domain.second import may_agree, parent_office_from
from app.domain.visit import OPEN
from app.models import Case, Closing, Person, PersonRole, RelatedStaff, Visit
from app.services import alerts, attempts, cases, deadlines, follow_ups, notices, series, stages
from app.services.case_rows import rows_of
from app.services.referrals import step
from app.services.rows import seal_texts, texts_of, write_facts
from app.services.sessions import Staff


def ask(case: Case, parsed: Parsed, staff: Staff, *, now: datetime) -> Closing:
    """Ask a second person to let this case end.

    :raises Invalid: if the reason does not hold, or something of its checklist is not done.
    :raises Conflict: if that was asked already.
    :raises NotAllowed: if somebody else accompanies her.
    """
    cases.must_be_own(case, staff)
    if waiting(case) is not None or case.closed_at is not None:
        raise Conflict("closing.asked")
    reason = ClosingReason(parsed.facts["closing_reason"])
    stage = stages.of(case)
    _must_hold(case, reason, stage, now)
    _must_be_done(reason, parsed.facts.get("closing_check", ()))
    row = Closing(
        id=uuid4(),
        case_id=case.id,
        reason=reason,
        from_stage=_back_to(stage).code,
        asked_at=now,
        asked_by=staff.id,
    )
    write_facts(row, parsed.facts)
    seal_texts(row, case.district, parsed.sealed)
    db.session.add(row)
    if stage is not Stage.TERMINATION:
        case.stage = moved(stage, Stage.TERMINATION, reason=reason).code
    cases.note(case, "closing", staff, now, was=stage.code, to=case.stage, reason=reason)
    alerts.ring(
        Role.HEAD,
        "closing_asked",
        district=case.district,
        report_id=case.referral.report_id,
        now=now,
    )
    return row


def agree(row: Closing, case: Case, staff: Staff, *, now: datetime) -> None:
    """A second person lets the case end.

    :raises NotAllowed: if this person is no head, or asked for it.
    :raises Conflict: if it waits no more.
    """
    _must_wait(row)
    if not may_agree(row.asked_by, staff.id, heads(case)):
        raise NotAllowed("closing.second_person")
    _close(row, case, staff, now)


def agree_for_parent_office(
    row: Closing, name: str, case: Case, staff: Staff, *, now: datetime
) -> None:
    """Write down that a named person of the parent office agreed: where no other head is there.

    :raises Invalid: if a head is there, the day has not passed, or no name is given.
    :raises Conflict: if it waits no more.
    """
    _must_wait(row)
    since = parent_office_from(row.asked_by, row.asked_at, heads(case))
    if since is None:
        raise Invalid("closing.head_is_there", field="parent_name")
    if now < since:
        raise Invalid("closing.wait", field="parent_name")
    name = " ".join((name or "").split())
    if not name:
        raise Invalid("field.missing", field="parent_name")
    seal_texts(row, case.district, texts_of(row) | {"parent_name": name[:80]})
    row.by_parent_office = True
    _close(row, case, staff, now)


def keep_open(row: Closing, words: str, case: Case, staff: Staff, *, now: datetime) -> None:
    """Say no to a closing, with a reason; or take one's own asking back.

    :raises NotAllowed: if this person is neither a head nor who asked.
    :raises Conflict: if it waits no more.
    """
    _must_wait(row)
    own = staff.id == row.asked_by
    if not own and staff.id not in heads(case):
        raise NotAllowed("closing.second_person")
    words = " ".join((words or "").split())[:280]
    if not own and not words:
        raise Invalid("field.missing", field="refuse_words")
    row.state, row.settled_at, row.settled_by = "taken_back" if own else "refused", now, staff.id
    back = moved(Stage.TERMINATION, Stage[row.from_stage.upper()], reason=row.state)
    case.stage = back.code
    texts = {"refuse_words": words} if words else None
    cases.note(case, "kept_open", staff, now, to=case.stage, reason=row.state, texts=texts)
    asker = db.session.get(Person, row.asked_by)
    if asker is not None and not own:
        alerts.ring(asker, "closing_refused", now=now, report_id=case.referral.report_id)


def waiting(case: Case) -> Closing | None:
    """Return the asking that waits for a second person, if there is one."""
    return next((row for row in rows_of(case, Closing) if row.state == "asked"), None)


def of_case(case: Case) -> list[Closing]:
    """Return every asking, the newest first."""
    return sorted(rows_of(case, Closing), key=lambda row: row.asked_at, reverse=True)


def get(closing_id: UUID, case: Case) -> Closing:
    """Return one asking of a case, locked.

    :raises Missing: if there is none.
    """
    row = db.session.get(Closing, closing_id, with_for_update=row_lock())
    if row is None or row.case_id != case.id:
        raise Missing("closing")
    return row


def heads(case: Case) -> set[UUID]:
    """Return the heads who work here and are not related to this case."""
    related = select(RelatedStaff.person_id).where(RelatedStaff.referral_id == case.referral_id)
    return set(
        db.session.scalars(
            select(Person.id)
            .join(PersonRole, PersonRole.person_id == Person.id)
            .where(
                Person.district == case.district,
                Person.left_at.is_(None),
                PersonRole.role == Role.HEAD,
                Person.id.not_in(related),
            )
        )
    )


def parent_office_since(row: Closing, case: Case) -> datetime | None:
    """Return from when the parent office may agree, None: a head must."""
    return parent_office_from(row.asked_by, row.asked_at, heads(case))


def _must_wait(row: Closing) -> None:
    if row.state != "asked":
        raise Conflict("closing.settled")


def _must_hold(case: Case, reason: ClosingReason, stage: Stage, now: datetime) -> None:
    if reason not in EARLY and stage is not Stage.TERMINATION:
        raise Invalid("closing.too_early", field="closing_reason")
    if reason is ClosingReason.UNREACHABLE and not attempts.is_unreachable(case, now):
        raise Invalid("closing.unreachable", field="closing_reason")
    if reason is ClosingReason.DIVERSION_COMPLETED and not cases.is_suspect(case):
        raise Invalid("closing.diversion", field="closing_reason")
    open_visits = select(Visit.id).where(Visit.case_id == case.id, Visit.state.in_(OPEN))
    if db.session.scalar(open_visits.limit(1)) is not None:
        raise Invalid("closing.visits", field="closing_reason")


def _must_be_done(reason: ClosingReason, checked) -> None:
    lacks = [code for code in must_be_checked(reason) if code not in checked]
    if lacks:
        raise Invalid("closing.check", field="closing_check", missing=tuple(lacks))


def _back_to(stage: Stage) -> Stage:
    return Stage.EVALUATION if stage is Stage.TERMINATION else stage


def _close(row: Closing, case: Case, staff: Staff, now: datetime) -> None:
    row.state, row.settled_at, row.settled_by = "approved", now, staff.id
    case.stage = moved(Stage.TERMINATION, Stage.FOLLOW_UP).code
    case.closed_at, case.closing_reason = now, row.reason
    step(case.referral, ReferralState.CLOSED, "close", staff, now, reason=row.reason)
    cases.note(case, "closed", staff, now, to=case.stage, reason=row.reason)
    deadlines.rest(case.referral, "closed", now=now)
    series.end_of_case(case, staff, now=now)
    follow_ups.plan(case, row, now=now)
    notices.report_moved(case.referral.report, "closed", now=now)
