"""*Saya tangani*, pressed by two at the same moment: one has it, and both are told who."""

import threading

import pytest

from app.db import db, transaction, utc_now
from app.domain.errors import Conflict
from app.domain.permissions import Role
from app.models import Referral, TrailRow
from app.services import duty_cards, referrals
from tests.desk import as_staff, in_care, reported, staff
from tests.make import person


def test_of_two_who_press_together_one_has_it_and_both_are_told_who(app):
    with transaction():
        one = reported(danger_now="yes").id
        hands = [as_staff(staff(Role.CASEWORKER)) for _each in range(4)]
    start, told = threading.Barrier(len(hands)), []

    def press(me):
        with app.app_context():
            start.wait()
            with transaction():
                held = referrals.get(one, me, lock=True)
                told.append(duty_cards.take(held, me, now=utc_now()))

    threads = [threading.Thread(target=press, args=(me,)) for me in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    holder = db.session.get_one(Referral, one, populate_existing=True).taken_by
    assert told == [holder] * len(hands)
    taken = db.select(TrailRow).where(TrailRow.act == "referral.take")
    assert [row.by for row in db.session.scalars(taken)] == [holder]


def test_what_is_in_care_is_not_taken_again(app):
    with transaction():
        salak = staff(Role.COORDINATOR, Role.CASEWORKER)
        in_care(person(), salak, danger_now="yes")
    one = db.session.query(Referral).one().id

    with pytest.raises(Conflict, match="referral.moved"), transaction():
        me = as_staff(salak)
        duty_cards.take(referrals.get(one, me, lock=True), me, now=utc_now())
