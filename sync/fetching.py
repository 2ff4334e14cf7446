"""What a phone has not seen yet: two streams, its own and its district's, after one cursor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import or_, select

from app.db import db, transaction
from app.models import Device, DeviceItem, District, DistrictItem
from app.sealing import Cursor, b64, phone_keys
from app.services.changes import MATCH, POLICY, UNTIL_CONFIRMED, open_id
from sync import epochs
from sync.protocol import ITEM_SCHEMA, MOST_ITEMS, Changes, Item


@dataclass(frozen=True, slots=True)
class Place:
    """How far a phone has read, and whether it must begin anew."""

    device: int
    district: int
    reset: bool


def since(device: Device, cursor: str | None, *, schema: int, now: datetime) -> Changes | None:
    """Return the next page for this device, or None when there is nothing.

    Reads only; unless a cursor that is ours lies ahead of us, which begins a new epoch.
    """
    seen = phone_keys().read_cursor(cursor, device.id) if cursor else None
    epoch = epochs.current(db.session)
    if seen is not None and _is_ahead(seen, device, epoch):
        epoch = _renew(seen, epoch, now)
    place = _place(seen, epoch)
    if schema < ITEM_SCHEMA:
        return _upgrade(device, epoch, place)
    page = _page(device, place)
    if not page.items and not place.reset:
        return None
    return Changes(
        epoch=epoch,
        cursor=phone_keys().cursor(epoch, page.device, page.district, device.id),
        items=page.items,
        more=page.more,
        reset=place.reset,
    )


def _is_ahead(seen: Cursor, device: Device, epoch: int) -> bool:
    if seen.epoch != epoch:
        return seen.epoch > epoch
    district = db.session.scalars(
        select(District.change_seq).where(District.code == device.district)
    ).one()
    own = db.session.scalars(select(Device.change_seq).where(Device.id == device.id)).one()
    return seen.device > own or seen.district > district


def _renew(seen: Cursor, epoch: int, now: datetime) -> int:
    with transaction() as session:
        epochs.begin(session, after=max(seen.epoch, epoch), now=now)
        return epochs.current(session)


def _place(seen: Cursor | None, epoch: int) -> Place:
    if seen is None or seen.epoch != epoch:
        return Place(0, 0, reset=True)
    return Place(seen.device, seen.district, reset=False)


@dataclass(frozen=True, slots=True)
class Page:
    items: list[Item]
    device: int
    district: int
    more: bool


def _page(device: Device, place: Place) -> Page:
    own = db.session.scalars(_own(device, place)).all()[: MOST_ITEMS + 1]
    room = MOST_ITEMS - min(len(own), MOST_ITEMS)
    shared = db.session.scalars(_shared(device, place)).all() if room else []
    more = len(own) > MOST_ITEMS or len(shared) > room or not room
    own, shared = own[:MOST_ITEMS], shared[:room]
    return Page(
        [_sealed(row) for row in own] + [_open(row) for row in shared],
        own[-1].seq if own else place.device,
        shared[-1].seq if shared else place.district,
        more,
    )


def _own(device: Device, place: Place):
    query = (
        select(DeviceItem)
        .where(DeviceItem.device_id == device.id, DeviceItem.seq > place.device)
        .order_by(DeviceItem.seq)
        .limit(MOST_ITEMS + 1)
    )
    if device.state == "pending":
        query = query.where(DeviceItem.kind.in_(UNTIL_CONFIRMED))
    if place.reset:
        query = query.where(DeviceItem.gone.is_(False) | (DeviceItem.kind == MATCH))
    return query


def _shared(device: Device, place: Place):
    here = or_(DistrictItem.village.is_(None), DistrictItem.village == device.person.village)
    query = (
        select(DistrictItem)
        .where(DistrictItem.district == device.district, DistrictItem.seq > place.district, here)
        .order_by(DistrictItem.seq)
        .limit(MOST_ITEMS + 1)
    )
    return query.where(DistrictItem.gone.is_(False)) if place.reset else query


def _sealed(row: DeviceItem) -> Item:
    if row.gone:
        return Item(id=str(row.item_id), kind=row.kind, schema=row.schema, gone=True)
    return Item(id=str(row.item_id), kind=row.kind, schema=row.schema, sealed=b64(row.sealed))


def _open(row: DistrictItem) -> Item:
    if row.gone:
        return Item(id=str(row.item_id), kind=row.kind, schema=row.schema, gone=True)
    content = msgspec.json.decode(row.content)
    return Item(id=str(row.item_id), kind=row.kind, schema=row.schema, open=content)


def _upgrade(device: Device, epoch: int, place: Place) -> Changes:
    """Tell an app that cannot read today's items to renew itself; it has read nothing by this."""
    row = db.session.scalars(
        select(DistrictItem).where(
            DistrictItem.district == device.district, DistrictItem.kind == POLICY
        )
    ).first()
    content = msgspec.json.decode(row.content) if row is not None and row.content else {}
    policy, told = str(open_id(device.district, POLICY)), content | {"upgrade": True}
    item = Item(id=policy, kind=POLICY, schema=1, open=told)
    # Back to before the true policy: the renewed app must get it again, without `upgrade`.
    district = min(place.district, row.seq - 1) if row is not None else place.district
    cursor = phone_keys().cursor(epoch, place.device, district, device.id)
    return Changes(epoch=epoch, cursor=cursor, items=[item], more=False)
