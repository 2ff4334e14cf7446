"""A page asks the database a bounded number of times, however much there is to show.

Statements are counted, not seconds: they are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from app.db import db, take_turn, transaction, utc_now
from app.domain.fields import parse
from app.domain.permissions import Role
from app.models import Case, PlanRow
from app.services import attempts, deciding
from app.services.rows import write_facts
from tests.desk import as_staff, in_care, phone_of, reported, screened
from tests.make import fresh, person, visit
from tests.onward import partner, sent

# What each page may ask, with a little room; it never depends on how many rows there are.
MOST = {"queue": 5, "case": 26, "referral": 45, "people": 14, "delivery": 9, "hand": 22}


@contextmanager
def counted() -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        if not statement.startswith("BEGIN"):  # SQLite's alone.
            said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def asked(desk, address: str) -> int:
    """So often a page asks that was opened before: no first look, no cache that is still empty."""
    desk.get(address)
    with counted() as said:
        assert desk.get(address).status_code == 200
    return len(said)


def more_of(case_id: UUID, member, cadre) -> None:
    """Give a case a twin, a visit, an attempt, a row of its plan and a service of a partner."""
    now, me = utc_now(), as_staff(member)
    take_turn()
    case = db.session.get_one(Case, case_id)
    twin = screened(reported(cadre), member)
    deciding.mark_duplicate(twin, case.referral, me, now=now)
    errand = visit(
        case.referral.report_id,
        cadre.id,
        member.id,
        now,
        case_id=case.id,
        village=case.referral.village,
        due_at=now + timedelta(days=1),
    )
    row = PlanRow(id=fresh(), case_id=case.id, due_at=now, made_at=now, made_by=me.id)
    row.changed_at = now
    write_facts(row, {"plan_need": "safety", "plan_answer": "accepts"})
    db.session.add_all([errand, row])
    told = {"attempt_at": now.isoformat(), "attempt_via": "phone", "attempt_result": "reached"}
    attempts.log(case, parse("desk.attempt", told | {"attempt_safe": "yes"}), me, now=now)
    sent(case.id, me, partner(me, now=now), now=now)


@pytest.fixture
def case(desk) -> UUID:
    with transaction():
        member = db.session.get_one(type(person()), desk.person_id)
        melati = person(Role.CADRE, label="Kader Melati")
        phone_of(melati)
        case_id = in_care(melati, member, danger_signs=["weapon"])
        more_of(case_id, member, melati)
        reported(melati)  # One that waits in the queue, too.
    return case_id


@pytest.mark.parametrize("page", ["queue", "case", "referral", "people", "delivery", "hand"])
def test_a_page_asks_no_more_when_there_is_more_to_show(desk, sit, case, page):
    who = sit(Role.ADMIN) if page == "people" else desk
    referral_id = db.session.get_one(Case, case).referral_id
    address = {"case": f"cases/{case}", "hand": f"cases/{case}/hand"}.get(page, page)
    address = "/desk/" + (f"referrals/{referral_id}" if page == "referral" else address)
    before = asked(who, address)

    with transaction():
        member = db.session.get_one(type(person()), desk.person_id)
        for number in range(3):
            cadre = person(Role.CADRE, label=f"Kader {number}")
            phone_of(cadre)
            more_of(case, member, cadre)
            reported(cadre)

    assert asked(who, address) <= before <= MOST[page]
