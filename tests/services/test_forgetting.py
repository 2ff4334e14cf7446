"""When its time is over, nothing that anybody wrote about a survivor is left; nothing open goes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from app.db import Base, db, transaction
from app.domain.permissions import Role
from app.domain.retention import kept_until
from app.models import (
    Alert,
    CadreContact,
    Case,
    Closing,
    Deadline,
    DeviceItem,
    FollowUp,
    InboxEnvelope,
    PushSubscription,
    Referral,
    Report,
    ReportAddition,
    SeriesVisit,
    TrailRow,
    Visit,
    VisitSeries,
    Withdrawal,
)
from app.services import deciding, forgetting, journal, replaying
from app.services.rows import seal_texts
from tests.desk import as_staff, in_care, reported, screened, staff
from tests.make import DISTRICT, NOON, VILLAGE, fresh, person, visit

YEAR = timedelta(days=365)
FIVE = timedelta(days=1826)
# What a phone sends or fetches has times of its own; a person's number belongs to the person.
NOT_OF_A_CASE = {CadreContact, PushSubscription, InboxEnvelope, DeviceItem}


def test_every_table_with_words_has_its_place():
    sealed = {one.class_ for one in Base.registry.mappers if "sealed" in one.local_table.columns}

    assert sealed == set(forgetting.ALL) | NOT_OF_A_CASE


@pytest.mark.parametrize(
    ("more", "until"),
    [
        ({}, NOON + FIVE),
        ({"outside": True}, NOON + YEAR),
        ({"child": True, "age": "13_17"}, datetime(2038, 11, 23, tzinfo=NOON.tzinfo)),
        ({"child": True, "age": "unknown"}, datetime(2051, 11, 23, tzinfo=NOON.tzinfo)),
    ],
)
def test_a_year_five_or_until_a_child_is_25(more, until):
    known = {"outside": False, "child": False, "age": None, "reported_at": NOON} | more

    assert kept_until(NOON, **known).date() == until.date()


@pytest.fixture
def closed(app) -> Case:
    """Closed at noon: with a series of which one visit was handed over, and a clock that ended."""
    with transaction() as session:
        salak, melati = staff(Role.COORDINATOR, Role.CASEWORKER), person(Role.CADRE)
        made = session.get_one(Case, in_care(melati, salak, note="rahasia", violence=["physical"]))
        made.closed_at, made.closing_reason, made.stage = NOON, "goals_reached", "follow_up"
        made.referral.state = "closed"
        session.execute(update(Deadline).values(state="ended", ended_at=NOON, ended_how="closed"))
        times = {"opens_at": NOON, "due_at": NOON}
        errand = visit(
            made.referral.report_id,
            melati.id,
            salak.id,
            NOON,
            case_id=made.id,
            purpose="monitor_service",
            state="recorded",
            due_at=NOON,
        )
        series = VisitSeries(
            id=fresh(),
            case_id=made.id,
            district=DISTRICT,
            cadre_id=melati.id,
            made_by=salak.id,
            made_at=NOON,
            purpose="monitor_service",
            meeting_place="clinic",
            every_days=7,
            times=3,
            agreed_at=NOON,
            ended_at=NOON,
            ended_why="done",
            **times,
        )
        seal_texts(series, DISTRICT, {"look_for": "rahasia"})
        session.add_all([errand, series])
        session.flush()
        session.add(SeriesVisit(series_id=series.id, place=1, visit_id=errand.id))
    return made


def forgotten(now) -> int:
    with transaction():
        gone = forgetting.forget_due(now=now)
    db.session.rollback()
    db.session.expire_all()
    return gone


def test_after_five_years_nothing_written_is_left_and_a_restored_backup_forgets_again(closed):
    report_id, referral_id = closed.referral.report_id, closed.referral_id
    assert forgotten(NOON + FIVE - timedelta(days=1)) == 0
    for _each in range(2):
        with transaction():
            forgetting.warn_due(now=NOON + FIVE - timedelta(days=29))
    assert db.session.query(Alert).filter_by(kind=forgetting.NEAR, role="head").count() == 1
    words = db.session.get_one(Report, report_id).sealed
    assert forgotten(NOON + FIVE) == 1

    for table in forgetting.ALL:
        for row in db.session.query(table):
            assert row.sealed is None and getattr(row, "facts", None) is None, table
    report = db.session.get_one(Report, report_id)
    assert (report.cadre_id, report.village) == (None, VILLAGE)
    assert db.session.query(VisitSeries).count() == db.session.query(SeriesVisit).count() == 0
    assert db.session.query(TrailRow).filter_by(act="report.forget").count() == 1
    assert not forgetting.due(now=NOON + FIVE)

    with transaction() as session:
        session.execute(update(Report).values(sealed=words, facts=b"again"))
        replaying.replay(now=NOON + FIVE)
    restored = db.session.get_one(Report, report_id, populate_existing=True)
    assert (restored.sealed, restored.facts) == (None, None)
    assert [one["id"] for one in journal.events() if one["event"] == journal.FORGOTTEN]
    assert db.session.get_one(Referral, referral_id).state == "closed"


@pytest.mark.parametrize("held", ["follow-up", "clock", "visit", "unread", "child", "open"])
def test_nothing_that_is_open_or_unread_goes(closed, held):
    with transaction() as session:
        referral = session.get_one(Referral, closed.referral_id)
        if held == "follow-up":
            end = Closing(id=fresh(), case_id=closed.id, reason="goals_reached", asked_at=NOON)
            end.from_stage, end.asked_by = "evaluation", closed.caseworker_id
            session.add(end)
            session.flush()
            asks = FollowUp(case_id=closed.id, closing_id=end.id, months=6, due_at=NOON)
            session.add(asks)
        elif held == "clock":
            session.execute(update(Deadline).values(state="running", ended_at=None, ended_how=None))
        elif held == "visit":
            session.execute(update(Visit).values(state="accepted"))
        elif held == "unread":
            referral.seen_at = None
        elif held == "child":
            referral.child = True
        else:
            referral.open = True
    assert forgotten(NOON + 2 * FIVE) == 0


def test_what_was_not_for_the_uptd_goes_after_a_year_with_what_was_put_together_with_it(app):
    with transaction():
        salak = staff(Role.COORDINATOR, Role.CASEWORKER)
        first, twin = (screened(reported(now=NOON), salak, now=NOON) for _each in range(2))
        deciding.mark_duplicate(twin, first, as_staff(salak), now=NOON)
        deciding.not_ours(first, "Nomor dinas sosial", "Dinas sosial", as_staff(salak), now=NOON)

    assert forgotten(NOON + YEAR - timedelta(days=1)) == 0
    assert forgotten(NOON + YEAR) == 2
    assert {row.sealed for row in db.session.query(Report)} == {None}


@pytest.mark.parametrize("held", ["news", "withdrawal"])
def test_nothing_goes_while_something_is_open_of_what_was_put_together_with_it(app, held):
    with transaction() as session:
        salak = staff(Role.COORDINATOR, Role.CASEWORKER)
        first, twin = (screened(reported(now=NOON), salak, now=NOON) for _each in range(2))
        deciding.mark_duplicate(twin, first, as_staff(salak), now=NOON)
        deciding.not_ours(first, "Nomor dinas sosial", "Dinas sosial", as_staff(salak), now=NOON)
        late = NOON + FIVE
        about = {"id": fresh(), "report_id": twin.report_id}
        news = ReportAddition(**about, added_at=late, unlocked=True)
        stop = Withdrawal(**about, purposes="record", received_at=late, due_at=late)
        session.add(news if held == "news" else stop)

    assert forgotten(NOON + FIVE) == 0
