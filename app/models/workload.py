"""Posts of the office, who holds them, and who is away: what the workload is measured against."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Key
from app.domain import codes

from .columns import AreaCode, Code, CodedFacts, one_of


class Post(Base):
    """One post of the office, held or vacant."""

    __tablename__ = "posts"
    __table_args__ = (one_of("kind", codes.POST, "kind"),)

    id: Mapped[Key] = mapped_column(default=uuid4)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"), index=True)
    kind: Mapped[Code] = mapped_column()
    title: Mapped[str] = mapped_column(String(80))
    """As the district's decree calls it."""
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    """Its last day, when it was taken off the establishment."""


class PostTerm(CodedFacts, Base):
    """Somebody holds a post, or acts in it for a time. Encrypted: a name without an account."""

    __tablename__ = "post_terms"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="order"),
        # An acting holder is for a time: without an end a vacancy would hide for ever.
        CheckConstraint("NOT acting OR until IS NOT NULL", name="acting_ends"),
        Index("ix_post_terms_post", "post_id", "since"),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    """None: somebody without a sign-in here."""
    acting: Mapped[bool] = mapped_column(default=False)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    noted_at: Mapped[datetime] = mapped_column()
    noted_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))


class Absence(Base):
    """Somebody is away, both days included. Why is nobody's business here."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("until >= since", name="order"),
        Index("ix_absences_person", "person_id", "until"),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    noted_at: Mapped[datetime] = mapped_column()
    noted_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    struck_at: Mapped[datetime | None] = mapped_column()
    """Taken back; the row stays."""
