"""Work with and for survivors: every attempt to reach one, and every minute that was spent."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Key
from app.domain import codes

from .columns import AreaCode, Code, CodedFacts, SealedText, one_of


class ContactAttempt(CodedFacts, SealedText, Base):
    """Somebody tried to reach her: whether that was safe, by which way, with what result."""

    __tablename__ = "contact_attempts"

    id: Mapped[Key] = mapped_column(default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime] = mapped_column()
    by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    entered_at: Mapped[datetime] = mapped_column()
    struck_at: Mapped[datetime | None] = mapped_column()
    """Taken back by its writer; the row stays."""


class WorkEntry(SealedText, Base):
    """Minutes of one kind of work by one person: what the workload is counted from."""

    __tablename__ = "work_log"
    __table_args__ = (
        one_of("kind", codes.WORK_KIND, "kind"),
        CheckConstraint("minutes > 0 AND minutes <= 1440", name="minutes"),
        Index("ix_work_log_district", "district", "done_on"),
        Index("ix_work_log_person", "person_id", "done_on"),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    """None: work for no single case."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[Code] = mapped_column()
    """In the clear: the workload sums by it. It names no partner and no result."""
    minutes: Mapped[int] = mapped_column()
    standard_minutes: Mapped[int] = mapped_column()
    """What this kind should take, as it was set on that day."""
    done_on: Mapped[date] = mapped_column()
    entered_at: Mapped[datetime] = mapped_column()
    struck_at: Mapped[datetime | None] = mapped_column()
    struck_why: Mapped[str | None] = mapped_column(String(12))
    """Why it was taken back, a code of `codes.STRUCK`; the row stays."""
