"""The trail: who read or did what to which row. Append-only; ids and codes, never content."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

from .columns import AreaCode, Code


class TrailRow(Base):
    """One link of a district's hash chain."""

    __tablename__ = "trail"
    __table_args__ = (Index("ix_trail_object", "object_kind", "object_id"),)

    district: Mapped[AreaCode] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column()
    by: Mapped[UUID | None] = mapped_column()
    """The person; None: the machine itself."""
    act: Mapped[Code] = mapped_column()
    object_kind: Mapped[str] = mapped_column(String(24))
    object_id: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(60))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 over the former hash and this row."""
