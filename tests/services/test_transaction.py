"""What `transaction()` promises to whoever writes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from app.db import Pending, after_commit, at_end, db, read_once, savepoint, transaction
from app.models import Area, District, Server
from tests.make import DISTRICT


def test_twenty_writers_at_once_lose_no_increment(app: Flask) -> None:
    def add_thirty() -> None:
        with app.app_context():
            for _ in range(30):
                with transaction() as session:
                    server = session.get(Server, 1, with_for_update=True)
                    server.inbox_seq += 1
            db.session.remove()

    writers = [threading.Thread(target=add_thirty) for _ in range(20)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    db.session.rollback()
    assert db.session.scalar(select(Server.inbox_seq)) == 600


def test_a_change_outside_a_transaction_is_refused(app: Flask) -> None:
    db.session.get(District, DISTRICT).cover_name = "Buku Lain"

    with pytest.raises(Pending), transaction():
        pass


def test_the_last_work_runs_in_ascending_order_after_all_other_work(app: Flask) -> None:
    done = []

    with transaction():
        at_end((2, DISTRICT), lambda session: done.append("trail"))
        at_end((1, "b"), lambda session: done.append("b"))
        at_end((1, "a"), lambda session: done.append("a"))
        done.append("work")

    assert done == ["work", "a", "b", "trail"]


def test_who_brings_to_the_same_last_work_shares_one_run(app: Flask) -> None:
    done = []

    def link(session, *rows) -> None:
        done.append(rows)

    with transaction():
        at_end((2, DISTRICT), link, "first")
        at_end((2, DISTRICT), link, "second")
        with pytest.raises(ZeroDivisionError), savepoint():
            at_end((2, DISTRICT), link, "undone")
            raise ZeroDivisionError
        at_end((2, "99.99"), link, "another's")

    assert done == [("first", "second"), ("another's",)]


def test_what_is_read_once_is_read_anew_after_and_while_something_is_written(app: Flask) -> None:
    @read_once
    def name(district: District) -> list:
        asked.append(district.code)
        return [district.cover_name]

    asked: list[str] = []
    read = db.session.get(District, DISTRICT)
    name(read).append("changed by whoever asked")
    assert name(read) == [read.cover_name] and len(asked) == 1

    with transaction() as session:
        held = session.get(District, DISTRICT)
        name(held)
        held.cover_name = "Buku Lain"
        assert name(held) == ["Buku Lain"]

    assert name(db.session.get(District, DISTRICT)) == ["Buku Lain"]
    assert len(asked) == 4


def test_what_is_asked_again_and_again_is_planned_once(app: Flask) -> None:
    asked = select(Area.name).where(Area.level == "regency")
    for _ in range(7):
        db.session.execute(asked)
        db.session.remove()  # As after every page.
    if db.engine.dialect.name == "sqlite":
        return

    planned = db.session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()

    assert sum("WHERE areas.level" in one for one in planned) == 1


def test_who_only_reads_holds_nothing_open(app: Flask) -> None:
    def in_a_transaction(session) -> bool:
        session.execute(select(Area.name))
        driver = session.connection().connection.driver_connection
        if db.engine.dialect.name == "sqlite":
            return driver.in_transaction
        return driver.info.transaction_status.name == "INTRANS"

    # SQLite reads a page from one moment.
    assert in_a_transaction(db.session) == (db.engine.dialect.name == "sqlite")
    with transaction() as session:
        assert in_a_transaction(session)


def test_what_failed_is_not_said_aloud(app: Flask) -> None:
    told = []

    with pytest.raises(ZeroDivisionError), transaction() as session:
        session.get(District, DISTRICT).cover_name = "Buku Lain"
        after_commit(lambda: told.append("changed"))
        raise ZeroDivisionError

    assert told == []
    assert db.session.get(District, DISTRICT).cover_name == "Buku Kader"


def test_it_is_said_once_the_others_can_read_it(app: Flask) -> None:
    seen = []

    def look() -> None:
        with db.engine.connect() as other:
            seen.append(other.scalar(select(District.cover_name)))

    with transaction() as session:
        session.get(District, DISTRICT).cover_name = "Buku Lain"
        after_commit(look)

    assert seen == ["Buku Lain"]


def test_a_moment_comes_back_in_utc_and_a_naive_one_is_refused(app: Flask) -> None:
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=7)))
    with transaction() as session:
        session.get(Server, 1).swept_at = noon

    db.session.expire_all()
    read = db.session.get(Server, 1).swept_at
    db.session.rollback()

    assert read == noon
    assert read.tzinfo is UTC
    with pytest.raises(StatementError), transaction() as session:
        session.get(Server, 1).swept_at = datetime(2026, 11, 23, 12, 0)


def test_sqlite_keeps_what_it_confirmed_through_a_power_cut(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        assert db.session.scalar(text("SHOW synchronous_commit")) == "on"
        return
    assert db.session.scalar(text("PRAGMA synchronous")) == 2
    assert db.session.scalar(text("PRAGMA journal_mode")) == "wal"
    assert db.session.scalar(text("PRAGMA foreign_keys")) == 1


def test_a_code_that_does_not_exist_is_refused_by_the_database(app: Flask) -> None:
    with pytest.raises(Exception, match="(?i)foreign key"), transaction() as session:
        session.add(Area(code="33.02.99", level="subdistrict", parent_code="99", name="Tidak ada"))


def test_who_asks_after_the_database_was_away_gets_an_answer(app: Flask, monkeypatch) -> None:
    if db.engine.dialect.name == "sqlite":
        assert db.session.scalar(select(District.code)) == DISTRICT  # It is never away.
        return
    backend = text("SELECT pg_backend_pid()")
    with db.engine.connect() as another:
        first = db.session.scalar(backend)
        db.session.remove()
        another.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first})
        monkeypatch.setattr("app.connections.JUST_NOW", 0)

        assert db.session.scalar(backend) != first
