"""Who carries what, who is given a case against a warning, posts and the unmet: with a database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.db import db, transaction
from app.domain.errors import Conflict, Invalid, NotAllowed
from app.domain.permissions import Role
from app.domain.workload import Warned
from app.models import (
    Case,
    Deadline,
    DutyTurn,
    Person,
    ReferralMove,
    UnmetNeed,
    WorkEntry,
)
from app.services import (
    abk,
    absences,
    counting,
    deciding,
    demo_office,
    handovers,
    limits,
    posts,
    related,
    workload,
)
from app.services.rows import texts_of
from tests.desk import as_staff, in_care, reported, screened, staff
from tests.make import DISTRICT, NOON, fresh, person

TODAY = NOON.date()
DAY = timedelta(days=1)


@pytest.fixture
def salak(app):
    with transaction():
        return staff(Role.COORDINATOR, Role.CASEWORKER, Role.HEAD)


@pytest.fixture
def jambu(app):
    with transaction():
        return staff(Role.CASEWORKER, label="Petugas Jambu")


@pytest.fixture
def me(salak):
    return as_staff(salak)


def work(member: Person, minutes: int, on: date = TODAY, kind: str = "interview", **more):
    entry = WorkEntry(
        id=fresh(),
        district=DISTRICT,
        person_id=member.id,
        kind=kind,
        minutes=minutes,
        standard_minutes=60,
        done_on=on,
        entered_at=NOON,
        **more,
    )
    db.session.add(entry)
    db.session.flush()


def year_of_work(member: Person) -> None:
    for number in range(60):
        work(member, 1251, TODAY - number * DAY)  # 75,060 minutes


def waiting(salak):
    return screened(reported(None), salak, now=NOON)


def test_a_load_is_this_years_work_and_what_open_cases_still_need(salak, jambu):
    with transaction():
        work(jambu, 100)
        work(jambu, 40, date(2025, 12, 31))
        work(jambu, 30, struck_at=NOON)
        case = db.session.get_one(Case, in_care(None, jambu))
        case.stage = "monitoring"
        db.session.get_one(Case, in_care(None, jambu)).closed_at = NOON

    found = workload.loads(DISTRICT, [jambu.id, salak.id], now=NOON)

    # Monitoring 180, evaluation 75, termination 90, follow-up 45.
    assert (found[jambu.id].worked, found[jambu.id].needed, found[jambu.id].cases) == (100, 390, 1)
    assert found[salak.id].total == 0


def test_the_districts_own_standards_count_and_law_stays(jambu, me):
    with transaction():
        case = db.session.get_one(Case, in_care(None, jambu))
        case.stage = "follow_up"
        limits.change("work.contact", 20, "Perbup 12/2026", me, now=NOON)

    own = limits.own(DISTRICT)["work.contact"]
    assert workload.loads(DISTRICT, [jambu.id], now=NOON)[jambu.id].needed == 60
    assert (own.set_by, own.set_at) == (me.id, NOON)
    assert limits.limit(DISTRICT, "work.contact").source == "Perbup 12/2026"
    with pytest.raises(NotAllowed), transaction():
        limits.change("workload.minutes_a_year", 90_000, "Perbup 1", me, now=NOON)
    with pytest.raises(Invalid), transaction():
        limits.change("work.contact", 25, "  ", me, now=NOON)

    with transaction():
        limits.give_back("work.contact", me, now=NOON)

    assert limits.limit(DISTRICT, "work.contact").value == 15


def test_the_lighter_load_is_offered_first_and_who_stepped_out_last(salak, jambu):
    with transaction():
        referral = waiting(salak)
        work(salak, 300)
        out = staff(Role.CASEWORKER, label="Petugas Duku")
        related.step_out(referral, as_staff(out), now=NOON)

    found = workload.offers(referral, salak.id, now=NOON)

    assert [one.candidate.person_id for one in found] == [jambu.id, salak.id, out.id]
    assert found[-1].blocked


@pytest.mark.parametrize("against", ["away", "leaving", "overloaded"])
def test_a_choice_against_a_warning_needs_a_reason_and_keeps_it_sealed(salak, jambu, me, against):
    with transaction():
        referral = waiting(salak)
        if against == "away":
            absences.note(jambu, TODAY, TODAY + DAY, me, today=TODAY, now=NOON)
        elif against == "leaving":
            handovers.begin(jambu, me, now=NOON)
        else:
            year_of_work(jambu)

    with pytest.raises(Invalid) as refused, transaction():
        deciding.accept(referral, jambu, me, now=NOON)
    with transaction():
        referral = db.session.merge(referral)
        case = deciding.accept(referral, jambu, me, why="hanya ia yang dipercaya", now=NOON)

    assert refused.value.code == "assign.reason"
    assert case.caseworker_id == jambu.id
    move = db.session.query(ReferralMove).filter_by(act="accept").one()
    assert move.reason == Warned(against)
    assert texts_of(move)["words"] == "hanya ia yang dipercaya"
    counted = abk.unmet(DISTRICT, move.at.year, now=NOON)["given_without_room"]
    assert counted == (against == "overloaded")


def test_giving_a_case_on_against_a_warning_needs_a_reason_too(salak, jambu, me):
    with transaction():
        case = db.session.get_one(Case, in_care(None, salak))
        year_of_work(jambu)

    with pytest.raises(Invalid), transaction():
        deciding.assign(case, jambu, me, now=NOON)
    with transaction():
        deciding.assign(db.session.merge(case), jambu, me, why="dekat rumahnya", now=NOON)

    assert abk.unmet(DISTRICT, 2026, now=NOON)["given_without_room"] == 1


def test_who_is_back_or_whose_absence_was_taken_back_is_not_away(jambu, me):
    with transaction():
        row = absences.note(jambu, TODAY, TODAY + DAY, me, today=TODAY, now=NOON)

    assert absences.away_on(DISTRICT, TODAY) == {jambu.id: TODAY + DAY}
    assert absences.away_on(DISTRICT, TODAY + 2 * DAY) == {}
    assert absences.away_on(DISTRICT, TODAY - DAY) == {}
    with transaction():
        absences.strike(row.id, me, now=NOON)
    assert absences.away_on(DISTRICT, TODAY) == {}


# Posts ------------------------------------------------------------------------------------------


def test_an_acting_holder_fills_no_post_and_ends_by_itself(jambu, me):
    with transaction():
        post = posts.add("caseworker", "Pendamping Korban", TODAY, me, now=NOON)
        acting = posts.Holding(TODAY, TODAY + 10 * DAY, acting=True, person=jambu)
        posts.hold(post, acting, me, now=NOON)

    [today] = posts.register(DISTRICT, TODAY)
    [later] = posts.register(DISTRICT, TODAY + 11 * DAY)

    assert today.vacant
    assert today.acting.person_id == jambu.id
    assert later.acting is None
    assert posts.existing(DISTRICT, TODAY) == {}

    with transaction():
        posts.hold(db.session.merge(post), posts.Holding(TODAY, name="Bu Srikaya"), me, now=NOON)
    assert posts.existing(DISTRICT, TODAY) == {"caseworker": 1}


def test_a_post_has_one_holder_at_a_time_and_who_left_leaves_it_vacant(salak, jambu, me):
    with transaction():
        post = posts.add("caseworker", "Pendamping Korban", TODAY, me, now=NOON)
        term = posts.hold(post, posts.Holding(TODAY, person=jambu), me, now=NOON)

    with pytest.raises(Conflict), transaction():
        posts.hold(post, posts.Holding(TODAY + DAY, person=salak), me, now=NOON)
    with transaction():
        posts.leave(post, term.id, TODAY + DAY, me, now=NOON)
        posts.hold(post, posts.Holding(TODAY + 2 * DAY, name="Bu Srikaya"), me, now=NOON)
    assert posts.existing(DISTRICT, TODAY) == {"caseworker": 1}
    [state] = posts.register(DISTRICT, TODAY + 2 * DAY)
    assert posts.named([state.holder]) == {state.holder.id: "Bu Srikaya"}

    with transaction():
        db.session.merge(jambu).left_at = NOON
    assert posts.existing(DISTRICT, TODAY) == {}


@pytest.mark.parametrize(
    ("holding", "code"),
    [
        ({"since": TODAY}, "field.missing"),
        ({"since": TODAY, "name": "Bu Srikaya", "acting": True}, "post.acting_end"),
        ({"since": TODAY, "name": "Bu Srikaya", "until": TODAY - DAY}, "post.order"),
        ({"since": TODAY - DAY, "name": "Bu Srikaya"}, "post.order"),
    ],
)
def test_who_holds_a_post_is_written_down_whole(me, holding, code):
    with transaction():
        post = posts.add("driver", "Pengemudi", TODAY, me, now=NOON)

    with pytest.raises(Invalid) as refused, transaction():
        posts.hold(post, posts.Holding(**holding), me, now=NOON)

    assert refused.value.code == code


# The annex --------------------------------------------------------------------------------------


def test_the_annex_of_an_invented_year_equals_the_table_computed_by_hand(salak, jambu, me):
    with transaction():
        for kind, times in {"interview": 3, "counselling": 2, "accompany_court": 1}.items():
            for _turn in range(times):
                work(jambu, 90, kind=kind)
        work(jambu, 90, kind="travel", struck_at=NOON)
        work(jambu, 90, date(2025, 5, 5), kind="travel")
        screened(reported(person(), at=NOON), salak, now=NOON)
        post = posts.add("caseworker", "Pendamping Korban", TODAY, me, now=NOON)
        posts.hold(post, posts.Holding(TODAY, person=jambu), me, now=NOON)
        posts.add("legal", "Pendamping Hukum", TODAY, me, now=NOON)
        _unmet(salak, jambu)
        limits.change("work.cadre_report", 120, "SK Kepala Dinas 3/2026", me, now=NOON)
        counting.mark(DISTRICT, now=NOON)
        while (row := counting.next_stale()) is not None:
            counting.count(row, now=NOON)
            db.session.flush()

    found = abk.annex(DISTRICT, 2026, now=NOON)

    # minutes x n: screening 30 x 2, interview 60 x 3, counselling 60 x 2, court 300 x 1
    assert {row.kind: (row.n, row.total) for row in found.rows if row.n} == {
        "screening": (2, 60),
        "interview": (3, 180),
        "counselling": (2, 120),
        "accompany_court": (1, 300),
    }
    by_post = {one.post: one for one in found.needs}
    assert (by_post["complaints"].minutes, by_post["complaints"].shortfall) == (240, 1)
    assert (by_post["caseworker"].needed, by_post["caseworker"].existing) == (0, 1)
    assert (by_post["legal"].needed, by_post["legal"].shortfall) == (1, 1)
    assert {name: by_year[2026] for name, by_year in found.unmet.items()} == {
        "clocks_late": 1,
        "deadlines_late": 1,
        "given_without_room": 0,
        "visits_unassigned": 1,
        "on_call_hours": 24 + 5,
        "cadre_hours": 2,
        "no_mou": 1,
        "access": 0,
    }
    assert found.years == (2024, 2025, 2026)
    assert found.unmet["no_mou"][2025] == 0


def _unmet(salak: Person, jambu: Person) -> None:
    """A look that came too late, a case without a visit, a night and five hours on call."""
    long_ago = NOON - 20 * DAY
    late = screened(reported(None, at=long_ago, now=long_ago), salak, now=NOON)
    late.screened_at = None
    outreach = db.session.query(Deadline).filter_by(referral_id=late.id, kind="outreach").one()
    outreach.state, outreach.ended_how, outreach.ended_at = "ended", "reached", NOON
    case = db.session.get_one(Case, in_care(None, jambu))
    case.opened_at = long_ago
    case.referral.screened_at = NOON
    case.referral.seen_at = case.referral.clock_from
    soon_over = db.session.get_one(Case, in_care(None, jambu))
    soon_over.opened_at, soon_over.closed_at = long_ago, long_ago + DAY
    soon_over.referral.screened_at = None
    soon_over.referral.seen_at = soon_over.referral.clock_from
    need = {"district": DISTRICT, "case_id": case.id, "service": "medical", "why": "no_mou"}
    db.session.add(UnmetNeed(id=fresh(), at=NOON, **need))
    turn = {"district": DISTRICT, "changed_at": NOON, "changed_by": salak.id}
    yesterday = TODAY - DAY
    both = {"first_id": salak.id, "second_id": jambu.id}
    db.session.add(DutyTurn(id=fresh(), on=yesterday, part="night", **both, **turn))
    db.session.add(DutyTurn(id=fresh(), on=TODAY, part="day", first_id=salak.id, **turn))
    db.session.flush()


def test_the_invented_office_has_figures_to_look_at_and_is_made_once(app):
    with transaction():
        names = ("Wijaya", "Mawar", "Teratai", "Flamboyan")
        office = {name: staff(Role.CASEWORKER, label=name) for name in names}

    for _turn in range(2):
        with transaction():
            demo_office.load(DISTRICT, office, now=NOON)

    lines = {line.person.id: line.load.worked for line in workload.board(DISTRICT, now=NOON)}
    # 47 weeks since 1 January: 120 + 240 + 360 + 180, and 60 + 60 + 30
    assert lines[office["Teratai"].id] == 47 * 900
    assert lines[office["Flamboyan"].id] == 47 * 150
    states = posts.register(DISTRICT, TODAY)
    assert [one.post.kind for one in states if one.vacant] == [
        "caseworker",
        "psychologist",
        "legal",
    ]
