"""What was counted: a month of a district, and the tables that were given out of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Key

from .columns import AreaCode, Code, CodedFacts


class MonthCount(CodedFacts, Base):
    """The sums of one month. They lie under the server key: small numbers tell of persons."""

    __tablename__ = "month_counts"
    __table_args__ = (UniqueConstraint("district", "month"),)

    id: Mapped[Key] = mapped_column(default=uuid4)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"))
    month: Mapped[str] = mapped_column(String(7))
    stale: Mapped[bool] = mapped_column(default=True)
    """Something of this month has changed since it was counted."""
    looked_at: Mapped[datetime] = mapped_column()
    """When it was last found to have changed."""
    counted_at: Mapped[datetime | None] = mapped_column()


class GivenOut(CodedFacts, Base):
    """The tables of one year as a tier was given them. Kept, never counted anew."""

    __tablename__ = "given_out"
    __table_args__ = (UniqueConstraint("district", "tier", "first_month"),)

    id: Mapped[Key] = mapped_column(default=uuid4)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"))
    tier: Mapped[Code] = mapped_column()
    first_month: Mapped[str] = mapped_column(String(7))
    last_month: Mapped[str] = mapped_column(String(7))
    given_at: Mapped[datetime] = mapped_column()
    given_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
