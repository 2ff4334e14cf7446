"""What may stand on the cover, where a neighbour reads it: no word of what the app is for."""

import re

BETRAYING = (
    *("kekerasan", "korban", "pelaku", "pelecehan", "lecehkan", "perkosa", "seksual", "kdrt"),
    *("kbg", "uptd", "ppa", "tppo", "penyintas", "visum", "violence", "abuse", "survivor"),
    *("victim", "rape"),
)
_FOUND = re.compile(r"(?:^|[^a-z])(?:" + "|".join(BETRAYING) + ")", re.IGNORECASE)


def betrays(text: str) -> bool:
    """Tell whether a date or a tip would tell a stranger what the book is for."""
    return _FOUND.search(text) is not None
