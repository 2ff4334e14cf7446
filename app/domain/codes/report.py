"""Codes of the early report and of its other doors (domain.md sections 3, 3.1 and 3.4)."""

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
