"""What a cadre's phone shows of a visit: the errand at once, its details late, then nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select

from app.db import db, locked
from app.domain.errors import Conflict
from app.domain.visit import (
    KEPT_AFTER_DUE,
    OPEN,
    WAITING,
    VisitState,
    details_from,
    may_take_back,
    moved,
)
from app.models import Device, Person, Visit
from app.services import changes, desks, merged, notices, referrals, reports, trail
from app.services.rows import facts_of, texts_of
from app.services.sessions import Staff
from app.services.visit_list import among

DETAILS_AFTER_DUE = timedelta(hours=24)
STOPS_VISITS = frozenset({"visit", "contact", "record"})
"""Whoever takes one of these back is not to be visited, nor told to a phone, any more."""


def tell_phone(visit: Visit, *, now: datetime) -> None:
    """Seal an open visit, and from 48 h before it opens its details, to the cadre's phone."""
    if visit.state not in OPEN:
        return
    phone = changes.active_phone(visit.cadre_id)
    if phone is None:
        return
    until = visit.due_at + KEPT_AFTER_DUE
    changes.tell_device(phone, "visit", visit.id, _content(visit), now=now, gone_at=until)
    until = visit.due_at + DETAILS_AFTER_DUE
    if details_from(visit.opens_at) <= now < until and not _is_stopped(visit):
        details = _details(visit)
        changes.tell_device(phone, "visit_details", visit.id, details, now=now, gone_at=until)
        visit.details_told = phone.cloned_at is None or visit.details_told


def tell_details_due(*, now: datetime, at_most: int = 50) -> int:
    """Seal the details of visits that open within 48 h; return how many. For the worker."""
    visits = db.session.scalars(_due_details(now).limit(at_most)).all()
    for visit in visits:
        referrals.locked_of(visit.report_id)
        tell_phone(visit, now=now)
        visit.details_told = True
    return len(visits)


def details_due(*, now: datetime) -> bool:
    """Tell whether the worker has details to seal."""
    return db.session.scalars(_due_details(now).limit(1)).first() is not None


def open_of(person_id: UUID, at_most: int) -> list[Visit]:
    """Return the visits that a cadre's phone should hold, the soonest first."""
    theirs = select(Visit).where(Visit.cadre_id == person_id, Visit.state.in_(OPEN))
    return list(db.session.scalars(theirs.order_by(Visit.due_at).limit(at_most)))


def take_back(visit: Visit, staff: Staff | None, *, now: datetime) -> None:
    """Take a visit back. If the cadre has already gone, what she records still counts.

    Without `staff` it was the survivor, who has told a cadre.

    :raises Conflict: if it is too late for that.
    """
    if not may_take_back(VisitState(visit.state), visit.due_at, now):
        raise Conflict("visit.moved")
    visit.state, visit.check_out_at = VisitState.WITHDRAWN, None
    visit.changed_at, visit.settled_why = now, "desk"
    for kind in ("visit", "visit_details"):
        changes.gone_everywhere(kind, visit.id, now=now)
    cadre = db.session.get(Person, visit.cadre_id)
    notices.alert(cadre, "visit_changed", now=now, visit_id=visit.id)
    by = staff.id if staff else None
    trail.append(visit.district, "visit.withdraw", "visit", visit.id, by=by, now=now)
    desks.look_again(visit.district)


def take_details_off(report_id: UUID, *, now: datetime) -> None:
    """Let every phone forget how a survivor is found who took her yes back."""
    together = Visit.report_id.in_(merged.reports_with(report_id))
    theirs = select(Visit.id).where(together, Visit.state.in_(OPEN))
    for visit_id in db.session.scalars(theirs).all():
        changes.gone_everywhere("visit_details", visit_id, now=now)


def expire_passed(*, now: datetime, at_most: int = 50) -> int:
    """Wait no longer for visits that no phone shows any more, and to which nobody went.

    Return how many. What she did all the same, and tells later, still counts.
    """
    rows = db.session.execute(_passed(now, Visit.id, Visit.report_id).limit(at_most)).all()
    for visit_id, report_id in rows:
        referrals.locked_of(report_id)
        still = _passed(now, Visit).where(Visit.id == visit_id)
        if (visit := db.session.scalar(locked(still, Visit))) is not None:
            _expire(visit, now)
    return len(rows)


def passed(now: datetime) -> bool:
    """Tell whether there is a visit that nobody need wait for any more. Reads only."""
    return db.session.scalar(_passed(now, Visit.id).limit(1)) is not None


def _passed(now: datetime, *columns) -> Select:
    long_ago = Visit.due_at <= now - KEPT_AFTER_DUE
    return select(*columns).where(among(WAITING), long_ago)


def _expire(visit: Visit, now: datetime) -> None:
    visit.state, visit.changed_at = moved(VisitState(visit.state), VisitState.EXPIRED), now
    visit.check_out_at = None
    take_off_phone(visit, now=now)
    trail.append(visit.district, "visit.expire", "visit", visit.id, by=None, now=now)
    desks.look_again(visit.district)


def _is_stopped(visit: Visit) -> bool:
    return bool(reports.sharing_stopped(visit.report_id) & STOPS_VISITS)


def _due_details(now: datetime):
    soon = now + (now - details_from(now))
    # What would only be held back waits: `lost.html` must not say that it lay on that phone.
    in_doubt = select(Device.person_id).where(
        Device.state == "active", Device.cloned_at.is_not(None)
    )
    return select(Visit).where(
        Visit.cadre_id.not_in(in_doubt),
        Visit.details_told.is_(False),
        Visit.state.in_(OPEN),
        Visit.opens_at <= soon,
        Visit.due_at > now - DETAILS_AFTER_DUE,
    )


def _content(visit: Visit) -> dict:
    content = {
        "visit_id": str(visit.id),
        "purpose": visit.purpose,
        "opens_at": visit.opens_at.isoformat(timespec="seconds"),
        "due_at": visit.due_at.isoformat(timespec="seconds"),
        "place_kind": visit.place_kind,
        "own_report": visit.report.cadre_id == visit.cadre_id,
        "state": visit.state,
    }
    texts, facts = texts_of(visit), facts_of(visit)
    if "survivor_alias" in texts:
        content["alias"] = texts["survivor_alias"]
    elif "picture" in facts:
        content["picture"] = facts["picture"]
    return content


def _details(visit: Visit) -> dict:
    texts, facts = texts_of(visit), facts_of(visit)
    contact = dict(texts.get("safe_contact") or {})
    if "meeting_place" in facts:
        contact["meeting_place"] = facts["meeting_place"]
    details = {"visit_id": str(visit.id), "safe_contact": contact}
    if visit.agreed_at is not None:
        details["agreed_at"] = visit.agreed_at.isoformat(timespec="seconds")
    return details | {name: texts[name] for name in ("place", "look_for") if name in texts}


def take_off_phone(visit: Visit, *, now: datetime) -> None:
    """Let every phone forget a visit that is over."""
    for kind in ("visit", "visit_details"):
        changes.gone_everywhere(kind, visit.id, now=now)
