"""Follow-up visits: what was handed to a cadre, how it went, what she recorded."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Key
from app.domain.visit import VisitState

from .columns import AreaCode, Code, CodedFacts, SealedText, of_some, one_of
from .report import Report

ON_THE_BOARD = "state IN ('accepted', 'assigned', 'ended', 'postponed', 'started')"
LATELY_OVER = "state IN ('declined', 'expired', 'recorded')"


class Visit(CodedFacts, SealedText, Base):
    """A visit with its window. Sealed: alias, safe contact, place, what to look for."""

    __tablename__ = "visits"
    __table_args__ = (
        one_of("state", VisitState, "state"),
        of_some(
            "ix_visits_board",
            *("district", "due_at", "id", "state", "report_id"),
            where=ON_THE_BOARD,
        ),
        of_some("ix_visits_recorded", "district", "recorded_at", where="recorded_at IS NOT NULL"),
        of_some("ix_visits_over", "district", "changed_at", "id", where=LATELY_OVER),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"))
    village: Mapped[AreaCode] = mapped_column()
    cadre_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    handed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    purpose: Mapped[Code] = mapped_column()
    place_kind: Mapped[Code] = mapped_column()
    state: Mapped[Code] = mapped_column(default=VisitState.ASSIGNED)
    opens_at: Mapped[datetime] = mapped_column()
    due_at: Mapped[datetime] = mapped_column()
    agreed_at: Mapped[datetime | None] = mapped_column()
    """When the survivor agreed to it, as the caseworker set it."""
    details_told: Mapped[bool] = mapped_column(default=False)
    """`visit_details` went to the phone (at most 48 h before it opens)."""
    handed_at: Mapped[datetime] = mapped_column()
    planned_at: Mapped[datetime | None] = mapped_column()
    started_at: Mapped[datetime | None] = mapped_column()
    check_out_at: Mapped[datetime | None] = mapped_column()
    """When she must have checked out; None: no clock runs."""
    check_out_told: Mapped[int] = mapped_column(default=0)
    """How many steps of the escalation have been taken."""
    ended_at: Mapped[datetime | None] = mapped_column()
    how: Mapped[str | None] = mapped_column(String(16))
    need: Mapped[str | None] = mapped_column(String(12))
    recorded_at: Mapped[datetime | None] = mapped_column()
    settled_why: Mapped[str | None] = mapped_column(String(20))
    """Why it was declined or withdrawn."""
    changed_at: Mapped[datetime] = mapped_column()
    report: Mapped[Report] = relationship(lazy="joined")


class VisitRecord(CodedFacts, SealedText, Base):
    """What a cadre recorded after a visit; its id is the envelope's. A second one is added."""

    __tablename__ = "visit_records"

    id: Mapped[Key] = mapped_column(default=uuid4)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    received_at: Mapped[datetime] = mapped_column()
    happened_at: Mapped[datetime] = mapped_column()
    outcome: Mapped[Code] = mapped_column()
    unlocked: Mapped[bool] = mapped_column(default=True)
    flags: Mapped[str] = mapped_column(String(400), default="")


class VisitStep(CodedFacts, SealedText, Base):
    """One act of a cadre on a visit (`accept`, `plan`, `start`, `end`, …) as she sent it."""

    __tablename__ = "visit_steps"

    id: Mapped[Key] = mapped_column(default=uuid4)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    act: Mapped[Code] = mapped_column()
    received_at: Mapped[datetime] = mapped_column()
    happened_at: Mapped[datetime] = mapped_column()
    flags: Mapped[str] = mapped_column(String(400), default="")
