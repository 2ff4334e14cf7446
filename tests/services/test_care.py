"""Care beneath the pages: handing a caseload over, owners of clocks, what the database refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.db import db, transaction, utc_now
from app.domain.errors import Conflict, Invalid
from app.domain.fields import parse
from app.domain.permissions import Role
from app.models import (
    Alert,
    Case,
    CaseMove,
    Closing,
    FollowUp,
    PlanRow,
    Visit,
    Withdrawal,
    WorkEntry,
)
from app.services import (
    assessments,
    case_clocks,
    case_list,
    closings,
    consents,
    counted,
    deciding,
    follow_ups,
    handing,
    handovers,
    opening,
    people,
    plans,
    related,
    safe_ways,
    stages,
)
from app.services.rows import texts_of
from tests.desk import as_staff, in_care, phone_of, staff
from tests.make import CHECKED, CHECKED_ALL, DISTRICT, fresh, person, visit

NEW_WAY = {"contact_via": "phone", "number": "0800 333 444", "cover_story": "arisan"}


@pytest.fixture
def salak(app):
    with transaction():
        return staff(Role.COORDINATOR, Role.CASEWORKER)


@pytest.fixture
def jambu(app):
    with transaction():
        return staff(Role.CASEWORKER, label="Petugas Jambu")


@pytest.fixture
def melati(app):
    with transaction():
        made = person(Role.CADRE)
        phone_of(made)
        return made


@pytest.fixture
def case(salak, melati) -> Case:
    with transaction():
        found = in_care(melati, salak, danger_signs=["none_seen"], violence=["physical"])
    return db.session.get_one(Case, found)


def visit_of(case: Case, cadre, by, **more) -> Visit:
    now = utc_now()
    errand = visit(case.referral.report_id, cadre.id, by.id, now, case_id=case.id, **more)
    db.session.add(errand)
    db.session.flush()
    return errand


def way(case: Case, member) -> None:
    safe_ways.set_new(
        case.referral, parse("desk.safe_way", NEW_WAY), as_staff(member), now=utc_now()
    )


# Handing a caseload over ------------------------------------------------------------------------


def test_no_successor_is_named_before_a_new_safe_way_is_found(case, salak, jambu):
    with transaction():
        handovers.begin(salak, as_staff(jambu), now=utc_now())

    with pytest.raises(Invalid, match=r"handover\.safe_way"), transaction():
        handovers.give(case, jambu, as_staff(jambu), now=utc_now())

    with transaction():
        way(case, jambu)
        handovers.give(case, jambu, as_staff(salak), now=utc_now())
    assert case.caseworker_id == jambu.id
    assert db.session.query(Alert).filter_by(person_id=jambu.id, kind="case_given").count() == 1


def test_a_safe_way_from_before_the_handover_is_no_new_one(case, salak, jambu):
    with transaction():
        way(case, salak)
    with transaction():
        handovers.begin(salak, as_staff(jambu), now=utc_now() + timedelta(seconds=1))

    with pytest.raises(Invalid), transaction():
        deciding.assign(case, jambu, as_staff(jambu), now=utc_now())


def test_the_page_of_a_leaving_caseworker_empties_case_by_case(case, salak, jambu, melati):
    with transaction():
        visit_of(case, melati, salak)
        handovers.begin(salak, as_staff(jambu), now=utc_now())
    before = handovers.lines(salak, as_staff(jambu))
    with pytest.raises(Invalid, match=r"handover\.open"), transaction():
        handovers.finish(salak, as_staff(jambu), now=utc_now())

    with transaction():
        way(case, jambu)
        handovers.give(case, jambu, as_staff(jambu), now=utc_now())
        handovers.finish(salak, as_staff(jambu), now=utc_now())

    assert [(line.case.id, len(line.visits), line.way_set) for line in before] == [
        (case.id, 1, False)
    ]
    assert handovers.lines(salak, as_staff(jambu)) == []
    assert handovers.running(salak.id) is None


def test_who_comes_back_after_a_handover_gives_cases_on_like_anybody(case, salak, jambu):
    with transaction():
        handovers.begin(salak, as_staff(jambu), now=utc_now())
        way(case, jambu)
        handovers.give(case, jambu, as_staff(salak), now=utc_now())
        handovers.finish(salak, as_staff(jambu), now=utc_now())
        deciding.assign(case, salak, as_staff(jambu), now=utc_now())

    with transaction():
        deciding.assign(case, jambu, as_staff(salak), now=utc_now())

    acts = db.session.scalars(db.select(CaseMove.act).order_by(CaseMove.at)).all()
    assert acts == ["handover", "assign", "assign"]


def test_a_successor_gets_the_visits_and_opens_the_past_with_a_reason_only(case, salak, jambu):
    began = utc_now()
    with transaction():
        handovers.begin(salak, as_staff(jambu), now=began)
        way(case, jambu)
        handovers.give(case, jambu, as_staff(jambu), now=began)

    with transaction():
        unasked = opening.open_case(case, as_staff(jambu), "care", now=utc_now())
        asked = opening.open_case(case, as_staff(jambu), "handover", now=utc_now())

    assert unasked == began
    assert asked is None


def test_the_clocks_of_one_who_left_fall_to_the_desk_at_once(case, salak, jambu):
    with transaction():
        way(case, salak)
        coordinator = staff(Role.COORDINATOR, label="Petugas Nangka")
        people.leave(salak, as_staff(jambu), now=utc_now())

    owners = {clock.owner_id for clock in case_clocks.of_case(case)}

    assert owners == {coordinator.id}


def test_a_new_safe_way_goes_with_the_next_visit(case, salak, melati):
    now = utc_now()
    with transaction():
        way(case, salak)
        opened = opening.open_report(case.referral, case, as_staff(salak), "visit", "", now=now)
        errand = handing.Errand(
            "check_safety", now, now + timedelta(days=2), "posyandu", now - timedelta(days=1)
        )
        visit = handing.hand_to_cadre(case, melati, errand, opened, as_staff(salak), now=now)

    assert texts_of(visit)["safe_contact"] == {**NEW_WAY, "must_not_know": ["spouse"]}


# Withdrawal -------------------------------------------------------------------------------------


def test_a_withdrawal_at_the_desk_takes_visits_back_and_shares_no_more(case, salak, melati):
    with transaction():
        visit = visit_of(case, melati, salak)
        parsed = parse("desk.withdraw", {"purposes": ["visit", "refer_legal"]})
        consents.withdraw_at_desk(case, parsed, as_staff(salak), now=utc_now())

    assert visit.state == "withdrawn"
    assert not consents.may_share(case, "refer_legal", now=utc_now())
    taken_back = db.session.scalars(db.select(Withdrawal)).one()
    assert taken_back.due_at - taken_back.received_at == timedelta(hours=72)


def test_while_something_is_still_to_be_asked_back_her_caseworker_has_the_clock(case, salak):
    now = utc_now()
    with transaction() as session:
        session.add(
            Withdrawal(
                report_id=case.referral.report_id,
                purposes="refer_legal",
                received_at=now,
                due_at=now + timedelta(hours=72),
            )
        )

    (stop,) = (one for one in case_clocks.of_case(case) if one.kind == "stop")

    assert (stop.kind, stop.owner_id, stop.due_at) == ("stop", salak.id, now + timedelta(hours=72))


def test_a_child_is_a_basis_until_somebody_takes_it_back(salak, melati):
    with transaction():
        found = in_care(melati, salak, survivor_age="13_17", child_wish="tell_uptd", consent=None)
    case = db.session.get_one(Case, found)
    before = consents.bases_of(case)

    with transaction():
        parsed = parse("desk.withdraw", {"purposes": ["refer_police"]})
        consents.withdraw_at_desk(case, parsed, as_staff(salak), now=utc_now())

    assert before == ("child",)
    assert consents.bases_of(case) == ()


# What the database itself refuses ---------------------------------------------------------------


def refused(row) -> None:
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(row)
        session.flush()


def test_no_row_of_work_plan_or_closing_can_carry_a_settlement(case, salak):
    now = utc_now()
    refused(
        WorkEntry(
            district=DISTRICT,
            case_id=case.id,
            person_id=salak.id,
            kind="civil_mediation",
            minutes=60,
            standard_minutes=60,
            done_on=now.date(),
            entered_at=now,
        )
    )
    refused(
        Closing(
            case_id=case.id, reason="settled", from_stage="intake", asked_at=now, asked_by=salak.id
        )
    )
    refused(
        PlanRow(
            case_id=case.id,
            state="mediated",
            due_at=now,
            made_at=now,
            made_by=salak.id,
            changed_at=now,
        )
    )
    with pytest.raises(IntegrityError), transaction():
        db.session.get_one(Case, case.id).closing_reason = "settled"


def test_who_asked_cannot_be_the_one_who_agreed_not_even_in_the_database(case, salak):
    now = utc_now()
    common = {"case_id": case.id, "reason": "died", "from_stage": "intake", "asked_at": now}
    for settled_by in (salak.id, None):
        refused(Closing(**common, asked_by=salak.id, state="approved", settled_by=settled_by))


def test_no_minute_and_more_than_a_day_are_refused(case, salak):
    now = utc_now()
    for minutes in (0, 1441):
        refused(
            WorkEntry(
                id=fresh(),
                district=DISTRICT,
                case_id=case.id,
                person_id=salak.id,
                kind="travel",
                minutes=minutes,
                standard_minutes=60,
                done_on=now.date(),
                entered_at=now,
            )
        )


# Closing ----------------------------------------------------------------------------------------


def asked_to_close(case: Case, member, reason: str, **more) -> Closing:
    body = {"closing_reason": reason, "closing_check": CHECKED, "closing_words": "x"} | more
    return closings.ask(case, parse("desk.close", body), as_staff(member), now=utc_now())


def test_while_an_end_waits_for_its_second_person_nothing_leads_back_but_a_no(case, salak):
    with transaction():
        row = asked_to_close(case, salak, "survivor_asked")

    with pytest.raises(Conflict), transaction():
        stages.assess_again(case, "berubah", as_staff(salak), now=utc_now())

    assert (case.stage, row.state) == ("termination", "asked")


def test_an_open_visit_keeps_a_case_from_closing(case, salak, melati):
    with transaction():
        visit_of(case, melati, salak)

    with pytest.raises(Invalid, match=r"closing\.visits"), transaction():
        asked_to_close(case, salak, "survivor_asked")


def test_diversion_is_recorded_for_a_child_suspect_only(case, salak):
    with transaction():
        case.stage = "termination"

    with pytest.raises(Invalid, match=r"closing\.diversion"), transaction():
        asked_to_close(case, salak, "diversion_completed")


def test_a_related_head_is_no_second_person(case, salak):

    with transaction():
        head = staff(Role.HEAD, label="Kepala")
        related.step_out(case.referral, as_staff(head), now=utc_now())
        row = asked_to_close(case, salak, "survivor_asked")

    assert closings.heads(case) == set()
    assert closings.parent_office_since(row, case) == row.asked_at + timedelta(hours=24)


def test_nobody_asks_after_her_if_she_did_not_agree_to_it(case, salak):
    with transaction():
        head = staff(Role.HEAD, label="Kepala")
        row = asked_to_close(case, salak, "survivor_asked")
        closings.agree(row, case, as_staff(head), now=utc_now())

    assert follow_ups.of_case(case) == []


def test_each_step_is_kept_with_who_and_when(case, salak):
    with transaction():
        parsed = parse(
            "desk.assess",
            {"screening": ["violence_against_woman"], "risk": "high", "authority": "district"},
        )
        assessments.assess(case, parsed, as_staff(salak), now=utc_now())
        stages.set_told(case, ["head"], as_staff(salak), now=utc_now())
        stages.move_on(case, as_staff(salak), now=utc_now())

    kept = db.session.scalars(db.select(CaseMove).order_by(CaseMove.at)).all()
    assert [(one.act, one.to_code, one.by) for one in kept] == [
        ("risk", "high", salak.id),
        ("told", None, salak.id),
        ("stage", "engagement", salak.id),
    ]


def test_a_row_of_the_plan_whose_day_has_passed_is_refused(case, salak):
    body = {
        "plan_need": "safety",
        "need_words": "a",
        "goal": "b",
        "resource": "c",
        "due_on": "2020-01-01",
        "expected": "d",
        "who": "e",
    }

    with pytest.raises(Invalid, match=r"plan\.past"), transaction():
        plans.add(case, parse("desk.plan_row", body), as_staff(salak), now=utc_now())


def test_follow_ups_come_after_one_three_and_six_months(case, salak):
    with transaction():
        head = staff(Role.HEAD, label="Kepala")
        row = asked_to_close(case, salak, "moved_away", closing_check=CHECKED_ALL)
        closings.agree(row, case, as_staff(head), now=utc_now())

    rows = db.session.scalars(db.select(FollowUp).order_by(FollowUp.due_at)).all()
    assert [one.months for one in rows] == [1, 3, 6]
    assert {clock.kind for clock in case_clocks.of_case(case)} == {"follow_up"}


def asks(member) -> int:
    """After how many survivors this member of staff is to ask."""
    soon = utc_now() + timedelta(days=400)
    return counted.one(case_list.to_ask_after(as_staff(member), soon))


def test_who_has_her_case_asks_after_her_once_whatever_day_it_is(case, salak):
    with transaction():
        head = staff(Role.HEAD, label="Kepala")
        other = staff(Role.CASEWORKER, label="Melati")
        row = asked_to_close(case, salak, "moved_away", closing_check=CHECKED_ALL)
        closings.agree(row, case, as_staff(head), now=utc_now())
    assert (asks(salak), asks(other)) == (1, 0)

    with transaction():
        db.session.get_one(Case, case.id).caseworker_id = other.id
        follow_ups.hand_on(case)
    assert (asks(salak), asks(other)) == (0, 1)

    with transaction():
        first = follow_ups.of_case(case)[0]
        answer = parse("desk.follow_up", {"follow_up_result": "well"})
        follow_ups.record(first, answer, case, as_staff(other), now=utc_now())
    assert asks(other) == 1

    with transaction():
        follow_ups.stop(case)
    assert asks(other) == 0
