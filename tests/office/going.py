"""Visits and series of visits; the cadre's phone that was taken for a copy."""

from __future__ import annotations

from datetime import timedelta

from app.db import db, take_turn
from app.domain.fields import parse
from app.models import Device, InboxEnvelope, Quarantined, Visit
from app.services import copies, errands, handing, opening, series, visits
from app.services.arrival import Arrival
from tests.make import DISTRICT, fresh

STOPS_VISITS = frozenset({"visit", "contact", "record"})


class Going:
    """Acts on visits and on the phone they go to."""

    def visit(self, case, member, choice):
        opened = self._opened(case, member)
        until = self.now + timedelta(days=2)
        errand = handing.Errand("check_safety", self.now, until, "posyandu", self.now)
        visit = handing.hand_to_cadre(case, self.cadre, errand, opened, member, now=self.now)
        assert not self.stopped & STOPS_VISITS, visit.state
        assert self._phone().cloned_at is None

    def take_visit(self, case, member, choice):
        for visit in db.session.scalars(db.select(Visit).filter_by(state="assigned")).all():
            errands.take_back(visit, member, now=self.now)

    def plan_series(self, case, member, choice):
        body = {
            "purpose": "check_safety",
            "meeting_place": "posyandu",
            "opens_at": (self.now + timedelta(days=1)).isoformat(),
            "due_at": (self.now + timedelta(days=2)).isoformat(),
            "agreed_on": self.now.date().isoformat(),
            "every_days": 1 + choice % 7,
        }
        body |= {"times": 2 + choice % 4} if choice % 5 else {}
        opened = self._opened(case, member)
        series.hand(case, self.cadre, parse("desk.hand", body), opened, member, now=self.now)
        assert not self.stopped & STOPS_VISITS

    def end_series(self, case, member, choice):
        for standing in series.of_case(case, now=self.now)[:1]:
            series.end(series.get(standing.row.id, case, lock=True), member, now=self.now)

    def worker_hands_visits(self, case, member, choice):
        before = db.session.query(Visit).count()
        while series.is_due(now=self.now):
            series.hand_due(now=self.now)
        if self.stopped & STOPS_VISITS or case.closed_at is not None:
            assert db.session.query(Visit).count() == before

    def cadre_answers(self, case, member, choice):
        for visit in db.session.scalars(db.select(Visit).filter_by(state="assigned").limit(1)):
            arrival = Arrival(fresh(), self._phone(), self.now, self.now, self.now)
            mine = visits.get_for(visit.id, self.cadre)
            body = {"visit_id": str(visit.id), "conflict": "none", "reason": "other"}
            act = "visit.accept" if choice % 2 else "visit.decline"
            body.pop("reason" if choice % 2 else "conflict")
            answer = visits.accept if choice % 2 else visits.decline
            answer(mine, parse(act, body), arrival, now=self.now)

    def copied(self, case, member, choice):
        """Somebody else speaks with the phone's voice: what comes from it is not opened."""
        phone = self._phone()
        phone.cloned_at = self.now
        number = db.session.query(InboxEnvelope).count() + 1
        come = InboxEnvelope(
            server_seq=number,
            envelope_id=fresh(),
            sha256=fresh().bytes * 2,
            device_id=phone.id,
            district=DISTRICT,
            kid=f"intake.{DISTRICT}.1",
            schema=1,
            seq=number,
            sealed=b"x",
            receipt="x",
            received_at=self.now,
            junk=True,
            state="discarded" if choice % 3 == 0 else "quarantined",
        )
        kept = Quarantined(
            server_seq=number,
            envelope_id=come.envelope_id,
            district=DISTRICT,
            device_id=phone.id,
            reason="junk",
            at=self.now,
        )
        if choice % 3 == 0:
            kept.settled_at, kept.settlement = self.now, "discarded"
        db.session.add_all([come, kept])

    def vouch(self, case, member, choice):
        take_turn()
        phone, come = self._phone(), db.session.query(InboxEnvelope).count()
        how = (*copies.HOW, "sure")[choice % 3]
        copies.vouch(phone, how, by=member.id, now=self.now)
        db.session.flush()
        assert how in copies.HOW and phone.cloned_at is None
        rows = db.session.query(InboxEnvelope).all()
        assert len(rows) == come
        assert {(row.state, row.junk) for row in rows} <= {("new", False), ("discarded", True)}

    def _phone(self) -> Device:
        return db.session.scalars(db.select(Device).filter_by(person_id=self.cadre.id)).one()

    def _opened(self, case, member):
        why = "dijenguk hari ini"
        return opening.open_report(case.referral, case, member, "visit", why, now=self.now)
