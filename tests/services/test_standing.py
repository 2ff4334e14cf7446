"""A statement that stands: its constants are written out, its blanks are filled in when asked."""

import pytest
from sqlalchemy import String, bindparam, select
from sqlalchemy.exc import DBAPIError

from app.db import db, driver, transaction
from app.models import Area, Referral
from app.services.standing import ask, ask_of_each, standing
from tests.make import DISTRICT, VILLAGE


def test_constants_are_written_out_and_only_the_blanks_are_asked():
    query = select(Referral.id).where(
        Referral.state.in_(["new", "it's"]),
        Referral.risk == "high",
        Referral.district == bindparam("district", type_=String()),
    )

    said = standing(query.limit(51)).compile()

    assert set(said.params) == {"district"}
    assert "IN ('new', 'it''s')" in str(said) and "risk = 'high'" in str(said)
    assert "LIMIT 51" in str(said)


def test_what_stands_is_answered_alike_in_the_words_made_once(app):
    query = standing(select(Area.code, Area.name).where(Area.code == bindparam("code")))

    (found,) = ask(query, {"code": DISTRICT, "nobody": "asks for this"})

    assert (found.code, found.name) == tuple(found) == (DISTRICT, "KABUPATEN CONTOH")
    assert list(ask(query, {"code": "00.00"})) == []
    with transaction():
        assert [row.code for row in ask(query, {"code": DISTRICT})] == [DISTRICT]


@pytest.mark.parametrize("codes", [[], [VILLAGE], [VILLAGE, DISTRICT, "33.02.17"], ["00.00"]])
def test_many_are_asked_about_at_once_however_many(app, codes):
    found = ask_of_each(lambda among: select(Area.code).where(among(Area.code)), codes)

    assert sorted(code for (code,) in found) == sorted(set(codes) - {"00.00"})


def test_a_lost_connection_fails_as_ever_and_the_next_page_has_a_new_one(app):
    query = standing(select(Area.code).where(Area.code == bindparam("code")))
    ask(query, {"code": DISTRICT})
    if driver() is None:
        return  # SQLite has no connection to lose.

    driver().close()

    with pytest.raises(DBAPIError):
        ask(query, {"code": DISTRICT})
    db.session.remove()
    assert [row.code for row in ask(query, {"code": DISTRICT})] == [DISTRICT]
