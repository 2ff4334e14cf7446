"""A case of the invented district that has been in care for weeks: partners, services, visits.

So that whoever is new here finds no page empty: an agreement that ends, one that is missing, an
answer that is late, a refusal, a partner to be asked to stop, a missed visit, a call that is owed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from app.db import db
from app.domain.codes import CONSENT_PURPOSE, EXPLAINED
from app.domain.fields import parse
from app.domain.permissions import STAFF
from app.models import (
    CallRequest,
    Case,
    Partner,
    Person,
    Quarantined,
    Referral,
    Report,
    ServiceReferral,
    Visit,
    VisitRecord,
)
from app.services import consents, partners, service_referrals
from app.services.partners import Details
from app.services.rows import seal_texts, write_facts
from app.services.service_referrals import Asked
from app.services.sessions import Staff

DAY = timedelta(days=1)
ALMOST_OVER = timedelta(days=60)
YEARS = timedelta(days=500)
# Kind, name, how the agreement stands, what they offer; nobody of these exists.
PARTNERS = (
    ("hospital", "RSUD Contoh", "in_force", ("ramp", "accessible_toilet", "child_friendly")),
    ("police_ppa", "Unit PPA Polres Contoh", "ending", ()),
    ("legal_aid", "LBH Contoh", "none", ("easy_language",)),
    ("psychologist", "Psikolog Contoh", "in_force", ("ramp", "accessible_toilet")),
    ("social_office", "Dinas Sosial Contoh", "in_talks", ("elderly_friendly",)),
    ("women_child_ngo", "Yayasan Contoh", "ended", ("sign_language", "interpreter")),
)
INDICATORS = ("protected", "feels_safe", "daily_life_recovering", "able_to_decide")
# Days ago, how each indicator stood.
RECORDED = (
    (14, ("not_yet", "not_yet", "not_asked", "partly")),
    (9, ("partly", "not_yet", "partly", "partly")),
    (4, ("yes", "partly", "partly", "yes")),
)


def load(
    report_id: UUID, office: Mapping[str, Person], cadres: Sequence[Person], *, now: datetime
) -> None:
    """Give the case of this report its partners, services and visits, where there are none yet."""
    query = db.select(Case).join(Referral, Referral.id == Case.referral_id)
    case = db.session.scalar(query.where(Referral.report_id == report_id))
    here = db.select(Partner.id).filter_by(district=case.district) if case else None
    if case is None or db.session.scalar(here.limit(1)) is not None:
        return
    head, caseworker = _acting(office["Wijaya"]), _acting(office["Teratai"])
    known = _partners(_acting(office["Mawar"]), now)
    _consent(case, caseworker, now - 18 * DAY)
    _services(case, known, caseworker, head, now)
    _visits(case, cadres[1], caseworker, now)
    _owed(case.district, cadres[3], now)


def _acting(person: Person) -> Staff:
    return Staff(person.id, person.district, person.role_codes & STAFF, "", None, b"")


def _partners(staff: Staff, now: datetime) -> dict[str, Partner]:
    today = partners.today_in(staff.district, now)
    made = {}
    for number, (kind, name, mou, offers) in enumerate(PARTNERS):
        begins, ends = _agreement(mou, today)
        details = Details(
            kind=kind,
            name=name,
            mou="in_force" if mou == "ending" else mou,
            mou_number=f"{100 + number}/Contoh" if begins else "",
            mou_from=begins,
            mou_until=ends,
            number=f"0800 000 {100 + number}",
            hours="Senin–Jumat 08.00–15.00",
            fee="free",
            accessibility=offers,
        )
        made[kind] = partners.add(details, staff, now=now - 30 * DAY)
    return made


def _agreement(mou: str, today: date) -> tuple[date | None, date | None]:
    ends = {
        "in_force": today + YEARS,
        "ending": today + ALMOST_OVER,
        "ended": today - ALMOST_OVER,
    }.get(mou)
    return (today - YEARS, ends) if ends else (None, None)


def _consent(case: Case, caseworker: Staff, at: datetime) -> None:
    """She agrees to everything, in writing."""
    said = {f"agree_{purpose}": "yes" for purpose in CONSENT_PURPOSE}
    talk = {"giver": "survivor", "method": "written", "rights_read": "yes"}
    body = talk | {"explained": list(EXPLAINED)} | said
    consents.record(case, parse("desk.consent", body), caseworker, now=at)


def _services(
    case: Case, known: dict[str, Partner], caseworker: Staff, head: Staff, now: datetime
) -> None:
    """One in each state that somebody must look at, and one that is done."""

    def asked(kind: str, service: str, what: str, days: int) -> ServiceReferral:
        wish = Asked(service, what, "with_officer", known[kind].id)
        return service_referrals.draft(case, wish, caseworker, now=now - days * DAY)

    def sent(kind: str, service: str, what: str, days: int) -> ServiceReferral:
        row = asked(kind, service, what, days)
        service_referrals.submit(row, caseworker, now=now - days * DAY)
        if row.state == "awaiting_approval":
            service_referrals.approve(row, head, now=now - days * DAY)
        return row

    def told(row: ServiceReferral, answer: str, days: int, **more) -> None:
        service_referrals.answered(row, answer, caseworker, now=now - days * DAY, **more)

    asked("social_office", "social_rehabilitation", "economic", 1)
    waiting = asked("psychologist", "psychosocial", "psychologist", 1)
    service_referrals.submit(waiting, caseworker, now=now - DAY)
    sent("social_office", "social_rehabilitation", "skills", 12)  # no answer, and late
    refused = sent("women_child_ngo", "psychosocial", "counselling", 15)
    told(refused, "partner_refused", 13, refusal="full")
    served = sent("hospital", "medical", "first_aid", 17)
    for answer, days in (("accepted", 17), ("served", 16)):
        told(served, answer, days)
    legal = sent("legal_aid", "legal", "legal_aid", 14)
    told(legal, "accepted", 12)
    report = db.session.get_one(Report, case.referral.report_id)
    consents.withdraw(uuid4(), report, ["refer_legal"], received_at=now - DAY, now=now - DAY)


def _visits(case: Case, cadre: Person, caseworker: Staff, now: datetime) -> None:
    for days, levels in RECORDED:
        visit = _visit(case, cadre, caseworker, now - (days + 2) * DAY, state="recorded")
        visit.recorded_at = visit.changed_at = at = now - days * DAY
        row = VisitRecord(
            id=uuid4(), visit_id=visit.id, received_at=at, happened_at=at, outcome="met"
        )
        told = {"outcome": "met", "alone_with_survivor": "yes", "next": ["keep_schedule"]}
        write_facts(row, told | dict(zip(INDICATORS, levels, strict=True)))
        db.session.add(row)
    _visit(case, cadre, caseworker, now - 4 * DAY, state="accepted")  # past its window: missed
    _visit(case, cadre, caseworker, now + DAY, state="assigned")


def _visit(case: Case, cadre: Person, caseworker: Staff, opens_at: datetime, *, state: str):
    made = Visit(
        id=uuid4(),
        report_id=case.referral.report_id,
        case_id=case.id,
        district=case.district,
        village=cadre.village,
        cadre_id=cadre.id,
        handed_by=caseworker.id,
        purpose="check_safety",
        place_kind="public",
        state=state,
        opens_at=opens_at,
        due_at=opens_at + 3 * DAY,
        agreed_at=opens_at - DAY,
        handed_at=opens_at - DAY,
        changed_at=opens_at,
    )
    write_facts(made, {"meeting_place": "village_hall"})
    seal_texts(made, case.district, {"safe_contact": {"cover_story": "arisan"}})
    db.session.add(made)
    db.session.flush()
    return made


def _owed(district: str, cadre: Person, now: datetime) -> None:
    """A call to a cadre who asked for one, and something that nobody could read."""
    call = CallRequest(
        id=uuid4(),
        district=district,
        person_id=cadre.id,
        why="asked",
        when="today",
        asked_at=now,
        due_at=now + timedelta(hours=8),
    )
    # No envelope of a phone has a number below nought.
    kept = Quarantined(
        id=uuid4(),
        server_seq=-1,
        envelope_id=uuid4(),
        district=district,
        reason="unreadable",
        at=now,
    )
    db.session.add_all([call, kept])
