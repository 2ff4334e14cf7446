"""Every pair of states: what may become what. Each table was written from domain.md, by hand."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from app.domain import partner, referral, service_referral, visit
from app.domain.errors import Conflict, Invalid
from app.domain.referral import ReferralState, as_cadre_sees
from app.domain.service_referral import ServiceState
from app.domain.visit import PlaceKind, VisitState, check_out, gate, place_kind, window

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

REFERRAL = """
received     seen screened
seen         screened duplicate not_ours transferred returned
screened     screened accepted duplicate not_ours transferred returned
accepted     closed transferred
closed       accepted
duplicate    seen screened accepted
not_ours     seen
transferred  seen
returned     seen screened duplicate not_ours transferred
"""
VISIT = """
assigned     accepted declined withdrawn expired postponed started ended recorded
accepted     declined withdrawn expired postponed started ended recorded
started      ended recorded
ended        recorded
recorded
declined
withdrawn    started ended recorded
expired      accepted declined started ended recorded
postponed    accepted declined withdrawn expired started ended recorded
"""
SERVICE = """
draft              awaiting_approval cancelled survivor_refused
awaiting_approval  draft sent cancelled survivor_refused
sent  accepted scheduled served partner_refused survivor_refused no_show expired rerouted recalled
accepted   scheduled served partner_refused survivor_refused no_show expired rerouted recalled
scheduled  scheduled served partner_refused survivor_refused no_show expired rerouted recalled
served             done recalled
done
partner_refused    rerouted
survivor_refused
no_show            scheduled rerouted cancelled
expired            rerouted cancelled
rerouted
cancelled
recalled
"""


def ways(table: str) -> dict[str, set[str]]:
    rows = [line.split() for line in table.strip().splitlines()]
    return {row[0]: set(row[1:]) for row in rows}


@pytest.mark.parametrize(
    ("moved", "states", "table"),
    [
        (referral.moved, ReferralState, REFERRAL),
        (visit.moved, VisitState, VISIT),
        (service_referral.moved, ServiceState, SERVICE),
    ],
)
def test_every_pair_of_states_is_a_way_or_a_conflict(moved, states, table):
    allowed = ways(table)
    assert set(allowed) == set(states)
    for state, to in product(states, states):
        if to in allowed[state]:
            assert moved(state, to) is to
        else:
            with pytest.raises(Conflict):
                moved(state, to)


def test_late_recording_is_possible_from_everywhere_a_visit_may_have_been_made():
    for state in set(VisitState) - {VisitState.RECORDED, VisitState.DECLINED}:
        assert visit.moved(state, VisitState.RECORDED)


def test_nothing_is_decided_about_what_nobody_has_read():
    for to in set(ReferralState) - {ReferralState.SEEN, ReferralState.SCREENED}:
        with pytest.raises(Conflict):
            referral.moved(ReferralState.RECEIVED, to)


def test_the_cadre_reads_one_of_six_words_for_every_state():
    words = {state: as_cadre_sees(state) for state in ReferralState}
    assert words == {
        "received": "received",
        "seen": "seen",
        "screened": "seen",
        "accepted": "in_care",
        "closed": "closed",
        "not_ours": "moved_on",
        "transferred": "moved_on",
        "returned": "please_call",
        "duplicate": "seen",
    }
    twin = as_cadre_sees(ReferralState.DUPLICATE, twin=ReferralState.ACCEPTED)
    assert twin == "in_care"


# The gate ------------------------------------------------------------------------------------

OPEN_PUBLIC = {"still_agreed": "yes", "cover_ready": "yes", "check_out_in": 60}
OPEN_HOME = {
    **OPEN_PUBLIC,
    "reported_person_away": "yes",
    "companion": "yes",
    "companion_contact": "0812 0000 0000",
    "exit_known": "yes",
    "daylight": "yes",
}


def test_a_public_place_asks_three_questions_and_a_home_all_of_them():
    assert gate(OPEN_PUBLIC, PlaceKind.PUBLIC).is_open
    assert not gate(OPEN_PUBLIC, PlaceKind.HOME).is_open
    assert gate(OPEN_HOME, PlaceKind.HOME).is_open


@pytest.mark.parametrize("name", OPEN_HOME)
@pytest.mark.parametrize("answer", ["no", "unknown", None])
def test_every_question_of_the_gate_can_keep_it_shut(name, answer):
    answers = {**OPEN_HOME, name: answer}
    if name == "companion_contact":
        answers[name] = ""

    result = gate(answers, PlaceKind.HOME)

    assert not result.is_open
    assert result.missing == (name,)
    assert result.another_place == (name not in OPEN_PUBLIC)


def test_a_reported_person_who_may_be_there_means_another_place():
    result = gate({**OPEN_HOME, "reported_person_away": "unknown"}, PlaceKind.HOME)
    assert result.another_place


def test_no_time_of_return_is_no_answer():
    for minutes in (0, -5, True, "60"):
        assert gate({**OPEN_PUBLIC, "check_out_in": minutes}, PlaceKind.PUBLIC).missing == (
            "check_out_in",
        )


def test_a_place_that_is_not_known_to_be_public_counts_as_a_home():
    assert place_kind("posyandu") is PlaceKind.PUBLIC
    for place in ("survivor_home", "other", None, "moon"):
        assert place_kind(place) is PlaceKind.HOME


# Windows and check-out -----------------------------------------------------------------------


def test_a_window_is_before_open_or_past():
    opens, due = NOW, NOW + timedelta(days=1)
    assert window(opens, due, NOW - timedelta(seconds=1)) == "before"
    assert window(opens, due, opens) == window(opens, due, due) == "open"
    assert window(opens, due, due + timedelta(seconds=1)) == "past"
    assert visit.details_from(opens) == NOW - timedelta(hours=48)


def test_the_check_out_clock_runs_from_the_start_else_from_the_plan_else_not_at_all():
    planned = NOW - timedelta(hours=2)
    clock = check_out(NOW, planned, 60)
    assert clock.due_at == NOW + timedelta(minutes=60)
    assert clock.nudge_at == NOW + timedelta(minutes=75)
    assert clock.call_companion_at == NOW + timedelta(minutes=90)
    assert clock.head_at == NOW + timedelta(minutes=120)
    assert check_out(None, planned, 60).due_at == planned + timedelta(minutes=60)
    assert check_out(None, None, 60) is None
    assert check_out(NOW, None, None) is None


def test_what_a_survivor_needs_asks_the_right_things_of_a_partner():
    assert partner.unmet(["wheelchair", "sight"], ["ramp"]) == (
        "accessible_toilet",
        "braille_audio",
    )
    assert partner.unmet(["pregnant"], []) == ()


def test_what_a_partner_answers_is_a_way_from_sent():
    for to in service_referral.ANSWERS.values():
        assert service_referral.moved(ServiceState.SENT, to) is to


def test_every_state_with_something_out_can_be_asked_back_and_no_other():
    for state, result in product(ServiceState, service_referral.RECALL):
        if state in ("sent", "accepted", "scheduled", "served"):
            to = service_referral.recalled(state, result)
            assert to == ("done" if result == "already_done" else "recalled")
        else:
            with pytest.raises(Conflict):
                service_referral.recalled(state, result)


def test_a_mediation_that_turns_out_to_be_forbidden_ends_wherever_it_stood():
    for state in ServiceState:
        assert service_referral.annulled(state) in ("cancelled", "recalled")
    assert service_referral.annulled(ServiceState.DRAFT) == "cancelled"
    assert service_referral.annulled(ServiceState.DONE) == "recalled"


@pytest.mark.parametrize(
    ("service", "what", "purpose"),
    [
        ("medical", "rape_72h", "refer_medical"),
        ("psychosocial", "counselling", "refer_psychosocial"),
        ("legal", "legal_aid", "refer_legal"),
        ("legal", "police_report", "refer_police"),
        ("legal", "protection_order", "refer_police"),
        ("social_rehabilitation", "shelter", "refer_shelter"),
        ("social_rehabilitation", "skills", "refer_social"),
        ("reintegration", "school", "refer_reintegration"),
        ("transport", None, "refer_social"),
        ("religious_support", None, "refer_social"),
    ],
)
def test_each_service_asks_for_a_consent_of_its_own(service, what, purpose):
    service_referral.must_exist(service, what)
    assert service_referral.purpose_of(service, what) == purpose
    assert service_referral.covered(service, what, [purpose])
    assert service_referral.covered(service, what, ["record"])
    assert not service_referral.covered(service, what, ["visit", "anonymous_statistics"])


@pytest.mark.parametrize(
    ("service", "what"),
    [("medical", None), ("transport", "shelter"), ("legal", "shelter"), ("x", None)],
)
def test_a_service_that_is_none_is_refused(service, what):
    with pytest.raises(Invalid):
        service_referral.must_exist(service, what)


@pytest.mark.parametrize(
    ("last", "surely", "perhaps"), [("now", 72, 72), ("last_24h", 48, 72), ("days_2_3", 0, 48)]
)
def test_the_72_hours_of_preventive_medicine_are_told_as_widely_as_they_are_known(
    last, surely, perhaps
):
    until = service_referral.medicine_until({"last_happened": last}, NOW)

    assert until == (NOW + timedelta(hours=surely), NOW + timedelta(hours=perhaps))


def test_what_happened_longer_ago_has_no_such_clock():
    for last in ("days_4_7", "older", "unknown", None):
        assert service_referral.medicine_until({"last_happened": last}, NOW) is None


def test_an_urgent_partner_answers_in_hours_and_others_in_working_days():
    friday = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)

    assert service_referral.reply_due("rape_72h", friday) == friday + timedelta(hours=2)
    assert service_referral.reply_due("skills", friday) == datetime(2026, 11, 25, 14, tzinfo=UTC)
