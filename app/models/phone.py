"""Phones: the invite that lets one in, the device it became, what it told about itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Key

from .columns import AreaCode, Code, SealedText, one_of
from .person import Person

DEVICE_STATES = ("pending", "active", "ended")


class Invite(Base):
    """A code that enrols one phone of one cadre, once. Only the code's SHA-256 is kept."""

    __tablename__ = "invites"

    id: Mapped[Key] = mapped_column(default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    spoken: Mapped[bool] = mapped_column(default=False)
    """Read out by telephone: valid for a shorter time."""
    made_at: Mapped[datetime] = mapped_column()
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()
    device_id: Mapped[UUID | None] = mapped_column()
    """The phone that it enrolled."""


class Device(Base):
    """A cadre's phone. `pending` until the four digits were compared; one `active` a cadre."""

    __tablename__ = "devices"
    __table_args__ = (one_of("state", DEVICE_STATES, "state"),)

    id: Mapped[Key] = mapped_column(default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    district: Mapped[AreaCode] = mapped_column(index=True)
    state: Mapped[Code] = mapped_column(default="pending")
    public_key: Mapped[bytes] = mapped_column(LargeBinary(65))
    label: Mapped[str] = mapped_column(String(60), default="")
    """What the browser says it is; shown at the desk to tell phones apart."""
    session_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    verifier_mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    """HMAC-SHA256 (pepper, A)."""
    former_verifier_mac: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    kdf: Mapped[str] = mapped_column(String(60))
    """JSON: name, memory_kib, passes."""
    share: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Encrypted under the share wrap; None once destroyed."""
    wrong_tries: Mapped[int] = mapped_column(default=0)
    share_destroyed_at: Mapped[datetime | None] = mapped_column()
    enrolled_at: Mapped[datetime] = mapped_column()
    answered_at: Mapped[datetime | None] = mapped_column()
    """When it first named itself: it has the answer to its enrolment, and the code is dead."""
    confirmed_at: Mapped[datetime | None] = mapped_column()
    confirmed_by: Mapped[UUID | None] = mapped_column()
    items_sealed_at: Mapped[datetime | None] = mapped_column()
    """When the worker sealed to it what was open as it was confirmed; None: yet to be done."""
    ended_at: Mapped[datetime | None] = mapped_column()
    ended_why: Mapped[str | None] = mapped_column(String(20))
    """`replaced`, `revoked`, `removed`."""
    seen_at: Mapped[datetime | None] = mapped_column()
    """Its last contact, to the day unless it changed something: an idle round writes nothing."""
    highest_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    """The highest envelope `seq` received."""
    missing_seqs: Mapped[str] = mapped_column(String(400), default="")
    """The numbers below it that never came, as ranges (`3-5,9`): losses that a person can see."""
    cloned_at: Mapped[datetime | None] = mapped_column()
    """When two of them were seen to send side by side: from then on all is junk."""
    fork_after: Mapped[int | None] = mapped_column(BigInteger)
    """A number came again: receipts above this one …"""
    fork_until: Mapped[int | None] = mapped_column(BigInteger)
    """… up to this one went to a line that it left. Shown once more, that line lives: a copy."""
    change_seq: Mapped[int] = mapped_column(default=0)
    """The last number given in this device's change stream."""
    lease_until: Mapped[datetime | None] = mapped_column()
    told: Mapped[str | None] = mapped_column(String(600))
    """JSON: what it last said about itself (`PUT /sync/v1/phone`)."""
    told_at: Mapped[datetime | None] = mapped_column()
    # An inner join: PostgreSQL cannot lock the far side of an outer one.
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class UnlockTry(Base):
    """A wrong proof: when. Thirty in thirty days destroy the share."""

    __tablename__ = "unlock_tries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"), index=True)
    at: Mapped[datetime] = mapped_column()
    told_at: Mapped[datetime | None] = mapped_column()
    """When a right one first showed it; once more for a while, should that answer be lost."""


class WrongCode(Base):
    """A wrong invite code, to slow its address down; the address only as a hash."""

    __tablename__ = "wrong_codes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    address_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    at: Mapped[datetime] = mapped_column(index=True)


class PushSubscription(SealedText, Base):
    """Where to ring a phone or a desk. Sealed to the archive key; only the worker opens it."""

    __tablename__ = "push_subscriptions"

    id: Mapped[Key] = mapped_column(default=uuid4)
    district: Mapped[AreaCode] = mapped_column()
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("devices.id"), unique=True)
    """A cadre's phone; or else"""
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    """a member of staff, who may have several."""
    endpoint_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime] = mapped_column()
    worked_at: Mapped[datetime | None] = mapped_column()
    failures: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None] = mapped_column()
