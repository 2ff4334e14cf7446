"""Codes of safe contact, and of the cadre's own (domain.md sections 3.2 and 3.3)."""

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
