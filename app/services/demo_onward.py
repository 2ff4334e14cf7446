"""What goes on from the invented district: a report sent elsewhere, visits every four weeks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from app.db import db
from app.domain import series as rules
from app.domain.permissions import STAFF
from app.domain.transfer import Ground
from app.models import Case, Person, Referral, SeriesVisit, Transfer, Visit, VisitSeries
from app.sealing import b64, new_private, public_of
from app.services import referrals, transfers
from app.services.sessions import Staff

WEEKS_4 = 28
TIMES = 4
ELSEWHERE = ("32.01", "UPTD PPA Contoh di Bogor")
SENT_AFTER = timedelta(hours=2)


def load(sent_on: UUID, in_care: UUID, office: Mapping[str, Person], *, now: datetime) -> None:
    """Send the one report on, and repeat the visits of the other's case, where that is missing."""
    referral = db.session.scalar(db.select(Referral).filter_by(report_id=sent_on))
    if referral is not None and referral.state == "received":
        _send(referral, office["Wijaya"], max(referral.clock_from + SENT_AFTER, now - SENT_AFTER))
    query = db.select(Visit).join(Case, Case.id == Visit.case_id)
    mine = query.join(Referral, Referral.id == Case.referral_id).where(
        Referral.report_id == in_care, Visit.state == "assigned"
    )
    visit = db.session.scalar(mine.order_by(Visit.opens_at.desc()).limit(1))
    known = db.select(VisitSeries.id).limit(1)
    if visit is not None and db.session.scalar(known) is None:
        _repeat(visit, now)


def _send(referral: Referral, head: Person, at: datetime) -> Transfer:
    """As a file, to an office that is invented too: nobody has the key that it is sealed to."""
    staff = Staff(head.id, head.district, head.role_codes & STAFF, "", None, b"")
    district, name = ELSEWHERE
    referrals.see(referral, staff, now=at)
    key = f"intake.{district}.1 {b64(public_of(new_private()))}"
    ground = Ground("consent", "written", "Ia pindah ke rumah kakaknya.")
    return transfers.send_file(referral, key, name, ground, staff, now=at)


def _repeat(first: Visit, now: datetime) -> None:
    opens_at, _due_at = rules.window(first.opens_at, first.due_at, WEEKS_4, 2)
    row = VisitSeries(
        id=uuid4(),
        case_id=first.case_id,
        district=first.district,
        cadre_id=first.cadre_id,
        made_by=first.handed_by,
        made_at=now,
        purpose=first.purpose,
        meeting_place="village_hall",
        every_days=WEEKS_4,
        times=TIMES,
        opens_at=first.opens_at,
        due_at=first.due_at,
        agreed_at=first.agreed_at,
        next_at=opens_at - rules.HANDED_BEFORE,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add(SeriesVisit(series_id=row.id, place=1, visit_id=first.id))
