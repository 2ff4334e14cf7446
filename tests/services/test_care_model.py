"""Any sequence of acts of care, by anybody, at any time: what must never be, never is.

Hypothesis plays the office; after each act the promises of domain.md are checked on the rows. Once
a case was in a state, no act may have brought it there that the rules do not know.
`make test` makes 15 runs, `make fuzz` 1,000 (`SIAGA_CARE_RUNS`).
"""

from __future__ import annotations

import os
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import db, transaction, utc_now
from app.domain import codes
from app.domain.case import Stage
from app.domain.consent import Purpose
from app.domain.errors import Refusal
from app.domain.fields import parse
from app.domain.permissions import Role
from app.domain.report import Risk
from app.domain.service_referral import (
    ANSWERS,
    MEDIATION,
    MOVES,
    RECALL,
    RECALLABLE,
    REFUSAL,
    ServiceState,
    covered,
)
from app.models import (
    Case,
    CaseMove,
    Closing,
    FollowUp,
    Person,
    PlanRow,
    Recall,
    ServiceReferral,
    ServiceStep,
    Visit,
)
from app.services import (
    assessments,
    attempts,
    case_clocks,
    closings,
    consents,
    deciding,
    follow_ups,
    handing,
    handovers,
    opening,
    people,
    plans,
    recalls,
    rerouting,
    reviews,
    safe_ways,
    service_referrals,
    stages,
    work_log,
)
from tests.desk import as_staff, in_care, phone_of, staff
from tests.make import person
from tests.onward import partner

RUNS = int(os.environ.get("SIAGA_CARE_RUNS", "15"))
SHARED = (
    *(Purpose.CONTACT, Purpose.REFER_MEDICAL, Purpose.VISIT),
    *(Purpose.REFER_PSYCHOSOCIAL, Purpose.REFER_POLICE),
)
# What is asked of partners: one that waits for approval, one that does not, and what is forbidden.
ASKED = (
    ("psychosocial", "counselling"),
    ("medical", "first_aid"),
    ("legal", "police_report"),
    ("legal", MEDIATION),
)
RISKS = tuple(Risk)

TALK = {"giver": "survivor", "explained": list(codes.EXPLAINED), "rights_read": "yes"}
ROW = {
    "plan_need": "safety",
    "need_words": "a",
    "goal": "b",
    "expected": "c",
    "who": "d",
    "plan_answer": "accepts",
}


