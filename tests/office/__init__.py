"""An office that is played act by act, for the model test: each file one noun of its work."""

from __future__ import annotations

from datetime import timedelta

from app.db import db, transaction, utc_now
from app.domain.errors import Refusal
from app.domain.permissions import Role
from app.models import Case, CaseMove, ServiceReferral
from tests.desk import as_staff, in_care, phone_of, reported, screened, staff
from tests.make import DISTRICT, person
from tests.onward import partner

from . import judging
from .care import Care
from .clocks import Clocks
from .duty import Duty
from .going import Going
from .onward import Onward
from .passing import ELSEWHERE, Passing

__all__ = ["ACTS", "ELSEWHERE", "Office"]

LOWERS = frozenset({"risk", "assess"})
GIVES_BACK = frozenset({"answer_there", "not_theirs", "fetch_back", "worker_ends_grants"})


class Office(Care, Onward, Clocks, Duty, Passing, Going):
    """One case, what waits beside it, its people, the hour; each act is tried as services allow."""

    def __init__(self):
        with transaction():
            self.people = {
                "caseworker": staff(Role.CASEWORKER, label="Pendamping"),
                "coordinator": staff(Role.COORDINATOR, label="Petugas"),
                "head": staff(Role.HEAD, label="Kepala"),
            }
            roles = (Role.HEAD, Role.COORDINATOR, Role.CASEWORKER)
            self.other = person(*roles, district=ELSEWHERE)
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
            # Beside it wait one that could go elsewhere, and an emergency that nobody has read.
            screened(reported(self.cadre, danger_signs=["weapon"]), self.people["coordinator"])
            reported(self.cadre, danger_now="yes")
        self.case_id, self.now = found, utc_now()
        self.stopped: set[str] = set()

    @property
    def case(self) -> Case:
        return db.session.get_one(Case, self.case_id)

    def do(self, who: str, act: str, choice: int) -> None:
        """Let somebody try an act; whatever is refused leaves nothing behind."""
        self.now += timedelta(hours=7 * (1 + choice % 5)) if choice % 7 else timedelta(minutes=20)
        before, moves, sent = self._standing(), self._moves(), self._sent()
        hers = self.case.caseworker_id == self.people[who].id
        try:
            with transaction():
                getattr(self, act)(self.case, as_staff(self.people[who]), choice)
        except Refusal:
            db.session.expire_all()
            assert self._standing() == before, act
            assert self._sent() == sent, act
            return
        db.session.expire_all()
        after = self._standing()
        judging.stage(before, after, self._moves() - moves, act)
        judging.risks(before, after, may_lower=act in LOWERS and (hers or who != "coordinator"))
        judging.taking(before, after, given_back=act in GIVES_BACK, looked=act == "look_at_card")
        judging.clock_steps(before, after)
        judging.gone_out(self._sent() - sent, self.stopped)

    def judge(self) -> None:
        """What must always hold."""
        db.session.expire_all()
        judging.care(self.case, self.stopped, self.now)
        judging.visits(self.case, self.stopped)
        judging.services(self._services(self.case))
        judging.clocks(self.now, [self.people["head"].id])
        judging.transfers()
        judging.rung(self.now)

    def judge_steps(self) -> None:
        """Every step that a service ever took is one that the rules know."""
        judging.service_steps()

    def _standing(self) -> judging.Standing:
        return judging.standing(self.case, DISTRICT)

    def _moves(self) -> int:
        return db.session.query(CaseMove).count()

    def _sent(self) -> frozenset:
        """What has ever gone out of the house."""
        rows = db.select(ServiceReferral.id).where(ServiceReferral.sent_at.is_not(None))
        return frozenset(db.session.scalars(rows))


PARTS = (Care, Onward, Clocks, Duty, Passing, Going)
ACTS = [name for part in PARTS for name in vars(part) if not name.startswith("_")]
