"""What care asks and answers at the desk: formal words, for people who do this every day."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from app.domain import codes
from app.words import desk
from app.words.question import Question


def _same(words, hint="") -> Question:
    return Question(words, words, hint)


QUESTIONS = {
    "told": Question(_l("Who has been told that the case is taken up?"), _l("Told")),
    "giver": Question(
        _l("Who decides?"), _p("consent", "Given by"), _l("Never the reported person.")
    ),
    "method": Question(
        _l("How was it said?"),
        _l("Method"),
        _l("Only what is written or recorded counts before the law."),
    ),
    "explained": Question(
        _l("What was explained?"), _l("Explained"), _l("All five, in words that she understands.")
    ),
    "rights_read": _same(_l("Were her rights read out?")),
    "consent_note": _same(_l("Note on the talk")),
    "withdraw_words": _same(_l("What she said")),
    "basis": Question(_l("On which basis?"), _l("Basis")),
    "basis_words": _same(_l("Why this basis holds")),
    "gbv_core_type": Question(_l("Core type of the violence"), _l("Core type")),
    "da5_score": Question(
        _l("DA-5 score"), _l("DA-5 score"), _l("The number only, 0 to 5. The items stay on paper.")
    ),
    "assess_note": _same(_l("Findings")),
    "risk_reason": _same(_l("Why this level?")),
    "plan_need": _same(_p("plan", "Kind of need")),
    "need_words": _same(_p("plan", "Need")),
    "goal": _same(_p("plan", "Goal")),
    "resource": Question(
        _p("plan", "Resource"), _p("plan", "Resource"), _l("A service, a person, money.")
    ),
    "due_on": Question(_l("By when?"), _p("plan", "Until")),
    "expected": _same(_p("plan", "Expected result")),
    "who": Question(_l("Who does it?"), _p("plan", "Who")),
    "plan_answer": Question(_l("What does she say to it?"), _l("Her answer")),
    "attempt_at": Question(_l("When?"), _l("When")),
    "attempt_via": Question(_l("By which way?"), _p("attempt", "Way")),
    "attempt_safe": Question(
        _l("Was it safe?"), _p("attempt", "Safe"), _l("As agreed: hour, way, who may answer.")
    ),
    "attempt_result": Question(_l("With what result?"), _l("Result")),
    "attempt_note": _same(_p("attempt", "Note")),
    "work_kind": _same(_l("Kind of work")),
    "minutes": _same(_l("Minutes")),
    "work_on": Question(_l("On which day?"), _l("Day")),
    "work_note": _same(_p("work", "Note")),
    "service_level": Question(
        _l("Does she get what she needs?"), _l("Services"), _l("Neither too little nor too much.")
    ),
    "review_note": _same(_l("What was seen")),
    "again_reason": _same(_l("Why assess again?")),
    "satisfied": Question(_l("Asked aloud: did our help help you?"), _l("Our help helped")),
    "satisfied_words": _same(_l("In her words")),
    "on_time": Question(_l("Did they help in time?"), _p("score", "In time")),
    "respectful": Question(_l("Were they respectful to her?"), _p("score", "Respectful")),
    "met_need": Question(_l("Did it meet what she needed?"), _p("score", "Met her need")),
    "told_back": Question(_l("Did they tell us what came of it?"), _p("score", "Told us")),
    "score_words": _same(_l("What should be better?")),
    "closing_reason": Question(_l("Why is it closed?"), _l("Reason")),
    "closing_check": Question(_l("Done before closing"), _l("Checklist")),
    "closing_words": _same(_l("In a few sentences: what was reached?")),
    "follow_up_result": Question(_l("How is she?"), _l("Result")),
    "follow_note": _same(_p("follow-up", "Note")),
    "reopen_reason": _same(_l("Why is it opened again?")),
}
QUESTIONS |= {
    f"agree_{purpose}": _same(desk.LABELS["consent_purpose"][purpose])
    for purpose in codes.CONSENT_PURPOSE
}

_SAID = {"yes": _l("Yes"), "no": _l("No"), "thinking": _l("Still thinking")}
_SCORE = {
    "yes": _l("Yes"),
    "partly": _l("Partly"),
    "no": _l("No"),
    "not_known": _l("Not known"),
}
_YES_NO = {"yes": _l("Yes"), "no": _l("No")}

LABELS = {
    "told": {
        "survivor": _l("The survivor"),
        "reporter": _l("Who reported"),
        "caseworker": _l("The caseworker"),
        "head": _l("The head"),
        "on_call": _l("Who is on call"),
    },
    "giver": {
        "survivor": _l("The survivor herself"),
        "guardian": _l("A guardian"),
        "disability_supporter": _l("A supporter because of a disability"),
    },
    "method": {
        "written": _l("In writing"),
        "recorded": _p("consent", "Recorded"),
        "spoken_witnessed": _l("Spoken before a witness"),
        "assisted": _l("With assistance"),
    },
    "explained": {
        "what_is_kept": _l("What is kept"),
        "what_for": _l("What it is for"),
        "who_sees": _l("Who sees it"),
        "how_long": _l("How long it is kept"),
        "may_withdraw": _l("That she can take it back"),
    },
    "consent_decision": {**_SAID, "withdrawn": _l("Taken back")},
    "rights_read": _YES_NO,
    "attempt_safe": _YES_NO,
    "basis": {
        "child": _l("A child"),
        "life_in_danger": _l("A life in danger"),
        "legal_duty": _l("A duty by law"),
        "court_order": _l("An order of a court"),
    },
    "gbv_core_type": {
        "rape": _l("Rape"),
        "sexual_assault": _l("Sexual assault"),
        "physical_assault": _l("Physical assault"),
        "forced_marriage": _l("Forced marriage"),
        "denial_of_resources": _l("Denial of resources"),
        "psychological_abuse": _l("Psychological abuse"),
        "none": _l("None of these"),
    },
    "plan_need": {
        "safety": _p("plan need", "Safety"),
        "medical": _p("plan need", "Health"),
        "psychosocial": _p("plan need", "Counselling"),
        "legal": _p("plan need", "Legal aid"),
        "police": _p("plan need", "Police"),
        "shelter": _p("plan need", "A safe place"),
        "economic": _p("plan need", "Income"),
        "children": _p("plan need", "Children"),
        "education": _p("plan need", "School"),
        "documents": _p("plan need", "Papers"),
        "reintegration": _p("plan need", "Coming home"),
        "other": _p("plan need", "Other"),
    },
    "plan_answer": {
        "accepts": _l("Accepts"),
        "refuses": _l("Refuses"),
        "thinking": _l("Still thinking"),
    },
    "plan_state": {
        "open": _p("plan state", "Open"),
        "done": _p("plan state", "Done"),
        "not_done": _p("plan state", "Not done"),
        "dropped": _p("plan state", "Dropped"),
    },
    "attempt_via": {
        "cadre": _p("attempt via", "Through the cadre"),
        "midwife": _p("attempt via", "Through the midwife"),
        "phone": _p("attempt via", "Telephone"),
        "message": _p("attempt via", "Message"),
        "trusted_person": _p("attempt via", "A trusted person"),
        "visit": _p("attempt via", "Visit"),
        "she_came": _p("attempt via", "She came by herself"),
    },
    "attempt_result": {
        "reached": _l("Reached"),
        "no_answer": _l("No answer"),
        "other_answered": _l("Somebody else answered"),
        "asked_to_wait": _l("She asks to wait"),
        "refused": _l("She does not want contact"),
        "moved": _l("Moved away"),
    },
    "work_kind": {
        "interview": _l("Interview"),
        "assessment": _p("work", "Assessment"),
        "outreach": _l("Outreach"),
        "counselling": _p("work", "Counselling"),
        "accompany_medical": _l("Accompanying to health services"),
        "accompany_police": _l("Accompanying to the police"),
        "accompany_court": _l("Accompanying to court"),
        "accompany_other": _l("Accompanying elsewhere"),
        "coordination": _l("Coordination with partners"),
        "case_meeting": _l("Case meeting"),
        "contact": _p("work", "Contact"),
        "monitoring": _p("work", "Monitoring"),
        "documentation": _l("Writing and filing"),
        "travel": _l("Travel"),
    },
    "service_level": {
        "right": _l("What she needs"),
        "over": _l("More than she needs"),
        "under": _l("Less than she needs"),
    },
    "satisfied": {
        "yes": _l("Yes"),
        "partly": _l("Partly"),
        "no": _l("No"),
        "not_asked": _l("Not asked"),
    },
    "closing_check": {
        "talked_over": _l("Talked over with her"),
        "safety_plan": _l("She has a plan for her safety"),
        "knows_way_back": _l("She knows how to come back"),
        "partners_told": _l("Partners know that it ends"),
        "papers_returned": _l("Her papers are returned"),
        "follow_up_agreed": _l("She agrees that we ask after her"),
    },
    "closing_state": {
        "asked": _p("closing", "Waits for a second person"),
        "approved": _p("closing", "Approved"),
        "refused": _p("closing", "Refused"),
        "taken_back": _p("closing", "Taken back"),
    },
    "follow_up_result": {
        "well": _l("She is well"),
        "needs_help": _l("She needs help again"),
        "new_violence": _l("New violence"),
        "not_reached": _l("Not reached"),
        "declined": _l("She does not want to be asked"),
    },
    "follow_up_state": {
        "open": _p("follow-up", "To do"),
        "done": _p("follow-up", "Done"),
        "stopped": _p("follow-up", "Stopped"),
    },
    # What a case still misses before it leaves its stage.
    "missing": {
        "channel": _l("By which door it came"),
        "clock": _l("When its clocks began"),
        "told": _l("Who has been told"),
        "caseworker": _l("One caseworker"),
        "rights": _l("Her rights, read out"),
        "consent_record": _l("Her own decision about being recorded"),
        "consent_contact": _l("Her own decision about contact"),
        "may_record": _l("A yes that counts, or a basis, for recording"),
        "screening": _l("What it is: the screening"),
        "child_and_law_role": _l("The role of the child"),
        "risk": _l("A level of risk, judged by a person"),
        "authority": _l("Whose authority it is"),
        "plan": _l("At least one row of the plan"),
        "plan_dimensions": _l("All six parts of every row"),
        "plan_answers": _l("Her answer to every row"),
        "plan_accepted": _l("One row that she accepts"),
        "work": _l("One entry in the work log"),
        "reached": _l("One contact in which she was reached"),
        "services_undecided": _l("A decision on every drafted referral"),
        "visits_running": _l("The record of every visit under way"),
        "replies_late": _l("The replies of partners that are late"),
        "service_level": _l("Whether she gets what she needs"),
        "goals": _l("Done or not done, for every row of the plan"),
        "indicators": _l("The signs of recovery"),
        "satisfied": _l("Whether our help helped"),
        "partners_unscored": _l("A score for every partner"),
        "closing": _l("A reason and the checklist"),
        "second_person": _l("A second person who agrees"),
        "follow_ups": _l("Every follow-up that is due"),
    },
}
# Fields that speak of the codes of another.
LABELS |= dict.fromkeys(codes.PARTNER_SCORE, _SCORE)
LABELS |= {f"agree_{purpose}": _SAID for purpose in codes.CONSENT_PURPOSE}
