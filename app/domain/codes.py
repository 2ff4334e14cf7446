"""Every list of codes, once and in the order in which people are offered them.

A code is never renamed and never used for something else. New ones are added, and only at a place
where the digits of the pocket card (`pocket_card`) stay what they were.
"""

YES_NO = ("yes", "no")
YES_NO_UNKNOWN = ("yes", "no", "unknown")

# The early report, domain.md section 3
EMERGENCY_CALL = ("reached", "no_answer", "not_tried")
SEX = ("female", "male", "unknown")
AGE = ("0_5", "6_12", "13_17", "18_24", "25_44", "45_59", "60_plus", "unknown")
CHILD_AGES = AGE[:3]
VIOLENCE = (
    "physical",
    "psychological",
    "sexual",
    "neglect",
    "exploitation",
    "trafficking",
    "child_marriage",
    "online",
    "other",
    "unknown",
)
LAST_HAPPENED = (
    "now",
    "last_24h",
    "days_2_3",
    "days_4_7",
    "days_8_31",
    "older",
    "planned_7d",
    "planned_later",
    "unknown",
)
SIGNS = (
    "happening_now",
    "death_threat",
    "strangled",
    "weapon",
    "serious_injury",
    "suicidal",
    "confined",
    "getting_worse",
    "just_separated",
    "pregnant_now",
    "children_threatened",
    "cadre_fears",
)
DANGER_SIGNS = (*SIGNS, "none_seen", "unknown")
# Signs 1-7 turn the unsent end red; with 11 and 12 they are high risk and outweigh an adult's no.
SIGNS_1_TO_7 = SIGNS[:7]
GRAVE_SIGNS = (*SIGNS_1_TO_7, *SIGNS[10:12])
LESSER_SIGNS = SIGNS[7:10]
SOURCE = (
    "survivor",
    "own_eyes",
    "family",
    "neighbour",
    "teacher",
    "health_worker",
    "official",
    "message",
    "another_cadre",
    "other",
)
CONSENT = ("yes", "no", "not_met", "unsafe_to_ask", "cannot_decide")
CHILD_WISH = ("tell_uptd", "not_now", "not_asked")
CONTACT_VIA = (
    "through_me",
    "midwife",
    "phone",
    "trusted_person",
    "survivor_will_call",
    "do_not_contact",
)
CONFLICT = ("none", "family", "close_neighbour", "superior", "afraid", "other")

# Tambah keterangan
PICTURE = tuple(str(number) for number in range(1, 25))
REPORTED_PERSON = (
    "spouse",
    "former_partner",
    "partner_or_friend",
    "parent",
    "step_parent",
    "son_or_daughter",
    "in_law",
    "relative",
    "carer",
    "neighbour",
    "teacher",
    "religious_teacher",
    "employer",
    "colleague",
    "official",
    "online_contact",
    "recruiter",
    "stranger",
    "other",
    "unknown",
)
PLACE = ("household", "workplace", "school", "public_place", "online", "other", "unknown")
PATTERN = ("once", "repeated", "unknown")
SURVIVOR_COUNT = ("1", "2", "3_plus", "unknown")
NEEDS = (
    "medical",
    "safe_place",
    "police",
    "psychosocial",
    "food_clothing",
    "children_alone",
    "information",
)
ACCESS_NEEDS = (
    "wheelchair",
    "sight",
    "hearing_speech",
    "intellectual",
    "mental",
    "elderly",
    "pregnant",
    "infant",
    "language",
)
MUST_NOT_KNOW = (
    "spouse",
    "parents",
    "in_laws",
    "rt_rw",
    "village_office",
    "other_cadres",
    "school",
    "local_police",
)
OCCUPATION = ("works", "housework", "student", "none")
WORK_HARM = ("forbidden", "disturbed", "none")

# Safe contact, section 3.2, and the cadre's own, 3.3
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
COVER_STORY = (
    "posyandu",
    "pkk",
    "social_aid",
    "family_planning",
    "school",
    "arisan",
    "village_work",
    "other",
)
MEETING_PLACE = (
    "posyandu",
    "clinic",
    "village_hall",
    "school",
    "other_cadre_home",
    "survivor_home",
    "other",
)
CADRE_VIA = ("call", "whatsapp")

# Desk intake, section 3.4
CHANNEL = (
    "app",
    "in_person",
    "phone",
    "whatsapp_or_sms",
    "letter",
    "sapa129",
    "police",
    "hospital",
    "school",
    "social_office",
    "other_district",
    "social_media",
    "paper",
    "other_cadre",
)

# Visits, section 4
PURPOSE = ("check_safety", "bring_information", "accompany", "monitor_service", "after_closing")
DECLINE_REASON = ("conflict", "unsafe", "not_available", "other")
END_HOW = ("done", "unsafe_stopped")
END_NEED = ("none", "call_me", "emergency")
OUTCOME = ("met", "not_met", "unsafe_stopped", "survivor_declined", "moved", "postponed")
STOP_REASON = ("person_came", "someone_listening", "family_present", "felt_unsafe")
NEW_VIOLENCE = ("yes", "no", "not_asked")
INJURY = ("needs_medical", "minor", "none")
YES_NO_NOT_ASKED_NONE = ("yes", "no", "not_asked", "none")
BARRIERS = (
    "transport",
    "cost",
    "fear",
    "forbidden",
    "distance",
    "no_service",
    "disability_access",
    "working_hours",
)
INDICATOR = ("not_yet", "partly", "yes", "not_asked")
NEXT = ("keep_schedule", "uptd_please_call", "raise_risk", "stop_visits")
WELLBEING = ("fine", "tired", "need_to_talk")

# Other acts, sync.md
CALL_WHEN = ("now", "today", "any")
CALL_NUMBER = ("mine", "other")

# Onward services, section 6
SERVICES = {
    "medical": ("first_aid", "medicolegal", "rape_72h", "mental_health"),
    "psychosocial": ("counselling", "psychologist", "psychiatrist"),
    "legal": (
        "legal_aid",
        "police_report",
        "protection_order",
        "victim_fund",
        "content_removal",
        "marriage_dispensation_hearing",
        "civil_mediation",
    ),
    "social_rehabilitation": ("shelter", "institution", "skills", "economic", "home_service"),
    "reintegration": (
        "return_home",
        "family",
        "school",
        "work",
        "documents",
        "migrant_protection",
    ),
    "transport": (),
    "religious_support": (),
}
SERVICE = tuple(SERVICES)

# Consent per purpose, section 5
CONSENT_PURPOSE = (
    "record",
    "contact",
    "visit",
    "refer_medical",
    "refer_psychosocial",
    "refer_legal",
    "refer_police",
    "refer_shelter",
    "refer_social",
    "refer_reintegration",
    "anonymous_statistics",
)
CONSENT_DECISION = ("yes", "no", "thinking", "withdrawn")
CONSENT_GIVER = ("survivor", "guardian", "disability_supporter")
CONSENT_METHOD = ("written", "recorded", "spoken_witnessed", "assisted")
LEGAL_BASIS = ("child", "life_in_danger", "legal_duty", "court_order")

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
