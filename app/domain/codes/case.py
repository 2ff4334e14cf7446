"""Codes of screening, care and closing (domain.md section 5)."""

# Screening and closing, section 5
RISK = ("low", "medium", "high")
SCREENING = (
    "violence_against_woman",
    "violence_against_child",
    "sexual_violence_adult_man",
    "trafficking",
    "child_and_law",
    "child_marriage",
    "out_of_scope",
)
CHILD_AND_LAW_ROLE = ("suspect", "victim", "witness")
AUTHORITY = ("district", "province", "central", "other_district")
CLOSING_REASON = (
    "goals_reached",
    "survivor_asked",
    "moved_away",
    "handed_over",
    "unreachable",
    "out_of_scope",
    "court_decided",
    "diversion_completed",
    "died",
    "duplicate",
)

# Care, section 5
TOLD = ("survivor", "reporter", "caseworker", "head", "on_call")
# The five things that are explained before she decides (UU 27/2022 art. 21, in her words).
EXPLAINED = ("what_is_kept", "what_for", "who_sees", "how_long", "may_withdraw")
SAID = ("yes", "no", "thinking")
GBV_CORE_TYPE = (
    "rape",
    "sexual_assault",
    "physical_assault",
    "forced_marriage",
    "denial_of_resources",
    "psychological_abuse",
    "none",
)
# No way of settling between the two stands in any of these lists, and none may be added.
PLAN_NEED = (
    "safety",
    "medical",
    "psychosocial",
    "legal",
    "police",
    "shelter",
    "economic",
    "children",
    "education",
    "documents",
    "reintegration",
    "other",
)
PLAN_ANSWER = ("accepts", "refuses", "thinking")
PLAN_STATE = ("open", "done", "not_done", "dropped")
ATTEMPT_VIA = ("cadre", "midwife", "phone", "message", "trusted_person", "visit", "she_came")
ATTEMPT_RESULT = ("reached", "no_answer", "other_answered", "asked_to_wait", "refused", "moved")
WORK_KIND = (
    "interview",
    "assessment",
    "outreach",
    "counselling",
    "accompany_medical",
    "accompany_police",
    "accompany_court",
    "accompany_other",
    "coordination",
    "case_meeting",
    "contact",
    "monitoring",
    "documentation",
    "travel",
)
# How a partner did in one case, as its caseworker saw it.
PARTNER_SCORE = ("on_time", "respectful", "met_need", "told_back")
SCORE = ("yes", "partly", "no", "not_known")
SERVICE_LEVEL = ("right", "over", "under")
SATISFIED = ("yes", "partly", "no", "not_asked")
CLOSING_CHECK = (
    "talked_over",
    "safety_plan",
    "knows_way_back",
    "partners_told",
    "papers_returned",
    "follow_up_agreed",
)
CLOSING_STATE = ("asked", "approved", "refused", "taken_back")
FOLLOW_UP_RESULT = ("well", "needs_help", "new_violence", "not_reached", "declined")
FOLLOW_UP_STATE = ("open", "done", "stopped")
# Why somebody is let back who was kept out: a code, for words about a colleague stay with nobody.
LET_BACK = ("wrong_colleague", "no_ties", "ties_ended", "by_mistake")
