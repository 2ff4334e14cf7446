"""The referral queue, the moves of a referral, and the case that an accepted one becomes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Key
from app.domain import codes
from app.domain.case import Stage
from app.domain.referral import ReferralState
from app.domain.report import Risk

from .columns import AreaCode, Code, CodedFacts, SealedText, of_some, one_of
from .report import Report

IN_QUEUE = "open IS true"


class Referral(CodedFacts, SealedText, Base):
    """A report in the district's referral queue. In the clear: only what it is sorted by."""

    __tablename__ = "referrals"
    __table_args__ = (
        one_of("state", ReferralState, "state"),
        one_of("risk", Risk, "risk"),
        # One of what is open for each way that the queue is asked: a page costs the same at any
        # depth, however much has been closed.
        of_some("ix_referrals_queue", "district", "due_at", "id", where=IN_QUEUE),
        of_some(
            "ix_referrals_unread",
            *("district", "due_at", "id"),
            where=f"{IN_QUEUE} AND seen_at IS NULL",
        ),
        of_some("ix_referrals_risk", "district", "risk", "due_at", "id", where=IN_QUEUE),
        of_some(
            "ix_referrals_sos",
            *("district", "due_at", "id"),
            where=f"{IN_QUEUE} AND emergency IS true",
        ),
        of_some(
            "ix_referrals_sos_village",
            *("district", "village", "due_at", "id"),
            where=f"{IN_QUEUE} AND emergency IS true",
        ),
        of_some("ix_referrals_taken", "district", "taken_by", "due_at", "id", where=IN_QUEUE),
        of_some("ix_referrals_had_by", "taken_by", "id", where="taken_by IS NOT NULL"),
        of_some("ix_referrals_village", "district", "village", "due_at", "id", where=IN_QUEUE),
        of_some("ix_referrals_same_as", "same_as", where="same_as IS NOT NULL"),
        Index("ix_referrals_changed", "district", "changed_at"),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), unique=True)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"))
    village: Mapped[AreaCode] = mapped_column()
    state: Mapped[Code] = mapped_column(default=ReferralState.RECEIVED)
    open: Mapped[bool] = mapped_column(default=True)
    """Still in the queue: neither accepted nor ended."""
    risk: Mapped[Code] = mapped_column()
    """The risk that counts: proposed by the rules, raised by anyone, lowered by a caseworker."""
    emergency: Mapped[bool] = mapped_column(default=False)
    child: Mapped[bool] = mapped_column(default=False)
    sexual: Mapped[bool] = mapped_column(default=False)
    clock_from: Mapped[datetime] = mapped_column()
    due_at: Mapped[datetime] = mapped_column()
    """When the next thing must have been done: the queue's order."""
    seen_at: Mapped[datetime | None] = mapped_column()
    seen_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    """Who has it."""
    taken_at: Mapped[datetime | None] = mapped_column()
    screened_at: Mapped[datetime | None] = mapped_column()
    settled_at: Mapped[datetime | None] = mapped_column()
    same_as: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"))
    """The referral that this is a duplicate of."""
    changed_at: Mapped[datetime] = mapped_column()
    report: Mapped[Report] = relationship(lazy="joined")


class ReferralMove(SealedText, Base):
    """One step of a referral: who, when, from what to what, and the words given with it."""

    __tablename__ = "referral_moves"

    id: Mapped[Key] = mapped_column(default=uuid4)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    at: Mapped[datetime] = mapped_column()
    by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    act: Mapped[Code] = mapped_column()
    from_state: Mapped[Code] = mapped_column()
    to_state: Mapped[Code] = mapped_column()
    reason: Mapped[str | None] = mapped_column(String(40))


IN_CARE = "closed_at IS NULL"


class Case(CodedFacts, SealedText, Base):
    """An accepted referral in care: one caseworker, one stage."""

    __tablename__ = "cases"
    __table_args__ = (
        one_of("stage", (stage.code for stage in Stage), "stage"),
        one_of("closing_reason", codes.CLOSING_REASON, "closing_reason"),
        of_some("ix_cases_open", "district", "opened_at", "id", where=IN_CARE),
        of_some("ix_cases_closed", "district", "closed_at", "id", where="closed_at IS NOT NULL"),
        Index("ix_cases_opened", "district", "opened_at"),
        of_some("ix_cases_mine", "caseworker_id", "opened_at", "id", where=IN_CARE),
        of_some("ix_cases_carried", "caseworker_id", "stage", "risk", where=IN_CARE),
        # What a table of services points at, so that no row of it can deny the ban.
        UniqueConstraint("id", "settlement_banned"),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), unique=True)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"), index=True)
    caseworker_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    stage: Mapped[Code] = mapped_column(default="intake")
    risk: Mapped[Code] = mapped_column()
    """That of the referral, here once more: whoever ranks caseworkers counts thousands."""
    opened_at: Mapped[datetime] = mapped_column()
    closed_at: Mapped[datetime | None] = mapped_column()
    closing_reason: Mapped[str | None] = mapped_column(String(40))
    settlement_banned: Mapped[bool] = mapped_column(default=True)
    """Sexual violence (UU 12/2022 art. 23) or a child: it can rise, never fall: see `ban`."""
    referral: Mapped[Referral] = relationship(lazy="joined")
