"""Services asked of partners: offered, drafted, approved, sent, answered.

Nothing goes out without her consent or a legal basis, and nothing after a withdrawal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from app.db import db, locked
from app.domain import partner as partner_rules
from app.domain import service_referral as rules
from app.domain.consent import Decision, Purpose, newest
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.permissions import Role
from app.domain.service_referral import ServiceState
from app.models import Case, Partner, Person, ServiceReferral
from app.services import (
    alerts,
    consents,
    offering,
    opening,
    partners,
    reminders,
    service_board,
    service_steps,
    trail,
)
from app.services.case_rows import rows_of
from app.services.limits import hours, limits
from app.services.referrals import locked_of
from app.services.rows import seal_texts
from app.services.sessions import Staff

LONGEST_WORDS = 280


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for her, of whom; without a partner the UPTD does it itself."""

    service: str
    what: str | None
    escort: str
    partner_id: UUID | None = None
    words: str = field(default="", repr=False)


def may_settle(case: Case) -> bool:
    """Tell whether civil mediation may be offered in this case at all."""
    return rules.may_settle(banned=case.settlement_banned, own=True)


def draft(case: Case, asked: Asked, staff: Staff, *, now: datetime) -> ServiceReferral:
    """Write down what is to be asked. Where nobody fits, that is counted once as unmet.

    :raises Invalid: if there is no such service or partner, the law forbids it, or that partner
        must not know.
    :raises Conflict: if the case is closed.
    """
    if case.closed_at is not None:
        raise Conflict("case.closed")
    rules.must_exist(asked.service, asked.what)
    if asked.escort not in rules.ESCORT:
        raise Invalid("field.code", field="escort")
    if asked.what == rules.MEDIATION:
        _must_settle(case, asked)
    known = partners.get(asked.partner_id, staff) if asked.partner_id else None
    if known is not None and known.retired_at is not None:
        raise Invalid("service.partner", field="partner")
    _must_go_around(case, known, staff, now)
    lacks = partner_rules.unmet(offering.access_needs(case), known.offers) if known else ()
    made = _write(case, asked, lacks, staff, now)
    offering.count_unmet(case, asked.service, asked.what, now)
    return made


def submit(row: ServiceReferral, staff: Staff, *, now: datetime) -> None:
    """Ask the head for approval; what cannot wait is sent at once, and the head is told.

    :raises Conflict: if it is no draft any more.
    :raises Invalid: if something urgent may not be shared, or the case is closed.
    """
    _must_be_in_care(row)
    service_steps.go(row, ServiceState.AWAITING_APPROVAL, staff, now=now)
    if rules.is_urgent(row.what):
        row.urgent = True
        _send(row, staff, now)
    alerts.ring(
        Role.HEAD,
        "service_approval",
        district=row.district,
        report_id=row.case.referral.report_id,
        now=now,
    )


def approve(row: ServiceReferral, staff: Staff, *, now: datetime) -> None:
    """Approve it and let it go out.

    :raises Conflict: if it does not wait for that.
    :raises Invalid: if it may not be shared (now), or the case is closed.
    """
    row.approved_by = staff.id
    _send(row, staff, now)


def send_back(row: ServiceReferral, staff: Staff, *, now: datetime) -> None:
    """Give it back to who drafted it.

    :raises Conflict: if it does not wait for approval.
    """
    service_steps.go(row, ServiceState.DRAFT, staff, now=now)
    drafter = db.session.get(Person, row.made_by)
    if drafter is not None and drafter.id != staff.id:
        alerts.ring(drafter, "service_back", report_id=row.case.referral.report_id, now=now)


def answered(
    row: ServiceReferral,
    answer: str,
    staff: Staff,
    *,
    refusal: str | None = None,
    on: date | None = None,
    now: datetime,
    said_at: datetime | None = None,
) -> None:
    """Write down what the partner answered.

    :raises Invalid: if there is no such answer, or what belongs to it is missing.
    :raises Conflict: if it is not waited for.
    """
    if answer not in rules.ANSWERS:
        raise Invalid("field.code", field="answer")
    if answer == "partner_refused" and refusal not in rules.REFUSAL:
        raise Invalid("service.refusal", field="refusal")
    if answer == "scheduled" and on is None:
        raise Invalid("service.day", field="on")
    to = rules.moved(ServiceState(row.state), rules.ANSWERS[answer])
    row.answered_at = row.answered_at or said_at or now
    if answer == "partner_refused":
        row.refusal = refusal
        offering.count_refusal(row, now)
    if answer == "scheduled":
        row.scheduled_on = on
        _remind(reminders.Kind.SERVICE_DAY, row, reminders.morning_after(row.district, on))
    if answer == "served":
        row.served_at = now
    service_steps.step(row, to, staff, now=now, reason=refusal if row.refusal else None)


def move(row: ServiceReferral, to: str, staff: Staff, *, now: datetime) -> None:
    """End it, or note that nobody came: one of `OWN_MOVES`.

    :raises Invalid: for any other state: those have their own ways.
    :raises Conflict: if there is no such way from here.
    """
    if to not in OWN_MOVES:
        raise Invalid("field.code", field="to")
    service_steps.go(row, ServiceState(to), staff, now=now)


