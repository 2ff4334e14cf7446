"""What is done with a case: consent, stages, risk, plan, closing, who accompanies."""

from __future__ import annotations

from datetime import timedelta

from app.db import db
from app.domain import codes
from app.domain.consent import Purpose
from app.domain.fields import parse
from app.domain.report import Risk
from app.domain.service_referral import RECALLABLE, covered
from app.models import Recall
from app.services import (
    assessments,
    attempts,
    closings,
    consents,
    deciding,
    follow_ups,
    handovers,
    people,
    plans,
    reviews,
    safe_ways,
    stages,
    work_log,
)

RISKS = tuple(Risk)
SHARED = (
    *(Purpose.CONTACT, Purpose.REFER_MEDICAL, Purpose.VISIT),
    *(Purpose.REFER_PSYCHOSOCIAL, Purpose.REFER_POLICE),
)
TALK = {"giver": "survivor", "explained": list(codes.EXPLAINED), "rights_read": "yes"}
ROW = {
    "plan_need": "safety",
    "need_words": "a",
    "goal": "b",
    "expected": "c",
    "who": "d",
    "plan_answer": "accepts",
}


class Care:
    """Acts on the case."""

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
        for row in self._services(case):
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

    def way(self, case, member, choice):
        parsed = parse("desk.safe_way", {"contact_via": "through_me"})
        safe_ways.set_new(case.referral, parsed, member, now=self.now)

    def assign(self, case, member, choice):
        names = ("caseworker", "coordinator")
        deciding.assign(case, self.people[names[choice % 2]], member, now=self.now)

    def leave(self, case, member, choice):
        if choice % 2 == 0:
            people.leave(self.people["caseworker"], member, now=self.now)

    def hand_over(self, case, member, choice):
        leaving = self.people["caseworker"]
        if choice % 2:
            handovers.finish(leaving, member, now=self.now)
            assert case.caseworker_id != leaving.id or case.closed_at is not None
        else:
            handovers.give(case, self.people["coordinator"], member, why="ganti", now=self.now)
