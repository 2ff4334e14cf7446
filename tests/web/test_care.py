"""A case at the desk: each page of care, from the first word of consent to asking after her."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db, transaction, utc_now
from app.domain import codes
from app.domain.permissions import Role
from app.models import (
    Assessment,
    Case,
    Closing,
    Consent,
    ContactAttempt,
    FollowUp,
    Person,
    PlanRow,
    SafeWay,
    TrailRow,
    Withdrawal,
    WorkEntry,
)
from app.services import consents
from app.services.rows import facts_of, texts_of
from tests.desk import in_care
from tests.make import CHECKED, person

TALK = {
    "giver": "survivor",
    "method": "written",
    "explained": list(codes.EXPLAINED),
    "rights_read": "yes",
    "agree_record": "yes",
    "agree_contact": "yes",
    "consent_note": "ingin ditemani",
}
FOUND = {"screening": ["violence_against_woman"], "risk": "medium", "authority": "district"}


def in_days(days: int) -> str:
    return (utc_now() + timedelta(days=days)).strftime("%Y-%m-%d")


def row_of_plan(**other) -> dict:
    return {
        "plan_need": "safety",
        "need_words": "aman di rumah",
        "goal": "punya rencana aman",
        "resource": "pendamping",
        "due_on": in_days(7),
        "expected": "rencana tertulis",
        "who": "Pendamping Manggis",
        "plan_answer": "accepts",
    } | other


def attempt(**other) -> dict:
    return {
        "attempt_at": (utc_now() + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M"),
        "attempt_via": "phone",
        "attempt_safe": "yes",
        "attempt_result": "reached",
    } | other


WORK = {"work_kind": "interview", "minutes": "75"}


@pytest.fixture
def case(desk, app):
    with transaction():
        melati = person(Role.CADRE)
        member = db.session.get_one(Person, desk.person_id)
        return in_care(melati, member, danger_signs=["none_seen"], violence=["psychological"])


@pytest.fixture
def send(desk, case):
    """Send one form of the case; fail on anything but going on."""

    def go(page: str, data: dict | None = None) -> None:
        answer = desk.post(f"/desk/cases/{case}/{page}", data or {})
        assert answer.status_code == 303, (page, answer.status_code, answer.text[-3000:])

    return go


def fresh(table, row_id):
    return db.session.get_one(table, row_id, populate_existing=True)


def walk_to_closing(send) -> None:
    send("intake", {"told": ["reporter"]})
    send("stage")
    send("consent", TALK)
    send("stage")
    send("assessment", FOUND)
    send("stage")
    send("plan", row_of_plan())
    send("stage")
    send("attempts", attempt())
    send("work", WORK | {"work_on": in_days(0)})
    send("stage")
    send("monitoring", {"service_level": "right"})
    send("stage")
    row = db.session.scalars(db.select(PlanRow)).one()
    send(f"plan/{row.id}/state", {"state": "done", "page": "evaluation"})
    send("evaluation", {"feels_safe": "yes", "satisfied": "yes"})
    send("stage")


def closing(**other) -> dict:
    return {
        "closing_reason": "goals_reached",
        "closing_check": list(codes.CLOSING_CHECK),
        "closing_words": "rencana aman berjalan",
    } | other


def test_a_case_walks_through_all_nine_stages_and_a_head_lets_it_end(desk, sit, case, send):
    walk_to_closing(send)
    assert fresh(Case, case).stage == "termination"
    send("closing", closing())
    asked = db.session.scalars(db.select(Closing)).one()
    head = sit(Role.HEAD, label="Kepala Jambu")

    head.post(f"/desk/cases/{case}/closing/{asked.id}/agree")

    shown = fresh(Case, case)
    assert (shown.stage, shown.closing_reason) == ("follow_up", "goals_reached")
    assert shown.referral.state == "closed"
    months = db.session.scalars(db.select(FollowUp.months).order_by(FollowUp.due_at)).all()
    assert months == [1, 3, 6]
    for page in ("", "/follow-up", "/closing", "/plan", "/work"):
        assert desk.get(f"/desk/cases/{case}{page}").status_code == 200


def test_a_stage_cannot_be_left_while_something_is_missing_and_the_page_says_what(desk, case, send):
    send("stage")

    page = desk.get(f"/desk/cases/{case}").text
    assert fresh(Case, case).stage == "intake"
    assert "Siapa yang sudah diberi tahu" in page
    assert f'href="/desk/cases/{case}/intake"' in page


def test_only_her_caseworker_writes_and_others_may_look(sit, case):
    other = sit(Role.COORDINATOR, Role.CASEWORKER, label="Petugas Jambu")

    for page, data in (
        ("intake", {"told": ["head"]}),
        ("consent", TALK),
        ("assessment", FOUND),
        ("plan", row_of_plan()),
        ("monitoring", {"service_level": "right"}),
        ("evaluation", {"satisfied": "yes"}),
        ("closing", closing(closing_reason="survivor_asked")),
    ):
        assert other.post(f"/desk/cases/{case}/{page}", data).status_code == 404, page
        assert other.get(f"/desk/cases/{case}/{page}").status_code == 200, page
    for table in (Consent, Assessment, PlanRow, Closing):
        assert db.session.query(table).count() == 0


def test_what_care_wrote_opens_to_others_with_words_only(desk, sit, case, send):
    send("consent", TALK)
    other = sit(Role.CASEWORKER, label="Petugas Jambu")
    place = f"/desk/cases/{case}/open"

    assert "ingin ditemani" in desk.get(f"/desk/cases/{case}/consent").text
    assert "ingin ditemani" not in other.get(f"/desk/cases/{case}/consent").text
    refused = other.post(place, {"reason": "care", "page": "consent"})
    opened = other.post(
        place, {"reason": "care", "page": "consent", "words": "Salak sedang cuti hari ini"}
    )

    assert refused.status_code == 422
    assert "ingin ditemani" not in refused.text
    assert "ingin ditemani" in opened.text
    rows = db.session.query(TrailRow).filter_by(act="case.open", by=other.person_id)
    assert rows.count() == 1


# Consent ---------------------------------------------------------------------------------------


def test_a_spoken_yes_is_kept_but_does_not_count(case, send):
    send("consent", TALK | {"method": "spoken_witnessed"})

    with db.session.no_autoflush:
        shown = fresh(Case, case)
    assert not consents.may_share(shown, "record", now=utc_now())


def test_a_written_yes_with_all_explained_counts_until_she_takes_it_back(case, send):
    send("consent", TALK | {"agree_refer_medical": "yes"})
    before = consents.may_share(fresh(Case, case), "refer_medical", now=utc_now())

    send("consent/withdraw", {"purposes": ["refer_medical", "contact"]})

    shown = fresh(Case, case)
    assert before
    assert not consents.may_share(shown, "refer_medical", now=utc_now())
    assert consents.may_share(shown, "record", now=utc_now())
    taken_back = db.session.scalars(db.select(Withdrawal)).one()
    assert taken_back.due_at - taken_back.received_at == timedelta(hours=72)


def test_anybody_at_the_desk_takes_a_withdrawal_at_once(sit, case):
    other = sit(Role.COORDINATOR, label="Petugas Jambu")

    other.post(f"/desk/cases/{case}/consent/withdraw", {"purposes": ["visit"]})

    assert "Persetujuannya sudah ditarik" in other.get(f"/desk/cases/{case}").text


def test_after_a_withdrawal_a_new_yes_that_counts_lets_visits_begin_again(desk, case, send):
    send("consent/withdraw", {"purposes": ["visit"]})
    send("consent", TALK | {"agree_visit": "yes", "method": "spoken_witnessed"})
    still = desk.get(f"/desk/cases/{case}").text

    send("consent", TALK | {"agree_visit": "yes"})

    assert "Persetujuannya sudah ditarik" in still
    assert "Persetujuannya sudah ditarik" not in desk.get(f"/desk/cases/{case}").text


def test_no_basis_outlives_a_withdrawal_until_a_person_decides_again(case, send):
    basis = {"basis": "court_order", "basis_words": "penetapan hakim"}
    send("consent/basis", basis)
    before = consents.may_share(fresh(Case, case), "refer_police", now=utc_now())
    send("consent/withdraw", {"purposes": ["refer_police"]})
    after = consents.may_share(fresh(Case, case), "refer_police", now=utc_now())

    send("consent/basis", basis)

    assert before
    assert not after
    assert consents.may_share(fresh(Case, case), "refer_police", now=utc_now())


def test_a_talk_about_nothing_is_sent_back_as_it_was_typed(desk, case):
    talk = {name: value for name, value in TALK.items() if not name.startswith("agree")}

    answer = desk.post(f"/desk/cases/{case}/consent", talk)

    assert answer.status_code == 422
    assert "ingin ditemani" in answer.text


# Assessment ------------------------------------------------------------------------------------


def test_a_lower_risk_needs_a_reason_and_a_higher_one_none(case, send, desk):
    send("assessment", FOUND | {"risk": "high"})
    without = desk.post(f"/desk/cases/{case}/assessment", FOUND | {"risk": "low"})

    send("assessment", FOUND | {"risk": "low", "risk_why": "pelaku sudah pindah"})

    assert without.status_code == 422
    assert fresh(Case, case).referral.risk == "low"


def test_a_coordinator_raises_and_does_not_lower(sit, case):
    coordinator = sit(Role.COORDINATOR, label="Petugas Jambu")
    place = f"/desk/cases/{case}/risk"
    why = {"risk_reason": "ancaman baru"}

    raised = coordinator.post(place, {"risk": "high"} | why)
    lowered = coordinator.post(place, {"risk": "low"} | why)

    assert raised.status_code == 303
    assert lowered.status_code == 422
    assert "ancaman baru" in lowered.text and "boleh menurunkan" in lowered.text
    assert fresh(Case, case).referral.risk == "high"


def test_the_score_may_stay_empty_as_a_browser_sends_it(case, send, desk):
    send("assessment", FOUND | {"da5_score": ""})
    wrong = desk.post(f"/desk/cases/{case}/assessment", FOUND | {"da5_score": "tiga"})
    too_much = desk.post(f"/desk/cases/{case}/assessment", FOUND | {"da5_score": "9" * 5000})

    assert wrong.status_code == too_much.status_code == 422
    assert "valid integer" not in wrong.text
    assert db.session.query(Assessment).count() == 1


def test_a_coordinator_who_accompanies_her_is_her_caseworker_and_lowers(sit, app):
    coordinator = sit(Role.COORDINATOR, label="Petugas Jambu")
    with transaction():
        member = db.session.get_one(Person, coordinator.person_id)
        own = in_care(person(Role.CADRE), member, danger_signs=["weapon"])

    why = {"risk_reason": "pelaku sudah pindah"}
    answer = coordinator.post(f"/desk/cases/{own}/risk", {"risk": "low"} | why)

    assert answer.status_code == 303
    assert fresh(Case, own).referral.risk == "low"


@pytest.mark.parametrize(
    "found",
    [
        {"screening": ["violence_against_child"]},
        {"gbv_core_type": "rape"},
        {"gbv_core_type": "sexual_assault"},
        {"gbv_core_type": "forced_marriage"},
    ],
)
def test_a_child_or_sexual_violence_found_at_assessment_bans_settling_for_good(case, send, found):
    assert not fresh(Case, case).settlement_banned

    send("assessment", FOUND | found)
    send("assessment", FOUND)

    assert fresh(Case, case).settlement_banned
    assert fresh(Case, case).referral.child == ("screening" in found)
    assert fresh(Case, case).referral.sexual == ("gbv_core_type" in found)


# Plan ------------------------------------------------------------------------------------------


def test_nothing_is_settled_where_the_law_forbids_it(desk, case, send):
    send("assessment", FOUND | {"screening": ["violence_against_child"]})

    answer = desk.post(f"/desk/cases/{case}/plan", row_of_plan(resource="Mediasi di balai desa"))

    assert answer.status_code == 422
    assert "undang-undang melarangnya" in answer.text
    assert db.session.query(PlanRow).count() == 0


def test_what_she_says_to_a_row_can_change(desk, case, send):
    send("plan", row_of_plan(plan_answer="thinking"))
    row = db.session.scalars(db.select(PlanRow)).one()

    send(f"plan/{row.id}/answer", {"plan_answer": "refuses"})

    told = facts_of(fresh(PlanRow, row.id))
    assert told["plan_answer"] == "refuses"
    assert [said for said, _at in told["answers"]] == ["thinking", "refuses"]
    assert texts_of(row)["goal"] == "punya rencana aman"
    assert "punya rencana aman" in desk.get(f"/desk/cases/{case}/plan").text


@pytest.mark.parametrize("lacks", ["need_words", "goal", "resource", "due_on", "expected", "who"])
def test_a_row_needs_all_six_parts(desk, case, lacks):
    answer = desk.post(f"/desk/cases/{case}/plan", row_of_plan(**{lacks: ""}))

    assert answer.status_code == 422
    assert f'href="#ask-{lacks}"' in answer.text


def test_a_dropped_row_is_opened_again(case, send):
    send("plan", row_of_plan())
    row = db.session.scalars(db.select(PlanRow)).one()
    send(f"plan/{row.id}/state", {"state": "dropped"})

    send(f"plan/{row.id}/state", {"state": "open"})

    assert fresh(PlanRow, row.id).state == "open"


# Attempts and work -----------------------------------------------------------------------------


def test_work_stands_beside_its_standard_and_is_taken_back_by_its_writer_only(sit, case, send):
    send("work", WORK | {"work_on": in_days(0)})
    row = db.session.scalars(db.select(WorkEntry)).one()
    assert (row.minutes, row.standard_minutes) == (75, 60)
    other = sit(Role.CASEWORKER, label="Petugas Jambu")
    other.post(f"/desk/cases/{case}/work/{row.id}/strike", {"why": "twice"})
    send(f"work/{row.id}/strike", {"why": "because"})
    still = fresh(WorkEntry, row.id).struck_at

    send(f"work/{row.id}/strike", {"why": "wrong_case"})

    assert still is None
    assert fresh(WorkEntry, row.id).struck_at is not None
    assert fresh(WorkEntry, row.id).struck_why == "wrong_case"


def test_work_without_minutes_took_what_it_should(case, send):
    send("work", {"work_kind": "travel", "work_on": in_days(0), "minutes": ""})

    row = db.session.scalars(db.select(WorkEntry)).one()
    assert (row.minutes, row.standard_minutes) == (60, 60)


def test_an_attempt_that_lies_ahead_is_sent_back(desk, case):
    ahead = (utc_now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")

    answer = desk.post(f"/desk/cases/{case}/attempts", attempt(attempt_at=ahead))

    assert answer.status_code == 422
    assert db.session.query(ContactAttempt).count() == 0


def test_unreachable_needs_three_safe_attempts_over_thirty_days(desk, case, send):
    early = closing(closing_reason="unreachable", closing_check=["partners_told"])
    for days, safe in ((-40, "yes"), (-20, "no"), (-10, "yes")):
        at = (utc_now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")
        send("attempts", attempt(attempt_at=at, attempt_safe=safe, attempt_result="no_answer"))
    refused = desk.post(f"/desk/cases/{case}/closing", early)
    at = (utc_now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    send("attempts", attempt(attempt_at=at, attempt_result="no_answer"))

    send("closing", early)

    assert refused.status_code == 422
    assert fresh(Case, case).stage == "termination"


# Closing and after -----------------------------------------------------------------------------


def test_who_asked_does_not_agree_and_a_refused_case_goes_back(desk, sit, case, send):
    send("closing", closing(closing_reason="survivor_asked"))
    asked = db.session.scalars(db.select(Closing)).one()
    head, place = sit(Role.HEAD, label="Kepala Jambu"), f"/desk/cases/{case}/closing/{asked.id}"

    own = desk.post(f"{place}/parent-office", {"parent_name": "Kepala Dinas"})
    head.post(f"{place}/keep-open", {"refuse_words": "tanya lagi"})

    assert own.status_code == 422
    assert fresh(Closing, asked.id).state == "refused"
    assert fresh(Case, case).stage == "intake"
    assert fresh(Case, case).closed_at is None


def test_without_a_head_a_named_person_of_the_parent_office_agrees_after_a_day(desk, case, send):
    send("closing", closing(closing_reason="survivor_asked", closing_check=CHECKED))
    asked = db.session.scalars(db.select(Closing)).one()
    desk.post(
        f"/desk/cases/{case}/closing/{asked.id}/parent-office", {"parent_name": "Kepala Dinas"}
    )
    too_early = fresh(Closing, asked.id).state
    with transaction():
        fresh(Closing, asked.id).asked_at -= timedelta(hours=25)

    send(f"closing/{asked.id}/parent-office", {"parent_name": "Kepala Dinas"})

    row = fresh(Closing, asked.id)
    assert (too_early, row.state, row.by_parent_office) == ("asked", "approved", True)
    assert "Kepala Dinas" in desk.get(f"/desk/cases/{case}/closing").text


def test_goals_are_not_reached_before_all_stages_are_walked(desk, case):
    answer = desk.post(f"/desk/cases/{case}/closing", closing())

    assert answer.status_code == 422
    assert fresh(Case, case).stage == "intake"


def closed(send, sit, case) -> None:
    send("closing", closing(closing_reason="survivor_asked"))
    asked = db.session.scalars(db.select(Closing)).one()
    sit(Role.HEAD, label="Kepala").post(f"/desk/cases/{case}/closing/{asked.id}/agree")


def test_asking_after_her_is_written_and_the_case_opens_again_under_its_code(desk, sit, case, send):
    closed(send, sit, case)
    first = db.session.scalars(db.select(FollowUp).order_by(FollowUp.due_at)).first()
    send(f"follow-up/{first.id}", {"follow_up_result": "new_violence"})
    code = desk.get(f"/desk/cases/{case}").text.split("<h1", 1)[1][:60]

    send("reopen", {"reopen_reason": "kekerasan terulang"})

    shown = fresh(Case, case)
    assert (shown.stage, shown.closed_at, shown.referral.state) == ("engagement", None, "accepted")
    assert desk.get(f"/desk/cases/{case}").text.split("<h1", 1)[1][:60] == code
    states = db.session.scalars(db.select(FollowUp.state).order_by(FollowUp.due_at)).all()
    assert states == ["done", "stopped", "stopped"]


def test_who_takes_contact_back_is_asked_after_no_more(sit, case, send):
    closed(send, sit, case)

    send("consent/withdraw", {"purposes": ["contact"]})

    assert set(db.session.scalars(db.select(FollowUp.state))) == {"stopped"}


def test_assessing_again_needs_a_new_assessment_before_going_on(case, send, desk):
    walk_to_closing_until_monitoring(send)
    send("again", {"again_reason": "ancaman baru"})
    send("stage")
    held_back = fresh(Case, case).stage

    send("assessment", FOUND)
    send("stage")

    assert held_back == "assessment"
    assert fresh(Case, case).stage == "planning"


def walk_to_closing_until_monitoring(send) -> None:
    send("intake", {"told": ["reporter"]})
    send("stage")
    send("consent", TALK)
    send("stage")
    send("assessment", FOUND)
    send("stage")
    send("plan", row_of_plan())
    send("stage")
    send("attempts", attempt())
    send("work", WORK | {"work_on": in_days(0)})
    send("stage")


def test_a_way_by_telephone_needs_her_number_and_what_was_typed_stays(desk, case):
    way = {"contact_via": "phone", "code_word": "bunga sepatu"}

    answer = desk.post(f"/desk/cases/{case}/safe-way", way)

    assert answer.status_code == 422
    assert "nomornya belum ada" in answer.text
    assert "bunga sepatu" in answer.text
    assert db.session.query(SafeWay).count() == 0


def test_a_way_that_was_written_is_there_to_be_read_below_who_must_not_know(desk, sit, case, send):
    way = {"contact_via": "phone", "number": "0813 111", "unsafe_signals": "tirai tertutup"}
    send("safe-way", way)
    assert "0813 111" not in desk.get(f"/desk/cases/{case}/work").text

    page = desk.post(f"/desk/cases/{case}/reach").text

    said, above, below = (
        page.index("tirai tertutup"),
        page.index('class="must"'),
        page.index("tel:"),
    )
    assert above < said < below
    stranger = sit(Role.CASEWORKER).post(f"/desk/cases/{case}/reach")
    assert (stranger.status_code, "0813" in stranger.text) == (303, False)
