"""The plan of a case, row by row: what she needs, and what she says to it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Key
from app.domain import codes

from .columns import Code, CodedFacts, SealedText, one_of


class PlanRow(CodedFacts, SealedText, Base):
    """One row. Sealed: need, goal, resource, expected result, who. In the clear: its clock."""

    __tablename__ = "plan_rows"
    __table_args__ = (one_of("state", codes.PLAN_STATE, "state"),)

    id: Mapped[Key] = mapped_column(default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[Code] = mapped_column(default="open")
    due_at: Mapped[datetime] = mapped_column()
    made_at: Mapped[datetime] = mapped_column()
    made_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime] = mapped_column()
