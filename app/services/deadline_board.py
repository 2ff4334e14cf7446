"""Clocks as the desk reads them: what runs and whose it is, what is late, what was late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, exists, or_, select
from sqlalchemy.sql import Select

from app.db import db
from app.domain import deadline as rules
from app.domain.deadline import Keeper, State
from app.domain.permissions import STAFF, Role
from app.models import Case, Deadline, Person, PersonRole, Recall, Referral, RelatedStaff
from app.services import counted, recalls, service_board, visit_list, waiting
from app.services.listing import PAGE, Narrowed, behind, narrowed
from app.services.sessions import Staff
from app.services.standing import ask, standing

TABS = ("all", "mine", "late", "over")
LOOKED_BACK = timedelta(days=92)
MOST = 200
EVERYTHING = Narrowed()
DUE_FIRST = [(Deadline.due_at, False), (Deadline.id, False)]
ENDED_LAST = [(Deadline.ended_at, True), (Deadline.id, True)]


# Written out, as the index has it: PostgreSQL plans by that.
_GOING = Deadline.state != bindparam("ended", str(State.ENDED), literal_execute=True)


def running(
    staff: Staff,
    tab: str = "all",
    by: Narrowed = EVERYTHING,
    *,
    now: datetime,
    after: UUID | None = None,
    limit: int = PAGE,
) -> list[Deadline]:
    """Return the clocks of the district of `staff` that have not ended, due first."""
    query = _theirs(staff).where(_GOING)
    if by:
        query = narrowed(query.join(Referral, Referral.id == Deadline.referral_id), by)
    if tab == "late":
        query = query.where(Deadline.due_at < now, Deadline.state == State.RUNNING)
    if tab != "mine":
        return _behind(query, after, limit)
    mine: list[Deadline] = []
    query = _perhaps_mine(query, staff)
    # Whose a clock is, no column says: one looks until the page is full.
    while len(mine) < limit and (rows := _behind(query, after, MOST)):
        kept_by, after = owners(rows), rows[-1].id
        mine += [row for row in rows if kept_by[row.id] == staff.id]
    return mine[:limit]


def over_late(
    staff: Staff,
    by: Narrowed = EVERYTHING,
    *,
    now: datetime,
    after: UUID | None = None,
    limit: int = PAGE,
) -> list[tuple[Deadline, str]]:
    """Return what ended too late in the last three months, newest first, and where it was lost."""
    query = _theirs(staff).where(
        Deadline.state == State.ENDED,
        Deadline.ended_at > now - LOOKED_BACK,
        or_(Deadline.ended_at > Deadline.due_at, Deadline.ended_how == "ran_out"),
    )
    if by:
        query = narrowed(query.join(Referral, Referral.id == Deadline.referral_id), by)
    late: list[tuple[Deadline, str]] = []
    # Whether it was late, no column says: one looks until the page is full.
    while len(late) < limit and (rows := _behind(query, after, MOST, ENDED_LAST)):
        judged, after = [(row, kept(row)) for row in rows], rows[-1].id
        late += [(row, how) for row, how in judged if how in ("late", "late_signal")]
    return late[:limit]


def kept(row: Deadline) -> str | None:
    """Tell how a clock went; what a phone without signal took from it is not the desk's."""
    return rules.kept(row.ended_how, row.due_at, row.ended_at, _lost(row))


def late_elsewhere(staff: Staff, *, now: datetime) -> dict[str, counted.Count]:
    """Return how many clocks are late that stand on pages of their own."""
    return counted.at_once(
        {
            "queue": waiting.counting("late", staff, now),
            "visits": visit_list.late(staff, now),
            "services": service_board.counting("late", staff, now),
            "recalls": recalls.counting(staff).where(Recall.due_at < now),
        }
    )


def late_count(staff: Staff, *, now: datetime) -> counted.Count:
    """Return how many kept clocks are late."""
    return counted.one(counting(staff, now))


def counting(staff: Staff, now: datetime) -> Select:
    """Return the kept clocks that are late, to be counted."""
    return _theirs(staff).where(Deadline.due_at < now, Deadline.state == State.RUNNING)


