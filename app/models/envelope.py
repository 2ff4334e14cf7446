"""The inbox: every envelope that a phone has a receipt for, and what a person must look at."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Key

from .columns import AreaCode, Code, Kid, SealedText, one_of

INBOX_STATES = ("new", "waiting", "applied", "quarantined", "discarded")
QUARANTINE_REASONS = (
    "conflict",
    "unreadable",
    "unknown_act",
    "newer_schema",
    "invalid",
    "not_allowed",
    "junk",
    "failed",
)


class InboxEnvelope(Base):
    """Sealed bytes as they came, with their receipt. No foreign keys: nothing refuses a report."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("envelope_id", "sha256"),
        one_of("state", INBOX_STATES, "state"),
        Index("ix_inbox_state_due", "state", "retry_at", "server_seq"),
        Index("ix_inbox_device_seq", "device_id", "seq"),
    )

    server_seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    envelope_id: Mapped[UUID] = mapped_column(index=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    device_id: Mapped[UUID | None] = mapped_column()
    """None once a tally was applied: the row forgets its device."""
    district: Mapped[AreaCode] = mapped_column()
    kid: Mapped[Kid] = mapped_column()
    schema: Mapped[int] = mapped_column()
    seq: Mapped[int] = mapped_column(BigInteger)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """None 30 days after applying, a tally's at once; id, hash and receipt stay."""
    receipt: Mapped[str] = mapped_column(String(120))
    received_at: Mapped[datetime] = mapped_column()
    device_now: Mapped[datetime | None] = mapped_column()
    """The phone's own clock when it sent: shown, never trusted."""
    no_session: Mapped[bool] = mapped_column(default=False)
    junk: Mapped[bool] = mapped_column(default=False)
    """From an ended or cloned device: not known to be the cadre."""
    state: Mapped[Code] = mapped_column(default="new")
    waits_for: Mapped[UUID | None] = mapped_column(index=True)
    """The parent that has not come yet."""
    waiting_since: Mapped[datetime | None] = mapped_column()
    grave: Mapped[bool] = mapped_column(default=False)
    """It waits, and what can be read of it is high risk: a person is told at once."""
    retry_at: Mapped[datetime | None] = mapped_column()
    settled_at: Mapped[datetime | None] = mapped_column()


class Quarantined(SealedText, Base):
    """An act that could not be applied, with what a person decided about it."""

    __tablename__ = "quarantine"
    __table_args__ = (one_of("reason", QUARANTINE_REASONS, "reason"),)

    id: Mapped[Key] = mapped_column(default=uuid4)
    server_seq: Mapped[int] = mapped_column(BigInteger, unique=True)
    envelope_id: Mapped[UUID] = mapped_column(index=True)
    district: Mapped[AreaCode] = mapped_column(index=True)
    device_id: Mapped[UUID | None] = mapped_column()
    reason: Mapped[Code] = mapped_column()
    detail: Mapped[str] = mapped_column(String(80), default="")
    """The refusal's code or the class of the exception; never its message."""
    act: Mapped[str | None] = mapped_column(String(24))
    about: Mapped[UUID | None] = mapped_column()
    """The report, known or not yet: staff who are related to it do not see this."""
    risk: Mapped[str | None] = mapped_column(String(8))
    emergency: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column()
    settled_at: Mapped[datetime | None] = mapped_column()
    settled_by: Mapped[UUID | None] = mapped_column()
    settlement: Mapped[str | None] = mapped_column(String(12))
    """`apply` (the worker does it), `applied`, `asked`, `discard` (waits for a second person) or
    `discarded`."""
    seconded_by: Mapped[UUID | None] = mapped_column()
