"""Moments at which somebody is told, unless what they wait for has come by then."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Key

from .columns import AreaCode, Code


class Reminder(Base):
    """One moment; gone once it has come. Ids and codes only."""

    __tablename__ = "reminders"
    __table_args__ = (
        Index("ix_reminders_at", "at"),
        Index("ix_reminders_object_id", "object_id", "kind"),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"))
    kind: Mapped[Code] = mapped_column()
    object_id: Mapped[UUID] = mapped_column()
    """What is waited for: a service referral, a line of a recall list, a visit, a follow-up. Of
    what cannot wait: the cadre who told it."""
    report_id: Mapped[UUID] = mapped_column()
    at: Mapped[datetime] = mapped_column()
