"""The roster: two people for every turn of duty, and what they say of themselves meanwhile."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Key
from app.domain.roster import DutyState, Part

from .columns import AreaCode, Code, one_of


class DutyTurn(Base):
    """One turn: a day of the district or the night that begins on it, and its two people."""

    __tablename__ = "duty_turns"
    __table_args__ = (
        one_of("part", Part, "part"),
        CheckConstraint("first_id <> second_id", name="two_people"),
        UniqueConstraint("district", "on", "part"),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"))
    on: Mapped[date] = mapped_column(Date)
    part: Mapped[Code] = mapped_column()
    first_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    second_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime] = mapped_column()
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))


class DutyWord(Base):
    """What somebody last said in a turn: ready, on the way, handed over. It ends with the turn."""

    __tablename__ = "duty_words"
    __table_args__ = (one_of("state", DutyState, "state"),)

    turn_id: Mapped[UUID] = mapped_column(ForeignKey("duty_turns.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    state: Mapped[Code] = mapped_column()
    at: Mapped[datetime] = mapped_column()
    to_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    """To whom it was handed over, and whether that person"""
    agreed_at: Mapped[datetime | None] = mapped_column()
    """has said yes."""
