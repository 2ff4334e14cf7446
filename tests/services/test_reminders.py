"""What does not come in time is told to whoever has the case: once, while it still waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db, transaction
from app.domain.permissions import Role
from app.models import Alert, Case, Recall, Reminder
from app.services import recalls, reminders, service_referrals
from tests.desk import as_staff, in_care, phone_of, staff
from tests.make import NOON, person, visit
from tests.onward import partner, sent, taken_back

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def office(app):
    """A coordinator, her caseworker, a head who approves; a life in danger, so that all may go."""
    with transaction():
        _coordinator, jambu, head = (
            staff(role) for role in (Role.COORDINATOR, Role.CASEWORKER, Role.HEAD)
        )
        case = in_care(None, jambu, danger_signs=["death_threat"])
    return case, jambu.id, as_staff(head)


def heard(at, kind: str) -> list:
    """Let the worker tell what is due at a moment; return who has heard it so far."""
    with transaction():
        reminders.ring_due(now=at)
    rows = db.session.query(Alert).filter_by(kind=kind)
    return sorted(str(row.person_id or row.role) for row in rows)


@pytest.mark.parametrize(
    ("what", "late", "also"),
    [
        (("medical", "rape_72h"), 2 * HOUR, ["coordinator"]),
        (("psychosocial", "counselling"), 3 * DAY + 9 * HOUR, []),
    ],
)
def test_who_asked_a_partner_hears_that_no_answer_came(office, what, late, also):
    case, jambu, head = office
    with transaction():
        sent(case, head, partner(head, now=NOON), *what, now=NOON)

    assert heard(NOON + late - HOUR / 60, "service_late") == []
    for _twice in range(2):
        assert heard(NOON + late, "service_late") == sorted([str(jambu), *also])
    assert not reminders.due(NOON + late)


def test_an_answer_in_time_is_no_reason_to_ring_but_a_day_that_passed_is(office):
    case, jambu, head = office
    with transaction():
        row = sent(case, head, partner(head, now=NOON), now=NOON)
        day = (NOON + 2 * DAY).date()
        service_referrals.answered(row, "scheduled", head, on=day, now=NOON + HOUR)

    assert heard(NOON + 2 * DAY, "service_day") == []
    assert heard(NOON + 6 * DAY, "service_day") == [str(jambu)]
    assert heard(NOON + 6 * DAY, "service_late") == []


def test_a_partner_who_must_be_asked_to_stop_is_told_of_before_the_law_s_end_and_after(office):
    case, jambu, head = office
    with transaction():
        sent(case, head, partner(head, now=NOON), now=NOON)
        taken_back(case, "refer_psychosocial", now=NOON)

    assert heard(NOON + 60 * HOUR, "recall_near") == [str(jambu)]
    assert heard(NOON + 72 * HOUR, "recall_late") == sorted([str(jambu), "head"])


def test_who_was_asked_to_stop_in_time_is_told_of_no_more(office):
    case, _jambu, head = office
    with transaction():
        sent(case, head, partner(head, now=NOON), now=NOON)
        taken_back(case, "refer_psychosocial", now=NOON)
        recalls.settle(db.session.query(Recall).one(), "recalled", head, now=NOON + HOUR)

    assert heard(NOON + 72 * HOUR, "recall_near") == heard(NOON, "recall_late") == []


@pytest.mark.parametrize(("state", "told"), [("accepted", 1), ("recorded", 0), ("withdrawn", 0)])
def test_a_visit_that_nobody_made_in_its_time_is_told(office, state, told):
    case_id, jambu, _head = office
    with transaction():
        case = db.session.get_one(Case, case_id)
        cadre = person()
        phone_of(cadre)
        made = visit(case.referral.report_id, cadre.id, jambu, NOON, case_id=case_id, state=state)
        db.session.add(made)
        about = {"district": case.district, "report_id": made.report_id}
        reminders.remind(reminders.Kind.VISIT_MISSED, made.id, at=made.due_at, **about)

    assert heard(NOON + 2 * DAY, "visit_missed") == [str(jambu)] * told
    assert db.session.query(Reminder).count() == 0
