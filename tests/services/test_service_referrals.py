"""Services asked of partners: not without a basis, not after a withdrawal, no settlement."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from app.db import db, transaction
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.permissions import Role
from app.models import (
    Alert,
    Case,
    Recall,
    Referral,
    ServiceReferral,
    ServiceStep,
    TrailRow,
    UnmetNeed,
    Withdrawal,
)
from app.services import (
    absences,
    consents,
    counted,
    deciding,
    offering,
    opening,
    partner_answers,
    partner_scores,
    recalls,
    referrals,
    related,
    rerouting,
    service_board,
    service_referrals,
    service_steps,
    taking_back,
)
from app.services.rows import seal_texts, texts_of
from tests.desk import as_staff, in_care, reported, screened, staff
from tests.make import NOON, fresh
from tests.onward import asked, mediation, partner, sent, taken_back

HOUR = timedelta(hours=1)
# A life in danger is a basis of its own, so that these can be shared without asking.
GRAVE = {"danger_signs": ["death_threat"]}
CALM = {"survivor_age": "25_44", "violence": ["psychological"]}


@pytest.fixture
def member(app):
    with transaction():
        return staff(Role.COORDINATOR, Role.CASEWORKER, Role.HEAD)


@pytest.fixture
def me(member):
    return as_staff(member)


@pytest.fixture
def care(member):
    def cared(**answers):
        with transaction():
            return in_care(None, db.session.merge(member), **answers)

    return cared


def again(row):
    return db.session.get_one(type(row), row.id, populate_existing=True)


def test_nothing_goes_out_without_her_consent_or_a_basis(care, me):
    case = care(**CALM)
    with transaction():
        row = asked(case, me, partner(me, now=NOON), now=NOON)
        service_referrals.submit(row, me, now=NOON)
    with pytest.raises(Invalid) as refused, transaction():
        service_referrals.approve(service_referrals.get(row.id, me), me, now=NOON)

    assert refused.value.code == "service.no_consent"
    assert again(row).state == "awaiting_approval"
    assert again(row).sent_at is None


def test_a_life_in_danger_is_a_basis_and_is_written_down_as_one(care, me):
    case = care(**GRAVE)
    with transaction():
        row = sent(case, me, partner(me, now=NOON), now=NOON)

    assert again(row).basis == "life_in_danger"
    assert again(row).reply_due_at > NOON
    row = db.session.scalars(db.select(TrailRow).filter_by(act="service.sent")).one()
    assert row.reason == "life_in_danger"


def test_nothing_goes_out_after_a_withdrawal_whatever_basis_there_was(care, me):
    case = care(**GRAVE)
    with transaction():
        row = asked(case, me, partner(me, now=NOON), now=NOON)
        service_referrals.submit(row, me, now=NOON)
        taken_back(case, "refer_psychosocial", now=NOON)
    with pytest.raises(Invalid), transaction():
        service_referrals.approve(service_referrals.get(row.id, me), me, now=NOON + HOUR)


@pytest.mark.parametrize("what", [("psychosocial", "counselling"), ("medical", "rape_72h")])
def test_nothing_goes_out_any_more_once_her_case_is_closed(care, me, what):
    case = care(**GRAVE)
    with transaction():
        row = asked(case, me, partner(me, now=NOON), *what, now=NOON)
        if what[0] == "psychosocial":
            service_referrals.submit(row, me, now=NOON)
        row.case.closed_at, row.case.closing_reason = NOON + HOUR, "survivor_asked"

    act = (
        service_referrals.approve if row.state == "awaiting_approval" else service_referrals.submit
    )
    with pytest.raises(Invalid, match="case.closed"), transaction():
        act(service_referrals.get(row.id, me), me, now=NOON + 2 * HOUR)
    assert again(row).sent_at is None


def test_what_cannot_wait_is_sent_at_once_and_the_head_is_told(care, me):
    case = care(**GRAVE)
    with transaction():
        row = asked(case, me, partner(me, now=NOON), "medical", "rape_72h", now=NOON)
        service_referrals.submit(row, me, now=NOON)

    assert (again(row).state, again(row).urgent) == ("sent", True)
    assert again(row).reply_due_at == NOON + 2 * HOUR
    assert db.session.scalars(db.select(Alert).filter_by(kind="service_approval")).one()


def test_a_referral_without_an_agreement_goes_out_and_is_counted(care, me):
    case, until = care(**GRAVE), NOON.date() + timedelta(days=5)
    with transaction():
        bare = sent(case, me, partner(me, "Tanpa", now=NOON), now=NOON)
        agreed = partner(me, "Dengan", now=NOON, mou="in_force", mou_until=until)
        covered = sent(case, me, agreed, now=NOON)
        late = sent(case, me, agreed, now=NOON + timedelta(days=9))

    assert [again(one).without_mou for one in (bare, covered, late)] == [True, False, True]


def test_partners_that_fit_her_stand_first_and_each_other_says_what_it_lacks(care, me):
    case = care(**CALM, access_needs=["wheelchair"])
    with transaction():
        partner(me, "A tanpa jalan landai", now=NOON)
        partner(me, "B jauh", now=NOON, elsewhere=True, accessibility=("ramp", "accessible_toilet"))
        partner(me, "C cocok", now=NOON, accessibility=("ramp", "accessible_toilet"))
        partner(me, "D polisi", now=NOON, kind="police_ppa")
    shown = db.session.get_one(Case, case)

    found = offering.offers(shown, "medical", "first_aid", today=NOON.date())

    assert [one.partner.name[0] for one in found] == ["C", "B", "A", "D"]
    assert [one.fits for one in found] == [True, True, False, False]
    assert found[2].lacks == ("ramp", "accessible_toilet")


def test_that_nobody_near_can_take_her_is_counted_once(care, me):
    case = care(**CALM, access_needs=["wheelchair"])
    with transaction():
        near = partner(me, now=NOON, accessibility=("ramp",))
        for _turn in range(2):
            asked(case, me, near, "medical", "first_aid", now=NOON)
        asked(case, me, None, "social_rehabilitation", "home_service", now=NOON)

    found = db.session.scalars(db.select(UnmetNeed)).all()
    assert [(one.service, one.why, one.lacks) for one in found] == [
        ("medical", "access", "accessible_toilet")
    ]


def test_an_own_service_for_somebody_who_can_get_in_everywhere_is_nothing_unmet(care, me):
    case = care(**CALM)
    with transaction():
        asked(case, me, None, "social_rehabilitation", "home_service", now=NOON)

    assert db.session.query(UnmetNeed).count() == 0


def test_a_refusal_is_passed_on_along_the_chain_and_ends_with_nobody_left(care, me):
    case = care(**GRAVE)
    with transaction():
        last = partner(me, "Puskesmas", now=NOON, kind="clinic")
        first = partner(me, "RSUD", now=NOON, fallback=last.id)
        row = sent(case, me, first, now=NOON)
        service_referrals.answered(row, "partner_refused", me, refusal="full", now=NOON + HOUR)
        following = rerouting.reroute(row, me, now=NOON + HOUR)

    assert again(row).state == "rerouted"
    assert (following.partner_id, following.state, following.former_id) == (
        last.id,
        "draft",
        row.id,
    )
    with pytest.raises(Conflict) as refused, transaction():
        other = service_referrals.get(following.id, me)
        service_referrals.submit(other, me, now=NOON)
        service_referrals.approve(other, me, now=NOON)
        service_referrals.answered(other, "partner_refused", me, refusal="full", now=NOON)
        rerouting.reroute(other, me, now=NOON)
    assert refused.value.code == "service.nobody_left"


def test_a_refusal_for_want_of_an_agreement_is_evidence(care, me):
    case = care(**GRAVE)
    with transaction():
        row = sent(case, me, partner(me, now=NOON), now=NOON)
        service_referrals.answered(row, "partner_refused", me, refusal="no_mou", now=NOON)

    assert db.session.scalars(db.select(UnmetNeed)).one().why == "no_mou"


@pytest.mark.parametrize(
    ("answer", "more", "code"),
    [
        ("yes", {}, "field.code"),
        ("partner_refused", {}, "service.refusal"),
        ("partner_refused", {"refusal": "tired"}, "service.refusal"),
        ("scheduled", {}, "service.day"),
    ],
)
def test_an_answer_that_says_too_little_is_refused(care, me, answer, more, code):
    case = care(**GRAVE)
    with pytest.raises(Invalid) as refused, transaction():
        row = sent(case, me, partner(me, now=NOON), now=NOON)
        service_referrals.answered(row, answer, me, now=NOON, **more)
    assert refused.value.code == code


def test_a_service_walks_to_its_end_and_each_step_is_kept(care, me):
    case = care(**GRAVE)
    with transaction():
        row = sent(case, me, partner(me, now=NOON), now=NOON)
        service_referrals.answered(row, "accepted", me, now=NOON + HOUR)
        service_referrals.answered(row, "scheduled", me, on=date(2026, 11, 25), now=NOON + HOUR)
        service_referrals.answered(row, "served", me, now=NOON + 2 * HOUR)
        service_referrals.move(row, "done", me, now=NOON + 3 * HOUR)

    steps = [(one.from_state, one.to_state) for one in service_steps.of(row)]
    assert steps == [
        ("served", "done"),
        ("scheduled", "served"),
        ("accepted", "scheduled"),
        ("sent", "accepted"),
        ("awaiting_approval", "sent"),
        ("draft", "awaiting_approval"),
    ]
    assert again(row).state == "done"
    assert again(row).answered_at == NOON + HOUR
    with pytest.raises(Conflict), transaction():
        service_referrals.move(service_referrals.get(row.id, me), "cancelled", me, now=NOON)
    with pytest.raises(Invalid), transaction():
        service_referrals.move(service_referrals.get(row.id, me), "recalled", me, now=NOON)


def test_a_partner_who_does_not_answer_in_time_is_late(care, me):
    case = care(**GRAVE)
    with transaction():
        row = sent(case, me, partner(me, now=NOON), now=NOON)
    due = again(row).reply_due_at

    assert service_board.count(me, "late", now=due) == 0
    assert service_board.count(me, "late", now=due + HOUR) == 1
    shown = db.session.get_one(Case, case)
    assert service_referrals.held(shown, now=due + HOUR) == {
        "services_undecided": 0,
        "replies_late": 1,
    }


def test_somebody_related_finds_nothing_of_it(care, me, app):
    case = care(**GRAVE)
    with transaction():
        row = asked(case, me, partner(me, now=NOON), now=NOON)
        other = as_staff(staff(Role.COORDINATOR, label="Petugas Kenari"))

    with transaction():
        related.step_out(
            referrals.get(db.session.get_one(Case, case).referral_id, other), other, now=NOON
        )

    assert service_board.page(other, "all", now=NOON) == []
    assert [one.id for one in service_board.page(me, "all", now=NOON)] == [row.id]


def test_to_somebody_related_nothing_of_hers_is_to_be_asked_back(care, me, app):
    case = care(**GRAVE)
    with transaction():
        sent(case, me, partner(me, now=NOON), now=NOON)
        taken_back(case, "refer_psychosocial", now=NOON)
        other = as_staff(staff(Role.COORDINATOR, label="Petugas Kenari"))
        of_hers = referrals.get(db.session.get_one(Case, case).referral_id, other)
        related.step_out(of_hers, other, now=NOON)
    (listed,) = recalls.waiting(me)

    assert (counted.one(recalls.counting(me)), counted.one(recalls.counting(other))) == (1, 0)
    assert recalls.waiting(other) == []
    with pytest.raises(Missing):
        recalls.get(listed.id, other)


# The ban on settlement ------------------------------------------------------------------------

BANNED = [{"violence": ["sexual"]}, {"survivor_age": "13_17"}]


@pytest.mark.parametrize("answers", BANNED)
def test_no_settlement_is_drafted_for_sexual_violence_or_a_child(care, me, answers):
    case = care(**CALM | answers)
    with pytest.raises(Invalid) as refused, transaction():
        asked(case, me, None, "legal", "civil_mediation", now=NOON)

    assert refused.value.code == "service.settlement"
    assert not service_referrals.may_settle(db.session.get_one(Case, case))


@pytest.mark.parametrize("answers", BANNED)
@pytest.mark.parametrize("claimed", [True, False])
def test_no_raw_insert_makes_one_whatever_it_claims(care, me, answers, claimed):
    case = care(**CALM | answers)
    row = mediation(case, made_by=me.id, settlement_banned=claimed)

    for state in ("draft", "sent", "done"):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(insert(ServiceReferral).values(row | {"state": state}))


def test_no_update_turns_another_service_into_one(care, me):
    case = care(**CALM | BANNED[0])
    with transaction():
        row = asked(case, me, None, "legal", "legal_aid", now=NOON)

    for changed in (
        {"what": "civil_mediation"},
        {"what": "civil_mediation", "settlement_banned": False},
    ):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(
                update(ServiceReferral).where(ServiceReferral.id == row.id).values(changed)
            )


@pytest.mark.parametrize("answers", BANNED)
def test_the_ban_of_a_case_never_falls_and_none_begins_without_it(care, me, answers):
    banned, calm = care(**CALM | answers), care(**CALM)
    with transaction():
        referral = reported(None, **CALM | answers)
    new = {"id": fresh(), "referral_id": referral.id, "district": "33.02", "stage": "intake"}
    new |= {"risk": "low", "opened_at": NOON, "settlement_banned": False}

    for statement in (
        update(Case).where(Case.id == banned).values(settlement_banned=False),
        update(Case).values(settlement_banned=False),
        insert(Case).values(new),
        update(Case).where(Case.id == calm).values(referral_id=referral.id),
    ):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(statement)
    assert db.session.get_one(Case, banned, populate_existing=True).settlement_banned


def test_nothing_is_settled_once_a_raw_statement_says_that_it_was_sexual(care, me):
    case = care(**CALM)
    with transaction():
        row = asked(case, me, None, "legal", "civil_mediation", now=NOON)
    with transaction() as session:
        one = Referral.id == db.session.get_one(Case, case).referral_id
        session.execute(update(Referral).where(one).values(sexual=True))

    for statement in (
        update(ServiceReferral).where(ServiceReferral.id == row.id).values(state="served"),
        insert(ServiceReferral).values(mediation(case, made_by=me.id)),
    ):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(statement)


@pytest.mark.parametrize(
    "answers",
    [
        {"must_not_know": ["village_office"]},
        {"must_not_know": ["rt_rw"]},
        {"must_not_know": [], "reported_person": "official"},
        {"must_not_know": [], "conflict": "superior"},
    ],
)
def test_the_way_leads_around_a_village_that_must_not_know(care, me, answers):
    case = care(**answers)
    with transaction():
        village = partner(me, "Desa Contoh", now=NOON, kind="village")
        clinic = partner(me, now=NOON)
    with pytest.raises(Invalid) as refused, transaction():
        asked(case, me, village, "reintegration", "family", now=NOON)
    assert refused.value.code == "service.kept_out"

    shown = db.session.get_one(Case, case)
    with transaction():
        around = opening.open_around(shown, me, now=NOON)
    today = NOON.date()
    found = offering.offers(shown, "reintegration", "family", today=today, kept_out=around.kept_out)
    assert [one.partner.id for one in found] == [clinic.id]


def test_a_draft_to_the_village_stays_once_she_says_who_must_not_know(care, me):
    case = care(must_not_know=[], **GRAVE)
    with transaction():
        village = partner(me, "Desa Contoh", now=NOON, kind="village")
        row = asked(case, me, village, "reintegration", "family", now=NOON)
        report = db.session.get_one(Case, case).referral.report
        seal_texts(report, report.district, texts_of(report) | {"must_not_know": ["rt_rw"]})
    with pytest.raises(Invalid) as refused, transaction():
        service_referrals.submit(row, me, now=NOON)
        service_referrals.approve(row, me, now=NOON)
    assert refused.value.code == "service.kept_out"
    assert again(row).state == "draft"


def test_only_the_uptd_mediates(care, me):
    case = care(**CALM)
    with transaction():
        village = partner(me, "Desa Contoh", now=NOON, kind="village")
    with pytest.raises(Invalid) as refused, transaction():
        asked(case, me, village, "legal", "civil_mediation", now=NOON)
    assert refused.value.code == "service.mediation_by_us"
    row = mediation(case, made_by=me.id, partner_id=village.id)
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(insert(ServiceReferral).values(row))


def test_a_mediation_ends_when_a_twin_tells_of_sexual_violence(care, me, member):
    case = care(**CALM)
    with transaction():
        row = asked(case, me, None, "legal", "civil_mediation", now=NOON)
    with transaction():
        first = db.session.get_one(Case, case).referral
        twin = screened(reported(None, violence=["sexual"]), db.session.merge(member))
        deciding.mark_duplicate(twin, db.session.get_one(Referral, first.id), me, now=NOON)

    assert (again(row).state, again(row).settlement_banned) == ("cancelled", True)
    step = db.session.scalars(db.select(ServiceStep).filter_by(service_id=row.id)).one()
    assert (step.by, step.reason) == (None, "settlement_banned")


# Recall ---------------------------------------------------------------------------------------


def test_a_withdrawal_asks_back_everything_that_went_out_and_nothing_else(care, me):
    case = care(**GRAVE)
    with transaction():
        hospital = partner(me, now=NOON)
        out = [sent(case, me, hospital, now=NOON) for _turn in range(4)]
        service_referrals.answered(out[1], "accepted", me, now=NOON)
        service_referrals.answered(out[2], "scheduled", me, on=NOON.date(), now=NOON)
        service_referrals.answered(out[3], "served", me, now=NOON)
        asked(case, me, hospital, now=NOON)
        other = sent(case, me, hospital, "legal", "legal_aid", now=NOON)
        own = sent(case, me, None, now=NOON)
        taken_back(case, "refer_psychosocial", now=NOON)

    listed = {one.service_id for one in recalls.of_case(case)}
    assert listed == {row.id for row in out}
    assert not listed & {other.id, own.id}
    assert all(one.due_at == NOON + timedelta(hours=72) for one in recalls.of_case(case))


def test_who_takes_back_the_record_takes_back_everything(care, me):
    case = care(**GRAVE)
    with transaction():
        hospital = partner(me, now=NOON)
        sent(case, me, hospital, now=NOON)
        sent(case, me, hospital, "legal", "legal_aid", now=NOON)
        taken_back(case, "record", now=NOON)

    assert len(recalls.of_case(case)) == 2


def test_a_withdrawal_is_settled_when_the_last_partner_has_answered(care, me):
    case = care(**GRAVE)
    with transaction():
        hospital = partner(me, now=NOON)
        for _turn in range(3):
            sent(case, me, hospital, now=NOON)
        withdrawal = taken_back(case, "refer_psychosocial", now=NOON)
    results = ("recalled", "kept_by_partner_law", "already_done")
    for listed, result in zip(recalls.of_case(case), results, strict=True):
        assert db.session.get_one(Withdrawal, withdrawal, populate_existing=True).settled_at is None
        with transaction():
            recalls.settle(recalls.get(listed.id, me, lock=True), result, me, now=NOON + HOUR)

    assert db.session.get_one(Withdrawal, withdrawal, populate_existing=True).settled_at
    states = sorted(row.state for row in db.session.scalars(db.select(ServiceReferral)))
    assert states == ["done", "recalled", "recalled"]
    assert counted.one(recalls.counting(me)) == 0
    with pytest.raises(Conflict), transaction():
        recalls.settle(recalls.get(listed.id, me, lock=True), "recalled", me, now=NOON)


def test_a_withdrawal_with_nothing_shared_asks_nobody(care, me):
    case = care(**GRAVE)
    with transaction():
        withdrawal = taken_back(case, "refer_psychosocial", now=NOON)

    assert db.session.query(Recall).count() == 0
    assert db.session.get_one(Withdrawal, withdrawal).settled_at == NOON


def test_a_withdrawal_under_the_twins_report_asks_back_what_the_first_shared(care, me, member):
    case = care(**GRAVE)
    with transaction():
        first = db.session.get_one(Case, case).referral
        twin = screened(reported(None), db.session.merge(member))
        deciding.mark_duplicate(twin, db.session.get_one(Referral, first.id), me, now=NOON)
        sent(case, me, partner(me, now=NOON), now=NOON)
    with transaction():
        report = db.session.get_one(Referral, twin.id).report
        consents.withdraw(fresh(), report, ["record"], received_at=NOON, now=NOON)

    assert len(recalls.of_case(case)) == 1


def test_joining_a_report_that_she_withdrew_asks_back_what_the_other_shared(care, me, member):
    case = care(**GRAVE)
    with transaction():
        sent(case, me, partner(me, now=NOON), now=NOON)
        twin = screened(reported(None), db.session.merge(member))
        consents.withdraw(fresh(), twin.report, ["record"], received_at=NOON, now=NOON)
    assert recalls.of_case(case) == []
    with transaction():
        first = db.session.get_one(Case, case).referral
        other = db.session.get_one(Referral, first.id)
        deciding.mark_duplicate(db.session.get_one(Referral, twin.id), other, me, now=NOON)

    assert len(recalls.of_case(case)) == 1
    assert db.session.query(Withdrawal).one().settled_at is None


# How partners answer --------------------------------------------------------------------------


def test_a_partners_score_counts_what_it_accepted_refused_and_left_too_long(care, me):
    case = care(**GRAVE)
    with transaction():
        bare = partner(me, "A", now=NOON)
        agreed = partner(me, "B", now=NOON, mou="not_needed")
        rows = [sent(case, me, bare, now=NOON) for _turn in range(4)]
        service_referrals.answered(rows[0], "accepted", me, now=NOON + HOUR)
        service_referrals.answered(rows[1], "partner_refused", me, refusal="full", now=NOON + HOUR)
        service_referrals.answered(rows[2], "accepted", me, now=NOON + timedelta(days=20))
        sent(case, me, agreed, now=NOON)
        asked(case, me, agreed, now=NOON)

    first, second = partner_scores.scores(me, now=NOON + timedelta(days=30))

    assert (first.name, first.sent, first.accepted, first.refused) == ("A", 4, 2, 1)
    assert (first.late, first.without_mou, first.open) == (2, 4, 1)
    assert (second.name, second.sent, second.late, second.without_mou) == ("B", 1, 1, 0)
    assert partner_scores.scores(me, now=NOON + timedelta(days=400)) == []


def test_needs_that_nobody_could_meet_are_counted_by_why(care, me):
    case = care(**GRAVE, access_needs=["sight"])
    with transaction():
        row = sent(case, me, partner(me, now=NOON), now=NOON)
        service_referrals.answered(row, "partner_refused", me, refusal="no_mou", now=NOON)

    assert partner_scores.unmet(me, now=NOON) == {"access": 1, "no_mou": 1}


def test_what_no_partner_is_asked_about_any_more_stays_on_a_list_until_somebody_goes_on(me, member):
    with transaction():
        case = in_care(None, member, **GRAVE)
        refused, coming, given = (sent(case, me, partner(me, now=NOON), now=NOON) for _ in "123")
        service_referrals.answered(refused, "partner_refused", me, refusal="full", now=NOON)
        service_referrals.answered(coming, "scheduled", me, on=NOON.date(), now=NOON)
        service_referrals.answered(given, "served", me, now=NOON + HOUR)
    wait = {one.id for one in service_board.page(me, "under_way", now=NOON)}
    assert wait == {refused.id, coming.id}

    with transaction():
        asked(case, me, partner(me, now=NOON), now=NOON + HOUR)
    wait = {one.state for one in service_board.page(me, "under_way", now=NOON)}
    assert wait == {"draft", "scheduled"}

    with transaction():
        db.session.get_one(Case, case).closed_at = NOON
    assert service_board.count(me, "under_way", now=NOON) == 0


@pytest.mark.parametrize(
    ("said", "more", "where"),
    [
        ("partner_refused", {"refusal": "no_mou"}, "answer"),
        ("scheduled", {"on": date(2026, 12, 1)}, "answer"),
        ("served", {}, "answer"),
        ("survivor_refused", {}, "move"),
    ],
)
def test_a_wrong_press_is_taken_back_by_who_pressed_within_a_day(me, member, said, more, where):
    with transaction():
        case = in_care(None, member, **GRAVE)
        row = sent(case, me, partner(me, now=NOON), now=NOON)
        act = service_referrals.answered if where == "answer" else service_referrals.move
        act(row, said, me, now=NOON + HOUR, **more)
        other = as_staff(staff(Role.CASEWORKER))

    assert taking_back.last_of(row, other, now=NOON + HOUR) is None
    assert taking_back.last_of(row, me, now=NOON + 26 * HOUR) is None
    with transaction():
        taking_back.take_back(row, me, now=NOON + 2 * HOUR)

    left = (row.state, row.answered_at, row.refusal, row.scheduled_on, row.served_at)
    assert left == ("sent", None, None, None, None)
    assert db.session.query(UnmetNeed).count() == 0
    assert [one.to_state for one in service_steps.of(row)][:2] == ["sent", said]
    assert taking_back.last_of(row, me, now=NOON + 2 * HOUR) is None


def test_taking_back_is_not_taken_back_itself_and_leaves_her_day(me, member):
    day = date(2026, 12, 1)
    with transaction():
        case = in_care(None, member, **GRAVE)
        row = sent(case, me, partner(me, now=NOON), now=NOON)
        service_referrals.answered(row, "accepted", me, now=NOON)
        service_referrals.answered(row, "scheduled", me, on=day, now=NOON + HOUR)
        service_referrals.move(row, "no_show", me, now=NOON + 2 * HOUR)
        taking_back.take_back(row, me, now=NOON + 3 * HOUR)

    with pytest.raises(Conflict), transaction():
        taking_back.take_back(row, me, now=NOON + 4 * HOUR)
    assert (row.state, row.scheduled_on) == ("scheduled", day)


def test_what_she_took_back_meanwhile_is_not_opened_again_by_undoing(me, member):
    with transaction():
        case = in_care(None, member, **GRAVE)
        row = sent(case, me, partner(me, now=NOON), now=NOON)
        service_referrals.move(row, "survivor_refused", me, now=NOON)
        taken_back(case, "refer_psychosocial", now=NOON + HOUR)

    with pytest.raises(Conflict), transaction():
        taking_back.take_back(row, me, now=NOON + 2 * HOUR)


@pytest.mark.parametrize("away", [True, False])
def test_an_answer_by_link_is_told_to_the_coordinators_while_her_caseworker_is_away(
    care, me, member, away
):
    case, day = care(**GRAVE), NOON.date()
    with transaction():
        row = sent(case, me, partner(me, now=NOON), now=NOON)
        secret = partner_answers.make(row, me, now=NOON)
        if away:
            absences.note(db.session.merge(member), day, day, me, today=day, now=NOON)
        partner_answers.answer(secret, "accepted", now=NOON)

    rows = db.session.query(Alert).filter_by(kind="partner_answered")
    assert {one.person_id or one.role for one in rows} == {me.id, *(["coordinator"] * away)}


@pytest.mark.parametrize("then", ["another kind", "cancelled"])
def test_what_was_refused_lies_with_us_until_the_same_is_asked_of_somebody(care, me, then):
    case = care(**GRAVE)
    with transaction():
        of = partner(me, now=NOON)
        row = sent(case, me, of, "medical", "rape_72h", now=NOON)
        service_referrals.answered(row, "partner_refused", me, refusal="full", now=NOON)
        what = "first_aid" if then == "another kind" else "rape_72h"
        other = asked(case, me, of, "medical", what, now=NOON + HOUR)
        if then == "cancelled":
            service_referrals.move(other, "cancelled", me, now=NOON + HOUR)

    assert row.id in {one.id for one in service_board.page(me, "under_way", now=NOON + HOUR)}
