"""Kartu piket: the emergencies that wait for whoever is on call, in coded facts; taking one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select

from app.db import db
from app.domain.clocks import escalation
from app.domain.errors import Conflict, NotAllowed
from app.domain.referral import ReferralState
from app.domain.risk import Risk
from app.domain.roster import Step, after, next_step
from app.models import Alert, Person, Referral
from app.services import alerts, duty, opening, referrals, related, trail
from app.services.limits import limits
from app.services.related import not_related
from app.services.sessions import Staff

LOOKED_BACK = timedelta(days=3)
"""As escalation does: what nobody took until then lies in the queue."""
MINE_SHOWN_FOR = timedelta(hours=12)
MOST = 20


@dataclass(frozen=True, slots=True)
class Next:
    """Who is rung next, and when; no step: everybody has been."""

    step: Step | None
    at: datetime | None


def waiting(staff: Staff, *, now: datetime) -> list[Referral]:
    """Return what nobody has taken, emergencies first, and behind it what one took oneself."""
    grave = or_(Referral.emergency.is_(True), Referral.risk == Risk.HIGH)
    fresh = Referral.state.in_((ReferralState.RECEIVED, ReferralState.SEEN))
    untaken = and_(
        grave,
        Referral.taken_by.is_(None),
        or_(fresh, Referral.emergency.is_(True)),
        Referral.clock_from > now - LOOKED_BACK,
    )
    mine = and_(grave, Referral.taken_by == staff.id, Referral.taken_at > now - MINE_SHOWN_FOR)
    found = (
        select(Referral)
        .where(Referral.district == staff.district, Referral.open.is_(True), not_related(staff))
        .where(or_(untaken, mine))
        .order_by(
            Referral.taken_by.is_not(None), Referral.emergency.desc(), Referral.due_at, Referral.id
        )
    )
    return list(db.session.scalars(found.limit(MOST)))


def calls(staff: Staff, *, now: datetime) -> bool:
    """Tell whether something waits that nobody has taken."""
    return any(one.taken_by is None for one in waiting(staff, now=now))


def rang_elsewhere(staff: Staff, shown: Iterable[Referral], *, now: datetime) -> bool:
    """Tell whether something urgent rang this person that stands on no card: it lies in somebody's
    care, or in quarantine. Where it is, the card does not say."""
    on_a_card = {one.report_id for one in shown}
    return any(
        alert.urgent
        and alert.made_at > now - MINE_SHOWN_FOR
        and (alert.report_id or alert.kind == "quarantine")
        and alert.report_id not in on_a_card
        for alert in alerts.waiting_for(db.session.get_one(Person, staff.id))
    )


def next_of(referral: Referral, *, now: datetime) -> Next:
    """Return whom nobody's coming rings next."""
    clock = escalation(
        referral.clock_from, emergency=referral.emergency, settings=limits(referral.district)
    )
    return Next(*(next_step(clock, now=now) or (None, None)))


def look(referral: Referral, staff: Staff, *, now: datetime) -> None:
    """Read the card of a referral: that is `seen`, and stops nothing."""
    referrals.see(referral, staff, now=now)
    person = db.session.get_one(Person, staff.id)
    for alert in alerts.waiting_for(person):
        if alert.report_id == referral.report_id and alert.visit_id is None:
            alerts.acknowledge(alert.id, person.id, now=now)


def take(referral: Referral, staff: Staff, *, now: datetime) -> UUID:
    """*Saya tangani*: stop the escalation; return who has it, somebody else if they were first.

    :raises Conflict: if it has left the queue.
    """
    if not referral.open:
        raise Conflict("referral.moved")
    holder = referrals.take(referral, staff, now=now)
    alerts.somebody_came(referral.report_id, holder, now=now)
    return holder


def pass_on(referral: Referral, staff: Staff, *, now: datetime) -> Person:
    """*Alihkan*: ring the next one at once, without waiting for the clock; return who that is.

    :raises Conflict: if it is taken, or nobody else is there: then SAPA 129 is called.
    """
    if referral.taken_by is not None:
        raise Conflict("referral.taken")
    here = duty.watch(referral.district, now=now, without=related.people(referral))
    whom = after(staff.id, here.on_call, here.heads)
    if whom is None:
        raise Conflict("duty.nobody_else")
    person = db.session.get_one(Person, whom)
    if not _rung(referral, person):
        alerts.ring(person, "second_on_call", urgent=True, report_id=referral.report_id, now=now)
    about = (referral.district, "referral.pass_on", "referral", referral.id)
    trail.append(*about, by=staff.id, now=now)
    return person


def open_number(referral: Referral, staff: Staff, *, now: datetime) -> tuple[dict, tuple[str, ...]]:
    """Open how the cadre is reached, and who must not know: the one sealed thing of a card.

    :raises NotAllowed: if somebody else has it, or no cadre reported it.
    """
    cadre_id = referral.report.cadre_id
    if cadre_id is None or referral.taken_by not in (None, staff.id):
        raise NotAllowed("duty.number")
    cadre = db.session.get_one(Person, cadre_id)
    contact = opening.open_contact(cadre, staff, now=now)
    return contact, opening.must_not_know_of(cadre, staff)


def _rung(referral: Referral, person: Person) -> bool:
    found = select(Alert.id).where(
        Alert.report_id == referral.report_id,
        Alert.person_id == person.id,
        Alert.kind == "second_on_call",
        Alert.made_at >= referral.clock_from,
    )
    return db.session.scalars(found.limit(1)).first() is not None
