"""The district's partners: offices and people to whom a survivor may be sent on."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Key
from app.domain.partner import FEE, KIND, MOU

from .columns import AreaCode, Code, CodedFacts, one_of


class Partner(CodedFacts, Base):
    """One partner. Under the server key: who answers there, and on which number."""

    __tablename__ = "partners"
    __table_args__ = (
        one_of("kind", KIND, "kind"),
        one_of("mou", MOU, "mou"),
        one_of("fee", FEE, "fee"),
        # Who knows where a shelter is can find whoever hides there.
        CheckConstraint("kind <> 'shelter' OR address IS NULL", name="no_shelter_address"),
        CheckConstraint("fallback_id <> id", name="no_own_fallback"),
        Index("ix_partners_name", "district", "name_key", "id"),
    )

    id: Mapped[Key] = mapped_column(default=uuid4)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"))
    kind: Mapped[Code] = mapped_column()
    name: Mapped[str] = mapped_column(String(80))
    """What the office is called."""
    name_key: Mapped[str] = mapped_column(String(80))
    """The same in small letters: searched and sorted by."""
    address: Mapped[str | None] = mapped_column(String(120))
    elsewhere: Mapped[bool] = mapped_column(default=False)
    """It lies in a neighbouring district."""
    mou: Mapped[Code] = mapped_column(default="none")
    mou_number: Mapped[str | None] = mapped_column(String(60))
    mou_from: Mapped[date | None] = mapped_column(Date)
    mou_until: Mapped[date | None] = mapped_column(Date)
    mou_scope: Mapped[str | None] = mapped_column(String(200))
    hours: Mapped[str | None] = mapped_column(String(80))
    capacity: Mapped[int | None] = mapped_column()
    fee: Mapped[Code] = mapped_column(default="unknown")
    accessibility: Mapped[str] = mapped_column(String(160), default="")
    """Codes, comma-separated."""
    fallback_id: Mapped[UUID | None] = mapped_column(ForeignKey("partners.id"))
    """Who is asked when this one refuses."""
    checked_at: Mapped[datetime] = mapped_column()
    """When somebody last made sure that all this is true."""
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    retired_at: Mapped[datetime | None] = mapped_column()

    @property
    def offers(self) -> tuple[str, ...]:
        """What makes it accessible."""
        return tuple(code for code in self.accessibility.split(",") if code)
