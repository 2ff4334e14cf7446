"""How staff come in: a password and a code that counts once, then a session that ends by itself.

A wrong try slows down the address it came from, for the name that was tried. Nobody else is slowed
down, so nobody can be locked out by a stranger.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select, update

from app.db import db, row_lock
from app.domain.errors import Invalid
from app.domain.permissions import STAFF
from app.models import Person, StaffAccount, StaffSession, WrongCode
from app.sealing import opener
from app.services import sessions, trail

SHORTEST_PASSWORD = 12
TOTP_SECONDS = 30
FREE_TRIES = 5
TRIES_COUNT_FOR = timedelta(minutes=15)
LONGEST_WAIT = timedelta(seconds=60)

_hasher = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)


@cache
def _nobody() -> str:
    """The hash checked for an unknown name, so that the answer takes as long as for a known one."""
    return _hasher.hash(secrets.token_urlsafe(24))


@dataclass(frozen=True, slots=True)
class Refused:
    """No entry. One answer for every cause; `wait` says how long this address rests."""

    wait: timedelta = timedelta(0)


def hashed_password(password: str) -> str:
    """Return the Argon2id hash of a new password.

    :raises Invalid: if it is shorter than 12 characters.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid("password.short", least=SHORTEST_PASSWORD)
    return _hasher.hash(password)


def new_account(
    person: Person, sign_in_name: str, password: str, *, seed: str | None = None
) -> str:
    """Let a person of the staff sign in; return the seed of the second factor (base32).

    :raises Invalid: if the password is short or the person is no staff.
    """
    if not person.role_codes & STAFF:
        raise Invalid("person.no_staff")
    seed = seed or pyotp.random_base32()
    account = StaffAccount(
        person_id=person.id,
        sign_in_name=folded(sign_in_name),
        password_hash=hashed_password(password),
        totp_seed=opener().encrypt("staff_accounts", "totp_seed", person.id, seed),
    )
    db.session.add(account)
    return seed


def seed_address(sign_in_name: str, seed: str) -> str:
    """Return the `otpauth://` address that an authenticator app reads."""
    return pyotp.TOTP(seed).provisioning_uri(name=folded(sign_in_name), issuer_name="Siaga")


def folded(name: str) -> str:
    """Return a sign-in name as it is kept: small letters, one space between words."""
    return " ".join(name.split()).casefold()


def resting(name: str, address: str, now: datetime) -> timedelta:
    """Return how long this address must wait before it tries this name again."""
    tries, last = db.session.execute(
        select(func.count(), func.max(WrongCode.at)).where(
            WrongCode.address_hash == _slow_key(name, address),
            WrongCode.at > now - TRIES_COUNT_FOR,
        )
    ).one()
    if tries < FREE_TRIES or last is None:
        return timedelta(0)
    wait = min(timedelta(seconds=5 * 2 ** min(tries - FREE_TRIES, 8)), LONGEST_WAIT)
    return max(last + wait - now, timedelta(0))


def right_password(name: str, password: str) -> UUID | None:
    """Return whose password this is. Reads only; takes as long for an unknown name."""
    account = db.session.scalar(
        select(StaffAccount).where(StaffAccount.sign_in_name == folded(name))
    )
    try:
        _hasher.verify(account.password_hash if account else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return None
    return account.person_id if account else None


def enter(
    person_id: UUID | None, name: str, code: str, *, address: str, now: datetime
) -> str | Refused:
    """Finish a sign-in whose password was checked; return the cookie's reference.

    The code is checked in the transaction that marks it as used. A refusal is written down too, so
    it is a value, not an exception that would roll it back.
    """
    account = _locked(person_id)
    person = db.session.get(Person, person_id) if person_id else None
    step = _fresh_step(account, code, now) if account else None
    if account is None or person is None or step is None or not sessions.works_here(person):
        _remember_wrong(account, name, address, now)
        return Refused(resting(name, address, now))
    account.totp_step = step
    account.wrong_tries = 0
    db.session.execute(delete(WrongCode).where(WrongCode.address_hash == _slow_key(name, address)))
    trail.append(person.district, "desk.enter", "person", person.id, by=person.id, now=now)
    return sessions.begin(person, now)


def step_up(staff: sessions.Staff, code: str, *, now: datetime) -> bool:
    """Ask for the second factor again before something heavy; tell whether it was right."""
    account = _locked(staff.id)
    step = _fresh_step(account, code, now) if account else None
    key = str(staff.id)
    if account is None or step is None or resting(key, "step-up", now):
        _remember_wrong(account, key, "step-up", now)
        return False
    account.totp_step = step
    db.session.execute(
        update(StaffSession)
        .where(StaffSession.reference_hash == staff.reference_hash)
        .values(stepped_up_at=now)
    )
    trail.append(staff.district, "desk.step_up", "person", staff.id, by=staff.id, now=now)
    return True


def _locked(person_id: UUID | None) -> StaffAccount | None:
    if person_id is None:
        return None
    return db.session.get(
        StaffAccount, person_id, with_for_update=row_lock(), populate_existing=True
    )


def _fresh_step(account: StaffAccount, code: str, now: datetime) -> int | None:
    """Return the time step of a right code that was not used before, or None."""
    code = "".join(code.split())
    if not account.totp_seed or not (code.isascii() and code.isdigit() and len(code) == 6):
        return None
    seed = str(
        opener().decrypt("staff_accounts", "totp_seed", account.person_id, account.totp_seed)
    )
    totp = pyotp.TOTP(seed)
    at = int(now.timestamp()) // TOTP_SECONDS
    found = None
    for step in (at - 1, at, at + 1):  # Clocks of telephones stray; every step is always compared.
        same = hmac.compare_digest(totp.generate_otp(step), code)
        if same and step > account.totp_step:
            found = step
    return found


def _remember_wrong(account: StaffAccount | None, name: str, address: str, now: datetime) -> None:
    if account is not None:
        account.wrong_tries += 1
        account.wrong_at = now
    db.session.add(WrongCode(address_hash=_slow_key(name, address), at=now))
    db.session.flush()


def _slow_key(name: str, address: str) -> bytes:
    return sessions.digest(f"sign-in|{address}|{folded(name)}")
