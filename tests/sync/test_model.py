"""Whatever the network does — any order, twice, lost, cut — the end is the same.

The model is the promise; Hypothesis looks for a run that breaks it. `make test` makes 500 runs,
`make fuzz` 10,000 (`SIAGA_FUZZ_RUNS`).
"""

from __future__ import annotations

import os
import random
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app import sealing
from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import (
    Device,
    Drill,
    InboxEnvelope,
    Quarantined,
    Referral,
    Report,
    ReportAddition,
    Tally,
    Visit,
    VisitRecord,
    VisitStep,
)
from sync import jobs
from sync.wire import session_hash
from tests import make
from tests.phone import InProcess, Phone, fresh

RUNS = int(os.environ.get("SIAGA_FUZZ_RUNS", "500"))
RANK = {"visit.accept": "accepted", "visit.start": "started", "visit.end": "ended"}
RANK["visit.record"] = "recorded"


# The model --------------------------------------------------------------------------------------


class Model:
    """What must be there at the end: everything that was sealed, once."""

    def __init__(self):
        self.reports, self.additions, self.drills = set(), {}, set()
        self.tallies, self.visit_acts = 0, {}

    def sealed(self, act: str, envelope_id: str, about: str | None) -> None:
        if act == "report.create":
            self.reports.add(envelope_id)
        elif act == "report.add":
            self.additions[envelope_id] = about
        elif act == "drill.record":
            self.drills.add(envelope_id)
        elif act == "tally.add":
            self.tallies += 1
        else:
            self.visit_acts[act] = envelope_id

    @property
    def visit_state(self) -> str:
        reached = [state for act, state in RANK.items() if act in self.visit_acts]
        return reached[-1] if reached else "assigned"

    def state(self):
        visit = set(self.visit_acts.values())
        return self.reports, self.additions, self.drills, self.tallies, self.visit_state, visit


# The real thing ---------------------------------------------------------------------------------


class Run:
    """One phone, one visit, and a network that does what Hypothesis says."""

    def __init__(self, app, keys):
        self.model = Model()
        self.phone = Phone(InProcess(app), keys=keys, cookie=uuid4().hex)
        self.tallies_before = count(Tally)
        with fresh(), transaction() as session:
            cadre, staff = make.person(), make.person(Role.CASEWORKER)
            device = _device(cadre, self.phone)
            session.add(device)
            session.flush()
            self.phone.device_id = str(device.id)
            self.visit_id = _visit(session, cadre, staff)

    def seal(self, act: str, pick: int) -> None:
        about, body = None, {}
        if act == "report.create":
            body = make.report_body()
        elif act == "report.add":
            if not self.model.reports:
                return
            about = sorted(self.model.reports)[pick % len(self.model.reports)]
            body = {"report_id": about, "needs": ["medical"]}
        elif act == "drill.record":
            body = {"ok": True, "seconds": pick}
        elif act == "tally.add":
            body = {"village": make.VILLAGE, "month": "2026-11", "violence": ["physical"]}
        elif act in self.model.visit_acts:
            return
        else:
            body = {"visit_id": str(self.visit_id)} | BODIES[act]
        self.model.sealed(act, self.phone.seal(act, body), about)

    def send(self, seed: int, fate: str) -> None:
        chosen = list(self.phone.outbox.values()) + list(self.phone.sent.values())
        chance = random.Random(seed)
        chance.shuffle(chosen)
        chosen = (chosen + chance.sample(chosen, len(chosen) // 3))[: chance.randint(1, 50)]
        if fate == "cut":
            self.phone.ask("POST", "/envelopes", b'{"device_now":"2026-01-01T00:00:00Z","enve')
        elif fate != "lost":
            self.phone.send(chosen, lost=fate == "unanswered")

    def open(self) -> None:
        db.session.remove()
        while jobs.drain(now=utc_now()):
            pass
        db.session.remove()

    def settle(self) -> None:
        while self.phone.outbox:
            self.phone.send()
        self.open()

    def keeps_its_promise(self) -> bool:
        """An act with a receipt is in the inbox, exactly once."""
        with fresh():
            ids = [UUID(envelope_id) for envelope_id in self.phone.receipts]
            here = InboxEnvelope.envelope_id.in_(ids)
            found = db.session.scalars(select(InboxEnvelope.envelope_id).where(here)).all()
        return sorted(found) == sorted(ids)

    def state(self):
        with fresh():
            device = UUID(self.phone.device_id)
            reports = set(db.session.scalars(select(Report.id).filter_by(device_id=device)))
            referred = select(Referral.report_id).where(Referral.report_id.in_(reports))
            assert sorted(db.session.scalars(referred)) == sorted(reports)
            mine = ReportAddition.report_id.in_(reports)
            additions = db.session.scalars(select(ReportAddition).where(mine))
            steps = db.session.scalars(select(VisitStep.id).filter_by(visit_id=self.visit_id))
            records = db.session.scalars(select(VisitRecord.id).filter_by(visit_id=self.visit_id))
            return (
                {str(report) for report in reports},
                {str(one.id): str(one.report_id) for one in additions},
                {str(d) for d in db.session.scalars(select(Drill.id).filter_by(device_id=device))},
                count(Tally) - self.tallies_before,
                db.session.scalar(select(Visit.state).filter_by(id=self.visit_id)),
                {str(one) for one in [*steps, *records]},
            )


BODIES = {
    "visit.accept": {"conflict": "none"},
    "visit.start": {"still_agreed": "yes", "cover_ready": "yes", "check_out_in": 60},
    "visit.end": {"how": "done", "need": "none"},
    "visit.record": {"outcome": "met", "alone_with_survivor": "yes"},
}


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def _device(cadre, phone: Phone) -> Device:
    return Device(
        id=uuid4(),
        person_id=cadre.id,
        district=cadre.district,
        state="active",
        public_key=sealing.public_of(phone.private),
        session_hash=session_hash(phone.cookie),
        verifier_mac=bytes(32),
        kdf="{}",
        enrolled_at=make.NOON,
        items_sealed_at=make.NOON,
    )


def _visit(session, cadre, staff) -> UUID:
    now = utc_now()
    report = Report(
        id=uuid4(),
        district=make.DISTRICT,
        village=make.VILLAGE,
        received_at=now,
        happened_at=now,
    )
    session.add(report)
    session.flush()
    visit = make.visit(report.id, cadre.id, staff.id, now)
    session.add(visit)
    session.flush()
    return visit.id


# The search -------------------------------------------------------------------------------------

ACTS = ["report.create", "report.add", "drill.record", "tally.add", *RANK]
SEAL = st.tuples(st.just("seal"), st.sampled_from(ACTS), st.integers(0, 9))
FATES = st.sampled_from(["arrives", "arrives", "unanswered", "lost", "cut"])
SEND = st.tuples(st.just("send"), st.integers(0, 2**16), FATES)
OPEN = st.tuples(st.just("open"))


@pytest.fixture
def keys(app):
    from app.services import keylists

    phone = Phone(None)
    phone.learn_keys(keylists.as_told(keylists.current(make.DISTRICT)))
    return phone.keys


@given(steps=st.lists(st.one_of(SEAL, SEAL, SEND, OPEN), max_size=12))
@settings(
    max_examples=RUNS,
    deadline=None,
    derandomize=RUNS <= 500,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_report_is_lost_and_none_is_there_twice(app, keys, steps):
    run = Run(app, keys)

    for name, *more in steps:
        getattr(run, name)(*more)
        assert run.keeps_its_promise()
    run.settle()

    assert run.keeps_its_promise()
    assert run.state() == run.model.state()
    with fresh():
        assert count(Quarantined) == 0
