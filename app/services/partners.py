"""The register of partners: written, checked, retired, searched; who stands in for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, func, literal, select, tuple_

from app.db import db, locked
from app.domain import areas, partner
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.settings import SETTINGS
from app.domain.suspicion import suspected
from app.models import Partner
from app.services import counted, trail
from app.services.rows import facts_of, write_facts
from app.services.sessions import Staff

PAGE = 50
SORTS = ("name", "mou", "checked")
FAR_AWAY = date.max


@dataclass(frozen=True, slots=True)
class Details:
    """Everything that is written down about a partner."""

    kind: str
    name: str
    mou: str = "none"
    address: str = ""
    elsewhere: bool = False
    mou_number: str = ""
    mou_from: date | None = None
    mou_until: date | None = None
    mou_scope: str = ""
    contact: str = ""
    number: str = ""
    hours: str = ""
    capacity: int | None = None
    fee: str = "unknown"
    accessibility: tuple[str, ...] = ()
    fallback: UUID | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the register is asked for."""

    kind: str | None = None
    words: str = ""
    sort: str = "name"
    only_warned: bool = False


def add(details: Details, staff: Staff, *, now: datetime) -> Partner:
    """Add a partner to the district's register.

    :raises Invalid: if something does not fit; its `field` says what.
    """
    made = Partner(id=uuid4(), district=staff.district)
    _write(made, details, staff, now)
    db.session.add(made)
    db.session.flush()
    trail.append(staff.district, "partner.add", "partner", made.id, by=staff.id, now=now)
    return made


def change(known: Partner, details: Details, staff: Staff, *, now: datetime) -> None:
    """Change what is known of a partner; saying it again is checking it.

    :raises Invalid: if something does not fit.
    """
    _write(known, details, staff, now)
    trail.append(known.district, "partner.change", "partner", known.id, by=staff.id, now=now)


def check(known: Partner, staff: Staff, *, now: datetime) -> None:
    """Note that somebody made sure that all of it is still true."""
    known.checked_at, known.checked_by = now, staff.id
    trail.append(known.district, "partner.check", "partner", known.id, by=staff.id, now=now)


def retire(known: Partner, staff: Staff, *, now: datetime) -> None:
    """Offer a partner no more. What was sent there stays; nobody falls back on it.

    :raises Conflict: if that was done already.
    """
    if known.retired_at is not None:
        raise Conflict("partner.retired")
    known.retired_at = now
    for other in db.session.scalars(select(Partner).where(Partner.fallback_id == known.id)):
        other.fallback_id = known.fallback_id
    known.fallback_id = None
    trail.append(known.district, "partner.retire", "partner", known.id, by=staff.id, now=now)


def get(partner_id: UUID, staff: Staff, *, lock: bool = False) -> Partner:
    """Return a partner of the district of `staff`.

    :raises Missing: if there is none.
    """
    query = select(Partner).where(Partner.id == partner_id, Partner.district == staff.district)
    if lock:
        query = locked(query)
    found = db.session.scalar(query)
    if found is None:
        raise Missing("partner")
    return found


def page(
    staff: Staff, wanted: Wanted, *, today: date, after: Partner | None = None, limit: int = PAGE
) -> list[Partner]:
    """Return partners in the wanted order, behind `after`."""
    columns = _order(wanted.sort)
    query = _wanted(select(Partner), staff, wanted, warned_until(today))
    if after is not None:
        here = db.session.execute(select(*columns).where(Partner.id == after.id)).one()
        place = [literal(value, one.type) for value, one in zip(here, columns, strict=True)]
        query = query.where(tuple_(*columns) > tuple_(*place))
    return list(db.session.scalars(query.order_by(*columns).limit(limit)))


def count(staff: Staff, wanted: Wanted, *, today: date) -> counted.Count:
    """Return how many there are."""
    return counted.one(counting(staff, wanted, today=today))


def counting(staff: Staff, wanted: Wanted, *, today: date) -> Select:
    """Return which there are, to be counted."""
    return _wanted(select(Partner.id), staff, wanted, warned_until(today))


def ending(staff: Staff, until: date) -> Select:
    """Return those whose agreement ends by this day or has ended, to be counted."""
    return _wanted(select(Partner.id), staff, Wanted(only_warned=True), until)


def warned_until(today: date) -> date:
    """Return the last day on which an agreement may end that is warned of today."""
    return today + timedelta(days=SETTINGS["mou.warn_first"].value)


