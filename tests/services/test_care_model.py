"""Any sequence of acts of care, by anybody, at any time: what must never be, never is.

Hypothesis plays the office (`tests/office`): the case, its clocks, its services and visits, what
waits in the queue, who is on call, what goes to another district. After each act the promises of
domain.md are checked on the rows. Once a case was in a state, no act may have brought it there
that the rules do not know. `make test` makes 15 runs, `make fuzz` 1,000 (`SIAGA_CARE_RUNS`).
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table

from app import sealing
from app.db import Base, db, transaction
from app.models import Area, District, PlanRow
from tests.office import ACTS, ELSEWHERE, Office

RUNS = int(os.environ.get("SIAGA_CARE_RUNS", "15"))
ACT = st.tuples(
    # Mostly she who accompanies; the others try everything too.
    st.sampled_from(["caseworker", "caseworker", "coordinator", "head"]),
    # Going on is tried often, or nothing would come far; so is what a promise hangs on.
    st.sampled_from(
        [*ACTS, "on", "on", "on", "close", "agree", "risk", "risk", "way", "leave"]
        + ["ask_partner", "submit", "approve", "answer", "withdraw", "talk"]
        + ["send_on", "send_on", "answer_there", "take_back_waiting", "plan_turn", "say"]
        + ["end_clock", "agree_to_clock", "plan_series", "worker_hands_visits", "copied", "vouch"]
        + ["worker_escalates"]
    ),
    st.integers(0, 60),
)
# From here a sequence begins: at the front door, or after all stages were walked.
WALKED = [
    ("told", 0), ("on", 0), ("talk", 0), ("on", 0), ("assess", 2), ("on", 0), ("row", 1),
    ("on", 0), ("attempt", 0), ("work", 60), ("on", 0), ("look", 0), ("on", 0), ("settle", 0),
    ("look", 1), ("on", 0),
]  # fmt: skip


@pytest.fixture
def districts(app):
    """Ours, and one more that works here with keys of its own."""
    with transaction() as session:
        session.add(Area(code=ELSEWHERE, level="regency", parent_code=None, name="KOTA LAIN"))
        session.flush()
        session.add(District(code=ELSEWHERE))
    sealing.make_development_keys(app.config["SIAGA"], [ELSEWHERE])
    sealing.register(app, app.config["SIAGA"])


@pytest.fixture
def filled(districts) -> list[Table]:
    """The tables that are empty before a run, children first."""
    tables = reversed(Base.metadata.sorted_tables)
    return [table for table in tables if not db.session.execute(table.select().limit(1)).first()]


@settings(
    max_examples=RUNS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(start=st.integers(0, len(WALKED)), acts=st.lists(ACT, min_size=5, max_size=25))
def test_no_sequence_of_acts_breaks_a_promise(filled, start, acts):
    _sweep(filled)
    office = Office()
    for act, choice in WALKED[:start]:
        office.do("caseworker", act, choice)
    office.judge()
    for who, act, choice in acts:
        office.do(who, act, choice)
        office.judge()
    office.judge_steps()


def test_the_walk_that_sequences_begin_from_reaches_the_last_stages(districts):
    office = Office()

    for act, choice in WALKED:
        office.do("caseworker", act, choice)

    assert office.case.stage == "termination"
    assert db.session.query(PlanRow).count() == 1


def _sweep(filled: list[Table]) -> None:
    """Empty the tables that a run fills: each sees its own only, and is as quick as the first."""
    with transaction() as session:
        for table in filled:
            session.execute(table.delete())
    db.session.remove()
