"""Alerts: what a person should come and see, and the outbox of what must leave the house."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Key

from .columns import AreaCode, Code


class Alert(Base):
    """Somebody should look at something: codes and ids only. Push is a hint; this is the record."""

    __tablename__ = "alerts"
    __table_args__ = (Index("ix_alerts_person", "person_id", "acknowledged_at"),)

    id: Mapped[Key] = mapped_column(default=uuid4)
    district: Mapped[AreaCode] = mapped_column(index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    """For one person; or else"""
    role: Mapped[str | None] = mapped_column(String(16))
    """for everyone of this role in the district."""
    kind: Mapped[Code] = mapped_column()
    urgent: Mapped[bool] = mapped_column(default=False)
    report_id: Mapped[UUID | None] = mapped_column()
    visit_id: Mapped[UUID | None] = mapped_column()
    made_at: Mapped[datetime] = mapped_column()
    shown_at: Mapped[datetime | None] = mapped_column()
    acknowledged_at: Mapped[datetime | None] = mapped_column()
    acknowledged_by: Mapped[UUID | None] = mapped_column()


class OutboxRow(Base):
    """One push to one subscription, written with what caused it. The queue only rings a bell."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "sent_at", "given_up_at", "due_at"),)

    id: Mapped[Key] = mapped_column(default=uuid4)
    alert_id: Mapped[UUID | None] = mapped_column(ForeignKey("alerts.id"), index=True)
    subscription_id: Mapped[UUID] = mapped_column(index=True)
    urgent: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column()
    due_at: Mapped[datetime] = mapped_column()
    """Not before: a random 0–120 s later when it is not urgent; later after a failure."""
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column()
    given_up_at: Mapped[datetime | None] = mapped_column()
    last_status: Mapped[str | None] = mapped_column(String(40))
    """HTTP status or class of the failure; never an address."""
