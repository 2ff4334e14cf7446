"""Codes of consent per purpose (domain.md section 5)."""

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
