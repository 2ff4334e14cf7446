"""Areas (Kemendagri codes) and the districts that this deployment serves."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

from .columns import AreaCode


class Area(Base):
    """A regency, subdistrict or village. Codes are strings: "33.02.17.2001"."""

    __tablename__ = "areas"

    code: Mapped[AreaCode] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(String(12))
    parent_code: Mapped[str | None] = mapped_column(
        String(13), ForeignKey("areas.code"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))


class District(Base):
    """A regency with a unit that works here, with its two counters."""

    __tablename__ = "districts"

    code: Mapped[AreaCode] = mapped_column(ForeignKey("areas.code"), primary_key=True)
    zone: Mapped[str] = mapped_column(String(40), default="Asia/Jakarta")
    cover_set: Mapped[str] = mapped_column(String(12), default="posyandu")
    cover_name: Mapped[str] = mapped_column(String(40), default="Buku Kader")
    change_seq: Mapped[int] = mapped_column(default=0)
    """The last number given in the district's change stream."""
    trail_seq: Mapped[int] = mapped_column(default=0)
    trail_hash: Mapped[bytes] = mapped_column(LargeBinary(32), default=bytes(32))
    """The head of the trail's hash chain."""


class DistrictSetting(Base):
    """A limit that a district changed from its default: only *local* and *ours* ones."""

    __tablename__ = "district_settings"

    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
    source: Mapped[str | None] = mapped_column(String(120))
    """Where the district has written it down."""
    set_at: Mapped[datetime | None] = mapped_column()
    set_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class Holiday(Base):
    """A day on which the district's offices are closed: service hours stand still."""

    __tablename__ = "holidays"

    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"), primary_key=True)
    on: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    """What people call it."""


class DirectoryNumber(Base):
    """A number to call, shown on the cover and after a report; of a district or a village."""

    __tablename__ = "directory_numbers"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"), index=True)
    village: Mapped[str | None] = mapped_column(String(13))
    kind: Mapped[str] = mapped_column(String(20))
    """`police`, `sapa`, `ambulance`, `lpsk`, `hotline`, `duty`, `midwife`, `clinic`, `fire`."""
    number: Mapped[str] = mapped_column(String(20))
    place: Mapped[int] = mapped_column(default=0)


class CoverEntry(Base):
    """What the cover shows: a date of the village's calendar, or a tip of a month."""

    __tablename__ = "cover_entries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"), index=True)
    village: Mapped[str | None] = mapped_column(String(13))
    kind: Mapped[str] = mapped_column(String(8))
    """`date` or `tip`."""
    on: Mapped[str] = mapped_column(String(10))
    """`2026-11-26` for a date, `11` (the month) for a tip."""
    at: Mapped[str | None] = mapped_column(String(5))
    text: Mapped[str] = mapped_column(String(160))


class ChecklistItem(Base):
    """One question of a visit's checklist; retired, never changed, once it was answered."""

    __tablename__ = "checklist_items"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    district: Mapped[AreaCode] = mapped_column(ForeignKey("districts.code"), index=True)
    purpose: Mapped[str] = mapped_column(String(24))
    code: Mapped[str] = mapped_column(String(40))
    place: Mapped[int] = mapped_column(default=0)
    labels: Mapped[str] = mapped_column(String(800))
    """JSON: language → label."""
    retired: Mapped[bool] = mapped_column(default=False)
