"""Who is on call now: from the roster and from what its people say. Whom alerts ring first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.db import db, take_turn
from app.domain.errors import Conflict, Invalid
from app.domain.permissions import Role
from app.domain.roster import DutyState, OnCall, Said, on_call
from app.models import Case, DutyTurn, DutyWord, Person, Referral
from app.services import absences, alerts, related, reminders, rosters, trail
from app.services.limits import limits
from app.services.sessions import Staff

# How a cadre herself is is for who stands by her, not for who works on what she wrote.
CANNOT_WAIT = frozenset({"emergency", "unsafe_stopped"})
FOR_SUPERVISORS = frozenset({"cadre_tired"})


@dataclass(frozen=True, slots=True)
class Watch:
    """The turn that runs in a district, who answers in it, and the heads behind them."""

    on_call: OnCall
    heads: tuple[UUID, ...]
    row: DutyTurn | None
    said: dict[UUID, Said]
    ends_at: datetime

    @property
    def people(self) -> frozenset[UUID]:
        """Return everybody whom this turn is about, planned or given to."""
        given = {one.to for one in self.said.values()}
        planned = {self.row.first_id, self.row.second_id} if self.row else set()
        return frozenset(given | planned | {*self.on_call.first, self.on_call.second}) - {None}


def watch(district: str, *, now: datetime, without: Iterable[UUID] = ()) -> Watch:
    """Return who is on call now, as if `without` (staff related to a report) were not there."""
    hours, own = rosters.hours_of(district), limits(district)
    on, part = hours.at(now)
    row = rosters.turns(district, on, on).get((on, part))
    gone = set(without) | rosters.away_between(district, on, on).get(on, set())
    able = [one for one in rosters.able(district) if one.id not in gone]
    heads = tuple(sorted(one.id for one in able if Role.HEAD in one.role_codes))
    said = _said(row)
    turn = rosters.as_turn(row, (one.id for one in able))
    found = on_call(turn, said, heads, now=now, settings=own)
    return Watch(found, heads, row, said, hours.end(on, part))


def ring_first(
    kind: str,
    *,
    district: str,
    urgent: bool,
    now: datetime,
    rose: bool = False,
    **about: UUID | None,
) -> None:
    """Alert whoever is on call first about what cannot wait; all coordinators about the rest.

    Without a roster it is every coordinator as well. Whoever has the report hears it, too: her
    caseworker, else who has taken it. To whom it is not there is as good as not on call. `about`:
    its report, its visit and who told it, as for `ring_all`; so is `rose`.
    """
    people = []
    if urgent:
        out = db.session.scalars(related.people_of(about.get("report_id")))
        first = watch(district, now=now, without=out).on_call.first
        people = [db.session.get_one(Person, one) for one in first]
    whom = people or [Role.COORDINATOR]
    ring_all(whom, kind, district=district, urgent=urgent, now=now, rose=rose, **about)


def ring_all(
    whom: Iterable[Person | Role],
    kind: str,
    *,
    district: str,
    urgent: bool,
    now: datetime,
    report_id: UUID | None = None,
    visit_id: UUID | None = None,
    told_by: UUID | None = None,
    rose: bool = False,
) -> None:
    """Alert these and whoever has the report, each once; `told_by`: the cadre who told it.

    What cannot wait rings the next ones, too, until somebody looks; so does, later, what `rose` to
    high.
    """
    whom, holder = list(whom), _holder(report_id, kind)
    emergency = kind in CANNOT_WAIT
    if report_id is not None and (emergency or rose):
        reminders.chase(district, report_id, told_by, emergency=emergency, now=now)
    if holder is not None and not any(one is holder or one in holder.role_codes for one in whom):
        whom.append(holder)
    about = {"urgent": urgent, "report_id": report_id, "visit_id": visit_id, "now": now}
    for one in whom:
        alerts.ring(one, kind, district=district, **about)


def ring_holder(
    kind: str,
    *,
    district: str,
    report_id: UUID,
    now: datetime,
    visit_id: UUID | None = None,
    urgent: bool = False,
) -> None:
    """Alert whoever has the report alone; while nobody has it, or they are away, the coordinators
    as well."""
    holder = _holder(report_id, kind)
    whom: list[Person | Role] = [holder] if holder is not None else []
    if holder is None or absences.is_away(holder, now):
        whom.append(Role.COORDINATOR)
    about = {"urgent": urgent, "report_id": report_id, "visit_id": visit_id, "now": now}
    for one in whom:
        alerts.ring(one, kind, district=district, **about)


def say(state: DutyState, staff: Staff, *, to: UUID | None = None, now: datetime) -> None:
    """Say of oneself: ready, on the way, or handed over to a colleague, who is rung.

    Saying *ready* is also the yes to what was handed over to one.

    :raises Conflict: if one is not on call in this turn.
    :raises Invalid: if it is handed over to nobody who can be on call.
    """
    take_turn()
    here = watch(staff.district, now=now)
    if here.row is None or staff.id not in here.people:
        raise Conflict("duty.not_yours")
    receiver = _receiver(to, staff) if state is DutyState.HANDED_OVER else None
    _keep(here.row, staff, state, receiver, now)
    if receiver is not None:
        alerts.ring(receiver, "duty_given", urgent=True, now=now)
    trail.append(staff.district, f"duty.{state}", "duty_turn", here.row.id, by=staff.id, now=now)


def awaited(person_id: UUID, here: Watch) -> list[UUID]:
    """Return who handed duty over to this person and waits for the yes."""
    return [
        giver
        for giver, said in here.said.items()
        if said.state is DutyState.HANDED_OVER and said.to == person_id and not said.agreed
    ]


def _holder(report_id: UUID | None, kind: str) -> Person | None:
    """Return who has a report, or what it goes on in, if what there is to hear is about her and not
    about the cadre."""
    if report_id is None or kind in FOR_SUPERVISORS:
        return None
    told, has_it = aliased(Referral), func.coalesce(Case.caseworker_id, Referral.taken_by)
    query = select(Person).join(told, told.report_id == report_id)
    query = query.join(Referral, Referral.id == func.coalesce(told.same_as, told.id))
    query = query.outerjoin(Case, Case.referral_id == Referral.id)
    # A restored backup may have left it with somebody to whom it is not there.
    there = Person.id.not_in(related.people_of(report_id))
    return db.session.scalar(query.where(Person.id == has_it, Person.left_at.is_(None), there))


def _keep(
    row: DutyTurn, staff: Staff, state: DutyState, receiver: Person | None, now: datetime
) -> None:
    to = receiver.id if receiver else None
    db.session.merge(
        DutyWord(turn_id=row.id, person_id=staff.id, state=state, at=now, to_id=to, agreed_at=None)
    )
    if state is DutyState.READY:
        given = select(DutyWord).where(
            DutyWord.turn_id == row.id,
            DutyWord.to_id == staff.id,
            DutyWord.state == DutyState.HANDED_OVER,
        )
        for word in db.session.scalars(given):
            word.agreed_at = word.agreed_at or now
    db.session.flush()


def _receiver(to: UUID | None, staff: Staff) -> Person:
    found = next((one for one in rosters.able(staff.district) if one.id == to), None)
    if found is None or found.id == staff.id:
        raise Invalid("duty.receiver", field="to")
    return found


def _said(row: DutyTurn | None) -> dict[UUID, Said]:
    if row is None:
        return {}
    words = db.session.scalars(select(DutyWord).where(DutyWord.turn_id == row.id))
    return {
        word.person_id: Said(DutyState(word.state), word.at, word.to_id, word.agreed_at is not None)
        for word in words
    }
