"""What a survivor was asked and said, once for each talk; and the bases that need no consent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Key

from .columns import CodedFacts, SealedText


class Consent(CodedFacts, SealedText, Base):
    """One talk: who gave which word for which purpose, how, and what had been explained.

    Never changed: a later talk is a new version, purpose by purpose.
    """

    __tablename__ = "consents"

    id: Mapped[Key] = mapped_column(default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime] = mapped_column()
    by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class LegalBasis(CodedFacts, SealedText, Base):
    """A person decided that something may go out without her consent, and why."""

    __tablename__ = "legal_bases"

    id: Mapped[Key] = mapped_column(default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime] = mapped_column()
    by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
