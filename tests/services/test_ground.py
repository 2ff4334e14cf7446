"""Each test stands on a database of its own, though all share an app."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy

from app.config import Settings
from app.db import db, transaction
from app.models import Area, Server
from tests.ground import Ground, standing

TABLES = "SELECT count(*) FROM areas_left_behind"


@contextmanager
def another_test(ground: Ground, place: Path) -> Iterator[Settings]:
    """Settings as a test gets them, and what happens as it ends."""
    place.mkdir()
    settings = ground.copied(place)
    with standing(settings):
        yield settings
    ground.done_with(settings)


def is_as_made() -> bool:
    """Tell whether only what every test begins with is here."""
    return not db.session.get(Area, "52.72") and db.session.query(Server).count() == 1


def leave_rows() -> None:
    """Write something, and take away something that was given."""
    with transaction() as session:
        session.add(Area(code="52.72", level="regency", parent_code=None, name="KOTA LAIN"))
        session.delete(session.query(Server).one())


def test_a_page_that_still_asks_as_its_test_ends_does_not_reach_into_the_next(
    ground: Ground, tmp_path: Path
):
    places = [tmp_path / name for name in ("one", "next")]
    for place in places:
        place.mkdir()

    with standing(ground.copied(places[0])) as app, transaction() as session:
        session.add(Area(code="52.72", level="regency", parent_code=None, name="KOTA LAIN"))
    with app.app_context():
        assert db.session.get(Area, "52.72")

    with standing(ground.copied(places[1])) as same:
        assert same is app
        assert db.session.get(Area, "52.72") is None


def test_what_a_test_wrote_is_gone_and_what_it_deleted_is_there_again(
    ground: Ground, tmp_path: Path
):
    with another_test(ground, tmp_path / "one"):
        leave_rows()
        assert not is_as_made()

    with another_test(ground, tmp_path / "next"):
        assert is_as_made()


def test_a_database_whose_tables_a_test_changed_is_nobodys_any_more(ground: Ground, tmp_path: Path):
    with another_test(ground, tmp_path / "one"), transaction() as session:
        session.execute(sqlalchemy.text("CREATE TABLE areas_left_behind (code text)"))

    with another_test(ground, tmp_path / "next"), pytest.raises(sqlalchemy.exc.DatabaseError):
        db.session.execute(sqlalchemy.text(TABLES))


def test_who_is_still_at_work_in_a_database_keeps_it(ground: Ground, tmp_path: Path):
    with another_test(ground, tmp_path / "one") as settings:
        leave_rows()
    busy = sqlalchemy.create_engine(settings.database_url)

    with busy.connect() as connection:
        connection.execute(sqlalchemy.text("UPDATE areas SET name = 'LAIN'"))
        with another_test(ground, tmp_path / "next") as other:
            assert other.database_url != settings.database_url
            assert is_as_made()
    busy.dispose()
