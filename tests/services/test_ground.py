"""Each test stands on a database of its own, though all share an app."""

from __future__ import annotations

from pathlib import Path

from app.db import db, transaction
from app.models import Area
from tests.ground import Ground, standing


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
