"""Passkeys of staff: they open the on-call card, and nothing that is sealed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Key


class Passkey(Base):
    """The public half of a key that lies in somebody's telephone."""

    __tablename__ = "passkeys"

    id: Mapped[Key] = mapped_column(default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    """As the telephone last said; a copy that is behind is refused. Many always say 0."""
    made_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()


class CardSession(Base):
    """A card that a passkey opened for some minutes; the row holds only its reference's hash."""

    __tablename__ = "card_sessions"

    reference_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    passkey_id: Mapped[UUID] = mapped_column(
        ForeignKey("passkeys.id", ondelete="CASCADE"), index=True
    )
    began_at: Mapped[datetime] = mapped_column()
