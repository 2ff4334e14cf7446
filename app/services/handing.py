"""Handing a visit to a cadre, and taking it back. What the cadre then does is `visits`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select

from app.db import db, locked
from app.domain.errors import Invalid, Missing
from app.domain.fields import Parsed
from app.domain.settings import SETTINGS
from app.domain.visit import OPEN, VisitState, place_kind
from app.models import Case, Person, Referral, Visit
from app.services import (
    cadres,
    desks,
    errands,
    leavings,
    notices,
    opening,
    reminders,
    reports,
    trail,
)
from app.services.referrals import locked_of
from app.services.related import related_to
from app.services.rows import facts_of, seal_texts, write_facts
from app.services.sessions import Staff

MOST_OPEN = SETTINGS["visit.most_open"].value
"""A phone keeps no more (sync.md, Fetch)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cadre beside the reasons why she should not go; without reasons she fits."""

    cadre: cadres.Cadre
    own_report: bool
    against: tuple[str, ...]

    @property
    def fits(self) -> bool:
        return not self.against


@dataclass(frozen=True, slots=True)
class Errand:
    """What a cadre is asked to do. What to look for goes to her phone only, and late."""

    purpose: str
    opens_at: datetime
    due_at: datetime
    meeting_place: str
    agreed_at: datetime
    look_for: str = field(default="", repr=False)

    @classmethod
    def of(cls, parsed: Parsed, *, now: datetime) -> Errand:
        """Return the errand of a form.

        :raises Invalid: if the window ends before it begins, or she is said to agree later on.
        """
        facts = parsed.facts
        opens_at, due_at = (datetime.fromisoformat(facts[name]) for name in ("opens_at", "due_at"))
        if due_at <= opens_at or due_at <= now:
            raise Invalid("visit.window", field="due_at")
        agreed_at = datetime.combine(date.fromisoformat(facts["agreed_on"]), time(), tzinfo=UTC)
        if agreed_at > now + timedelta(days=1):
            raise Invalid("visit.agreed", field="agreed_on")
        return cls(
            facts["purpose"],
            opens_at,
            due_at,
            facts["meeting_place"],
            agreed_at,
            parsed.texts.get("look_for", ""),
        )


def candidates(case: Case, opened: opening.Opened) -> list[Candidate]:
    """Return the cadres of the subdistrict, fitting ones first, with what speaks against each."""
    report = case.referral.report
    found_here = cadres.near(case.district, report.village)
    if report.cadre_id and all(cadre.person.id != report.cadre_id for cadre in found_here):
        found_here += cadres.these(case.district, [report.cadre_id])
    busy = _open_visits([cadre.person.id for cadre in found_here])
    declined = _declined(report.id)
    tied = {cadre_id for cadre_id, _ties in opened.ties}
    found = []
    for cadre in found_here:
        own = cadre.person.id == report.cadre_id
        against = []
        if cadre.device is None or cadre.device.state != "active":
            against.append("no_phone")
        elif cadre.device.cloned_at is not None:
            against.append("in_doubt")
        if cadre.person.id in tied:
            against.append("conflict")
        if not own and "other_cadres" in opened.must_not_know:
            against.append("must_not_know")
        if not own and cadre.person.village != report.village:
            against.append("other_village")
        if cadre.person.id in declined:
            against.append("declined")
        if busy.get(cadre.person.id, 0) >= MOST_OPEN:
            against.append("full")
        found.append(Candidate(cadre, own, tuple(against)))
    return sorted(found, key=lambda one: (not one.fits, not one.own_report, one.cadre.label))


def hand_to_cadre(
    case: Case,
    cadre: Person,
    errand: Errand,
    opened: opening.Opened,
    staff: Staff,
    *,
    now: datetime,
) -> Visit:
    """Hand a visit to a fitting cadre; her phone fetches it sealed.

    :raises Invalid: if she does not fit, or the survivor has taken her consent back.
    """
    if reports.sharing_stopped(case.referral.report_id) & errands.STOPS_VISITS:
        raise Invalid("consent.withdrawn", field="cadre")
    if leavings.lacks_safe_way(case.referral):
        raise Invalid("visit.safe_way", field="cadre")
    chosen = [one for one in candidates(case, opened) if one.cadre.person.id == cadre.id]
    if not chosen or not chosen[0].fits:
        raise Invalid("visit.cadre", field="cadre")
    report = case.referral.report
    visit = Visit(
        id=uuid4(),
        report_id=report.id,
        report=report,
        case_id=case.id,
        district=case.district,
        village=report.village,
        cadre_id=cadre.id,
        handed_by=staff.id,
        purpose=errand.purpose,
        place_kind=place_kind(errand.meeting_place),
        opens_at=errand.opens_at,
        due_at=errand.due_at,
        agreed_at=errand.agreed_at,
        handed_at=now,
        changed_at=now,
    )
    facts = {"meeting_place": errand.meeting_place}
    if chosen[0].own_report and "picture" in (told := facts_of(report)):
        facts["picture"] = told["picture"]
    write_facts(visit, facts)
    seal_texts(visit, case.district, _texts(errand, opened))
    db.session.add(visit)
    db.session.flush()
    errands.tell_phone(visit, now=now)
    notices.alert(cadre, "new_visit", now=now, visit_id=visit.id)
    about = {"district": case.district, "report_id": report.id}
    reminders.remind(reminders.Kind.VISIT_MISSED, visit.id, at=visit.due_at, **about)
    trail.append(case.district, "visit.hand", "visit", visit.id, by=staff.id, now=now)
    desks.look_again(case.district)
    return visit


def get(visit_id: UUID, staff: Staff, *, lock: bool = False) -> Visit:
    """Return a visit of the district of `staff`.

    :raises Missing: if there is none, or `staff` is related to its referral.
    """
    query = _theirs(staff).where(Visit.id == visit_id)
    visit = db.session.scalar(query)
    if visit is not None and lock:
        locked_of(visit.report_id)
        query = locked(query, Visit)
        visit = db.session.scalar(query)
    if visit is None:
        raise Missing("visit")
    return visit


def _texts(errand: Errand, opened: opening.Opened) -> dict:
    """Return the minimum that a visit needs, never the narrative."""
    texts, contact = {"look_for": errand.look_for.strip()}, dict(opened.way)
    for said in (opened.texts, *(more for _, more in opened.additions)):
        if said.get("survivor_alias"):
            texts["survivor_alias"] = said["survivor_alias"]
    if opened.must_not_know:
        contact["must_not_know"] = list(opened.must_not_know)
    if contact:
        texts["safe_contact"] = contact
    return {name: value for name, value in texts.items() if value}


def _open_visits(cadres: list[UUID]) -> dict[UUID, int]:
    rows = db.session.execute(
        select(Visit.cadre_id, func.count())
        .where(Visit.cadre_id.in_(cadres), Visit.state.in_(OPEN))
        .group_by(Visit.cadre_id)
    )
    return dict(rows.all())


def _declined(report_id: UUID) -> set[UUID]:
    return set(
        db.session.scalars(
            select(Visit.cadre_id).where(
                Visit.report_id == report_id, Visit.state == VisitState.DECLINED
            )
        )
    )


def _theirs(staff: Staff):
    hidden = select(Referral.report_id).where(Referral.id.in_(related_to(staff))).correlate(None)
    return select(Visit).where(Visit.district == staff.district, Visit.report_id.not_in(hidden))