class Office:
    """One case, its people, the hour; each act is tried as the services allow it."""

    def __init__(self):
        with transaction():
            self.people = {
                "caseworker": staff(Role.CASEWORKER, label="Pendamping"),
                "coordinator": staff(Role.COORDINATOR, label="Petugas"),
                "head": staff(Role.HEAD, label="Kepala"),
            }
            self.cadre = person(Role.CADRE)
            phone_of(self.cadre)
            member = self.people["caseworker"]
            found = in_care(
                self.cadre, self.people["coordinator"], violence=["sexual"], survivor_age="25_44"
            )
            case = db.session.get_one(Case, found)
            case.caseworker_id = member.id
            self.partners = [
                partner(as_staff(member), name, kind=kind, now=utc_now())
                for name, kind in (("RSUD Contoh", "hospital"), ("LBH Contoh", "legal_aid"))
            ]
            self.partners[0].fallback_id = self.partners[1].id
        self.case_id, self.now = found, utc_now()
        self.stopped: set[str] = set()
        self.lowered_by_act = False
        self.low = RISKS.index(Risk(self.case.referral.risk))

    @property
    def case(self) -> Case:
        return db.session.get_one(Case, self.case_id)

    def do(self, who: str, act: str, choice: int) -> None:
        """Let somebody try an act; whatever is refused leaves nothing behind."""
        self.now += timedelta(hours=7 * (1 + choice % 5))
        before = (self.case.stage, self.case.referral.risk)
        moves, sent = db.session.query(CaseMove).count(), self.sent()
        try:
            with transaction():
                getattr(self, act)(self.case, as_staff(self.people[who]), choice)
        except Refusal:
            db.session.expire_all()
            assert (self.case.stage, self.case.referral.risk) == before, act
            assert self.sent() == sent, act
            return
        self._judge_moves(before, moves, who)
        self._judge_sent(self.sent() - sent)

    def sent(self) -> frozenset:
        """What has ever gone out of the house."""
        rows = db.select(ServiceReferral.id).where(ServiceReferral.sent_at.is_not(None))
        return frozenset(db.session.scalars(rows))

    def _judge_sent(self, fresh: frozenset) -> None:
        for row in db.session.scalars(
            db.select(ServiceReferral).where(ServiceReferral.id.in_(fresh))
        ):
            assert not covered(row.service, row.what, self.stopped), row.service
            assert row.approved_by is not None or row.urgent

    def _judge_moves(self, before: tuple[str, str], moves: int, who: str) -> None:
        stage, risk = before
        done = db.session.query(CaseMove).count() > moves
        assert done or (self.case.stage, self.case.referral.risk) == before
        if RISKS.index(Risk(self.case.referral.risk)) < RISKS.index(Risk(risk)):
            assert who != "coordinator"
        if self.case.stage != stage:
            was, to = Stage[stage.upper()], Stage[self.case.stage.upper()]
            again = to is Stage.ASSESSMENT and was < Stage.TERMINATION
            assert to == was + 1 or again or Stage.TERMINATION in (was, to) or was is Stage(8)

    # the acts

    def talk(self, case, member, choice):
        method = codes.CONSENT_METHOD[choice % 4]
        said = codes.SAID[choice // 4 % 3]
        body = {**TALK, "method": method, **{f"agree_{purpose}": said for purpose in SHARED}}
        body["agree_record"] = said
        consents.record(case, parse("desk.consent", body), member, now=self.now)
        if said == "yes" and method in ("written", "recorded"):
            self.stopped.clear()

    def withdraw(self, case, member, choice):
        purpose = (*SHARED, Purpose.RECORD)[choice % (len(SHARED) + 1)]
        parsed = parse("desk.withdraw", {"purposes": [purpose]})
        consents.withdraw_at_desk(case, parsed, member, now=self.now)
        self.stopped.add(purpose)
        asked_back = set(db.session.scalars(db.select(Recall.service_id)))
        for row in self.services(case):
            shared = row.state in RECALLABLE and row.partner_id is not None
            if shared and covered(row.service, row.what, [purpose]):
                assert row.id in asked_back, row.service

    def told(self, case, member, choice):
        stages.set_told(case, ["head"], member, now=self.now)

    def on(self, case, member, choice):
        stages.move_on(case, member, now=self.now)

    def assess(self, case, member, choice):
        body = {"screening": ["violence_against_woman"], "authority": "district"}
        body |= {"risk": codes.RISK[choice % 3], "risk_why": "berubah" if choice % 2 else ""}
        assessments.assess(case, parse("desk.assess", body), member, now=self.now)

    def risk(self, case, member, choice):
        why = "berubah" if choice % 2 else ""
        assessments.change_risk(case, RISKS[choice % 3], why, member, now=self.now)

    def row(self, case, member, choice):
        due_on = (self.now + timedelta(days=3)).date().isoformat()
        resource = "mediasi" if choice % 3 == 0 else "pendamping"
        body = {**ROW, "due_on": due_on, "resource": resource}
        plans.add(case, parse("desk.plan_row", body), member, now=self.now)
        assert resource != "mediasi"

    def settle(self, case, member, choice):
        rows = plans.of_case(case)
        if rows:
            plans.settle(rows[choice % len(rows)], "done", case, member, now=self.now)

    def attempt(self, case, member, choice):
        body = {
            "attempt_at": self.now.isoformat(),
            "attempt_via": "phone",
            "attempt_safe": codes.YES_NO[choice % 2],
            "attempt_result": codes.ATTEMPT_RESULT[choice % 2],
        }
        attempts.log(case, parse("desk.attempt", body), member, now=self.now)

    def work(self, case, member, choice):
        day = self.now.date().isoformat()
        body = {"work_kind": codes.WORK_KIND[choice % 9], "minutes": choice, "work_on": day}
        work_log.log(case, parse("desk.work", body), member, now=self.now)

    def look(self, case, member, choice):
        kind, body = ("monitoring", {"service_level": "right"})
        if choice % 2:
            kind, body = "evaluation", {"satisfied": "yes", "feels_safe": "yes"}
        act = "desk.monitor" if kind == "monitoring" else "desk.evaluate"
        reviews.write(case, kind, parse(act, body), member, now=self.now)

    def again(self, case, member, choice):
        stages.assess_again(case, "berubah", member, now=self.now)

    def close(self, case, member, choice):
        checked = list(codes.CLOSING_CHECK[: choice % 7])
        reason = codes.CLOSING_REASON[choice % len(codes.CLOSING_REASON)]
        body = {"closing_reason": reason, "closing_check": checked, "closing_words": "x"}
        closings.ask(case, parse("desk.close", body), member, now=self.now)

    def agree(self, case, member, choice):
        if (row := closings.waiting(case)) is not None:
            closings.agree(row, case, member, now=self.now)

    def parent(self, case, member, choice):
        if (row := closings.waiting(case)) is not None:
            closings.agree_for_parent_office(row, "Kepala Dinas", case, member, now=self.now)

    def keep(self, case, member, choice):
        if (row := closings.waiting(case)) is not None:
            closings.keep_open(row, "belum", case, member, now=self.now)

    def reopen(self, case, member, choice):
        follow_ups.reopen(case, "terulang", member, now=self.now)

    def follow(self, case, member, choice):
        open_ones = [row for row in follow_ups.of_case(case) if row.state == "open"]
        body = {"follow_up_result": codes.FOLLOW_UP_RESULT[choice % 5]}
        if open_ones:
            parsed = parse("desk.follow_up", body)
            follow_ups.record(open_ones[0], parsed, case, member, now=self.now)

    def visit(self, case, member, choice):
        opened = opening.open_report(
            case.referral, case, member, "visit", "dijenguk hari ini", now=self.now
        )
        until = self.now + timedelta(days=2)
        errand = handing.Errand("check_safety", self.now, until, "posyandu", self.now)
        visit = handing.hand_to_cadre(case, self.cadre, errand, opened, member, now=self.now)
        assert not self.stopped & {"visit", "contact", "record"}, visit.state

    def take_visit(self, case, member, choice):
        for visit in db.session.scalars(db.select(Visit).filter_by(state="assigned")).all():
            handing.withdraw(visit, member, now=self.now)

    def way(self, case, member, choice):
        parsed = parse("desk.safe_way", {"contact_via": "through_me"})
        safe_ways.set_new(case.referral, parsed, member, now=self.now)

    def assign(self, case, member, choice):
        names = ("caseworker", "coordinator")
        deciding.assign(case, self.people[names[choice % 2]], member, now=self.now)

    def leave(self, case, member, choice):
        if choice % 2 == 0:
            people.leave(self.people["caseworker"], member, now=self.now)

    def services(self, case) -> list[ServiceReferral]:
        return service_referrals.of_case(case)

    def one_service(self, case, choice) -> ServiceReferral | None:
        rows = sorted(self.services(case), key=lambda row: (row.made_at, row.id))
        return rows[-1 - choice % min(len(rows), 3)] if rows else None

    def ask_partner(self, case, member, choice):
        service, what = ASKED[choice % len(ASKED)]
        other = [None, *self.partners][choice // 4 % 3] if what != MEDIATION else None
        request = service_referrals.Asked(service, what, "without", other.id if other else None)
        service_referrals.draft(case, request, member, now=self.now)
        assert what != MEDIATION

    def submit(self, case, member, choice):
        if row := self.one_service(case, choice):
            service_referrals.submit(row, member, now=self.now)

    def approve(self, case, member, choice):
        if row := self.one_service(case, choice):
            act = service_referrals.send_back if choice % 5 == 0 else service_referrals.approve
            act(row, member, now=self.now)

    def answer(self, case, member, choice):
        if row := self.one_service(case, choice):
            said = (*ANSWERS,)[choice % len(ANSWERS)]
            more = {"refusal": REFUSAL[choice % 7], "on": self.now.date()}
            service_referrals.answered(row, said, member, **more, now=self.now)

    def end_service(self, case, member, choice):
        if row := self.one_service(case, choice):
            to = service_referrals.OWN_MOVES[choice % len(service_referrals.OWN_MOVES)]
            service_referrals.move(row, to, member, now=self.now)

    def pass_on(self, case, member, choice):
        if row := self.one_service(case, choice):
            rerouting.reroute(row, member, now=self.now)

    def ask_back(self, case, member, choice):
        for line in recalls.of_cases([case.id]):
            if line.settled_at is None:
                recalls.settle(line, RECALL[choice % len(RECALL)], member, now=self.now)

    def hand_over(self, case, member, choice):
        leaving = self.people["caseworker"]
        if choice % 2:
            handovers.finish(leaving, member, now=self.now)
            assert case.caseworker_id != leaving.id or case.closed_at is not None
        else:
            handovers.give(case, self.people["coordinator"], member, why="ganti", now=self.now)

    # what must always hold

    def judge(self) -> None:
        db.session.expire_all()
        case = self.case
        assert case.settlement_banned
        assert case.risk == case.referral.risk
        assert (case.closed_at is not None) == (case.stage == "follow_up")
        assert (case.referral.state == "closed") == (case.closed_at is not None)
        assert (case.stage == "termination") >= (closings.waiting(case) is not None)
        for purpose in self.stopped:
            assert not consents.may_share(case, purpose, now=self.now), purpose
        for clock in case_clocks.of_case(case):
            assert clock.owner_id is not None, clock.kind
        for row in db.session.scalars(db.select(Closing).filter_by(state="approved")):
            assert row.by_parent_office or row.settled_by != row.asked_by
        if self.stopped & {"contact", "visit", "record"}:
            assert not db.session.query(FollowUp).filter_by(state="open").count()
            assert not db.session.query(Visit).filter_by(state="assigned").count()
        if case.closed_at is None:
            assert not db.session.query(FollowUp).filter_by(state="open").count()
        for row in self.services(case):
            assert row.settlement_banned and row.what != MEDIATION
            assert (row.sent_at is None) == (row.basis is None)

    def judge_steps(self) -> None:
        """Every step that a service ever took is one that the rules know."""
        for step in db.session.scalars(db.select(ServiceStep)):
            asked_back = step.from_state in RECALLABLE and step.to_state in ("done", "recalled")
            assert asked_back or step.to_state in MOVES[ServiceState(step.from_state)]


HELP = ("case", "do", "judge", "judge_steps", "sent", "services", "one_service")
ACTS = [name for name in vars(Office) if not name.startswith("_") and name not in HELP]
ACT = st.tuples(
    # Mostly she who accompanies; the others try everything too.
    st.sampled_from(["caseworker", "caseworker", "coordinator", "head"]),
    # Going on is tried often, or nothing would come far; so is what a promise hangs on.
    st.sampled_from(
        [*ACTS, "on", "on", "on", "close", "agree", "risk", "risk", "way", "leave"]
        + ["ask_partner", "submit", "approve", "answer", "withdraw", "talk"]
    ),
    st.integers(0, 60),
)
# From here a sequence begins: at the front door, or after all stages were walked.
WALKED = [
    ("told", 0), ("on", 0), ("talk", 0), ("on", 0), ("assess", 2), ("on", 0), ("row", 1),
    ("on", 0), ("attempt", 0), ("work", 60), ("on", 0), ("look", 0), ("on", 0), ("settle", 0),
    ("look", 1), ("on", 0),
]  # fmt: skip


@settings(
    max_examples=RUNS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(start=st.integers(0, len(WALKED)), acts=st.lists(ACT, min_size=5, max_size=25))
def test_no_sequence_of_acts_breaks_a_promise(app, start, acts):
    _sweep()
    office = Office()
    for act, choice in WALKED[:start]:
        office.do("caseworker", act, choice)
    office.judge()
    for who, act, choice in acts:
        office.do(who, act, choice)
        office.judge()
    office.judge_steps()


def test_the_walk_that_sequences_begin_from_reaches_the_last_stages(app):
    office = Office()

    for act, choice in WALKED:
        office.do("caseworker", act, choice)

    assert office.case.stage == "termination"
    assert db.session.query(PlanRow).count() == 1


def _sweep() -> None:
    """Empty the tables that a run fills and send its people home: each run sees its own only."""
    with transaction() as session:
        session.execute(db.update(Person).values(left_at=utc_now()))
        for table in (*(FollowUp, Closing, CaseMove, Visit, Recall), ServiceStep, ServiceReferral):
            session.execute(db.delete(table))
