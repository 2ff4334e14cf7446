"""Early reports and the other small things that a cadre sends."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Key

from .columns import AreaCode, Code, CodedFacts, SealedText


class Report(CodedFacts, SealedText, Base):
    """An early report. Its id is the envelope's. In the clear: only what the queue sorts by."""

    __tablename__ = "reports"
    __table_args__ = (
        Index("ix_reports_twins", "district", "village", "received_at"),
        # What came in a month is counted without looking at what came before.
        Index("ix_reports_came", "district", text("coalesce(told_at, received_at)")),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"))
    village: Mapped[AreaCode] = mapped_column(ForeignKey("areas.code"))
    cadre_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    """The cadre who reported, or on whose behalf the desk typed it."""
    device_id: Mapped[UUID | None] = mapped_column()
    channel: Mapped[Code] = mapped_column(default="app")
    entered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    received_at: Mapped[datetime] = mapped_column()
    """When the server received it; clocks start here."""
    told_at: Mapped[datetime | None] = mapped_column()
    """When the person told us, for every other door; then clocks start there."""
    happened_at: Mapped[datetime] = mapped_column()
    """When the cadre wrote it, corrected by the difference of the clocks."""
    phone_said_at: Mapped[datetime | None] = mapped_column()
    incomplete: Mapped[bool] = mapped_column(default=False)
    unlocked: Mapped[bool] = mapped_column(default=True)
    no_session: Mapped[bool] = mapped_column(default=False)
    flags: Mapped[str] = mapped_column(String(400), default="")
    """Codes, comma-separated: `clock_ahead`, `text_number`, `other_sender`, …"""
    number_blind: Mapped[int | None] = mapped_column()
    alias_blind: Mapped[int | None] = mapped_column()

    @property
    def clock_from(self) -> datetime:
        """When the clocks of this report start."""
        return self.told_at or self.received_at


class ReportAddition(CodedFacts, SealedText, Base):
    """What was added to a report later; nothing is edited."""

    __tablename__ = "report_additions"

    id: Mapped[Key] = mapped_column(default=uuid4)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), index=True)
    added_at: Mapped[datetime] = mapped_column()
    unlocked: Mapped[bool] = mapped_column(default=True)
    flags: Mapped[str] = mapped_column(String(400), default="")


class Withdrawal(Base):
    """A survivor took her yes back, for these purposes. May come before its report."""

    __tablename__ = "withdrawals"

    id: Mapped[Key] = mapped_column(default=uuid4)
    report_id: Mapped[UUID] = mapped_column(index=True)
    purposes: Mapped[str] = mapped_column(String(300))
    """Codes, comma-separated."""
    received_at: Mapped[datetime] = mapped_column()
    due_at: Mapped[datetime] = mapped_column()
    """3 × 24 h, UU 27/2022."""
    settled_at: Mapped[datetime | None] = mapped_column()


class Tally(Base):
    """An adult said no: that something happened in a village in a month, and nothing else."""

    __tablename__ = "tallies"

    id: Mapped[Key] = mapped_column(default=uuid4)
    district: Mapped[AreaCode] = mapped_column()
    village: Mapped[AreaCode] = mapped_column()
    month: Mapped[str] = mapped_column(String(7))
    violence: Mapped[str] = mapped_column(String(200))


class Drill(Base):
    """A practice run: the real test of a phone. Never in the queue or in statistics."""

    __tablename__ = "drills"

    id: Mapped[Key] = mapped_column(default=uuid4)
    device_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    done_at: Mapped[datetime] = mapped_column()
    ok: Mapped[bool] = mapped_column()
    seconds: Mapped[int] = mapped_column()
    backs: Mapped[int] = mapped_column(default=0)
    missed_signs: Mapped[int] = mapped_column(default=0)


class CallRequest(SealedText, Base):
    """*Telepon saya*, or the call that an unsafe visit or a strange envelope asks for."""

    __tablename__ = "call_requests"

    id: Mapped[Key] = mapped_column(default=uuid4)
    district: Mapped[AreaCode] = mapped_column(index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    why: Mapped[Code] = mapped_column()
    """`asked`, `unsafe_stopped`, `overdue_visit`, `quarantine`, `declined_visit`."""
    when: Mapped[str] = mapped_column(String(8), default="any")
    visit_id: Mapped[UUID | None] = mapped_column()
    report_id: Mapped[UUID | None] = mapped_column()
    asked_at: Mapped[datetime] = mapped_column()
    due_at: Mapped[datetime] = mapped_column()
    done_at: Mapped[datetime | None] = mapped_column()
    done_by: Mapped[UUID | None] = mapped_column()