OWN_MOVES = ("done", "no_show", "expired", "cancelled", "survivor_refused")


def shared_on(row: ServiceReferral, *, now: datetime) -> str | None:
    """Return on what it may be shared now: `consent`, or a legal basis; None: it may not.

    After a withdrawal only what came later opens the way again: a new yes of hers, or a basis that
    a person decided on. Who takes back the record takes back everything.
    """
    words = newest(consents.words_of(row.case))
    word, record = words.get(rules.purpose_of(row.service, row.what)), words.get(Purpose.RECORD)
    if record is not None and record.decision is not Decision.WITHDRAWN:
        record = None
    if word is not None and word.counts and not (record and record.at >= word.at):
        return "consent"
    return next(iter(consents.bases_of(row.case)), None)


def get(service_id: UUID, staff: Staff, *, lock: bool = False) -> ServiceReferral:
    """Return a service referral of the district of `staff`.

    :raises Missing: if there is none, or `staff` is related to its report.
    """
    query = service_board.theirs(select(ServiceReferral), staff).where(
        ServiceReferral.id == service_id
    )
    found = db.session.scalar(query)
    if found is not None and lock:
        locked_of(found.case.referral.report_id)
        found = db.session.scalar(locked(query, ServiceReferral))
    if found is None:
        raise Missing("service")
    return found


def of_case(case: Case) -> list[ServiceReferral]:
    """Return the service referrals of a case, the newest first."""
    rows = rows_of(case, ServiceReferral)
    return sorted(rows, key=lambda row: row.made_at, reverse=True)


def held(case: Case, *, now: datetime) -> dict[str, int]:
    """Return what the stages of a case ask about its services."""
    rows = of_case(case)
    undecided = (ServiceState.DRAFT, ServiceState.AWAITING_APPROVAL)
    return {
        "services_undecided": sum(row.state in undecided for row in rows),
        "replies_late": sum(is_late(row, now) for row in rows),
    }


def is_late(row: ServiceReferral, now: datetime) -> bool:
    """Tell whether the partner should have answered by now."""
    return row.state == ServiceState.SENT and row.reply_due_at < now


def _send(row: ServiceReferral, staff: Staff, now: datetime) -> None:
    to = rules.moved(ServiceState(row.state), ServiceState.SENT)
    _must_be_in_care(row)
    row.basis = shared_on(row, now=now)
    if row.basis is None:
        raise Invalid("service.no_consent", purpose=rules.purpose_of(row.service, row.what))
    _must_go_around(row.case, row.partner, staff, now)
    if row.what == rules.MEDIATION and row.case.settlement_banned:
        raise Invalid("service.settlement", field="what")
    row.sent_at = now
    row.reply_due_at = rules.reply_due(row.what, now, hours(row.district), limits(row.district))
    today = partners.today_in(row.district, now)
    row.without_mou = row.partner is not None and not partners.mou_of(row.partner, today).stands
    service_steps.step(row, to, staff, now=now, reason=row.basis)
    if row.partner_id is not None:
        _remind(reminders.Kind.SERVICE_LATE, row, row.reply_due_at)


def _remind(kind: reminders.Kind, row: ServiceReferral, at: datetime) -> None:
    about = {"district": row.district, "report_id": row.case.referral.report_id}
    reminders.remind(kind, row.id, at=at, **about)


def _must_be_in_care(row: ServiceReferral) -> None:
    """Of whose case is closed, perhaps because she asked for that, nothing new goes out."""
    if row.case.closed_at is not None:
        raise Invalid("case.closed")


def _must_go_around(case: Case, partner: Partner | None, staff: Staff, now: datetime) -> None:
    if partner is None or not partner_rules.may_be_around(partner.kind):
        return
    if partner.kind in opening.open_around(case, staff, now=now).kept_out:
        raise Invalid("service.kept_out", field="partner")


def _must_settle(case: Case, asked: Asked) -> None:
    if asked.partner_id is not None:
        raise Invalid("service.mediation_by_us", field="partner")
    if not may_settle(case):
        raise Invalid("service.settlement", field="what")


def _write(
    case: Case, asked: Asked, lacks: Iterable[str], staff: Staff, now: datetime
) -> ServiceReferral:
    words = asked.words.strip()
    if len(words) > LONGEST_WORDS:
        raise Invalid("field.too_long", field="words")
    made = ServiceReferral(
        id=uuid4(),
        case_id=case.id,
        case=case,
        settlement_banned=case.settlement_banned,
        district=case.district,
        partner_id=asked.partner_id,
        service=asked.service,
        what=asked.what,
        escort=asked.escort,
        lacks=",".join(lacks),
        made_by=staff.id,
        made_at=now,
        changed_at=now,
    )
    seal_texts(made, case.district, {"words": words} if words else {})
    db.session.add(made)
    db.session.flush()
    trail.append(case.district, "service.draft", "service", made.id, by=staff.id, now=now)
    return made
