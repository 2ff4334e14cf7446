"""The two change streams: what each phone, and every phone of a district, has yet to fetch."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

from .columns import AreaCode, Code


class DeviceItem(Base):
    """The newest version of one item for one phone, sealed when it changed; or that it is gone."""

    __tablename__ = "device_items"
    __table_args__ = (Index("ix_device_items_stream", "device_id", "seq"),)

    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
    """Its place in the device's stream, given at the end of the transaction."""
    schema: Mapped[int] = mapped_column(default=1)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    gone: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column()
    gone_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the sweeper must write `gone`: windows pass by themselves."""


class DistrictItem(Base):
    """The newest version of one open item for all phones of a district or of one village."""

    __tablename__ = "district_items"
    __table_args__ = (Index("ix_district_items_stream", "district", "seq"),)

    district: Mapped[AreaCode] = mapped_column(primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    village: Mapped[str | None] = mapped_column()
    """None: for every phone of the district."""
    seq: Mapped[int] = mapped_column(default=0)
    schema: Mapped[int] = mapped_column(default=1)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """JSON, in the clear: nothing here is about a person."""
    gone: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column()
