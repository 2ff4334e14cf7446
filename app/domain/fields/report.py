"""The fields of an early report (domain.md section 3), in the order of its screens."""

from app.domain import codes
from app.domain.fields.field import Field, Kind

IS_CHILD = {"survivor_age": list(codes.CHILD_AGES)}
HAS_GRAVE_SIGN = {"danger_signs": list(codes.GRAVE_SIGNS)}
# An adult's no without a grave sign ends the report: only the tally goes.
TALLY_ONLY = {
    "all": [{"not": IS_CHILD}, {"consent": ["no"]}, {"not": HAS_GRAVE_SIGN}],
}
_CONTACT_ASKED = {"any": [IS_CHILD, {"consent": ["yes", "cannot_decide"]}]}


def _one(name, choices, **more):
    return Field(name, Kind.CHOICE, choices, **more)


def _many(name, choices, **more):
    return Field(name, Kind.CHOICES, choices, **more)


CONTACT_VIA = _one(
    "contact_via",
    codes.CONTACT_VIA,
    mandatory=True,
    asked_when=_CONTACT_ASKED,
    sealed=True,
    screen=10,
)

SCREENS = (
    _one("danger_now", codes.YES_NO_UNKNOWN, mandatory=True, screen=2),
    _one("emergency_call", codes.EMERGENCY_CALL, asked_when={"danger_now": ["yes"]}, screen=2),
    _one("survivor_sex", codes.SEX, mandatory=True, screen=3),
    _one("survivor_age", codes.AGE, mandatory=True, screen=3),
    _many("violence", codes.VIOLENCE, mandatory=True, alone=("unknown",), screen=4),
    _one("last_happened", codes.LAST_HAPPENED, mandatory=True, screen=5),
    _many(
        "danger_signs",
        codes.DANGER_SIGNS,
        mandatory=True,
        alone=("none_seen", "unknown"),
        screen=6,
    ),
    _one("reported_person_near", codes.YES_NO_UNKNOWN, mandatory=True, screen=7),
    _one("source", codes.SOURCE, mandatory=True, screen=8),
    _one("consent", codes.CONSENT, mandatory=True, asked_when={"not": IS_CHILD}, screen=9),
    _one("child_wish", codes.CHILD_WISH, asked_when={"survivor_age": ["13_17"]}, screen=9),
    CONTACT_VIA,
    _one(
        "conflict",
        codes.CONFLICT,
        mandatory=True,
        asked_when={"not": TALLY_ONLY},
        screen=11,
    ),
    Field("village", Kind.AREA, mandatory=True, screen=12),
)

# Section 3.2. `contact_via` stands beside the object on the wire; inside it is understood too.
SAFE_CONTACT = (
    Field("number", Kind.NUMBER, limit=20, sealed=True),
    _many("days", codes.DAYS, sealed=True),
    Field("from", Kind.TIME, sealed=True),
    Field("to", Kind.TIME, sealed=True),
    Field("who_may_answer", Kind.TEXT, limit=40, sealed=True),
    Field("code_word", Kind.TEXT, limit=30, sealed=True),
    Field("ask_for", Kind.TEXT, limit=60, sealed=True),
    _one("cover_story", codes.COVER_STORY, sealed=True),
    _one("message_ok", codes.YES_NO, sealed=True),
    _one("phone_shared", codes.YES_NO_UNKNOWN, sealed=True),
    Field("unsafe_signals", Kind.TEXT, limit=80, sealed=True),
    _one("meeting_place", codes.MEETING_PLACE, sealed=True),
    Field("confirmed_at", Kind.DAY, sealed=True),
)

# One page, all optional. `picture` is the cadre's own reminder and means nothing to anybody else.
ADDED = (
    _one("picture", codes.PICTURE),
    Field("survivor_alias", Kind.TEXT, limit=30, sealed=True),
    _one("reported_person", codes.REPORTED_PERSON, sealed=True),
    _one("place", codes.PLACE),
    _one("pattern", codes.PATTERN),
    _one("survivor_count", codes.SURVIVOR_COUNT),
    _many("needs", codes.NEEDS),
    _many("access_needs", codes.ACCESS_NEEDS),
    _many("must_not_know", codes.MUST_NOT_KNOW, sealed=True),
    _one("occupation", codes.OCCUPATION),
    _one("work_harm", codes.WORK_HARM),
    Field("safe_contact", Kind.GROUP, parts=SAFE_CONTACT, sealed=True),
    Field("note", Kind.TEXT, limit=280, sealed=True),
)

# A waiting envelope that left before *Kirim*.
INCOMPLETE = Field("incomplete", Kind.FLAG)
MANDATORY_WHEN_INCOMPLETE = frozenset({"village", "danger_now", "violence"})

REPORT = (*SCREENS, *ADDED, INCOMPLETE)

# Desk intake asks the same and this (section 3.4); clocks start at `told_at`.
INTAKE = (
    _one("channel", codes.CHANNEL, mandatory=True),
    Field("told_at", Kind.MOMENT, mandatory=True),
    Field("entered_by", Kind.ID),
    Field("on_behalf_of", Kind.ID),
)
