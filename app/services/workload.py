"""What each caseworker carries, and who is offered a case: counted from the log and open cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from sqlalchemy import func, select

from app.db import db
from app.domain import areas
from app.domain.case import Stage
from app.domain.errors import Invalid
from app.domain.permissions import Role
from app.domain.workload import Candidate, Load, Offer, needed, ranked
from app.models import Case, Handover, Person, PersonRole, Referral, RelatedStaff, WorkEntry
from app.services import absences
from app.services.limits import limits

ACCOMPANY = frozenset({Role.CASEWORKER, Role.COORDINATOR})


@dataclass(frozen=True, slots=True)
class Line:
    """One person of the board."""

    person: Person
    load: Load
    away_until: date | None
    leaving: bool


def carriers(district: str) -> list[Person]:
    """Return who may accompany a survivor here."""
    query = select(Person).where(
        Person.district == district,
        Person.left_at.is_(None),
        Person.id.in_(select(PersonRole.person_id).where(PersonRole.role.in_(ACCOMPANY))),
    )
    return list(db.session.scalars(query))


def loads(district: str, people: Iterable[UUID], *, now: datetime) -> dict[UUID, Load]:
    """Return what each of these carries of this year; two questions to the database."""
    ids, own = list(people), limits(district)
    today = now.astimezone(areas.zone(district)).date()
    worked = dict(
        db.session.execute(
            select(WorkEntry.person_id, func.sum(WorkEntry.minutes))
            .where(
                WorkEntry.person_id.in_(ids),
                WorkEntry.done_on >= date(today.year, 1, 1),
                WorkEntry.struck_at.is_(None),
            )
            .group_by(WorkEntry.person_id)
        ).all()
    )
    need, cases, high = dict.fromkeys(ids, 0), dict.fromkeys(ids, 0), dict.fromkeys(ids, 0)
    takes = cache(lambda stage: needed(Stage[stage.upper()], own))
    for person_id, stage, risk, count in _open_cases(ids):
        need[person_id] += count * takes(stage)
        cases[person_id] += count
        high[person_id] += count if risk == "high" else 0
    year = own["workload.minutes_a_year"].value
    nearly = own["workload.nearly_full"].value
    return {
        one: Load(int(worked.get(one) or 0), need[one], cases[one], high[one], year, nearly)
        for one in ids
    }


def board(district: str, *, now: datetime) -> list[Line]:
    """Return who carries what, the heaviest load first."""
    people = carriers(district)
    carried = loads(district, [one.id for one in people], now=now)
    away, leaving = _away(district, now), _leaving(district)
    lines = [Line(one, carried[one.id], away.get(one.id), one.id in leaving) for one in people]
    return sorted(lines, key=lambda line: (-line.load.total, str(line.person.id)))


def offers(referral: Referral, asks: UUID | None, *, now: datetime) -> list[Offer]:
    """Return who may accompany her, the best first, each with what is against it.

    Whoever stepped out stands last and cannot be chosen.
    """
    return ranked(_candidates(carriers(referral.district), referral, asks, now))


def must_fit(person: Person, referral: Referral, why: str, *, now: datetime) -> tuple[str, ...]:
    """Return the warnings that somebody decided against; their reason must be there.

    :raises Invalid: if there are some, and no reason.
    """
    [found] = ranked(_candidates([person], referral, None, now))
    if found.needs_reason and not why.strip():
        raise Invalid("assign.reason", field="assign_why")
    return tuple(str(one) for one in found.warnings)


def _candidates(
    people: list[Person], referral: Referral, asks: UUID | None, now: datetime
) -> list[Candidate]:
    district, out = referral.district, related(referral)
    carried = loads(district, [one.id for one in people], now=now)
    away, leaving = _away(district, now), _leaving(district)
    return [
        Candidate(
            one.id,
            carried[one.id],
            caseworker=Role.CASEWORKER in one.role_codes,
            related=one.id in out,
            away=one.id in away,
            leaving=one.id in leaving,
            asks=one.id == asks,
        )
        for one in people
    ]


def related(referral: Referral) -> set[UUID]:
    """Return who of the staff has stepped out of a referral."""
    found = select(RelatedStaff.person_id).where(RelatedStaff.referral_id == referral.id)
    return set(db.session.scalars(found))


def _away(district: str, now: datetime) -> dict[UUID, date]:
    return absences.away_on(district, now.astimezone(areas.zone(district)).date())


def _leaving(district: str) -> set[UUID]:
    found = select(Handover.person_id).where(
        Handover.district == district, Handover.ended_at.is_(None)
    )
    return set(db.session.scalars(found))


def _open_cases(ids: list[UUID]):
    query = (
        select(Case.caseworker_id, Case.stage, Case.risk, func.count())
        .where(Case.caseworker_id.in_(ids), Case.closed_at.is_(None))
        .group_by(Case.caseworker_id, Case.stage, Case.risk)
    )
    return db.session.execute(query).all()
