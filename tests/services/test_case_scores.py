"""Partners scored by hand: evaluation is not left before each that was asked has been judged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db, transaction
from app.domain import codes
from app.domain.errors import Missing, NotAllowed
from app.domain.fields import parse
from app.domain.permissions import Role
from app.models import Case, TrailRow
from app.services import case_scores, stages
from app.services.rows import facts_of
from tests.desk import as_staff, in_care, staff
from tests.make import NOON
from tests.onward import asked, partner, sent

HOUR = timedelta(hours=1)
WELL = dict.fromkeys(codes.PARTNER_SCORE, "yes") | {"score_words": "datang tepat waktu"}


@pytest.fixture
def me(app):
    with transaction():
        return as_staff(staff(Role.COORDINATOR, Role.CASEWORKER, Role.HEAD))


@pytest.fixture
def case(me) -> Case:
    with transaction():
        from app.models import Person

        member = db.session.get_one(Person, me.id)
        return db.session.get_one(Case, in_care(None, member, danger_signs=["death_threat"]))


def score(case, of, me, now, **other):
    return case_scores.give(case, of.id, parse("desk.score", WELL | other), me, now=now)


def test_a_partner_that_was_asked_waits_for_a_score_and_a_draft_does_not(case, me):
    with transaction():
        hospital, house = partner(me, now=NOON), partner(me, "Rumah Aman", now=NOON)
        sent(case.id, me, hospital, now=NOON)
        asked(case.id, me, house, now=NOON)

    assert stages.held(case, now=NOON).partners_unscored == 1

    with transaction():
        row = score(case, hospital, me, NOON + HOUR, told_back="no")

    assert stages.held(case, now=NOON).partners_unscored == 0
    assert facts_of(row)["told_back"] == "no"
    assert db.session.query(TrailRow).filter_by(act="case.score").count() == 1


def test_what_is_asked_after_a_score_is_judged_again(case, me):
    with transaction():
        hospital = partner(me, now=NOON)
        sent(case.id, me, hospital, now=NOON)
        score(case, hospital, me, NOON + HOUR)

    with transaction():
        sent(case.id, me, hospital, "legal", "legal_aid", now=NOON + 2 * HOUR)

    assert case_scores.unscored(case) == 1


def test_only_her_caseworker_scores_and_only_who_was_asked(case, me):
    with transaction():
        hospital, stranger = partner(me, now=NOON), partner(me, "LBH Contoh", now=NOON)
        sent(case.id, me, hospital, now=NOON)
        other = as_staff(staff(Role.CASEWORKER, label="Petugas Jambu"))

    with pytest.raises(NotAllowed), transaction():
        score(case, hospital, other, NOON)
    with pytest.raises(Missing), transaction():
        score(case, stranger, me, NOON)


def test_scores_of_a_year_are_summed_by_partner(case, me):
    with transaction():
        hospital = partner(me, now=NOON)
        sent(case.id, me, hospital, now=NOON)
        score(case, hospital, me, NOON + HOUR)
        score(case, hospital, me, NOON + 2 * HOUR, respectful="partly")

    [(named, times, told)] = case_scores.sums(case.district, NOON)

    assert (named.id, times) == (hospital.id, 2)
    assert told["respectful"] == {"yes": 1, "partly": 1}
