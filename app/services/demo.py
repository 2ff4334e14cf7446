"""An invented district to look around in: people named after flowers, reports that never happened.

For development and showing; the command refuses to load it in production. Loading it again adds
only what is missing.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from app.db import db
from app.domain.fields import parse
from app.domain.permissions import STAFF, Role
from app.domain.report import Risk
from app.models import (
    CoverEntry,
    Device,
    DirectoryNumber,
    Person,
    Referral,
    Report,
    StaffAccount,
)
from app.services import (
    book,
    deciding,
    demo_care,
    demo_office,
    demo_onward,
    demo_roster,
    people,
    referrals,
    reports,
    sessions,
    sign_in,
)
from app.services.demo_stories import (
    IN_CARE_LONG,
    PLAIN,
    SENT_ON,
    STORIES,
    TAKEN_INTO_CARE,
    Story,
)

DISTRICT = "33.02"
CADRES = (
    ("Kader Melati", "33.02.17.2001"),
    ("Kader Kenanga", "33.02.17.2002"),
    ("Kader Anggrek", "33.02.17.2003"),
    ("Kader Seroja", "33.02.26.1002"),
    ("Kader Cempaka", "33.02.22.2003"),
    ("Kader Dahlia", "33.02.02.2004"),
)
STAFF_PEOPLE = (
    ("Mawar", (Role.COORDINATOR,)),
    ("Teratai", (Role.CASEWORKER,)),
    ("Flamboyan", (Role.CASEWORKER,)),
    ("Wijaya", (Role.HEAD,)),
    ("Bakung", (Role.ADMIN,)),
    ("Kamboja", (Role.AUDITOR,)),
)
COORDINATOR = "mawar"
# Real ones (domain.md section 7), except the duty number, which nobody has.
NUMBERS = (
    ("police", "110"),
    ("sapa", "129"),
    ("ambulance", "119"),
    ("lpsk", "148"),
    ("duty", "0800000000"),
)
POSYANDU = ((3, "08:00"), (10, "08:00"), (17, "08:00"))


@dataclass(frozen=True, slots=True)
class SignIn:
    """How an invented member of staff signs in."""

    name: str
    password: str = field(repr=False)
    seed: str = field(repr=False)

    @property
    def address(self) -> str:
        """The `otpauth://` address of the second factor."""
        return sign_in.seed_address(self.name, self.seed)


def load(secret: str, *, now: datetime) -> None:
    """Add the invented people, numbers and reports that are missing.

    `secret` makes the sign-ins: the same in each start of one installation, others elsewhere.
    """
    known = {people.called(person): person for person in _here()}
    cadres = [_cadre(label, village, known, now) for label, village in CADRES]
    staff = [_staff(name, roles, known, secret, now) for name, roles in STAFF_PEOPLE]
    _numbers_and_dates(now)
    demo_roster.load(staff, now=now)
    office = dict(zip((name for name, _roles in STAFF_PEOPLE), staff, strict=True))
    demo_office.load(DISTRICT, office, now=now)
    for number, story in enumerate(STORIES):
        if db.session.get(Report, story_id(number)) is None:
            _happen(number, story, cadres, staff, now)
    db.session.flush()
    demo_care.load(story_id(IN_CARE_LONG), office, cadres, now=now)
    demo_onward.load(story_id(SENT_ON), story_id(IN_CARE_LONG), office, now=now)
    book.publish(DISTRICT, now=now)


def sign_in_of(name: str, secret: str) -> SignIn:
    """Return the sign-in of one of the staff."""
    digest = hmac.digest(secret.encode(), f"demo|{name}".encode(), "sha256")
    text = b32encode(digest).decode().rstrip("=")
    password = "-".join(text[at : at + 4].lower() for at in range(0, 16, 4))
    return SignIn(name, password, text[16:48])


def cadre_without_phone() -> Person | None:
    """Return an invented cadre whose first phone can still be enrolled."""
    labels = [label for label, _ in CADRES]
    taken = set(db.session.scalars(db.select(Device.person_id)))
    free = [p for p in _here() if p.id not in taken and people.called(p) in labels]
    return min(free, key=lambda person: labels.index(people.called(person)), default=None)


def story_id(number: int) -> UUID:
    """Return the id of an invented report: the same everywhere, and a proper version 4."""
    return UUID(bytes=hashlib.sha256(f"siaga demo {number}".encode()).digest()[:16], version=4)


def _here() -> Iterable[Person]:
    return db.session.scalars(db.select(Person).where(Person.district == DISTRICT)).all()


def _cadre(label: str, village: str, known: dict[str, Person], now: datetime) -> Person:
    return known.get(label) or people.add(DISTRICT, [Role.CADRE], label, village=village, now=now)


def _staff(name: str, roles: Iterable[Role], known: dict, secret: str, now: datetime) -> Person:
    person = known.get(name) or people.add(DISTRICT, roles, name, now=now)
    if db.session.get(StaffAccount, person.id) is None:
        entry = sign_in_of(name.lower(), secret)
        sign_in.new_account(person, entry.name, entry.password, seed=entry.seed)
        db.session.flush()
    return person


def _numbers_and_dates(now: datetime) -> None:
    if db.session.scalar(db.select(DirectoryNumber.id).filter_by(district=DISTRICT)) is None:
        for place, (kind, number) in enumerate(NUMBERS):
            db.session.add(
                DirectoryNumber(district=DISTRICT, kind=kind, number=number, place=place)
            )
    if db.session.scalar(db.select(CoverEntry.id).filter_by(district=DISTRICT)) is None:
        for days, at in POSYANDU:
            on = (now + timedelta(days=days)).date().isoformat()
            entry = CoverEntry(district=DISTRICT, kind="date", on=on, at=at, text="Posyandu")
            db.session.add(entry)
    db.session.flush()


def _acting(person: Person) -> sessions.Staff:
    roles = person.role_codes & STAFF
    return sessions.Staff(person.id, DISTRICT, roles, "", None, b"")


def _happen(
    number: int, story: Story, cadres: list[Person], staff: list[Person], now: datetime
) -> None:
    at = now - story.before
    cadre = cadres[story.cadre] if story.cadre is not None else None
    village = cadre.village if cadre else CADRES[0][1]
    told = {} if cadre else {"told_at": at.isoformat()}
    answers = PLAIN | {"village": village} | story.answers | told
    answers = {name: answer for name, answer in answers.items() if answer is not None}
    parsed = parse("report.create" if cadre else "desk.intake", answers)
    origin = reports.Origin(
        received_at=at,
        happened_at=at,
        cadre=cadre,
        channel=answers.get("channel", "app"),
        entered_by=None if cadre else staff[0].id,
        told_at=None if cadre else at,
        phone_said_at=at if cadre else None,
    )
    report = reports.write_down(story_id(number), DISTRICT, parsed, origin, now=at)
    if number in TAKEN_INTO_CARE:
        _take_into_care(report, staff[0], staff[1], at + timedelta(minutes=30))


def _take_into_care(report: Report, coordinator: Person, caseworker: Person, now: datetime) -> None:
    who = _acting(coordinator)
    referral = db.session.scalars(db.select(Referral).filter_by(report_id=report.id)).one()
    referrals.see(referral, who, now=now)
    screening = {"screening": ["violence_against_woman"], "authority": "district"}
    referrals.screen(referral, who, screening, Risk(referral.risk), now=now)
    # A reason, because an older invented district may have its caseworker on leave by now.
    deciding.accept(referral, caseworker, who, why="contoh", now=now)
