"""Clocks of the law and our own: begun, corrected, ended by anybody, watched by the worker."""

from __future__ import annotations

from datetime import timedelta

from app.db import db
from app.domain import deadline as rules
from app.domain.deadline import Kind
from app.models import Deadline
from app.services import deadline_acts, deadline_warnings
from app.services.deadline_acts import Why
from tests.make import DISTRICT


class Clocks:
    """Acts on clocks."""

    def begin_clock(self, case, member, choice):
        kind = rules.STARTED_BY_STAFF[choice % len(rules.STARTED_BY_STAFF)]
        at = self.now - timedelta(hours=choice)
        deadline_acts.start(case.referral, kind, at, _why(choice), member, now=self.now)

    def begin_breach(self, case, member, choice):
        at = self.now - timedelta(hours=choice % 9)
        deadline_acts.start_breach(at, "HP hilang" if choice % 2 else "", member, now=self.now)

    def correct_clock(self, case, member, choice):
        if row := self._clock(member, choice):
            at = row.starts_at + timedelta(hours=choice % 9 - 4)
            deadline_acts.correct(row, at, _why(choice), member, now=self.now)

    def pause_clock(self, case, member, choice):
        if row := self._clock(member, choice):
            deadline_acts.pause(row, _why(choice), member, now=self.now)
            assert not rules.is_law(Kind(row.kind))

    def resume_clock(self, case, member, choice):
        if row := self._clock(member, choice):
            deadline_acts.resume(row, _why(choice), member, now=self.now)

    def end_clock(self, case, member, choice):
        if row := self._clock(member, choice):
            endings, at = rules.ENDINGS[Kind(row.kind)], self.now - timedelta(hours=choice % 9)
            how = endings[choice // 5 % len(endings)]
            until = at + timedelta(days=14) if choice % 2 else None
            words = "ia sendiri" if choice % 3 else ""
            deadline_acts.end(row, how, at, words, member, until=until, now=self.now)

    def agree_to_clock(self, case, member, choice):
        if row := self._clock(member, choice, asked=True):
            deadline_acts.agree(row, member, now=self.now)
            assert member.id not in (row.asked_by, self.people["coordinator"].id)

    def parent_on_clock(self, case, member, choice):
        if row := self._clock(member, choice, asked=True):
            deadline_acts.agree_for_parent_office(row, "Kepala Dinas", member, now=self.now)

    def refuse_clock(self, case, member, choice):
        if row := self._clock(member, choice, asked=True):
            deadline_acts.refuse(row, member, now=self.now)

    def clock_again(self, case, member, choice):
        if row := self._clock(member, choice):
            deadline_acts.again(row, _why(choice), member, now=self.now)

    def worker_warns(self, case, member, choice):
        deadline_warnings.warn(now=self.now)
        assert not deadline_warnings.due(self.now)

    def _clock(self, member, choice, *, asked: bool = False) -> Deadline | None:
        query = db.select(Deadline.id).where(Deadline.district == DISTRICT)
        if asked:
            query = query.where(Deadline.asked_how.is_not(None), Deadline.ended_at.is_(None))
        ids = db.session.scalars(query.order_by(Deadline.made_at, Deadline.id)).all()
        return deadline_acts.get(ids[choice % len(ids)], member, lock=True) if ids else None


def _why(choice: int) -> Why:
    """A reason; every sixth is *other* with nothing said."""
    return Why(rules.WHY[choice % len(rules.WHY)], "sebab" if choice % 12 > 5 else "")
