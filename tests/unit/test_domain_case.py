"""The nine stages: every way between them, and everything that must be held before one is left."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from app.domain import case, codes
from app.domain.case import EARLY, ClosingReason, Held, Stage, missing
from app.domain.errors import Conflict

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

# A case that could leave any stage; each line of the table takes one thing away.
WHOLE = Held(
    channel=True,
    clock=True,
    told=True,
    caseworker=True,
    asked_record=True,
    asked_contact=True,
    may_record=True,
    rights_read=True,
    screening=("violence_against_woman",),
    risk_judged=True,
    authority="district",
    rows=2,
    rows_accepted=1,
    work=1,
    reached=1,
    service_level="right",
    indicators=3,
    satisfied="yes",
    closing_asked=True,
    closing_approved=True,
)
LACKS = [
    (Stage.INTAKE, {"channel": False}, "channel"),
    (Stage.INTAKE, {"clock": False}, "clock"),
    (Stage.INTAKE, {"told": False}, "told"),
    (Stage.ENGAGEMENT, {"caseworker": False}, "caseworker"),
    (Stage.ENGAGEMENT, {"rights_read": False}, "rights"),
    (Stage.ENGAGEMENT, {"asked_record": False}, "consent_record"),
    (Stage.ENGAGEMENT, {"asked_contact": False}, "consent_contact"),
    (Stage.ENGAGEMENT, {"may_record": False}, "may_record"),
    (Stage.ASSESSMENT, {"screening": ()}, "screening"),
    (Stage.ASSESSMENT, {"screening": ("child_and_law",)}, "child_and_law_role"),
    (Stage.ASSESSMENT, {"risk_judged": False}, "risk"),
    (Stage.ASSESSMENT, {"authority": None}, "authority"),
    (Stage.PLANNING, {"rows": 0, "rows_accepted": 0}, "plan"),
    (Stage.PLANNING, {"rows_incomplete": 1}, "plan_dimensions"),
    (Stage.PLANNING, {"rows_unanswered": 1}, "plan_answers"),
    (Stage.PLANNING, {"rows_accepted": 0}, "plan_accepted"),
    (Stage.INTERVENTION, {"work": 0}, "work"),
    (Stage.INTERVENTION, {"reached": 0}, "reached"),
    (Stage.INTERVENTION, {"services_undecided": 1}, "services_undecided"),
    (Stage.MONITORING, {"visits_running": 1}, "visits_running"),
    (Stage.MONITORING, {"replies_late": 1}, "replies_late"),
    (Stage.MONITORING, {"service_level": None}, "service_level"),
    (Stage.EVALUATION, {"rows_unjudged": 1}, "goals"),
    (Stage.EVALUATION, {"indicators": 0}, "indicators"),
    (Stage.EVALUATION, {"satisfied": None}, "satisfied"),
    (Stage.EVALUATION, {"partners_unscored": 1}, "partners_unscored"),
    (Stage.TERMINATION, {"closing_approved": False}, "second_person"),
    (Stage.FOLLOW_UP, {"follow_ups_open": 1}, "follow_ups"),
]


@pytest.mark.parametrize("stage", Stage, ids=lambda stage: stage.code)
def test_a_case_that_holds_everything_may_leave_every_stage(stage):
    assert missing(stage, WHOLE) == ()


@pytest.mark.parametrize(("stage", "taken", "code"), LACKS)
def test_what_is_taken_away_is_missed_in_its_own_stage_and_in_no_other(stage, taken, code):
    held = replace(WHOLE, **taken)

    assert missing(stage, held) == (code,)
    for other in set(Stage) - {stage}:
        assert missing(other, held) == (), other


def test_an_empty_case_misses_things_in_the_order_of_the_work():
    assert missing(Stage.INTAKE, Held()) == ("channel", "clock", "told")
    assert missing(Stage.ENGAGEMENT, Held()) == (
        "caseworker",
        "rights",
        "consent_record",
        "consent_contact",
    )
    assert missing(Stage.PLANNING, Held()) == ("plan",)
    assert missing(Stage.TERMINATION, Held()) == ("closing", "second_person")


def test_a_child_in_conflict_with_the_law_has_a_role():
    held = replace(WHOLE, screening=("child_and_law",), child_and_law_role="suspect")
    assert missing(Stage.ASSESSMENT, held) == ()


def test_a_case_goes_one_stage_on_and_every_other_way_needs_a_reason():
    for stage, to, reason in product(Stage, Stage, (None, "sudah berubah")):
        again = to == 2 and 3 <= stage <= 6
        early = to == 7 and stage < 7
        kept_open = stage == 7 and to < 7
        reopened = to == 1 and stage == 8
        if to == stage + 1 or ((again or early or kept_open or reopened) and reason):
            assert case.moved(stage, to, reason=reason) is to
        else:
            with pytest.raises(Conflict):
                case.moved(stage, to, reason=reason)


def test_assessing_again_is_for_the_middle_of_the_way_and_not_its_end():
    for stage in Stage:
        if 3 <= stage <= 6:
            assert case.assessed_again(stage, reason="berubah") is Stage.ASSESSMENT
        else:
            with pytest.raises(Conflict):
                case.assessed_again(stage, reason="berubah")


def test_only_reaching_the_goals_or_a_court_needs_all_stages_walked():
    assert set(ClosingReason) - EARLY == {"goals_reached", "court_decided", "diversion_completed"}


def test_unreachable_takes_three_attempts_and_thirty_days():
    first = NOW - timedelta(days=30)
    assert case.unreachable([first, NOW, NOW], NOW)
    assert not case.unreachable([first, NOW], NOW)
    assert not case.unreachable([first + timedelta(hours=1), NOW, NOW], NOW)
    assert not case.unreachable([], NOW)


BANS = {
    "violence_against_child",
    "sexual_violence_adult_man",
    "child_and_law",
    "child_marriage",
}


@pytest.mark.parametrize("screening", [(), *((code,) for code in codes.SCREENING)])
@pytest.mark.parametrize("child", [True, False])
@pytest.mark.parametrize("sexual", [True, False])
def test_no_settlement_for_sexual_violence_or_a_child(screening, child, sexual):
    expected = child or sexual or bool(BANS & set(screening))
    banned = case.settlement_banned(child=child, sexual=sexual, screening=screening)
    assert banned == expected


@pytest.mark.parametrize(
    "text",
    ["Mediasi di balai desa", "diselesaikan secara kekeluargaan", "perdamaian", "uang damai"],
)
def test_words_of_settling_are_noticed(text):
    assert case.suggests_settlement(text)


@pytest.mark.parametrize("text", ["Konseling empat kali", "Ke RSUD bersama pendamping", ""])
def test_other_words_are_left_alone(text):
    assert not case.suggests_settlement(text)


def test_no_list_of_care_knows_a_code_for_settling():
    lists = (codes.PLAN_NEED, codes.WORK_KIND, codes.CLOSING_REASON, codes.CLOSING_CHECK)
    for code in (code for one in lists for code in one):
        assert "mediat" not in code
        assert "settle" not in code


def test_of_the_dead_and_the_never_reached_only_partners_must_be_told():
    assert case.must_be_checked("died") == case.must_be_checked("unreachable") == ("partners_told",)
    for reason in ClosingReason:
        assert set(case.must_be_checked(reason)) <= set(codes.CLOSING_CHECK)
        assert case.must_be_checked(reason)


@pytest.mark.parametrize(
    ("sex", "child", "sexual", "kinds", "expected"),
    [
        ("male", False, False, ["physical"], True),
        ("male", False, True, ["sexual"], False),
        ("male", True, False, ["physical"], False),
        ("male", False, False, ["trafficking"], False),
        ("female", False, False, ["physical"], False),
        ("unknown", False, False, ["physical"], False),
    ],
)
def test_only_a_grown_man_who_is_beaten_fits_no_kind_of_the_screening(
    sex, child, sexual, kinds, expected
):
    assert case.has_no_kind(sex, child=child, sexual=sexual, kinds=kinds) is expected
