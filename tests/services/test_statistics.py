"""Statistics: an invented year counted by the machine and by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy

from app.db import db, transaction
from app.domain.errors import Conflict
from app.domain.permissions import Role
from app.domain.referral import ReferralState
from app.domain.statistics import Tier
from app.models import Case, DistrictSetting, GivenOut, MonthCount, Review
from app.services import counting, statistics
from app.services.rows import write_facts
from app.services.statistics import RECOVERY
from tests.desk import as_staff, in_care, reported, staff
from tests.make import DISTRICT, fresh, person
from tests.onward import partner, sent

JANUARY_2027 = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)
# The invented year: how many reports of which kind each month, and how soon somebody looked.
YEAR = [
    # month, reports, answers, minutes until somebody looked
    (1, 3, {"violence": ["physical"]}, 10),
    (2, 2, {"violence": ["physical", "psychological"], "survivor_age": "45_59"}, 20),
    (5, 4, {"violence": ["sexual"], "last_happened": "days_2_3"}, 45),
    (8, 1, {"violence": ["online"], "survivor_age": "18_24", "survivor_count": "2"}, None),
    (12, 6, {"violence": ["neglect"], "survivor_sex": "male"}, 30),
]


def year(member) -> None:
    for month, many, answers, minutes in YEAR:
        for day in range(1, many + 1):
            at = datetime(2026, month, day, 3, 0, tzinfo=UTC)
            referral = reported(person(), at=at, now=at, **answers)
            if minutes is not None:
                referral.seen_at = at + timedelta(minutes=minutes)
                referral.state = ReferralState.SEEN


def counted(now: datetime = JANUARY_2027) -> None:
    with transaction():
        counting.mark(DISTRICT, now=now)
        while (row := counting.next_stale()) is not None:
            counting.count(row, now=now)
            db.session.flush()


@pytest.fixture
def head(app):
    with transaction():
        member = staff(Role.HEAD)
        year(member)
    counted()
    return as_staff(member)


def test_the_year_equals_what_was_counted_by_hand(head):
    seen = statistics.exact(DISTRICT, "2026-01", "2026-12")

    assert seen.totals["reports"] == 3 + 2 + 4 + 1 + 6
    assert seen.totals["survivors"] == 3 + 2 + 4 + 2 + 6
    assert seen.totals["cases"] == seen.totals["services"] == 0
    assert [month["reports"] for month in seen.by_month.values()] == [
        *(3, 2, 0, 0),
        *(4, 0, 0, 1),
        *(0, 0, 0, 6),
    ]
    violence = {code: n for code, n in seen.tables["violence"].cells.items() if n}
    assert violence == {"physical": 5, "psychological": 2, "sexual": 4, "online": 1, "neglect": 6}
    assert seen.tables["survivor_age"].cells["45_59"] == 2
    assert seen.tables["survivor_sex"].cells == {"female": 10, "male": 6, "unknown": 0}
    # Sexual violence two days ago is high: to be seen within 30 minutes, and was after 45.
    assert dict(seen.clock.cells) == {"kept": 11, "late_signal": 0, "late": 4, "open": 1}


def test_a_look_is_late_by_the_hours_and_limits_of_its_own_district(head):
    with transaction() as session:
        session.add(DistrictSetting(district=DISTRICT, name="high.seen", value="60"))
        session.query(MonthCount).update({"stale": True})

    counted()

    # Those seen after 45 minutes are in time where an hour is given.
    seen = statistics.exact(DISTRICT, "2026-01", "2026-12")
    assert dict(seen.clock.cells) == {"kept": 15, "late_signal": 0, "late": 0, "open": 1}


# The monthly report of the invented year, by hand: reports, survivors, and how the first look went.
BY_HAND = {
    "2026-01": (3, 3, {"kept": 3}),
    "2026-02": (2, 2, {"kept": 2}),
    "2026-05": (4, 4, {"late": 4}),
    "2026-08": (1, 2, {"open": 1}),
    "2026-12": (6, 6, {"kept": 6}),
}


def test_the_report_of_each_month_equals_the_table_made_by_hand(head):
    for number in range(1, 13):
        month = f"2026-{number:02}"
        seen = statistics.totals_for_offices(DISTRICT, month, month)
        reports, survivors, looks = BY_HAND.get(month, (0, 0, {}))

        assert (seen.totals["reports"], seen.totals["survivors"]) == (reports, survivors), month
        assert {how: n for how, n in seen.clock.cells.items() if n} == looks, month
        others = seen.totals.keys() - {"reports", "survivors"}
        assert not any(seen.totals[name] for name in others), month


def test_a_report_of_new_years_eve_counts_where_the_clocks_of_banyumas_put_it(app):
    with transaction():
        at = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)  # 1.00 on the first of January
        reported(person(), at=at, now=at)
    counted()

    assert list(counting.sums_of(DISTRICT, "2026-01", "2027-12")) == ["2027-01"]


def test_a_duplicate_is_not_counted_twice(app):
    with transaction():
        kept, twin = (reported(person(), at=JANUARY_2027, now=JANUARY_2027) for _ in "ab")
        twin.state, twin.same_as = ReferralState.DUPLICATE, kept.id
    counted()

    assert statistics.exact(DISTRICT, "2027-01", "2027-01").totals["reports"] == 1


def test_only_months_that_changed_are_counted_again(head):
    counted_at = dict(db.session.execute(db.select(MonthCount.month, MonthCount.counted_at)).all())
    later = JANUARY_2027 + timedelta(hours=1)
    with transaction():
        reported(person(), at=datetime(2026, 5, 9, 3, 0, tzinfo=UTC), now=later)

    counted(later)

    again = dict(db.session.execute(db.select(MonthCount.month, MonthCount.counted_at)).all())
    assert {month for month in again if again[month] != counted_at[month]} == {"2026-05"}
    assert statistics.exact(DISTRICT, "2026-05", "2026-05").totals["reports"] == 5


def test_a_month_is_counted_without_reading_what_lies_outside(head):
    counted()
    month, asked = db.session.scalars(db.select(MonthCount)).first(), []
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL plans by what is inside.

    def note(_conn, _cursor, statement, params, *_more):
        asked.append((statement, params))

    sqlalchemy.event.listen(db.engine, "before_cursor_execute", note)
    with transaction():
        counting.count(db.session.merge(month), now=JANUARY_2027)
    sqlalchemy.event.remove(db.engine, "before_cursor_execute", note)
    steps = [
        row[3]
        for statement, params in asked
        if statement.startswith("SELECT")
        for row in db.session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", params
        )
    ]

    assert not [step for step in steps if step.startswith("SCAN")]
    for name in ("ix_reports_came", "ix_cases_opened", "ix_visits_recorded", "ix_deadlines_due"):
        assert any(f"{name} (" in step and "<?" in step for step in steps), name


def test_the_sums_of_a_month_lie_in_the_database_unreadable(head):
    rows = db.session.scalars(db.select(MonthCount)).all()

    assert all(b"physical" not in row.facts and b"reports" not in row.facts for row in rows)


def test_an_office_sees_sums_and_clocks_of_any_month_but_no_table_of_it(head):
    seen = statistics.totals_for_offices(DISTRICT, "2026-05", "2026-05")

    assert seen.totals["reports"] == 4
    assert seen.clock.cells["late"] == 4
    assert seen.tables == {}


def test_an_office_is_given_the_tables_of_a_whole_year_once(head):
    assert statistics.may_be_given(DISTRICT, Tier.OFFICE, now=JANUARY_2027) == [
        ("2026-01", "2026-12")
    ]
    with transaction():
        given = statistics.give_out(head, Tier.OFFICE, "2026-01", "2026-12", now=JANUARY_2027)

    # Under five: sexual 4, online 1, psychological 2; hidden with them the smallest other, 5.
    violence = given.tables["violence"].cells
    assert (violence["physical"], violence["neglect"], violence["sexual"]) == (None, 6, None)
    assert statistics.may_be_given(DISTRICT, Tier.OFFICE, now=JANUARY_2027) == []
    with pytest.raises(Conflict, match="statistics.overlaps"), transaction():
        statistics.give_out(head, Tier.OFFICE, "2026-01", "2026-12", now=JANUARY_2027)


def test_what_was_given_out_stays_as_it_was_when_a_late_report_arrives(head):
    with transaction():
        given = statistics.give_out(head, Tier.OFFICE, "2026-01", "2026-12", now=JANUARY_2027)
    later = JANUARY_2027 + timedelta(days=1)
    with transaction():
        at = datetime(2026, 8, 2, 3, 0, tzinfo=UTC)
        reported(person(), at=at, now=later, violence=["online"])
    counted(later)

    assert statistics.given_out(DISTRICT, Tier.OFFICE) == [given]


def test_the_public_is_given_tens_rounded_to_five(head):
    with transaction():
        given = statistics.give_out(head, Tier.PUBLIC, "2026-01", "2026-12", now=JANUARY_2027)

    assert given.totals == {"reports": 15, "cases": None, "services": None}
    assert given.by_month == {}
    assert set(given.tables) == {"subdistrict", "violence"}
    assert set(given.tables["violence"].cells.values()) == {None}


def test_giving_out_leaves_a_row_in_the_trail(head):
    with transaction():
        statistics.give_out(head, Tier.OFFICE, "2026-01", "2026-12", now=JANUARY_2027)

    row = db.session.scalars(db.select(GivenOut)).one()
    assert (row.given_by, row.tier) == (head.id, "office")
    from app.models import TrailRow

    assert db.session.scalar(db.select(TrailRow.act).where(TrailRow.object_id == str(row.id))) == (
        "statistics.give"
    )


def test_recovery_at_the_end_and_special_needs_equal_what_was_counted_by_hand(app):
    with transaction():
        me = staff(Role.COORDINATOR, Role.CASEWORKER, Role.HEAD)
        who = as_staff(me)
        wheel = in_care(None, me, access_needs=["wheelchair"], danger_signs=["death_threat"])
        other = in_care(None, me, access_needs=["pregnant"], danger_signs=["death_threat"])
        fits = partner(who, "Fits", now=JANUARY_2027, accessibility=("ramp", "accessible_toilet"))
        bare = partner(who, "Bare", now=JANUARY_2027)
        for case, asked in ((wheel, bare), (wheel, fits), (other, bare)):
            sent(case, who, asked, now=JANUARY_2027)
        _look_back(wheel, me, 1, feels_safe="not_yet", protected="partly")
        _look_back(wheel, me, 2, feels_safe="yes")
        for case in (wheel, other):
            db.session.get_one(Case, case).closed_at = JANUARY_2027
    counted()

    seen = statistics.exact(DISTRICT, "2027-01", "2027-01").tables
    assert dict(seen["access_service"].cells) == {"fits": 1, "lacks": 1, "nobody": 0}
    levels = {level: {c: n for c, n in seen[level].cells.items() if n} for level in RECOVERY}
    assert levels == {
        "recovery_yes": {"feels_safe": 1},
        "recovery_partly": {"protected": 1},
        "recovery_not_yet": {},
    }


def _look_back(case, member, day: int, **told) -> None:
    at = JANUARY_2027 + timedelta(days=day)
    row = Review(id=fresh(), case_id=case, kind="evaluation", at=at, by=member.id)
    write_facts(row, told)
    db.session.add(row)