def working(district: str) -> list[Partner]:
    """Return every partner that may be asked, by name."""
    query = select(Partner).where(Partner.district == district, Partner.retired_at.is_(None))
    return list(db.session.scalars(query.order_by(Partner.name_key, Partner.id)))


def contact_of(known: Partner) -> dict:
    """Return who answers at a partner, and on which number."""
    return facts_of(known)


def today_in(district: str, now: datetime) -> date:
    """Return the day that it is in a district."""
    return now.astimezone(areas.zone(district)).date()


def mou_of(known: Partner, today: date) -> partner.Mou:
    """Return how the agreement with a partner stands."""
    return partner.mou_on(known.mou, known.mou_until, today)


def needs_check(known: Partner, now: datetime) -> bool:
    """Tell whether it is long ago that somebody made sure."""
    return now - known.checked_at > SETTINGS["partner.check_again"].span


def stand_ins(known: Partner) -> list[Partner]:
    """Return who is asked when this partner refuses, in that order."""
    theirs = {one.id: one for one in working(known.district)}
    following = partner.chain(known.id, lambda one: _fallback(theirs.get(one)))
    return [theirs[one] for one in following[1:] if one in theirs]


def _fallback(known: Partner | None) -> UUID | None:
    return known.fallback_id if known else None


def _write(known: Partner, details: Details, staff: Staff, now: datetime) -> None:
    _must_fit(known, details)
    known.kind, known.mou, known.fee = details.kind, details.mou, details.fee
    known.name = " ".join(details.name.split())
    known.name_key = known.name.lower()
    known.address = _said(details.address)
    known.elsewhere = details.elsewhere
    known.mou_number, known.mou_scope = _said(details.mou_number), _said(details.mou_scope)
    known.mou_from, known.mou_until = details.mou_from, details.mou_until
    known.hours, known.capacity = _said(details.hours), details.capacity
    offered = [code for code in partner.ACCESSIBILITY if code in details.accessibility]
    known.accessibility = ",".join(offered)
    known.fallback_id = details.fallback
    known.checked_at, known.checked_by = now, staff.id
    contact = {"contact": _said(details.contact), "number": _said(details.number)}
    write_facts(known, {name: value for name, value in contact.items() if value})


def _must_fit(known: Partner, details: Details) -> None:
    if not details.name.strip():
        raise Invalid("field.missing", field="name")
    if details.mou_from and details.mou_until and details.mou_until < details.mou_from:
        raise Invalid("partner.mou_dates", field="mou_until")
    if details.mou == "in_force" and details.mou_until is None:
        raise Invalid("partner.mou_end", field="mou_until")
    if partner.has_shelter(details.kind):
        _must_hide(details)
    if details.fallback is not None:
        _must_end(known, details.fallback)


def _must_hide(details: Details) -> None:
    """Keep a shelter's place out, in whichever box it was typed.

    :raises Invalid: if there is an address, or something that looks like one.
    """
    if details.address.strip():
        raise Invalid("partner.shelter_address", field="address")
    for field in ("name", "mou_scope", "hours", "contact"):
        if {"address", "gps"} & set(suspected(getattr(details, field))):
            raise Invalid("partner.shelter_address", field=field)


def _must_end(known: Partner, fallback: UUID) -> None:
    after = {one.id: one.fallback_id for one in working(known.district)}
    if fallback not in after:
        raise Invalid("partner.fallback", field="fallback")
    after[known.id] = fallback
    partner.chain(known.id, after.get)


def _said(text: str) -> str | None:
    return " ".join((text or "").split()) or None


def _order(sort: str) -> tuple:
    if sort == "mou":
        return func.coalesce(Partner.mou_until, FAR_AWAY), Partner.name_key, Partner.id
    if sort == "checked":
        return Partner.checked_at, Partner.id
    return Partner.name_key, Partner.id


def _wanted(query: Select, staff: Staff, wanted: Wanted, until: date) -> Select:
    query = query.where(Partner.district == staff.district, Partner.retired_at.is_(None))
    if wanted.kind:
        query = query.where(Partner.kind == wanted.kind)
    if wanted.only_warned:
        agreed = Partner.mou.in_(("in_force", "ending"))
        query = query.where(agreed, Partner.mou_until.is_not(None), Partner.mou_until <= until)
    if words := " ".join(wanted.words.lower().split()):
        query = query.where(Partner.name_key.contains(words, autoescape=True))
    return query