def owners(rows: Iterable[Deadline]) -> dict[UUID, UUID | None]:
    """Return whose each clock is: her caseworker's, whoever has the referral, else of the desk."""
    rows = list(rows)
    referral_ids = {row.referral_id for row in rows if row.referral_id}
    caseworkers = dict(
        db.session.execute(
            select(Case.referral_id, Case.caseworker_id).where(Case.referral_id.in_(referral_ids))
        ).all()
    )
    related: dict[UUID, set[UUID]] = {}
    for found in db.session.scalars(
        select(RelatedStaff).where(RelatedStaff.referral_id.in_(referral_ids))
    ):
        related.setdefault(found.referral_id, set()).add(found.person_id)
    people = {district: _staff(district) for district in {row.district for row in rows}}
    return {
        row.id: rules.owner(
            (caseworkers.get(row.referral_id), row.referral.taken_by if row.referral else None),
            _keepers(people[row.district], related.get(row.referral_id, set())),
        )
        for row in rows
    }


def owner_of(district: str, referral: Referral, caseworker_id: UUID | None = None) -> UUID | None:
    """Return whose the clocks of one referral are: nearly always hers who has it, and then nobody
    else is asked about."""
    named = [one for one in (caseworker_id, referral.taken_by) if one is not None]
    asked = {"referral_id": referral.id, "district": district}
    if named:
        both = {"one": named[0], "other": named[-1]}
        if (theirs := rules.owner(named, _keepers_of(_NAMED, asked | both))) is not None:
            return theirs
    return rules.owner(named, _keepers_of(_KEEPERS, asked))


def not_related(staff: Staff):
    """The condition that hides clocks of referrals from staff who are related to them."""
    return ~exists().where(
        RelatedStaff.referral_id == Deadline.referral_id, RelatedStaff.person_id == staff.id
    )


def _behind(query: Select, after: UUID | None, limit: int, keys=DUE_FIRST) -> list[Deadline]:
    if after is not None and (last := db.session.get(Deadline, after)) is not None:
        query = query.where(behind(keys, [getattr(last, key.key) for key, _falling in keys]))
    order = [key.desc() if falling else key for key, falling in keys]
    return list(db.session.scalars(query.order_by(*order).limit(limit)))


def _perhaps_mine(query: Select, staff: Staff) -> Select:
    """Leave out what cannot be `staff`'s: most of a district's, but for who keeps the rest."""
    keeps_rest = rules.owner((), _keepers(_staff(staff.district), set()))
    if keeps_rest == staff.id:
        return query
    theirs = select(Case.referral_id).where(Case.caseworker_id == staff.id)
    taken = select(Referral.id).where(Referral.taken_by == staff.id)
    not_rest = select(RelatedStaff.referral_id).where(RelatedStaff.person_id == keeps_rest)
    return query.where(or_(*(Deadline.referral_id.in_(ids) for ids in (theirs, taken, not_rest))))


def _theirs(staff: Staff) -> Select:
    return select(Deadline).where(Deadline.district == staff.district, not_related(staff))


def _lost(row: Deadline) -> timedelta:
    report = row.referral.report if row.referral else None
    if report is None or report.channel != "app":
        return timedelta(0)
    return rules.lost_to_signal(row.starts_at, report.happened_at, report.received_at)


def _staff(district: str) -> list[Person]:
    holders = select(PersonRole.person_id).where(PersonRole.role.in_(list(STAFF)))
    return list(
        db.session.scalars(
            select(Person).where(Person.district == district, Person.id.in_(holders))
        )
    )


def _keepers_of(query: Select, asked: dict[str, object]) -> list[Keeper]:
    """The staff of a district as keepers of one referral's clocks, in one statement."""
    roles: dict[tuple, set[Role]] = {}
    for row in ask(query, asked):
        known = (row.id, row.left_at is None, row.related is not None)
        roles.setdefault(known, set()).add(Role(row.role))
    return [
        Keeper(one, frozenset(held), here, related) for (one, here, related), held in roles.items()
    ]


_RELATED = and_(
    RelatedStaff.person_id == Person.id, RelatedStaff.referral_id == bindparam("referral_id")
)
_HOLDERS = select(PersonRole.person_id).where(PersonRole.role.in_(sorted(STAFF)))
_KEEPERS = standing(
    select(Person.id, Person.left_at, RelatedStaff.person_id.label("related"), PersonRole.role)
    .join(PersonRole, PersonRole.person_id == Person.id)
    .outerjoin(RelatedStaff, _RELATED)
    .where(Person.district == bindparam("district"), Person.id.in_(_HOLDERS))
)
_NAMED = _KEEPERS.where(
    or_(*(Person.id == bindparam(name, type_=Uuid()) for name in ("one", "other")))
)


def _keepers(people: Iterable[Person], related: set[UUID]) -> list[Keeper]:
    return [
        Keeper(one.id, one.role_codes, one.left_at is None, one.id in related) for one in people
    ]
