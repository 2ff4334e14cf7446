"""What of a case went onward: its services and its recall list, as the case page shows them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import utc_now
from app.domain.report import short_code
from app.domain.service_referral import ServiceState, medicine_until
from app.models import Case, PartnerLink, Recall, ServiceReferral
from app.services import cases, partner_answers, recalls, service_referrals
from app.services.additions import coded
from app.services.case_rows import none_of

from . import bp
from .clock_words import Clock, left_until
from .service_forms import RecallForm


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One service as a list shows it."""

    row: ServiceReferral
    number: str
    clock: Clock | None
    answered: bool
    """A partner answered by a link, and nobody has confirmed it."""


@dataclass(frozen=True, slots=True)
class Onward:
    """Everything that the part of the page needs."""

    lines: list[ServiceLine]
    recalls: list[tuple[Recall, ServiceReferral, str, Clock]]
    recall_form: RecallForm | None
    medicine: tuple[datetime, datetime] | None


@bp.app_template_global("onward_of")
def onward_of(case: Case) -> Onward:
    """Return what went onward from a case."""
    now = utc_now()
    rows = service_referrals.of_case(case)
    listed = [] if none_of(case, Recall) else recalls.of_case(case.id)
    asked = {row.id: row for row in rows}
    linked = [] if none_of(case, PartnerLink) else [row.id for row in rows]
    return Onward(
        lines=as_lines(rows, now, {one.service_id for one in listed}, linked),
        recalls=[_asked_back(one, asked[one.service_id], now) for one in listed],
        recall_form=RecallForm(formdata=None) if listed else None,
        medicine=_medicine(case, now),
    )


def _asked_back(
    one: Recall, row: ServiceReferral, now: datetime
) -> tuple[Recall, ServiceReferral, str, Clock]:
    return one, row, number_of(row), left_until(one.due_at, now)


def as_lines(
    rows: list[ServiceReferral],
    now: datetime,
    asked_back: Collection[UUID],
    linked: Collection[UUID],
) -> list[ServiceLine]:
    """Return services as lines; those that are asked back have no clock of their own.

    `linked` may have an answer by a link.
    """
    waiting = partner_answers.unconfirmed(linked)
    return [
        ServiceLine(
            row,
            number_of(row),
            None if row.id in asked_back else clock_of(row, now),
            row.id in waiting,
        )
        for row in rows
    ]


def number_of(row: ServiceReferral) -> str:
    """Return the number under which a partner knows a referral; nothing leads from it to her."""
    return f"RL-{short_code(row.id)}"


def clock_of(row: ServiceReferral, now: datetime) -> Clock | None:
    """Return the clock of a service that waits for an answer."""
    return left_until(row.reply_due_at, now) if row.state == ServiceState.SENT else None


def _medicine(case: Case, now: datetime) -> tuple[datetime, datetime] | None:
    report = case.referral.report
    if not case.referral.sexual or cases.is_suspect(case):
        return None
    until = medicine_until(coded(report), report.happened_at)
    return until if until and until[1] > now else None
