"""Codes of the services that partners give (domain.md section 6)."""

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
