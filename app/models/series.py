"""Repeated visits: what was planned, and which visit is which of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Key
from app.domain.series import Ending

from .columns import AreaCode, Code, SealedText, one_of
from .referral import Case


class VisitSeries(SealedText, Base):
    """Visits planned ahead; each is handed over shortly before its window. Sealed: `look_for`."""

    __tablename__ = "visit_series"
    __table_args__ = (
        one_of("ended_why", Ending, "ended_why"),
        CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="ended"),
        Index("ix_visit_series_next", "next_at"),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"))
    cadre_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column()
    purpose: Mapped[Code] = mapped_column()
    meeting_place: Mapped[Code] = mapped_column()
    every_days: Mapped[int] = mapped_column()
    times: Mapped[int] = mapped_column()
    opens_at: Mapped[datetime] = mapped_column()
    """The window of the first; each later one lies `every_days` further."""
    due_at: Mapped[datetime] = mapped_column()
    agreed_at: Mapped[datetime] = mapped_column()
    next_at: Mapped[datetime | None] = mapped_column()
    """When the next is to be handed over; None once no more are."""
    ended_at: Mapped[datetime | None] = mapped_column()
    ended_why: Mapped[Code | None] = mapped_column()
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    case: Mapped[Case] = relationship(lazy="joined")


class SeriesVisit(Base):
    """Which visit was the how-manieth of a series."""

    __tablename__ = "series_visits"

    series_id: Mapped[UUID] = mapped_column(ForeignKey("visit_series.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visits.id"), unique=True)
    """None: its window had passed before it could be handed over."""
