"""People: cadres and staff, their roles, and how staff sign in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Key
from app.domain.permissions import Role

from .columns import AreaCode, Code, SealedText, one_of


class Person(Base):
    """Somebody who works here. The name lies under the server key: a thief does not see it."""

    __tablename__ = "people"

    id: Mapped[Key] = mapped_column(default=uuid4)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"), index=True)
    village: Mapped[str | None] = mapped_column(String(13), ForeignKey("areas.code"), index=True)
    """The cadre's own village; None for staff."""
    label: Mapped[bytes] = mapped_column(LargeBinary)
    """Encrypted as `people|label|<id>`: what colleagues call this person."""
    language: Mapped[str] = mapped_column(String(8), default="id")
    created_at: Mapped[datetime] = mapped_column()
    left_at: Mapped[datetime | None] = mapped_column()
    roles: Mapped[list[PersonRole]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", back_populates="person"
    )

    @property
    def role_codes(self) -> frozenset[Role]:
        return frozenset(Role(row.role) for row in self.roles)


class PersonRole(Base):
    """One role of one person; in a small office one person holds several."""

    __tablename__ = "person_roles"
    __table_args__ = (
        one_of("role", Role, "known"),
        # A district has a few staff among thousands of cadres.
        Index("ix_person_roles_role", "role", "person_id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[Code] = mapped_column(primary_key=True)
    person: Mapped[Person] = relationship(back_populates="roles")


class CadreContact(SealedText, Base):
    """How to reach a cadre safely (domain.md 3.3), as she last said; sealed to the archive key."""

    __tablename__ = "cadre_contacts"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    updated_at: Mapped[datetime] = mapped_column()
    number_blind: Mapped[int | None] = mapped_column()
    """Keyed 16-bit hash of the number, to find twins without reading numbers."""


class StaffAccount(Base):
    """How a member of staff signs in: a name, a password, a second factor."""

    __tablename__ = "staff_accounts"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    sign_in_name: Mapped[str] = mapped_column(String(60), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    """Argon2id."""
    totp_seed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Encrypted as `staff_accounts|totp_seed|<person id>`."""
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The last time step that was used: a code counts once."""
    wrong_tries: Mapped[int] = mapped_column(default=0)
    wrong_at: Mapped[datetime | None] = mapped_column()


class StaffSession(Base):
    """A sign-in of staff; the cookie holds the reference, this row only its hash."""

    __tablename__ = "staff_sessions"

    reference_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    began_at: Mapped[datetime] = mapped_column()
    active_at: Mapped[datetime] = mapped_column()
    """The last act of the person; polling is not one."""
    stepped_up_at: Mapped[datetime | None] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()


class RelatedStaff(Base):
    """A member of staff who is related to a referral: to them it is not there."""

    __tablename__ = "related_staff"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), primary_key=True)
    marked_at: Mapped[datetime] = mapped_column()


class RelatedAhead(Base):
    """A member of staff who is related to a report that a restored backup has lost.

    Known from the journal alone: when a phone sends the report again, it becomes `RelatedStaff`.
    """

    __tablename__ = "related_ahead"

    report_id: Mapped[Key] = mapped_column()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    marked_at: Mapped[datetime] = mapped_column()
