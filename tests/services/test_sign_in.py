"""Staff come in with three things that fit; a stranger's tries lock nobody out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from app.db import db, transaction
from app.domain.errors import Invalid
from app.domain.permissions import Role
from app.models import StaffAccount
from app.services import limits, sessions, sign_in
from tests.desk import staff
from tests.make import NOON, person

PASSWORD = "sebuah kata sandi panjang"


@pytest.fixture
def seed(app) -> str:
    with transaction():
        member = staff(Role.COORDINATOR)
        return sign_in.new_account(member, "Salak", PASSWORD)


def try_it(seed, *, password=PASSWORD, code=None, now=NOON, address="192.0.2.1", name="salak"):
    code = code or pyotp.TOTP(seed).at(now)
    with transaction():
        who = sign_in.right_password(name, password)
        return sign_in.enter(who, name, code, address=address, now=now)


def test_name_password_and_code_that_fit_open_the_desk(seed):
    reference = try_it(seed)

    who = sessions.who(reference, NOON)

    assert who.label == "Petugas Salak"
    assert who.roles == {Role.COORDINATOR}


@pytest.mark.parametrize("wrong", [{"password": "x" * 20}, {"code": "000000"}, {"name": "nobody"}])
def test_one_thing_that_does_not_fit_opens_nothing(seed, wrong):
    assert isinstance(try_it(seed, **wrong), sign_in.Refused)


def test_a_code_counts_once(seed):
    code = pyotp.TOTP(seed).at(NOON)
    assert isinstance(try_it(seed, code=code), str)

    again = try_it(seed, code=code, now=NOON + timedelta(seconds=5))

    assert isinstance(again, sign_in.Refused)


def test_an_older_code_does_not_count_after_a_newer_one(seed):
    older, newer = (pyotp.TOTP(seed).at(NOON + timedelta(seconds=s)) for s in (0, 30))
    assert isinstance(try_it(seed, code=newer), str)

    assert isinstance(try_it(seed, code=older), sign_in.Refused)


def test_many_wrong_tries_slow_down_the_address_they_came_from(seed):
    for _ in range(sign_in.FREE_TRIES):
        try_it(seed, password="x" * 20)

    assert sign_in.resting("salak", "192.0.2.1", NOON) > timedelta(0)


def test_a_stranger_elsewhere_locks_nobody_out(seed):
    for _ in range(20):
        try_it(seed, password="x" * 20, address="203.0.113.9")

    assert sign_in.resting("salak", "192.0.2.1", NOON) == timedelta(0)
    assert isinstance(try_it(seed), str)


def test_nobody_ever_waits_longer_than_a_minute(seed):
    for _ in range(40):
        try_it(seed, password="x" * 20)

    assert sign_in.resting("salak", "192.0.2.1", NOON) <= timedelta(seconds=60)


def test_the_limits_of_a_district_come_with_whoever_asks(seed):
    reference = try_it(seed)
    who = sessions.who(reference, NOON)

    with transaction():
        limits.change("high.seen", 90, "SK Kepala: 'a', b; c\t\x1e\x1f d", who, now=NOON)
        limits.change("on_call.warn_before", 7, "SK Kepala", who, now=NOON)
    who = sessions.who(reference, NOON)

    read = limits.limits(who.district)
    assert read["high.seen"].value == 90
    db.session.rollback()
    limits.know(replace(who, own_limits=""))
    assert limits.limits(who.district)["high.seen"].value != 90, "nobody asks for them again"
    limits.know(who)
    assert limits.limits(who.district) == read


def test_a_session_ends_after_fifteen_idle_minutes(seed):
    reference = try_it(seed)

    assert sessions.who(reference, NOON + timedelta(minutes=14, seconds=59))
    assert sessions.who(reference, NOON + timedelta(minutes=15)) is None


def test_a_session_ends_after_ten_hours_however_busy(seed):
    reference = try_it(seed)
    for minutes in range(10, 600, 10):
        now = NOON + timedelta(minutes=minutes)
        with transaction():
            sessions.touch(sessions.who(reference, now), now)

    assert sessions.who(reference, NOON + timedelta(hours=10)) is None


def test_somebody_who_left_is_nobody_from_then_on(seed):
    reference = try_it(seed)
    with transaction():
        member = db.session.scalars(db.select(StaffAccount)).one().person_id
        sessions.end_all(member, NOON)

    assert sessions.who(reference, NOON) is None


def test_eleven_characters_are_no_password(app):
    with pytest.raises(Invalid):
        sign_in.hashed_password("x" * 11)


def test_a_cadre_has_no_sign_in_of_the_staff(app):
    with transaction(), pytest.raises(Invalid):
        sign_in.new_account(person(Role.CADRE), "melati", PASSWORD)


def test_neither_password_nor_seed_lie_readable_in_the_database(seed):
    account = db.session.scalars(db.select(StaffAccount)).one()

    assert PASSWORD not in account.password_hash
    assert account.password_hash.startswith("$argon2id$")
    assert seed.encode() not in account.totp_seed


def test_guessing_a_password_costs_32_mib_and_three_rounds(staff_hasher):
    assert staff_hasher.hash(PASSWORD).startswith("$argon2id$v=19$m=32768,t=3,p=1$")
