"""A referral that goes to another district, and what is done with it there."""

from __future__ import annotations

from app.db import db, take_turn
from app.domain import codes
from app.domain.transfer import BASES, CONSENT, REFUSAL, Ground, TransferState
from app.models import Transfer
from app.services import consents, deciding, errands, referrals, reports, transfers
from tests.desk import as_staff, screened
from tests.make import DISTRICT, fresh

ELSEWHERE = "52.72"


class Passing:
    """Acts on transfers, here and there."""

    def screen_waiting(self, case, member, choice):
        if one := self._one_waiting(choice):
            found = {"screening": ["violence_against_woman"], "authority": "other_district"}
            referrals.see(one, member, now=self.now)
            referrals.screen(one, member, found, one.risk, now=self.now)

    def send_on(self, case, member, choice):
        take_turn()
        one = self._one_waiting(choice) or referrals.locked_of(case.referral.report_id)
        stopped = reports.sharing_stopped(one.report_id)
        basis, method = BASES[choice % len(BASES)], codes.CONSENT_METHOD[choice // 5 % 4]
        ground = Ground(basis, method, "pindah ke sana" if choice % 7 else "")
        transfers.send(one, ELSEWHERE, ground, member, now=self.now)
        assert basis != CONSENT or not stopped
        assert one.id != case.referral_id

    def take_back_waiting(self, case, member, choice):
        if row := self._one_sent(choice):
            report = row.referral.report
            stops = ["record"] if choice % 2 else ["contact", "refer_police"]
            consents.withdraw(fresh(), report, stops, received_at=self.now, now=self.now)

    def withdraw_waiting(self, case, member, choice):
        if one := self._one_waiting(choice):
            consents.withdraw(fresh(), one.report, ["record"], received_at=self.now, now=self.now)

    def answer_there(self, case, member, choice):
        if row := self._one_sent(choice):
            to = (TransferState.ACCEPTED, TransferState.REFUSED)[choice % 2]
            refusal = (None, *REFUSAL)[choice // 2 % 5]
            transfers.answer(row, to, self._there(), refusal=refusal, now=self.now)

    def care_there(self, case, member, choice):
        if row := self._one_sent(choice):
            screened(row.copy, self.other, now=self.now)
            deciding.accept(row.copy, self.other, self._there(), now=self.now)

    def not_theirs(self, case, member, choice):
        if row := self._one_sent(choice):
            screened(row.copy, self.other, now=self.now)
            deciding.not_ours(row.copy, "x", "y", self._there(), now=self.now)

    def fetch_back(self, case, member, choice):
        if row := self._one_sent(choice):
            transfers.take_back(row, member, now=self.now)

    def worker_ends_grants(self, case, member, choice):
        transfers.expire_due(now=self.now)
        assert not transfers.due(self.now)
        errands.expire_passed(now=self.now)
        assert not errands.passed(self.now)

    def _there(self):
        return as_staff(self.other)

    def _one_sent(self, choice) -> Transfer | None:
        rows = db.session.scalars(
            db.select(Transfer)
            .where(Transfer.from_district == DISTRICT)
            .order_by(Transfer.state != "sent", Transfer.sent_at, Transfer.id)
        ).all()
        if not rows:
            return None
        row = rows[choice % min(len(rows), 2)]
        return transfers.get(row.id, as_staff(self.people["head"]), lock=True)
