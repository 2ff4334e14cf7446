"""Desk, worker, office and phones at once on the same rows: on PostgreSQL nobody deadlocks.

SQLite has one writer: there a few rounds show that the same work is done.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.db import db, take_turn, transaction, utc_now
from app.domain import codes
from app.domain.errors import Refusal
from app.domain.fields import parse
from app.domain.permissions import Role
from app.domain.risk import Risk
from app.domain.roster import DutyState, Turn
from app.domain.transfer import Ground
from app.models import Device, Person, VisitSeries
from app.sealing import b64, new_private, public_of
from app.services import (
    assessments,
    cases,
    closings,
    consents,
    copies,
    counting,
    deadline_acts,
    deadline_warnings,
    deadlines,
    deciding,
    duty,
    escalations,
    handing,
    opening,
    partner_answers,
    phones,
    recalls,
    referrals,
    related,
    reminding,
    reports,
    roster_plans,
    rosters,
    series,
    service_referrals,
    transfers,
)
from app.services import visits as cadres_visits
from app.services.arrival import Arrival
from app.services.deadline_acts import Why
from app.services.referrals import locked_of
from app.services.service_referrals import Asked
from app.services.sessions import Staff
from sync import telling
from sync.protocol import PhoneState
from tests import make
from tests.desk import as_staff, in_care, phone_of, reported, screened, staff
from tests.onward import asked, partner, sent

ROUNDS = 25 if os.environ.get("SIAGA_TEST_DB") == "postgresql" else 3

# What she agreed to in writing holds, whatever else she takes back meanwhile.
TALK = {
    "giver": "survivor",
    "method": "written",
    "explained": list(codes.EXPLAINED),
    "rights_read": "yes",
    "agree_record": "yes",
    "agree_refer_medical": "yes",
    "agree_refer_psychosocial": "yes",
}


@dataclass
class Work:
    """Two reports of one cadre, one in care with a visit under way; ids only: threads share it."""

    me: Staff
    cadre: UUID
    colleague: UUID
    case: UUID
    referral: UUID
    report: UUID
    twin: UUID
    twin_report: UUID
    visit: UUID
    service: UUID
    partner: UUID
    other_case: UUID
    clock: UUID
    moving: UUID


@pytest.fixture
def work(app) -> Work:
    with transaction():
        cadre, member = make.person(), staff(Role.COORDINATOR, Role.CASEWORKER, Role.HEAD)
        colleague = staff(Role.COORDINATOR)
        phone_of(cadre)
        me, twin = as_staff(member), screened(reported(cadre), member)
        case_id = in_care(cadre, member, danger_signs=["death_threat"])
        other_case = in_care(None, member)
        moving = screened(reported(cadre), member)
    with transaction():
        case = cases.get(case_id, me, lock=True)
        opened = opening.open_report(case.referral, case, me, "visit", "", now=utc_now())
        in_a_century = (datetime(2126, 1, 1, tzinfo=UTC), datetime(2126, 1, 2, tzinfo=UTC))
        errand = handing.Errand("check_safety", *in_a_century, "posyandu", utc_now())
        visit = handing.hand_to_cadre(case, cadre, errand, opened, me, now=utc_now())
        consents.record(case, parse("desk.consent", TALK), me, now=utc_now())
        hospital = partner(me, now=utc_now())
        sent(case_id, me, hospital, now=utc_now())
        service = asked(case_id, me, hospital, "medical", "first_aid", now=utc_now())
        planned = VisitSeries(
            case_id=case_id,
            district=me.district,
            cadre_id=cadre.id,
            made_by=me.id,
            made_at=utc_now(),
            purpose="check_safety",
            meeting_place="posyandu",
            every_days=7,
            times=10_000,
            opens_at=utc_now(),
            due_at=utc_now(),
            agreed_at=utc_now(),
        )
        db.session.add(planned)
    clock = deadlines.of_referral(case.referral)[0].id
    onward = (service.id, hospital.id, other_case, clock, moving.id)
    reports_of = (case.referral.report_id, twin.id, twin.report_id)
    reports_of = (case.referral_id, *reports_of)
    return Work(me, cadre.id, colleague.id, case_id, *reports_of, visit.id, *onward)


def arrived(work: Work) -> Arrival:
    found = db.select(Device).filter_by(person_id=work.cadre, state="active")
    now = utc_now()
    return Arrival(make.fresh(), db.session.scalars(found).first(), now, now, now)


def worker_opens_a_batch(work: Work) -> None:
    take_turn()
    cadre = db.session.get_one(Person, work.cadre)
    visit = cadres_visits.get_for(work.visit, cadre)
    body = {"visit_id": str(work.visit), "conflict": "none"}
    cadres_visits.accept(visit, parse("visit.accept", body), arrived(work), now=utc_now())
    for report_id in (work.twin_report, work.report):
        body = {"report_id": str(report_id), "danger_now": "yes"}
        report = reports.get_for(report_id, cadre)
        reports.add(report, parse("report.add", body, {}), arrived(work), now=utc_now())


def desk_reads(work: Work) -> None:
    referrals.see(referrals.get(work.referral, work.me, lock=True), work.me, now=utc_now())
    handing.get(work.visit, work.me, lock=True).changed_at = utc_now()


def desk_assigns(work: Work) -> None:
    visit = handing.get(work.visit, work.me, lock=True)
    cases.get(work.case, work.me, lock=True).stage = "planning"
    visit.changed_at = utc_now()


def desk_puts_together_and_apart(work: Work) -> None:
    take_turn()
    one = referrals.get(work.referral, work.me, lock=True)
    twin = referrals.get(work.twin, work.me, lock=True)
    if twin.same_as is None:
        deciding.mark_duplicate(twin, one, work.me, now=utc_now())
    else:
        deciding.undo(twin, work.me, now=utc_now())


def office_changes_the_phone(work: Work) -> None:
    fresh = phone_of(db.session.get_one(Person, work.cadre), "pending")
    phones.confirm(fresh, now=utc_now())


def phone_tells(work: Work) -> None:
    said = PhoneState("1", 1, 0, None, shown=[str(make.fresh())])
    telling.heard(arrived(work).device, said, named=None, now=utc_now())


def caseworker_asks_a_partner(work: Work) -> None:
    request = Asked("medical", "first_aid", "without", work.partner)
    case = cases.get(work.case, work.me, lock=True)
    row = service_referrals.draft(case, request, work.me, now=utc_now())
    service_referrals.submit(row, work.me, now=utc_now())


def partner_answers_by_a_link(work: Work) -> None:
    row = service_referrals.get(work.service, work.me, lock=True)
    if row.state == "draft":
        service_referrals.submit(row, work.me, now=utc_now())
    secret = partner_answers.make(row, work.me, now=utc_now())
    partner_answers.answer(secret, partner_answers.may_say(row)[0], now=utc_now())


def survivor_takes_it_back(work: Work) -> None:
    case = cases.get(work.case, work.me, lock=True)
    parsed = parse("desk.withdraw", {"purposes": ["refer_psychosocial"]})
    consents.withdraw_at_desk(case, parsed, work.me, now=utc_now())
    for line in recalls.of_case(work.case)[:1]:
        again = recalls.get(line.id, work.me, lock=True)
        if again.settled_at is None:
            recalls.settle(again, "recalled", work.me, now=utc_now())


def office_closes_and_keeps_open(work: Work) -> None:
    case = cases.get(work.other_case, work.me, lock=True)
    body = {"closing_reason": "survivor_asked", "closing_words": "x"}
    body["closing_check"] = list(codes.CLOSING_CHECK)
    closings.ask(case, parse("desk.close", body), work.me, now=utc_now())
    closings.keep_open(closings.waiting(case), "belum", case, work.me, now=utc_now())


def worker_counts_the_months(work: Work) -> None:
    counting.mark(work.me.district, now=utc_now())
    while (row := counting.next_stale()) is not None:
        counting.count(row, now=utc_now())
        db.session.flush()


def desk_changes_a_clock(work: Work) -> None:
    clock = deadline_acts.get(work.clock, work.me, lock=True)
    deadline_acts.correct(clock, clock.starts_at, Why("paper_says"), work.me, now=utc_now())


def worker_warns_of_clocks(work: Work) -> None:
    case = cases.get(work.case, work.me, lock=True)
    deadlines.follow_risk(case.referral, now=utc_now())
    deadline_warnings.warn(now=utc_now())


def head_sends_on_and_fetches_back(work: Work) -> None:
    take_turn()
    referral = referrals.get(work.moving, work.me, lock=True)
    ground = Ground("consent", "written", "pindah ke sana")
    key = f"intake.32.01.1 {b64(public_of(new_private()))}"
    row = transfers.send_file(referral, key, "UPTD Bogor", ground, work.me, now=utc_now())
    transfers.take_back(row, work.me, now=utc_now())


def worker_hands_over_a_series(work: Work) -> None:
    row = db.session.scalars(db.select(VisitSeries)).one()
    locked_of(row.case.referral.report_id)
    row.next_at = utc_now()
    db.session.flush()
    series.hand_due(now=utc_now())


def office_vouches_for_the_phone(work: Work) -> None:
    take_turn()
    copies.vouch(arrived(work).device, "met", by=work.me.id, now=utc_now())


def duty_is_planned_and_said(work: Work) -> None:
    key = rosters.hours_of(work.me.district).at(utc_now())
    roster_plans.plan({key: Turn(work.me.id)}, work.me, now=utc_now())
    duty.say(DutyState.READY, work.me, now=utc_now())


def escalation_looks(work: Work) -> None:
    take_turn()
    escalations.escalate(now=utc_now())


def worker_tells_what_did_not_come(work: Work) -> None:
    take_turn()
    reminding.ring_due(now=utc_now() + timedelta(days=30))


def somebody_sets_the_level(work: Work) -> None:
    case = cases.get(work.case, work.me, lock=True)
    for risk in (Risk.LOW, Risk.HIGH):
        assessments.change_risk(case, risk, "sudah pindah", work.me, now=utc_now())


def head_keeps_a_colleague_out_and_lets_them_back(work: Work) -> None:
    take_turn()
    referral = referrals.get(work.twin, work.me, lock=True)
    related.keep_out(referral, db.session.get_one(Person, work.colleague), work.me, now=utc_now())
    related.let_back(referral, work.colleague, "no_ties", work.me, now=utc_now())


def test_nobody_deadlocks_whatever_comes_first(app, work):
    deeds = (
        *(worker_opens_a_batch, desk_reads, desk_assigns, escalation_looks),
        *(desk_puts_together_and_apart, office_changes_the_phone, phone_tells),
        *(caseworker_asks_a_partner, partner_answers_by_a_link, survivor_takes_it_back),
        *(office_closes_and_keeps_open, worker_counts_the_months),
        *(desk_changes_a_clock, worker_warns_of_clocks, head_sends_on_and_fetches_back),
        *(worker_hands_over_a_series, office_vouches_for_the_phone, duty_is_planned_and_said),
        *(worker_tells_what_did_not_come, somebody_sets_the_level),
        *(head_keeps_a_colleague_out_and_lets_them_back,),
    )
    failed: list[str] = []
    done = dict.fromkeys(deeds, 0)

    def again_and_again(deed) -> None:
        with app.app_context():
            for _ in range(ROUNDS):
                try:
                    with transaction():
                        deed(work)
                    done[deed] += 1
                except Refusal:
                    pass  # Somebody else was first: the work's own answer.
                except Exception as error:  # noqa: BLE001 — told below
                    failed.append(f"{deed.__name__}: {error!r}")
                finally:
                    db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=again_and_again, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failed, "\n\n".join(failed)[:6000]
    assert all(done.values())
