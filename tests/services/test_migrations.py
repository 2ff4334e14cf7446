"""The migrations make the same tables as the models, and go both ways with data inside."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import flask_migrate
import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import insert, update
from sqlalchemy.exc import SAWarning

from app import create_app
from app.cli.tables import MIGRATIONS, bring_up_to_date
from app.config import Settings
from app.db import Base, db, transaction, utc_now
from app.domain.permissions import Role
from app.models import (
    BANS,
    Area,
    CardSession,
    Case,
    Closing,
    Deadline,
    District,
    DutyTurn,
    DutyWord,
    FollowUp,
    Holiday,
    Passkey,
    Person,
    PlanRow,
    RelatedAhead,
    Reminder,
    ReportAddition,
    SafeWay,
    Server,
    ServiceReferral,
    Transfer,
    Visit,
)
from tests.desk import in_care, reported, staff
from tests.make import NOON, VILLAGE, fresh, person, visit
from tests.onward import mediation


@pytest.fixture
def empty(settings: Settings) -> Iterator[Flask]:
    """An app over a database without a table."""
    app = create_app(settings)
    with app.app_context():
        db.drop_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def tables() -> set[str]:
    return set(sqlalchemy.inspect(db.engine).get_table_names())


def test_the_migrations_make_the_tables_of_the_models(empty: Flask) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", SAWarning)  # Who starts it for the first time reads it.
        bring_up_to_date()

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    migrated = triggers()
    db.drop_all()
    db.create_all()
    assert migrated == triggers()
    assert set(migrated) == {ban.name for ban in BANS}


def triggers() -> dict[str, str]:
    """Every trigger of the database, and what it says."""
    own = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        if db.engine.dialect.name == "sqlite"
        else "SELECT t.tgname, pg_get_triggerdef(t.oid) || pg_get_functiondef(t.tgfoid)"
        " FROM pg_trigger t WHERE NOT t.tgisinternal"
    )
    with db.engine.connect() as connection:
        return dict(connection.exec_driver_sql(own).all())


def test_a_settlement_from_before_the_ban_ends_with_it(empty: Flask) -> None:
    bring_up_to_date()
    adult, child = _two_cases()
    db.session.remove()
    flask_migrate.downgrade(revision="0020")
    with transaction() as session:
        session.execute(update(Case).values(settlement_banned=False))
        maker = session.scalars(db.select(Person.id)).first()
        for case in (adult, child):
            session.execute(insert(ServiceReferral).values(**mediation(case, made_by=maker)))

    bring_up_to_date()
    stands = {row.case_id: (row.state, row.settlement_banned) for row in _services()}
    assert stands == {adult: ("draft", False), child: ("cancelled", True)}


def _services() -> list[ServiceReferral]:
    db.session.remove()
    return list(db.session.scalars(db.select(ServiceReferral)))


def test_they_go_down_with_data_inside_and_up_again(empty: Flask) -> None:
    bring_up_to_date()
    with transaction() as session:
        session.add(Area(code="33.02", level="regency", name="KABUPATEN CONTOH"))
        session.flush()
        session.add(District(code="33.02"))
    db.session.remove()

    flask_migrate.downgrade(revision="base")
    assert tables() == {"alembic_version"}

    bring_up_to_date()
    assert tables() == {"alembic_version", *Base.metadata.tables}
    with transaction() as session:
        assert session.get(District, "33.02") is None


def test_care_goes_down_and_up_with_cases_inside_and_keeps_the_ban(empty: Flask) -> None:
    bring_up_to_date()
    adult, child = _two_cases()
    db.session.remove()

    flask_migrate.downgrade(revision="0002")
    assert "work_log" not in tables()
    bring_up_to_date()

    banned = {case.id: case.settlement_banned for case in db.session.scalars(db.select(Case))}
    assert banned == {adult: False, child: True}
    assert db.session.query(Visit).count() == 2


def test_an_open_report_of_sexual_violence_gets_its_clock_from_before(empty: Flask) -> None:
    bring_up_to_date()
    with transaction():
        _district()
        one, other = (reported(person(), violence=[kind]) for kind in ("sexual", "physical"))
        begun = one.clock_from
        db.session.add(_sent_on(other))
    db.session.remove()

    flask_migrate.downgrade(revision="0013")
    assert not {"deadlines", "transfers"} & tables()
    bring_up_to_date()

    (clock,) = db.session.scalars(db.select(Deadline))
    assert (clock.referral_id, clock.kind, clock.estimate) == (one.id, "police_report", True)
    assert clock.due_at - begun == timedelta(hours=72)


def test_what_waits_already_is_reminded_of_when_its_moment_comes(empty: Flask) -> None:
    bring_up_to_date()
    _two_cases()
    with transaction() as session:
        ahead, passed = session.scalars(db.select(Visit))
        ahead.due_at, passed.due_at = utc_now() + timedelta(days=1), utc_now() - timedelta(days=1)
    db.session.remove()

    flask_migrate.downgrade(revision="0023")
    assert "reminders" not in tables()
    bring_up_to_date()

    (told,) = db.session.scalars(db.select(Reminder).filter_by(kind="visit_missed"))
    assert (told.object_id, told.at) == (ahead.id, ahead.due_at)


def test_what_is_told_in_care_gets_its_moment_from_before_and_no_second_one(empty: Flask) -> None:
    bring_up_to_date()
    cases = _two_cases()
    soon = utc_now() + timedelta(days=2)
    with transaction() as session:
        case, member = session.get_one(Case, cases[0]), session.scalars(db.select(Person)).first()
        by = {"case_id": case.id, "made_by": member.id, "made_at": NOON, "changed_at": NOON}
        plan = PlanRow(id=fresh(), due_at=soon, **by)
        service = ServiceReferral(id=fresh(), service="medical", what="first_aid", lacks="", **by)
        service.district, service.escort, service.state = case.district, "without", "scheduled"
        service.scheduled_on, service.settlement_banned = soon.date(), case.settlement_banned
        way = SafeWay(referral_id=case.referral_id, at=NOON, by=member.id, ask_again_at=soon)
        session.add_all([plan, service, way])
    before = {row.object_id: row.at for row in _seen()}
    db.session.remove()

    flask_migrate.downgrade(revision="0028")
    bring_up_to_date()
    kept = {row.object_id: row.at for row in _seen()}
    with transaction() as session:
        session.query(Reminder).delete()
    flask_migrate.downgrade(revision="0028")
    bring_up_to_date()

    assert kept == before and set(before) == set(cases)
    told = {(row.kind, row.object_id): row.at for row in db.session.scalars(db.select(Reminder))}
    assert {one for kind, one in told if kind == "see_her"} == set(cases)
    assert told["ask_way", way.id] == soon and told["plan_due", plan.id] < soon
    assert told["service_day", service.id] > soon


def _seen() -> list[Reminder]:
    return list(db.session.scalars(db.select(Reminder).filter_by(kind="see_her")))


def _sent_on(referral) -> Transfer:
    return Transfer(
        from_district="33.02",
        to_district="32.01",
        referral_id=referral.id,
        basis="consent",
        sent_at=NOON,
        ends_at=NOON,
    )


def _district() -> None:
    db.session.add(Area(code="33.02", level="regency", name="KABUPATEN CONTOH"))
    db.session.add(Area(code=VILLAGE, level="village", name="Kalicontoh"))
    db.session.flush()
    db.session.add(District(code="33.02"))
    db.session.add(Server(epoch=1))
    db.session.flush()


def test_the_roster_and_its_passkeys_go_down_with_rows_inside_and_up_again(empty: Flask) -> None:
    bring_up_to_date()
    _two_cases()
    with transaction() as session:
        member = session.scalars(db.select(Person)).first()
        turn = DutyTurn(id=fresh(), district="33.02", on=NOON.date(), part="day")
        turn.changed_at, turn.changed_by, turn.first_id = NOON, member.id, member.id
        key = Passkey(id=fresh(), person_id=member.id, credential_id=b"k", public_key=b"p")
        key.made_at = NOON
        session.add_all([turn, key, Holiday(district="33.02", on=NOON.date(), name="Hari Contoh")])
        session.flush()
        session.add(DutyWord(turn_id=turn.id, person_id=member.id, state="ready", at=NOON))
        session.add(CardSession(reference_hash=b"r" * 32, passkey_id=key.id, began_at=NOON))
    db.session.remove()

    flask_migrate.downgrade(revision="0010")
    assert not tables() & {"duty_turns", "duty_words", "passkeys", "card_sessions", "holidays"}
    bring_up_to_date()

    assert db.session.query(Visit).count() == 2
    assert db.session.query(DutyTurn).count() == 0


def test_what_a_month_is_counted_by_goes_down_and_up_with_rows_inside(empty: Flask) -> None:
    db.create_all()
    flask_migrate.Migrate(empty, db, directory=str(MIGRATIONS))
    flask_migrate.stamp(revision="0023")
    _two_cases()
    before = _indexes()
    db.session.remove()

    flask_migrate.downgrade(revision="0022")
    without = _indexes()
    flask_migrate.upgrade(revision="0023")

    assert set(before) - set(without) == MONTHS
    assert _indexes() == before
    assert db.session.query(Visit).count() == 2


MONTHS = {"ix_reports_came", "ix_cases_opened", "ix_deadlines_ended", "ix_visits_recorded"}
MONTHS |= {f"ix_service_referrals_{what}" for what in ("sent", "told", "given")}


def _indexes() -> dict[str, str]:
    """Every index that is written down, and what it says."""
    own = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        if db.engine.dialect.name == "sqlite"
        else "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    )
    with db.engine.connect() as connection:
        return dict(connection.exec_driver_sql(own).all())


def _two_cases() -> list[UUID]:
    """A case of an adult and one of a child, each with a visit that points at it."""
    made = []
    with transaction() as session:
        _district()
        salak, melati = staff(Role.COORDINATOR, Role.CASEWORKER), person()
        for age in ("25_44", "6_12"):
            case = in_care(melati, salak, survivor_age=age, violence=["physical"])
            made.append(case)
            session.add(_visit(case, salak, melati))
    return made


def _visit(case_id: UUID, salak, melati) -> Visit:
    case = db.session.get_one(Case, case_id)
    return visit(case.referral.report_id, melati.id, salak.id, NOON, case_id=case_id, due_at=NOON)


def test_a_day_on_which_she_is_asked_after_gets_its_asker_and_loses_it(empty: Flask) -> None:
    bring_up_to_date()
    one, _child = _two_cases()
    with transaction() as session:
        case = session.get_one(Case, one)
        end = Closing(id=fresh(), case_id=one, reason="goals_reached", asked_at=NOON)
        end.from_stage, end.asked_by = "evaluation", case.caseworker_id
        session.add(end)
        session.flush()
        for months in (1, 3):
            due = NOON + timedelta(days=30 * months)
            session.add(FollowUp(case_id=one, closing_id=end.id, months=months, due_at=due))
        asker = case.caseworker_id
    db.session.remove()

    flask_migrate.downgrade(revision="0025")
    bring_up_to_date()

    rows = db.session.scalars(db.select(FollowUp).order_by(FollowUp.due_at))
    assert asker and [row.asker_id for row in rows] == [asker, None]


def test_what_lists_are_read_by_goes_down_and_up_with_rows_inside(empty: Flask) -> None:
    bring_up_to_date()
    _two_cases()
    before = _indexes()
    db.session.remove()

    flask_migrate.downgrade(revision="0030")
    without = _indexes()
    bring_up_to_date()

    assert {"ix_deadlines_going", "ix_referrals_had_by"} <= set(before) - set(without)
    board, over = "ix_visits_board", "ix_visits_over"
    assert ("expired" in before[board], "expired" in before[over]) == (False, True)
    assert ("expired" in without[board], "expired" in without[over]) == (True, False)
    assert _indexes() == before


def test_what_had_been_added_when_a_copy_went_counts_as_told(empty: Flask) -> None:
    bring_up_to_date()
    with transaction() as session:
        _district()
        one = reported(person())
        for hours in (-1, 0, 1):
            at = NOON + timedelta(hours=hours)
            session.add(ReportAddition(id=fresh(), report_id=one.report_id, added_at=at))
        ways = {"referral_id": one.id, "by": person().id, "ask_again_at": NOON}
        session.add_all(
            [SafeWay(id=fresh(), at=NOON + timedelta(hours=by), **ways) for by in (-2, 2)]
        )
        session.add(_sent_on(one))
    db.session.remove()

    flask_migrate.downgrade(revision="0029")
    assert "transfer_news" not in tables()
    bring_up_to_date()

    assert db.session.query(Transfer).one().told == 3


def test_who_is_out_of_what_was_lost_goes_down_with_rows_inside_and_up_again(empty: Flask) -> None:
    bring_up_to_date()
    with transaction() as session:
        _district()
        session.add(RelatedAhead(report_id=fresh(), person_id=person().id, marked_at=NOON))
    db.session.remove()

    flask_migrate.downgrade(revision="0026")
    without = tables()
    bring_up_to_date()

    assert "related_ahead" not in without
    assert db.session.query(RelatedAhead).count() == 0
