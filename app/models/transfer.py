"""A referral that was sent on to another district, and the copy that lies there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Key
from app.domain.transfer import BASES, REFUSAL, TransferState

from .columns import AreaCode, Code, one_of
from .referral import Referral


class Transfer(Base):
    """An explicit grant with an end: another district may have a copy and must answer in time.

    Both districts see this row; of the other's referral neither sees anything.
    """

    __tablename__ = "transfers"
    __table_args__ = (
        one_of("state", TransferState, "state"),
        one_of("basis", BASES, "basis"),
        one_of("refusal", REFUSAL, "refusal"),
        CheckConstraint("referral_id IS NOT NULL OR copy_id IS NOT NULL", name="somebodys"),
        CheckConstraint("from_district <> to_district", name="another"),
        CheckConstraint("state = 'sent' OR answered_at IS NOT NULL", name="answered"),
        Index("ix_transfers_ends", "state", "ends_at"),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    from_district: Mapped[AreaCode] = mapped_column(index=True)
    to_district: Mapped[AreaCode] = mapped_column(index=True)
    to_name: Mapped[str] = mapped_column(String(80), default="")
    """What an office is called that does not work in this installation."""
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"), index=True)
    """The sender's row; None where only the copy is here."""
    copy_id: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"), index=True)
    """The receiver's row; None where the copy went as a file."""
    state: Mapped[Code] = mapped_column(default=TransferState.SENT)
    basis: Mapped[Code] = mapped_column()
    method: Mapped[str | None] = mapped_column(String(20))
    sent_at: Mapped[datetime] = mapped_column()
    sent_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    ends_at: Mapped[datetime] = mapped_column()
    answered_at: Mapped[datetime | None] = mapped_column()
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    refusal: Mapped[str | None] = mapped_column(String(20))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The copy as a file, sealed to the other district's key: nobody here can open it."""
    sealed_kid: Mapped[str | None] = mapped_column(String(64))
    key_point: Mapped[str | None] = mapped_column(String(100))
    """The public half of that key, compared by telephone: what comes later is sealed to it, too."""
    told: Mapped[int] = mapped_column(default=0)
    """How much had been added here when the other district was last told."""
    referral: Mapped[Referral | None] = relationship(lazy="joined", foreign_keys=[referral_id])
    copy: Mapped[Referral | None] = relationship(lazy="joined", foreign_keys=[copy_id])

    @property
    def by_file(self) -> bool:
        """Whether it went, or came, as a file."""
        return self.referral_id is None or self.copy_id is None


class TransferNews(Base):
    """What was added after a copy had gone, and sent after it."""

    __tablename__ = "transfer_news"

    id: Mapped[Key] = mapped_column(default=uuid4)
    transfer_id: Mapped[UUID] = mapped_column(ForeignKey("transfers.id"), index=True)
    sent_at: Mapped[datetime] = mapped_column()
    sent_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    """None: it came from an office elsewhere."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """As a file, where that office works elsewhere; only of the last, which says everything."""
