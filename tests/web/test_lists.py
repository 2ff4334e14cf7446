"""Every list of the desk searches, sorts, pages and says when nothing fits."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.domain.report import short_code
from app.models import Case, Quarantined, TrailRow, Visit
from app.services import counted, visit_list
from app.services.listing import Narrowed
from tests.desk import as_staff, in_care, phone_of, staff
from tests.make import DISTRICT, VILLAGE, fresh, person
from tests.onward import partner, sent, taken_back

OTHER = "33.02.17.2002"
NOTHING = "Tidak ada dengan filter ini"


def rows(page) -> list[str]:
    return re.findall(r'data-row="([^"]+)"', page.text)


def visit_of(case_id, cadre, staff_id, *, days: int = 3, **more) -> Visit:
    """A visit that ends so many days from now. Inside `transaction()`."""
    now, case = utc_now(), db.session.get_one(Case, case_id)
    made = Visit(
        id=fresh(),
        report_id=case.referral.report_id,
        case_id=case.id,
        district=DISTRICT,
        village=case.referral.village,
        cadre_id=cadre.id,
        handed_by=staff_id,
        purpose="check_safety",
        place_kind="public",
        opens_at=now,
        due_at=now + timedelta(days=days),
        handed_at=now,
        changed_at=now,
        **more,
    )
    db.session.add(made)
    db.session.flush()
    return made


@pytest.fixture
def here(desk):
    """Two cases of two villages, each with a visit and a service asked back."""
    with transaction():
        me = db.session.get_one(type(person()), desk.person_id)
        melati = person(Role.CADRE, label="Kader Melati")
        known = partner(as_staff(me), now=utc_now())
        made = []
        for village in (VILLAGE, OTHER):
            case = in_care(melati, me, danger_signs=["weapon"], village=village)
            service = sent(case, as_staff(me), known, now=utc_now())
            taken_back(case, "refer_psychosocial", now=utc_now())
            made.append((case, visit_of(case, melati, me.id), service))
    return made


def code_of(case_id) -> str:
    return short_code(db.session.get_one(Case, case_id).referral.report_id)


@pytest.mark.parametrize("which", ["visits", "services", "recalls"])
def test_a_list_is_narrowed_by_code_and_by_village_and_says_when_empty(desk, here, which):
    second = here[1][0]
    address = {"services": "/desk/services?tab=waiting"}.get(which, f"/desk/{which}")
    whole = rows(desk.get(address))

    by_code = desk.post("/desk/queue/search", {"q": code_of(second), "list": which})
    by_village = desk.post("/desk/queue/search", {"q": "kalicon", "list": which})

    assert len(whole) == 2
    assert by_code.location == f"/desk/{which}?code={code_of(second)}"
    assert len(rows(desk.get(by_code.location))) == 1
    assert by_village.location == f"/desk/{which}?village={VILLAGE}"
    assert rows(desk.get(by_code.location)) != rows(desk.get(by_village.location))
    assert NOTHING in desk.get(f"/desk/{which}?code=00000").text


def test_pages_of_visits_neither_repeat_nor_leave_out(desk, here):
    case = here[0][0]
    with transaction():
        melati = person(Role.CADRE)
        for days in (1, 1, 2, 5):
            visit_of(case, melati, desk.person_id, days=days)
        visit_of(case, melati, desk.person_id, days=-1)
        me = as_staff(staff(Role.COORDINATOR))
    now, everything = utc_now(), Narrowed()

    whole = [one.id for one in visit_list.page(me, "due", everything, now=now)]
    paged, after = [], None
    while found := visit_list.page(me, "due", everything, now=now, after=after, limit=2):
        paged, after = paged + [one.id for one in found], found[-1].id

    assert paged == whole and len(whole) == 6
    assert visit_list.counts(me, everything, now=now)["missed"] == 1
    assert counted.one(visit_list.pressing(me, now)) == 1


def test_cadres_are_found_by_name_and_the_name_reaches_no_address(desk):
    with transaction():
        for name in ("Kader Kenanga", "Kader Dahlia", "Kader Sekar"):
            phone_of(person(Role.CADRE, label=name))

    found = desk.post("/desk/people", {"q": "  dahl "})

    assert "Kader Dahlia" in found.text and "Kader Sekar" not in found.text
    assert found.status_code == 200  # answered in place: no redirect carries the name
    assert "dahl" not in " ".join(re.findall(r'href="([^"]*)"', found.text)).lower()
    assert NOTHING in desk.post("/desk/people", {"q": "siapa ini"}).text


def test_cadres_are_paged_and_sorted(desk):
    with transaction():
        for number in range(53):
            person(Role.CADRE, label=f"Kader {number:02}")

    first = desk.get("/desk/people?sort=name")
    further = re.search(r'href="(/desk/people\?[^"]*after=[^"]+)"', first.text).group(1)
    second = desk.get(further.replace("&amp;", "&"))

    assert (len(rows(first)), len(rows(second))) == (50, 3)
    assert first.text.index("Kader 00") < first.text.index("Kader 49")
    assert "Kader 52" in second.text


def test_quarantine_is_searched_by_code(desk):
    with transaction() as session:
        kept = [
            Quarantined(
                id=fresh(),
                server_seq=number,
                envelope_id=fresh(),
                district=DISTRICT,
                reason="invalid",
                at=utc_now(),
            )
            for number in (1, 2)
        ]
        session.add_all(kept)

    page = desk.get(f"/desk/quarantine?code={short_code(kept[1].envelope_id)}")

    assert rows(page) == [str(kept[1].id)]
    assert NOTHING in desk.get("/desk/quarantine?code=00000").text


def test_the_trail_is_narrowed_to_a_person_and_a_kind(sit):
    head = sit(Role.HEAD, Role.COORDINATOR, label="Kepala Wijaya")
    other = sit(Role.COORDINATOR, label="Petugas Kenari")
    other.get("/desk/queue")
    other.post("/desk/intake", {})

    found = head.get(f"/desk/trail?by={other.person_id}")
    of = db.session.scalars(db.select(TrailRow).filter_by(by=other.person_id)).all()

    assert rows(found) == [str(row.seq) for row in sorted(of, key=lambda row: -row.seq)]
    assert NOTHING in head.get("/desk/trail?on=partner").text
