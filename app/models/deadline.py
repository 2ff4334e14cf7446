"""Clocks that are kept as rows: running, standing still, ended; and every step of each."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Key
from app.domain.deadline import Kind, State

from .columns import AreaCode, Code, SealedText, of_some, one_of
from .referral import Referral


class Deadline(Base):
    """One clock of a referral, or of the office (a breach). What it said before: its steps."""

    __tablename__ = "deadlines"
    __table_args__ = (
        one_of("kind", Kind, "kind"),
        one_of("state", State, "state"),
        CheckConstraint("state <> 'ended' OR ended_how IS NOT NULL", name="ended_how"),
        # A second person; or, where there is no head, one of the parent office, flagged.
        CheckConstraint(
            "ended_how IS NULL OR ended_how <> 'adult_refuses_recorded' OR by_parent_office"
            " OR (asked_by IS NOT NULL AND ended_by IS NOT NULL AND ended_by <> asked_by)",
            name="second_person",
        ),
        # With what hides a clock from staff who are related: counted without the rows.
        Index("ix_deadlines_due", "district", "state", "due_at", "referral_id"),
        of_some("ix_deadlines_going", "district", "due_at", "id", where="state <> 'ended'"),
        of_some("ix_deadlines_ended", "district", "ended_at", "id", where="ended_at IS NOT NULL"),
        Index("ix_deadlines_warn", "warn_at"),
        Index("ix_deadlines_changed", "district", "changed_at"),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"))
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"), index=True)
    """None: the office's own, about no survivor."""
    kind: Mapped[Code] = mapped_column()
    state: Mapped[Code] = mapped_column(default=State.RUNNING)
    starts_at: Mapped[datetime] = mapped_column()
    due_at: Mapped[datetime] = mapped_column()
    estimate: Mapped[bool] = mapped_column(default=False)
    """Its start was guessed from a report; no person has confirmed it."""
    warn_at: Mapped[datetime | None] = mapped_column()
    """When somebody is told next; None: nothing more to say."""
    paused_at: Mapped[datetime | None] = mapped_column()
    asked_how: Mapped[str | None] = mapped_column(String(40))
    """The ending that waits for a second person."""
    asked_at: Mapped[datetime | None] = mapped_column()
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None] = mapped_column()
    """When it was done, as a person says; when that was written down, its steps say."""
    ended_how: Mapped[str | None] = mapped_column(String(40))
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    by_parent_office: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column()
    changed_at: Mapped[datetime] = mapped_column()
    referral: Mapped[Referral | None] = relationship(lazy="joined")


class DeadlineStep(SealedText, Base):
    """One step of a clock: who, when, why, and what stood there before. Never changed."""

    __tablename__ = "deadline_steps"

    id: Mapped[Key] = mapped_column(default=uuid4)
    deadline_id: Mapped[UUID] = mapped_column(ForeignKey("deadlines.id"), index=True)
    at: Mapped[datetime] = mapped_column()
    by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    """None: the machine."""
    act: Mapped[Code] = mapped_column()
    reason: Mapped[str | None] = mapped_column(String(40))
    was_start: Mapped[datetime] = mapped_column()
    was_due: Mapped[datetime] = mapped_column()
