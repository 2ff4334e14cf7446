"""Emergencies, the roster, and what is done on the on-call card."""

from __future__ import annotations

from datetime import timedelta

from app.db import db, take_turn
from app.domain.roster import DutyState, Place, Turn
from app.models import DutyTurn, Referral
from app.services import absences, duty, duty_cards, escalations, referrals, roster_plans, rosters
from tests.desk import reported
from tests.make import DISTRICT

MOST_WAITING = 3


class Duty:
    """Acts of whoever is on call, and of the worker when nobody comes."""

    def emergency(self, case, member, choice):
        if len(self._waiting()) < MOST_WAITING:
            cadre = self.cadre if choice % 2 else None
            more = {"danger_now": "yes"} if choice % 3 else {"danger_signs": ["weapon"]}
            reported(cadre, at=self.now, now=self.now, violence=["sexual"], **more)

    def plan_turn(self, case, member, choice):
        everybody = [None, *self.people.values()]
        pair = (everybody[choice % 4], everybody[choice // 4 % 4])
        turn = Turn(*(one.id if one else None for one in pair))
        key = rosters.hours_of(DISTRICT).at(self.now + timedelta(hours=12 * (choice % 2)))
        roster_plans.plan({key: turn}, member, now=self.now)
        assert turn.first is None or turn.first != turn.second

    def stand_in(self, case, member, choice):
        if rows := self._turns():
            place = tuple(Place)[choice // 8 % 2]
            roster_plans.take_over(rows[choice % len(rows)].id, place, member, now=self.now)

    def swap_turns(self, case, member, choice):
        if rows := self._turns():
            one = (rows[0].id, tuple(Place)[choice % 2])
            other = (rows[choice % len(rows)].id, tuple(Place)[choice // 2 % 2])
            roster_plans.swap(one, other, member, now=self.now)

    def away(self, case, member, choice):
        person, today = list(self.people.values())[choice % 3], self.now.date()
        until = today + timedelta(days=choice % 4 - 1)
        absences.note(person, today, until, member, today=today, now=self.now)

    def say(self, case, member, choice):
        to = list(self.people.values())[choice // 3 % 3].id
        duty.say(tuple(DutyState)[choice % 3], member, to=to, now=self.now)

    def look_at_card(self, case, member, choice):
        if one := self._one_waiting(choice):
            duty_cards.look(one, member, now=self.now)

    def take_card(self, case, member, choice):
        if one := self._one_waiting(choice):
            assert duty_cards.take(one, member, now=self.now) == one.taken_by

    def pass_card_on(self, case, member, choice):
        if one := self._one_waiting(choice):
            assert duty_cards.pass_on(one, member, now=self.now).id != member.id

    def worker_escalates(self, case, member, choice):
        take_turn()
        for _step in range(4):  # A visit takes one step a round.
            if not escalations.escalate(now=self.now):
                break
        assert not escalations.escalate(now=self.now)

    def _turns(self) -> list[DutyTurn]:
        return list(db.session.scalars(db.select(DutyTurn).order_by(DutyTurn.on.desc())))

    def _waiting(self) -> list[Referral]:
        rows = db.select(Referral).where(Referral.district == DISTRICT, Referral.open.is_(True))
        return list(db.session.scalars(rows.order_by(Referral.due_at, Referral.id)))

    def _one_waiting(self, choice) -> Referral | None:
        rows = self._waiting()
        return referrals.locked_of(rows[choice % len(rows)].report_id) if rows else None
