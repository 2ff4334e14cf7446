"""A whole, invented report, for tests that say only what they are about."""


def report(**changed: object) -> dict[str, object]:
    """Return a report's body that nobody could object to, with these answers instead."""
    return {
        "danger_now": "no",
        "survivor_sex": "female",
        "survivor_age": "25_44",
        "violence": ["physical"],
        "last_happened": "days_4_7",
        "danger_signs": ["none_seen"],
        "reported_person_near": "yes",
        "source": "survivor",
        "consent": "yes",
        "contact_via": "phone",
        "conflict": "none",
        "village": "33.02.17.2001",
        "survivor_alias": "Bunga",
        "reported_person": "spouse",
        "must_not_know": ["spouse"],
        "safe_contact": {"number": "0812 3456 7890", "message_ok": "no"},
        "note": "datang pagi saja",
        **changed,
    }
