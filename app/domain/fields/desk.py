"""The fields of what the desk decides: screening a referral and handing over a visit."""

from app.domain import codes
from app.domain.fields.field import Field, Kind

SCREEN = (
    Field("screening", Kind.CHOICES, codes.SCREENING, mandatory=True),
    Field(
        "child_and_law_role",
        Kind.CHOICE,
        codes.CHILD_AND_LAW_ROLE,
        mandatory=True,
        asked_when={"screening": ["child_and_law"]},
    ),
    Field("risk", Kind.CHOICE, codes.RISK, mandatory=True),
    Field("risk_why", Kind.TEXT, limit=280, sealed=True),
    Field("authority", Kind.CHOICE, codes.AUTHORITY, mandatory=True),
)

# `agreed_on` is the day on which she agreed to be visited, set by the caseworker.
HAND = (
    Field("purpose", Kind.CHOICE, codes.PURPOSE, mandatory=True),
    Field("meeting_place", Kind.CHOICE, codes.MEETING_PLACE, mandatory=True),
    Field("opens_at", Kind.MOMENT, mandatory=True),
    Field("due_at", Kind.MOMENT, mandatory=True),
    Field("agreed_on", Kind.DAY, mandatory=True),
    Field("look_for", Kind.TEXT, limit=140, sealed=True),
    # Repeated visits: empty for a single one; `series` judges what belongs together.
    Field("every_days", Kind.COUNT, limit=90),
    Field("times", Kind.COUNT, limit=26),
    Field("until_on", Kind.DAY),
)
