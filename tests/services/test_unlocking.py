"""Six digits can be tried ten times: counted before they are compared, forgiven when right."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.db import db, transaction
from app.models import Device, UnlockTry
from app.sealing import phone_keys
from app.services import journal, phones, unlocking
from app.services.unlocking import Answer
from tests import make
from tests.enrolment import applicant, enrolled, invited
from tests.make import NOON

RIGHT, WRONG, OTHER = b"a" * 32, b"w" * 32, b"b" * 32
KDF = {"name": "argon2id", "memory_kib": 32768, "passes": 3}
DAY = timedelta(days=1)


@pytest.fixture
def device(app):
    with transaction():
        cadre = make.person()
    return enrolled(applicant(invited(cadre).code)).device


def tried(device, proof, now=NOON):
    """Unlock as the route does: counted, committed, compared."""
    with transaction():
        counted = unlocking.count(device.id, now=now)
    with transaction():
        return unlocking.unlock(counted, proof, now=now)


def changed(device, proof, verifier, now=NOON):
    with transaction():
        counted = unlocking.count(device.id, now=now)
    with transaction():
        return unlocking.change_verifier(counted, proof, verifier, KDF, now=now)


def wrong_tries(device) -> int:
    return db.session.get(Device, device.id).wrong_tries


def test_the_right_proof_gives_the_same_share_each_time(device):
    first, second = tried(device, RIGHT), tried(device, RIGHT)

    assert first.share == second.share == phone_keys().unwrap_share(device.id, device.share)
    assert first.lease_hours == 24
    assert wrong_tries(device) == 0


def test_ten_wrong_tries_destroy_the_share_for_good(app, device):
    answers = [tried(device, WRONG) for _ in range(10)]

    assert answers == [Answer.WRONG] * 9 + [Answer.DESTROYED]
    assert tried(device, RIGHT) is Answer.DESTROYED
    assert db.session.get(Device, device.id).share is None
    assert ("share.destroyed", str(device.id)) in [(e["event"], e["id"]) for e in journal.events()]


def test_a_right_one_takes_five_off_and_never_below_zero(device):
    for _ in range(7):
        tried(device, WRONG)

    tried(device, RIGHT)
    assert wrong_tries(device) == 2
    tried(device, RIGHT)
    assert wrong_tries(device) == 0


def test_thirty_wrong_ones_in_thirty_days_destroy_it_too(device):
    answers = []
    for day in range(10):
        answers += [tried(device, WRONG, NOON + day * DAY) for _ in range(3)]
        tried(device, RIGHT, NOON + day * DAY)

    assert answers.count(Answer.WRONG) == 29
    assert answers[-1] is Answer.DESTROYED


def test_old_wrong_ones_are_forgotten_by_the_window(device):
    for week in range(20):
        for _ in range(5):
            assert tried(device, WRONG, NOON + week * 7 * DAY) is Answer.WRONG
        assert tried(device, RIGHT, NOON + week * 7 * DAY).share

    assert wrong_tries(device) == 0


def test_she_sees_how_many_wrong_tries_there_were(device):
    for minute in range(3):
        tried(device, WRONG, NOON + timedelta(minutes=minute))

    shown = tried(device, RIGHT, NOON + DAY)
    lost_answer = tried(device, RIGHT, NOON + DAY + timedelta(minutes=1))
    later = tried(device, RIGHT, NOON + 2 * DAY)

    assert shown.wrong_tries == [NOON + timedelta(minutes=minute) for minute in range(3)]
    assert lost_answer.wrong_tries == shown.wrong_tries
    assert later.wrong_tries == []


def test_a_try_whose_plug_was_pulled_stays_counted(device):
    for _ in range(9):
        tried(device, WRONG)

    with transaction():
        unlocking.count(device.id, now=NOON)  # And then the server died.

    assert tried(device, RIGHT, NOON + DAY) is Answer.DESTROYED


def test_a_second_request_does_not_destroy_what_the_first_is_about_to_open(device):
    for _ in range(9):
        tried(device, WRONG)
    with transaction():
        first = unlocking.count(device.id, now=NOON)

    assert tried(device, RIGHT) is Answer.WRONG
    with transaction():
        assert unlocking.unlock(first, RIGHT, now=NOON).share
    assert tried(device, RIGHT).share


def test_asking_many_times_at_once_compares_ten(app, device):
    answers = []

    def run():
        with app.app_context():
            answers.append(tried(device, WRONG))
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert len(answers) == 24
    assert db.session.get(Device, device.id, populate_existing=True).share is None
    assert db.session.scalar(select(func.count()).select_from(UnlockTry)) == 10


def test_an_ended_phone_and_one_never_heard_of_get_no_share(device):
    assert tried(Device(id=make.fresh()), RIGHT) is Answer.WRONG
    with transaction():
        phones.revoke(device, now=NOON)

    assert tried(device, RIGHT) is Answer.DESTROYED


# Another PIN ----------------------------------------------------------------------------------


def test_another_pin_opens_the_same_share(device):
    before = tried(device, RIGHT).share

    assert changed(device, RIGHT, OTHER) is Answer.RIGHT

    assert tried(device, OTHER).share == before
    assert tried(device, RIGHT) is Answer.WRONG


def test_a_change_whose_answer_was_lost_can_be_asked_again(device):
    changed(device, RIGHT, OTHER)

    assert changed(device, RIGHT, OTHER) is Answer.RIGHT
    assert wrong_tries(device) == 0
    assert tried(device, OTHER).share
    # But the former PIN opens nothing, and changes it to nothing else.
    assert changed(device, RIGHT, WRONG) is Answer.WRONG
    assert tried(device, RIGHT) is Answer.WRONG


def test_a_change_that_never_arrived_leaves_the_former_pin(device):
    # The phone tries what it calls next, then what it calls current.
    assert tried(device, OTHER) is Answer.WRONG
    assert tried(device, RIGHT).share
    assert wrong_tries(device) == 0


def test_changing_the_pin_is_no_second_way_to_guess(device):
    answers = [changed(device, WRONG, OTHER) for _ in range(6)] + [
        tried(device, WRONG) for _ in range(4)
    ]

    assert answers == [Answer.WRONG] * 9 + [Answer.DESTROYED]
    assert changed(device, RIGHT, OTHER) is Answer.DESTROYED
