"""Onward from a case: what is asked of partners, what they answer, what is asked back."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Key
from app.domain.codes import SERVICE, SERVICES
from app.domain.service_referral import ESCORT, RECALL, ServiceState

from .columns import AreaCode, Code, SealedText, of_some, one_of
from .partner import Partner
from .referral import Case

KINDS_OF_SERVICE = [what for kinds in SERVICES.values() for what in kinds]


class ServiceReferral(SealedText, Base):
    """One service asked of one partner, or of the UPTD itself. Sealed: the words for the letter.

    `settlement_banned` follows the case's by foreign key, so that no row can claim otherwise and
    the ban holds against whoever writes here (UU 12/2022 art. 23); the case's never falls (`ban`).
    """

    __tablename__ = "service_referrals"
    __table_args__ = (
        one_of("service", SERVICE, "service"),
        one_of("what", KINDS_OF_SERVICE, "what"),
        one_of("escort", ESCORT, "escort"),
        one_of("state", ServiceState, "state"),
        CheckConstraint(
            "what IS NULL OR what <> 'civil_mediation' OR partner_id IS NULL",
            name="mediation_by_us_only",
        ),
        CheckConstraint(
            "what IS NULL OR what <> 'civil_mediation' OR state IN ('cancelled', 'recalled')"
            " OR NOT settlement_banned",
            name="no_settlement",
        ),
        ForeignKeyConstraint(
            ["case_id", "settlement_banned"],
            ["cases.id", "cases.settlement_banned"],
            onupdate="CASCADE",
        ),
        Index("ix_service_referrals_due", "district", "state", "reply_due_at", "case_id"),
        Index("ix_service_referrals_made", "district", "made_at", "id"),
        *(
            of_some(f"ix_service_referrals_{what}", "district", at, where=f"{at} IS NOT NULL")
            for what, at in (("sent", "sent_at"), ("told", "answered_at"), ("given", "served_at"))
        ),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    case_id: Mapped[UUID] = mapped_column(index=True)
    settlement_banned: Mapped[bool] = mapped_column()
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"))
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partners.id"), index=True)
    """None: the UPTD gives the service itself."""
    service: Mapped[Code] = mapped_column()
    what: Mapped[str | None] = mapped_column(String(40))
    """Which kind of this service."""
    escort: Mapped[Code] = mapped_column()
    state: Mapped[Code] = mapped_column(default=ServiceState.DRAFT)
    urgent: Mapped[bool] = mapped_column(default=False)
    """Sent without waiting for approval."""
    basis: Mapped[str | None] = mapped_column(String(20))
    """What it was shared on: `consent`, or a legal basis."""
    without_mou: Mapped[bool] = mapped_column(default=False)
    """No agreement stood on the day when it was sent."""
    lacks: Mapped[str] = mapped_column(String(160), default="")
    """What the partner could not offer her; codes, comma-separated."""
    made_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column()
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    sent_at: Mapped[datetime | None] = mapped_column()
    reply_due_at: Mapped[datetime | None] = mapped_column()
    answered_at: Mapped[datetime | None] = mapped_column()
    scheduled_on: Mapped[date | None] = mapped_column(Date)
    served_at: Mapped[datetime | None] = mapped_column()
    refusal: Mapped[str | None] = mapped_column(String(20))
    former_id: Mapped[UUID | None] = mapped_column(ForeignKey("service_referrals.id"))
    """The one that this took over from."""
    changed_at: Mapped[datetime] = mapped_column()
    case: Mapped[Case] = relationship(
        lazy="joined", foreign_keys=[case_id], primaryjoin="ServiceReferral.case_id == Case.id"
    )
    partner: Mapped[Partner | None] = relationship(lazy="joined")


class ServiceStep(SealedText, Base):
    """One step of a service referral: who, when, from what to what."""

    __tablename__ = "service_steps"

    id: Mapped[Key] = mapped_column(default=uuid4)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service_referrals.id"), index=True)
    at: Mapped[datetime] = mapped_column()
    by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    """None: the machine, or the law."""
    from_state: Mapped[Code] = mapped_column()
    to_state: Mapped[Code] = mapped_column()
    reason: Mapped[str | None] = mapped_column(String(40))


class UnmetNeed(Base):
    """That no partner could be found for somebody: evidence for the yearly proposal."""

    __tablename__ = "unmet_needs"
    __table_args__ = (
        UniqueConstraint("case_id", "service", "what", "why"),
        one_of("why", ("access", "no_mou"), "why"),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"), index=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    service: Mapped[Code] = mapped_column()
    what: Mapped[str] = mapped_column(String(40), default="")
    why: Mapped[str] = mapped_column(String(12))
    """`access`: nobody offers what she needs; `no_mou`: refused for want of an agreement."""
    lacks: Mapped[str] = mapped_column(String(160), default="")
    at: Mapped[datetime] = mapped_column()


class PartnerLink(Base):
    """A one-time way for a partner to answer; here only its hash. Codes, no names, no words."""

    __tablename__ = "partner_links"

    id: Mapped[Key] = mapped_column(default=uuid4)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service_referrals.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime] = mapped_column()
    made_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()
    answer: Mapped[str | None] = mapped_column(String(20))
    refusal: Mapped[str | None] = mapped_column(String(20))
    on: Mapped[date | None] = mapped_column(Date)
    settled: Mapped[str | None] = mapped_column(String(12))
    """`confirmed` or `discarded` by staff, `ended` when the referral moved on without it."""
    settled_at: Mapped[datetime | None] = mapped_column()
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class Recall(Base):
    """One referral on the recall list of a withdrawal (UU 27/2022: 3 x 24 h)."""

    __tablename__ = "recalls"
    __table_args__ = (
        UniqueConstraint("withdrawal_id", "service_id"),
        one_of("result", RECALL, "result"),
        Index("ix_recalls_due", "district", "settled_at", "due_at"),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    withdrawal_id: Mapped[UUID] = mapped_column(ForeignKey("withdrawals.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service_referrals.id"), index=True)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"))
    due_at: Mapped[datetime] = mapped_column()
    result: Mapped[str | None] = mapped_column(String(24))
    settled_at: Mapped[datetime | None] = mapped_column()
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    service: Mapped[ServiceReferral] = relationship(lazy="joined")


class SimfoniRef(Base):
    """Under which number the data officer found a case in SIMFONI-PPA."""

    __tablename__ = "simfoni_refs"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    ref: Mapped[str] = mapped_column(String(40))
    noted_at: Mapped[datetime] = mapped_column()
    noted_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
