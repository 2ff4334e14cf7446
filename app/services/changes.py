"""What phones will fetch: written when it changes, sealed at once, numbered as the last work.

Two streams, a device's own and its district's. A row holds the newest version of one item; its
number tells who has not seen it yet. Numbers are given in `at_end`, when everything else is done: a
number that is visible has no smaller one still to come.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db import at_end, db, row_lock
from app.models import Device, DeviceItem, District, DistrictItem
from app.sealing import ITEM_SCHEMA, ITEM_SIZES, item_info, seal

COUNTERS = 1
"""Their place in the order of locks: after the work, before the trail."""
POLICY = "policy"
_OPEN_ITEMS = UUID("6f1c3c3e-3a0e-4f0e-9d54-5d1b1a5c9b3f")
UNTIL_CONFIRMED = frozenset({"report_status", "alert"})
PLEASE_CALL = "please_call"
MATCH = "match"
"""The four digits that a new phone shows until they were compared; only ever told as gone."""


def open_id(district: str, kind: str, what: str = "") -> UUID:
    """Return the id of an open item: the same for ever, so that a newer version replaces it."""
    return uuid5(_OPEN_ITEMS, f"{district}|{kind}|{what}")


def tell_device(
    device: Device,
    kind: str,
    item_id: UUID,
    content: dict,
    *,
    now: datetime,
    gone_at: datetime | None = None,
) -> None:
    """Seal an item to this phone. An ended phone is told nothing; a pending one little.

    One that may have a copy is told only to call: the rest waits, unsealed, until it is known to be
    hers (`copies.vouch`), and `resealing` seals what is open then.

    `gone_at`: when the phone must forget it by itself, if nothing else happens before.
    """
    if device.state == "ended" or (device.state == "pending" and not _for_pending(kind, content)):
        return
    if device.cloned_at is not None and content.get("state") != PLEASE_CALL:
        hold_back(device)
        return
    item = _item(device.id, kind, item_id)
    info = item_info(kind, device.id, item_id, ITEM_SCHEMA)
    item.sealed = seal(device.public_key, info, content, ITEM_SIZES)
    item.schema, item.gone, item.gone_at = ITEM_SCHEMA, False, gone_at
    _changed(item, now)


def active_phone(person_id: UUID) -> Device | None:
    """Return the one phone of a cadre that a person has confirmed.

    Without one she is told nothing now: `resealing` seals what is open to the next.
    """
    found = select(Device).where(Device.person_id == person_id, Device.state == "active")
    return db.session.scalars(found).first()


def gone(device_id: UUID, kind: str, item_id: UUID, *, now: datetime) -> None:
    """Let a phone forget an item. One that it was never told of is not mentioned now."""
    item = _locked_item(device_id, kind, item_id)
    if item is not None and not item.gone:
        item.sealed, item.gone, item.gone_at = None, True, None
        _changed(item, now)


def digits_compared(device: Device, *, now: datetime) -> None:
    """Let a phone ask its cadre no more to read out its four digits. Needs no key."""
    item = _item(device.id, MATCH, device.id)
    item.gone = True
    _changed(item, now)


def gone_everywhere(kind: str, item_id: UUID, *, now: datetime) -> None:
    """Let every phone that was told of it forget an item."""
    told = select(DeviceItem.device_id).where(
        DeviceItem.kind == kind, DeviceItem.item_id == item_id, DeviceItem.gone.is_(False)
    )
    for device_id in db.session.scalars(told).all():
        gone(device_id, kind, item_id, now=now)


def let_go_of_passed(*, now: datetime, at_most: int = 200) -> int:
    """Write `gone` for items whose time has passed; return how many. For the sweeper: no key."""
    passed = (
        select(DeviceItem)
        .where(DeviceItem.gone_at <= now, DeviceItem.gone.is_(False))
        .limit(at_most)
        .with_for_update(skip_locked=True, key_share=True)  # The next sweep finds the others.
    )
    items = db.session.scalars(passed).all()
    for item in items:
        gone(item.device_id, item.kind, item.item_id, now=now)
    return len(items)


def tell_district(
    district: str,
    kind: str,
    content: dict | None,
    *,
    now: datetime,
    what: str = "",
    village: str | None = None,
) -> bool:
    """Publish an open item to a district's phones; None takes it back; unchanged writes nothing.

    `what` tells items of one kind apart. Returns whether anything changed.
    """
    key = (district, kind, open_id(district, kind, what))
    item = db.session.get(DistrictItem, key)
    # Sorted, so that the same content is the same bytes.
    written = None if content is None else msgspec.json.encode(content, order="sorted")
    if item is None and written is None:
        return False
    if item is not None and (item.content, item.village) == (written, village):
        return False
    if item is None:
        item = DistrictItem(district=district, kind=kind, item_id=key[2])
        db.session.add(item)
    item.content, item.village, item.gone = written, village, written is None
    item.schema, item.changed_at, item.seq = 1, now, 0
    _at_the_end(f"district:{district}", lambda session: _number_district(session, district))
    return True


def _for_pending(kind: str, content: dict) -> bool:
    return kind in UNTIL_CONFIRMED and (kind != "alert" or content["kind"] == "drill_received")


def _item(device_id: UUID, kind: str, item_id: UUID) -> DeviceItem:
    item = _locked_item(device_id, kind, item_id)
    if item is None:
        item = DeviceItem(device_id=device_id, kind=kind, item_id=item_id)
        db.session.add(item)
    return item


def _locked_item(device_id: UUID, kind: str, item_id: UUID) -> DeviceItem | None:
    # Locked as it is read: a phone that ends at this moment takes its items away.
    key = (device_id, kind, item_id)
    return db.session.get(DeviceItem, key, with_for_update=row_lock(), populate_existing=True)


def _changed(item: DeviceItem, now: datetime) -> None:
    item.changed_at, item.seq = now, 0
    device_id = item.device_id
    _at_the_end(f"device:{device_id}", lambda session: _number_device(session, device_id))


def hold_back(device: Device) -> None:
    """Let the worker seal what is open to this phone once it is hers again.

    Written as the last work, and with a number of its own, so that a worker who seals to it at this
    very moment sees that something came in between.
    """
    waits = (
        update(Device)
        .where(Device.id == device.id)
        .values(items_sealed_at=None, change_seq=Device.change_seq + 1)
        .execution_options(synchronize_session=False)
    )
    _at_the_end(f"device:{device.id}:held", lambda session: session.execute(waits))


def _at_the_end(stream: str, number) -> None:
    order = (COUNTERS, stream)
    if order not in db.session().info["at_end"]:
        at_end(order, number)


def _number_device(session: Session, device_id: UUID) -> None:
    mine = (DeviceItem.device_id == device_id, DeviceItem.seq == 0)
    items = session.scalars(select(DeviceItem).where(*mine).order_by(DeviceItem.changed_at)).all()
    _number(session, items, Device.change_seq, Device.id == device_id)


def _number_district(session: Session, district: str) -> None:
    mine = (DistrictItem.district == district, DistrictItem.seq == 0)
    items = session.scalars(
        select(DistrictItem).where(*mine).order_by(DistrictItem.changed_at)
    ).all()
    _number(session, items, District.change_seq, District.code == district)


def _number(session: Session, items, counter, whose) -> None:
    """Give each item the next number of its stream; the counter's row is the stream's lock."""
    if not items:
        return
    last = session.execute(
        update(counter.class_)
        .where(whose)
        .values({counter.key: counter + len(items)})
        .returning(counter)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    for seq, item in enumerate(items, last - len(items) + 1):
        item.seq = seq
