"""What is asked of partners, what they answer, and what is asked back."""

from __future__ import annotations

from app.domain.service_referral import ANSWERS, MEDIATION, RECALL, REFUSAL
from app.models import ServiceReferral
from app.services import recalls, rerouting, service_referrals

# What is asked of partners: one that waits for approval, one that does not, and what is forbidden.
ASKED = (
    ("psychosocial", "counselling"),
    ("medical", "first_aid"),
    ("legal", "police_report"),
    ("legal", MEDIATION),
)


class Onward:
    """Acts on service referrals."""

    def ask_partner(self, case, member, choice):
        service, what = ASKED[choice % len(ASKED)]
        other = [None, *self.partners][choice // 4 % 3] if what != MEDIATION else None
        request = service_referrals.Asked(service, what, "without", other.id if other else None)
        service_referrals.draft(case, request, member, now=self.now)
        assert what != MEDIATION

    def submit(self, case, member, choice):
        if row := self._one_service(case, choice):
            service_referrals.submit(row, member, now=self.now)

    def approve(self, case, member, choice):
        if row := self._one_service(case, choice):
            act = service_referrals.send_back if choice % 5 == 0 else service_referrals.approve
            act(row, member, now=self.now)

    def answer(self, case, member, choice):
        if row := self._one_service(case, choice):
            said = (*ANSWERS,)[choice % len(ANSWERS)]
            more = {"refusal": REFUSAL[choice % 7], "on": self.now.date()}
            service_referrals.answered(row, said, member, **more, now=self.now)

    def end_service(self, case, member, choice):
        if row := self._one_service(case, choice):
            to = service_referrals.OWN_MOVES[choice % len(service_referrals.OWN_MOVES)]
            service_referrals.move(row, to, member, now=self.now)

    def pass_on(self, case, member, choice):
        if row := self._one_service(case, choice):
            rerouting.reroute(row, member, now=self.now)

    def ask_back(self, case, member, choice):
        for line in recalls.of_case(case.id):
            if line.settled_at is None:
                recalls.settle(line, RECALL[choice % len(RECALL)], member, now=self.now)

    def _services(self, case) -> list[ServiceReferral]:
        return service_referrals.of_case(case)

    def _one_service(self, case, choice) -> ServiceReferral | None:
        rows = sorted(self._services(case), key=lambda row: (row.made_at, row.id))
        return rows[-1 - choice % min(len(rows), 3)] if rows else None
