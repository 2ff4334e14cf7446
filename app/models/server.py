"""What there is once: the server's epoch and counter, its public keys and signed key lists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

from .columns import AreaCode, Kid


class Server(Base):
    """One row, id 1."""

    __tablename__ = "server"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    epoch: Mapped[int] = mapped_column(BigInteger)
    """Changes when the database was restored from a backup. The second in which it began."""
    inbox_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    """The last `server_seq` given to an envelope."""
    swept_at: Mapped[datetime | None] = mapped_column()
    journal_read: Mapped[str] = mapped_column(Text, default="{}")
    """JSON: how many bytes of each journal were replayed here. A restored backup knows of fewer."""


class PublicKey(Base):
    """The public half of a district's intake or archive key: what any process may seal to."""

    __tablename__ = "public_keys"

    kid: Mapped[Kid] = mapped_column(primary_key=True)
    district: Mapped[AreaCode] = mapped_column(index=True)
    use: Mapped[str] = mapped_column(String(8))
    """`intake`, `archive`, or `push` (the VAPID point, one for all districts)."""
    public_key: Mapped[bytes] = mapped_column(LargeBinary(65))
    not_before: Mapped[datetime] = mapped_column()


class KeyList(Base):
    """A key list as it was signed, byte for byte, for the phones of a district."""

    __tablename__ = "key_lists"

    district: Mapped[AreaCode] = mapped_column(primary_key=True)
    serial: Mapped[int] = mapped_column(primary_key=True)
    signed: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
    signer: Mapped[bytes] = mapped_column(LargeBinary(65))
    """The signing key's public point; its fingerprint is in every invite."""
    issued_at: Mapped[datetime] = mapped_column()
