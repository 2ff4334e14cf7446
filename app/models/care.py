"""What care writes down about a case: steps, looks back, closing, following up, the safe way.

Consent, plan and work have files of their own.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Key
from app.domain import codes

from .columns import AreaCode, Code, CodedFacts, SealedText, of_some, one_of


class CaseMove(SealedText, Base):
    """One step of a case: a stage, a level of risk, another caseworker; its words are sealed."""

    __tablename__ = "case_moves"

    id: Mapped[Key] = mapped_column(default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime] = mapped_column()
    by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    act: Mapped[Code] = mapped_column()
    """`stage`, `again`, `closing`, `kept_open`, `closed`, `reopened`, `risk`, `assign`."""
    from_code: Mapped[str | None] = mapped_column(String(40))
    to_code: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(40))


class Assessment(CodedFacts, SealedText, Base):
    """What was found about a case; the newest counts, none is changed."""

    __tablename__ = "assessments"

    id: Mapped[Key] = mapped_column(default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime] = mapped_column()
    by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))


class Review(CodedFacts, SealedText, Base):
    """A look back: while services run (monitoring), and at their end (evaluation)."""

    __tablename__ = "reviews"
    __table_args__ = (one_of("kind", ("monitoring", "evaluation"), "kind"),)

    id: Mapped[Key] = mapped_column(default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[Code] = mapped_column()
    at: Mapped[datetime] = mapped_column()
    by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))


class PartnerScore(CodedFacts, SealedText, Base):
    """How a partner did for one survivor, as her caseworker saw it; the newest counts."""

    __tablename__ = "partner_scores"

    id: Mapped[Key] = mapped_column(default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"), index=True)
    at: Mapped[datetime] = mapped_column()
    by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))


class Closing(CodedFacts, SealedText, Base):
    """That somebody wants to close a case, and what a second person said."""

    __tablename__ = "closings"
    __table_args__ = (
        one_of("reason", codes.CLOSING_REASON, "reason"),
        one_of("state", codes.CLOSING_STATE, "state"),
        of_some("ix_closings_asked", "case_id", where="state = 'asked'"),
        # Two persons; or, where there is no head, one of the parent office, named and flagged.
        CheckConstraint(
            "state <> 'approved' OR by_parent_office"
            " OR (settled_by IS NOT NULL AND settled_by <> asked_by)",
            name="second_person",
        ),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    reason: Mapped[Code] = mapped_column()
    from_stage: Mapped[Code] = mapped_column()
    """Where the case goes back to if it stays open."""
    state: Mapped[Code] = mapped_column(default="asked")
    asked_at: Mapped[datetime] = mapped_column()
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    settled_at: Mapped[datetime | None] = mapped_column()
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    by_parent_office: Mapped[bool] = mapped_column(default=False)
    """Flagged: no head was there; the name of who agreed is sealed."""


class FollowUp(CodedFacts, SealedText, Base):
    """To ask after her one, three and six months after closing."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        one_of("state", codes.FOLLOW_UP_STATE, "state"),
        Index("ix_follow_ups_due", "state", "due_at"),
        of_some("ix_follow_ups_mine", "asker_id", "due_at", "case_id", where="state = 'open'"),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    closing_id: Mapped[UUID] = mapped_column(ForeignKey("closings.id"))
    months: Mapped[int] = mapped_column()
    due_at: Mapped[datetime] = mapped_column()
    asker_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    """Who is to ask next: the case's caseworker, on the first day that is open, on no other."""
    state: Mapped[Code] = mapped_column(default="open")
    done_at: Mapped[datetime | None] = mapped_column()
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class SafeWay(SealedText, Base):
    """How a survivor is reached from now on, as she last said; the newest counts. All sealed."""

    __tablename__ = "safe_ways"

    id: Mapped[Key] = mapped_column(default=uuid4)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    at: Mapped[datetime] = mapped_column()
    by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    ask_again_at: Mapped[datetime] = mapped_column()


class Handover(Base):
    """A member of staff leaves: begun, and finished when nothing runs through them any more."""

    __tablename__ = "handovers"

    id: Mapped[Key] = mapped_column(default=uuid4)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column()
    begun_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None] = mapped_column()
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
