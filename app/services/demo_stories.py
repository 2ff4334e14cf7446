"""The reports of the invented district, which never happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Story:
    """A report that never happened: how long before now, by whom, how it differs from `PLAIN`.

    An answer of None was not asked.
    """

    before: timedelta
    cadre: int | None
    answers: dict = field(repr=False)


PLAIN = {
    "danger_now": "no",
    "survivor_sex": "female",
    "survivor_age": "25_44",
    "violence": ["psychological"],
    "last_happened": "days_8_31",
    "danger_signs": ["none_seen"],
    "reported_person_near": "no",
    "source": "neighbour",
    "consent": "yes",
    "contact_via": "through_me",
    "conflict": "none",
}
STORIES = (
    Story(
        timedelta(minutes=4),
        0,
        {
            "danger_now": "yes",
            "emergency_call": "no_answer",
            "violence": ["physical", "psychological"],
            "last_happened": "now",
            "danger_signs": ["happening_now", "weapon"],
            "reported_person_near": "yes",
            "source": "own_eyes",
            "consent": "unsafe_to_ask",
            "contact_via": None,
            "picture": "7",
        },
    ),
    Story(
        timedelta(hours=1),
        1,
        {
            "survivor_age": "13_17",
            "violence": ["child_marriage"],
            "last_happened": "planned_7d",
            "danger_signs": ["cadre_fears"],
            "reported_person_near": "yes",
            "source": "teacher",
            "consent": None,
            "child_wish": "tell_uptd",
            "survivor_alias": "Kuntum",
            "must_not_know": ["parents", "village_office"],
        },
    ),
    Story(
        timedelta(hours=3),
        3,
        {
            "violence": ["physical"],
            "last_happened": "days_2_3",
            "danger_signs": ["getting_worse"],
            "reported_person_near": "yes",
            "source": "survivor",
            "survivor_alias": "Daun",
            "reported_person": "spouse",
            "must_not_know": ["spouse", "in_laws"],
            "safe_contact": {"cover_story": "posyandu", "meeting_place": "posyandu"},
            "note": "Ingin bertemu di posyandu hari Kamis.",
        },
    ),
    Story(
        timedelta(hours=20),
        4,
        {
            "survivor_age": "60_plus",
            "violence": ["neglect"],
            "source": "family",
            "access_needs": ["elderly"],
            "needs": ["food_clothing"],
        },
    ),
    Story(timedelta(days=2), 5, {"violence": ["online"], "survivor_age": "18_24"}),
    Story(
        timedelta(days=1),
        None,
        {
            "channel": "phone",
            "violence": ["exploitation"],
            "source": "other",
            "contact_via": "survivor_will_call",
        },
    ),
    Story(
        timedelta(days=20),
        1,
        {
            "violence": ["physical", "neglect"],
            "last_happened": "days_4_7",
            "danger_signs": ["getting_worse"],
            "reported_person_near": "yes",
            "source": "survivor",
            "survivor_alias": "Tunas",
            "access_needs": ["wheelchair"],
            "must_not_know": ["in_laws"],
            "safe_contact": {"cover_story": "arisan", "meeting_place": "village_hall"},
        },
    ),
    Story(timedelta(days=1, hours=4), 4, {"violence": ["physical"], "source": "survivor"}),
)
TAKEN_INTO_CARE = (2, 6)
"""The stories that have a caseworker already."""
IN_CARE_LONG = 6
"""The one of them that partners and visits belong to."""
SENT_ON = 7
"""The one that goes to another district, because she moves there."""
