"""Ready replies: short sentences that the desk sends by a chat, without a word about anybody."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

from .columns import AreaCode, Code


class ReadyReply(Base):
    """One reply of a district; a retired one is offered no more."""

    __tablename__ = "ready_replies"

    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"), primary_key=True)
    code: Mapped[Code] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(String(200))
    retired: Mapped[bool] = mapped_column(default=False)
