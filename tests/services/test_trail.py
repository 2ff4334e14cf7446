"""The trail finds every change, and grows only at its end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update

from app.db import db, transaction
from app.models import District, DistrictItem, TrailRow
from app.services import heads, trail
from tests.make import DISTRICT, NOON, fresh


def write(rows: int) -> None:
    for _ in range(rows):
        with transaction():
            trail.append(DISTRICT, "referral.see", "referral", fresh(), by=None, now=NOON)


def test_an_untouched_chain_is_whole(app):
    write(5)

    verdict = trail.verify(DISTRICT)

    assert verdict.whole
    assert verdict.rows >= 5


def test_several_rows_of_one_transaction_stand_one_behind_the_other(app):
    with transaction():
        for _ in range(3):
            trail.append(DISTRICT, "referral.see", "referral", fresh(), by=None, now=NOON)

    assert trail.verify(DISTRICT).whole


def test_what_was_rolled_back_left_no_row(app):
    before = trail.verify(DISTRICT).rows

    with pytest.raises(ZeroDivisionError), transaction():
        trail.append(DISTRICT, "referral.see", "referral", fresh(), by=None, now=NOON)
        _ = 1 / 0

    assert trail.verify(DISTRICT).rows == before


@pytest.mark.parametrize(
    "change",
    [
        {"act": "referral.take"},
        {"object_id": "another"},
        {"object_kind": "case"},
        {"reason": "contact"},
        {"hash": bytes(32)},
    ],
)
def test_any_changed_field_is_found(app, change):
    write(4)
    last = trail.verify(DISTRICT).rows

    with transaction() as session:
        session.execute(update(TrailRow).where(TrailRow.seq == last - 1).values(**change))

    assert trail.verify(DISTRICT).broken_at == last - 1


def test_a_long_chain_is_walked_in_parts_and_each_says_how_far_it_is(app):
    write(7)
    last = trail.verify(DISTRICT).rows

    parts, behind = [], 0
    while (part := trail.verify(DISTRICT, behind=behind, at_most=3)).of:
        parts, behind = [*parts, part.rows], part.rows

    assert parts == list(range(3, last, 3)) and not part.broken_at
    assert part.whole and part.rows == last and part.head == trail.verify(DISTRICT).head

    with transaction() as session:
        session.execute(update(TrailRow).where(TrailRow.seq == last - 1).values(reason="contact"))
        session.execute(delete(TrailRow).where(TrailRow.seq == 2))
    assert trail.verify(DISTRICT, behind=last - 3, at_most=3).broken_at == last - 1
    assert trail.verify(DISTRICT, at_most=3).broken_at == 2
    assert trail.verify(DISTRICT, behind=2, at_most=3).broken_at == 2
    assert trail.verify(DISTRICT, behind=last + 9).broken_at == last + 9


def test_a_row_taken_out_of_the_middle_is_found(app):
    write(4)
    last = trail.verify(DISTRICT).rows

    with transaction() as session:
        session.execute(delete(TrailRow).where(TrailRow.seq == last - 2))

    assert trail.verify(DISTRICT).broken_at == last - 2


def test_a_row_cut_off_the_end_is_found(app):
    write(3)
    last = trail.verify(DISTRICT).rows

    with transaction() as session:
        session.execute(delete(TrailRow).where(TrailRow.seq == last))

    assert not trail.verify(DISTRICT).whole


def test_a_chain_forged_as_a_whole_is_found_by_a_head_that_left_the_house(app):
    write(3)
    seq = trail.verify(DISTRICT).rows
    head = db.session.get_one(TrailRow, (DISTRICT, seq)).hash

    with transaction() as session:
        session.execute(delete(TrailRow))
        session.execute(update(District).values(trail_seq=0, trail_hash=bytes(32)))
    write(seq)

    assert trail.verify(DISTRICT).whole
    assert trail.verify(DISTRICT, left={seq: head}).broken_at == seq


def test_the_chain_of_an_empty_district_is_whole(app):
    with transaction() as session:
        session.execute(text("DELETE FROM trail"))
        session.execute(update(District).values(trail_seq=0, trail_hash=bytes(32)))

    assert trail.verify(DISTRICT).whole


def test_who_opens_a_case_every_day_hides_nobody_who_looked_once(app):
    case, often, once = fresh(), fresh(), fresh()
    with transaction():
        trail.append(DISTRICT, "case.open", "report", case, by=once, now=NOON, reason="complaint")
    for _day in range(30):
        with transaction():
            trail.append(DISTRICT, "case.open", "report", case, by=often, now=NOON, reason="care")

    found = {(one.by, one.reason): one.times for one in trail.openers("report", case)}

    assert found == {(once, "complaint"): 1, (often, "care"): 30}


def test_a_chain_forged_as_a_whole_is_found_by_the_head_that_left_last(app, settings):
    write(3)
    with transaction():
        assert heads.publish_due(now=NOON) == 1
    with transaction():
        assert heads.publish_due(now=NOON + timedelta(hours=23)) == 0
    assert trail.verify(DISTRICT, left=heads.left(DISTRICT)).whole
    with transaction() as session:
        former = bytes(32)
        for row in session.scalars(select(TrailRow).order_by(TrailRow.seq)):
            row.act = "forged"
            former = row.hash = trail.linked(former, row)
        session.execute(update(District).values(trail_hash=former))

    assert trail.verify(DISTRICT).whole
    assert not trail.verify(DISTRICT, left=heads.left(DISTRICT)).whole


def test_a_day_later_the_head_of_that_day_leaves_and_phones_fetch_it(app):
    write(1)
    with transaction():
        heads.publish_due(now=NOON)
    write(1)
    with transaction():
        assert heads.publish_due(now=NOON + timedelta(hours=25)) == 1

    told = db.session.scalars(select(DistrictItem.content).filter_by(kind="policy")).one()
    last = db.session.scalar(select(District.trail_seq))
    assert f'"{last}:'.encode() in told
    assert sorted(heads.left(DISTRICT))[-1] == last
