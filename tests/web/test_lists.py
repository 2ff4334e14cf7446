"""Every list of the desk searches, sorts, pages and says when nothing fits."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from app.coordinator import trail as trail_view
from app.db import db, transaction, utc_now
from app.domain.deadline import Kind
from app.domain.permissions import Role
from app.domain.report import short_code
from app.models import Case, Person, Quarantined, TrailRow, Transfer, Visit
from app.services import (
    counted,
    deadline_board,
    deadlines,
    delivery,
    people_search,
    trail,
    transfer_list,
    visit_list,
)
from app.services.listing import Narrowed
from tests.desk import as_staff, in_care, phone_of, staff
from tests.make import DISTRICT, VILLAGE, fresh, person, visit
from tests.onward import partner, sent, taken_back

OTHER = "33.02.17.2002"
NOTHING = "Tidak ada dengan filter ini"


def rows(page) -> list[str]:
    return re.findall(r'data-row="([^"]+)"', page.text)


def visit_of(case_id, cadre, staff_id, *, days: int = 3, **more) -> Visit:
    """A visit that ends so many days from now. Inside `transaction()`."""
    now, case = utc_now(), db.session.get_one(Case, case_id)
    made = visit(
        case.referral.report_id,
        cadre.id,
        staff_id,
        now,
        case_id=case.id,
        village=case.referral.village,
        due_at=now + timedelta(days=days),
        **more,
    )
    db.session.add(made)
    db.session.flush()
    return made


def transfer_of(case_id, *, hours: int = 1, state: str = "sent") -> Transfer:
    """A copy that went to another district so long ago. Inside `transaction()`."""
    now = utc_now()
    made = Transfer(
        id=fresh(),
        from_district=DISTRICT,
        to_district="32.01",
        referral_id=db.session.get_one(Case, case_id).referral_id,
        state=state,
        basis="legal_duty",
        sent_at=now - timedelta(hours=hours),
        ends_at=now + timedelta(days=3),
        answered_at=None if state == "sent" else now,
    )
    db.session.add(made)
    return made


@pytest.fixture
def here(desk):
    """Two cases of two villages, each with a visit, a copy sent on and a service asked back."""
    with transaction():
        me = db.session.get_one(type(person()), desk.person_id)
        melati = person(Role.CADRE, label="Kader Melati")
        known = partner(as_staff(me), now=utc_now())
        made = []
        for village in (VILLAGE, OTHER):
            case = in_care(melati, me, danger_signs=["weapon"], village=village)
            service = sent(case, as_staff(me), known, now=utc_now())
            taken_back(case, "refer_psychosocial", now=utc_now())
            transfer_of(case)
            made.append((case, visit_of(case, melati, me.id), service))
    return made


def code_of(case_id) -> str:
    return short_code(db.session.get_one(Case, case_id).referral.report_id)


@pytest.mark.parametrize("which", ["visits", "services", "recalls", "clocks", "transfers"])
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


@pytest.mark.parametrize("tab", ["all", "mine"])
def test_pages_of_clocks_neither_repeat_nor_leave_out(desk, here, tab, monkeypatch):
    monkeypatch.setattr(deadline_board, "MOST", 3)
    with transaction():
        me = as_staff(db.session.get_one(Person, desk.person_id))
        for days in (1, 1, 2, 5, 9):
            began = utc_now() - timedelta(days=days)
            deadlines.begin(DISTRICT, None, Kind.BREACH_NOTICE, began, now=utc_now())
    now = utc_now()

    whole = [one.id for one in deadline_board.running(me, tab, now=now)]
    paged, after = [], None
    while found := deadline_board.running(me, tab, now=now, after=after, limit=2):
        paged, after = paged + [one.id for one in found], found[-1].id

    assert paged == whole and len(whole) >= 7


def test_what_ended_late_is_narrowed_and_its_pages_neither_repeat_nor_leave_out(
    desk, here, monkeypatch
):
    monkeypatch.setattr(deadline_board, "MOST", 3)
    with transaction():
        me = as_staff(db.session.get_one(Person, desk.person_id))
        for case_id, _visit, _service in here:
            about = db.session.get_one(Case, case_id).referral
            for days in (3, 3, 4):
                began = utc_now() - timedelta(days=30)
                clock = deadlines.begin(DISTRICT, about, Kind.ACCESS, began, now=utc_now())
                clock.state, clock.ended_how = "ended", "told"
                clock.ended_at = clock.due_at + timedelta(days=days)
            clock = deadlines.begin(DISTRICT, about, Kind.ACCESS, utc_now(), now=utc_now())
            clock.state, clock.ended_how, clock.ended_at = "ended", "told", utc_now()
    now, code = utc_now(), code_of(here[1][0])

    whole = [one.id for one, _how in deadline_board.over_late(me, now=now)]
    paged, after = [], None
    while found := deadline_board.over_late(me, now=now, after=after, limit=2):
        paged, after = paged + [one.id for one, _how in found], found[-1][0].id

    assert paged == whole and len(whole) == 6
    assert len(rows(desk.get("/desk/clocks?tab=over"))) == 6
    assert len(rows(desk.get(f"/desk/clocks?tab=over&code={code}"))) == 3
    assert NOTHING in desk.get("/desk/clocks?tab=over&code=00000").text


def test_pages_of_transfers_begin_with_the_open_and_neither_repeat_nor_leave_out(desk, here):
    with transaction():
        me = as_staff(db.session.get_one(Person, desk.person_id))
        for hours, state in ((5, "sent"), (0, "refused"), (5, "accepted"), (5, "accepted")):
            transfer_of(here[0][0], hours=hours, state=state)

    whole = transfer_list.page(me)
    paged, after = [], None
    while found := transfer_list.page(me, after=after, limit=2):
        paged, after = paged + found, found[-1].id

    assert paged == whole
    assert [one.state for one in whole] == ["sent"] * 3 + ["refused"] + ["accepted"] * 2


def test_a_copy_that_came_is_found_by_the_code_that_it_has_here(desk, here):
    with transaction():
        me = as_staff(db.session.get_one(Person, desk.person_id))
        came = transfer_of(here[1][0])
        came.from_district, came.to_district = came.to_district, came.from_district
        came.referral_id, came.copy_id = None, came.referral_id

    found = transfer_list.page(me, Narrowed(code=code_of(here[1][0])))

    assert len(found) == 2
    assert came in found


def test_a_caseworkers_own_clocks_are_hers_and_nobody_elses(desk, sit, here):
    other = sit(Role.CASEWORKER)

    with transaction():
        db.session.get_one(Case, here[1][0]).caseworker_id = other.person_id
    mine = rows(desk.get("/desk/clocks?tab=mine"))
    hers = rows(other.get("/desk/clocks?tab=mine"))

    assert mine and hers and not set(mine) & set(hers)
    assert set(mine) | set(hers) == set(rows(desk.get("/desk/clocks")))


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


@pytest.mark.parametrize("sort", people_search.SORTS)
def test_pages_of_cadres_neither_repeat_nor_leave_out_in_any_order(desk, sort):
    with transaction():
        for number in range(7):
            cadre = person(
                Role.CADRE, label=f"Kader {number}", village=(VILLAGE, OTHER)[number % 2]
            )
            phone = phone_of(cadre) if number % 3 else None
            if phone is not None:
                phone.seen_at = utc_now() - timedelta(days=number // 2)
    now, wanted = utc_now(), people_search.Wanted(sort=sort)

    paged, after = [], None
    while not paged or after:
        found = people_search.page(DISTRICT, wanted, now=now, after=after, size=2)
        paged, after = paged + [one.person.id for one in found.cadres], found.next_place

    assert len(paged) == len(set(paged)) == found.count == 7


def test_every_tab_of_cadres_shows_whom_its_name_says(desk):
    now, tabs = utc_now(), {"lost": "none", "invited": "none"}
    with transaction() as session:
        for state in ("active", "silent", "pending", "ended", "none"):
            cadre = person(Role.CADRE, label=state)
            if state != "none":
                phone = phone_of(cadre, "active" if state == "silent" else state)
                phone.seen_at = now - timedelta(days=200 if state == "silent" else 1)
            if state == "pending":
                phone_of(cadre, "ended").enrolled_at = now
            if state == "silent":
                phone_of(cadre, "pending")
        session.flush()

    shown = {
        tab: people_search.page(DISTRICT, people_search.Wanted(tab), now=now).cadres
        for tab in people_search.TABS
    }

    states = {one.label: one.state(now) for one in shown["all"]}
    assert len(states) == 5 and {"active", "silent", "pending", "none"} <= set(states.values())
    for tab in ("pending", "silent", "none"):
        wanted = {name for name, state in states.items() if tabs.get(state, state) == tab}
        assert {one.label for one in shown[tab]} == wanted != set()


def test_pages_of_phones_neither_repeat_nor_leave_out_the_worst_first(desk):
    with transaction():
        for number in range(5):
            phone = phone_of(person(Role.CADRE))
            phone.seen_at = utc_now() - timedelta(days=400 if number % 2 else 0)
    now = utc_now()

    first = delivery.board(DISTRICT, now=now, size=3)
    second = delivery.board(DISTRICT, now=now, size=3, after=first.next_place)

    ids = [one.device_id for one in (*first.phones, *second.phones)]
    assert len(set(ids)) == 5 == first.all == first.dead
    assert [one.state for one in (*first.phones, *second.phones)] == ["none"] * 3 + ["silent"] * 2
    assert second.next_place is None


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


def test_the_trail_says_in_words_what_was_done_and_keeps_the_code_small(sit):
    head = sit(Role.HEAD)
    with transaction():
        for act, on in (("case.see", "case"), ("of.once", "thing")):
            trail.append(DISTRICT, act, on, str(fresh()), by=None, now=utc_now())

    page = head.get("/desk/trail").text

    assert re.search(r">Halaman kasus dilihat<br><small[^>]*>case\.see</small>", page)
    assert "<td>Kasus<br>" in page and '<option value="case">Kasus</option>' in page
    assert ">of.once<br>" in page  # An act of former years has no words any more.


def test_a_long_trail_is_checked_in_parts_from_one_button_to_the_next(sit, monkeypatch):
    monkeypatch.setattr(trail_view, "WALKED", 2)
    head = sit(Role.HEAD)
    with transaction():
        for number in range(5):
            trail.append(DISTRICT, "case.see", "case", str(number), by=None, now=utc_now())

    pages = [head.post("/desk/trail/verify")]
    while behind := re.search(r'name="behind" value="(\d+)"', pages[-1].text):
        pages.append(head.post("/desk/trail/verify", {"behind": behind.group(1)}))

    assert len(pages) > 2 and "Utuh sejauh ini: 2 dari" in pages[0].text
    assert "Utuh:" in pages[-1].text and "Periksa selanjutnya" not in pages[-1].text


def clocks(me, now):
    deadline_board.running(me, now=now, limit=51)


def missed(me, now):
    visit_list.page(me, "missed", Narrowed(), now=now, limit=51)


def due(me, now):
    visit_list.page(me, "due", Narrowed(), now=now, limit=51)


@pytest.mark.parametrize(
    ("read", "index"),
    [(clocks, "ix_deadlines_going"), (missed, "ix_visits_board"), (due, "ix_visits_board")],
)
def test_a_list_is_read_in_the_order_of_an_index_and_not_sorted(app, read, index):
    with transaction():
        me = as_staff(staff())
    on_file = db.engine.dialect.name == "sqlite"
    if on_file and read is not clocks:
        return  # It takes an index of some states for those very states alone.
    with asked() as said:
        read(me, utc_now())
    [(statement, values)] = [one for one in said if "LIMIT" in one[0]]

    with db.engine.connect() as connection:
        for way in () if on_file else ("seqscan", "bitmapscan", "sort"):  # Nothing lies in it yet.
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        explain = "EXPLAIN QUERY PLAN" if on_file else "EXPLAIN"
        steps = connection.exec_driver_sql(f"{explain} {statement}", values).all()
    plan = [str(step[-1]) for step in steps]
    assert any(index in step for step in plan), plan
    assert not any("ORDER BY" in step or "Sort" in step for step in plan), plan


@contextmanager
def asked():
    """What the database is asked meanwhile, with the values."""
    said = []

    def note(_connection, _cursor, statement, values, *_more) -> None:
        said.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    yield said
    event.remove(db.engine, "before_cursor_execute", note)
