"""The fields of a follow-up visit (domain.md section 4): gate, end and record."""

from app.domain import codes
from app.domain.fields.field import Field, Kind


def _one(name, choices, **more):
    return Field(name, Kind.CHOICE, choices, **more)


def _many(name, choices, **more):
    return Field(name, Kind.CHOICES, choices, **more)


VISIT_ID = Field("visit_id", Kind.ID, mandatory=True)
COMPANION_CONTACT = Field(
    "companion_contact", Kind.TEXT, limit=40, sealed=True, may_hold=("phone",)
)
# Minutes until she is back; a day is more than any visit takes.
CHECK_OUT_IN = Field("check_out_in", Kind.COUNT, limit=1440, mandatory=True)

# A public place asks the first two and "back at what time?", a home all seven.
GATE_PUBLIC = (
    _one("still_agreed", codes.YES_NO_UNKNOWN, mandatory=True),
    _one("cover_ready", codes.YES_NO_UNKNOWN, mandatory=True),
)
GATE_HOME = (
    _one("reported_person_away", codes.YES_NO_UNKNOWN),
    _one("companion", codes.YES_NO_UNKNOWN),
    _one("exit_known", codes.YES_NO_UNKNOWN),
    _one("daylight", codes.YES_NO_UNKNOWN),
)

ACCEPT = (VISIT_ID, _one("conflict", codes.CONFLICT, mandatory=True))
DECLINE = (VISIT_ID, _one("reason", codes.DECLINE_REASON, mandatory=True))
PLAN = (
    VISIT_ID,
    Field("planned_at", Kind.MOMENT, mandatory=True),
    CHECK_OUT_IN,
    COMPANION_CONTACT,
)
START = (
    VISIT_ID,
    *GATE_PUBLIC,
    *GATE_HOME,
    COMPANION_CONTACT,
    _one("signal_there", codes.YES_NO_UNKNOWN),
    CHECK_OUT_IN,
)
END = (
    VISIT_ID,
    _one("how", codes.END_HOW, mandatory=True),
    _one("need", codes.END_NEED, mandatory=True),
)

INDICATORS = tuple(
    _one(name, codes.INDICATOR)
    for name in (
        "protected",
        "feels_safe",
        "daily_life_recovering",
        "able_to_decide",
        "ready_for_community",
    )
)
# Two more that only the UPTD can judge; no phone asks them.
UPTD_INDICATORS = tuple(
    _one(name, codes.INDICATOR) for name in ("decent_living_in_shelter", "clinically_recovered")
)
_SPOKE = {"outcome": ["met", "unsafe_stopped", "survivor_declined"]}

AFTER = (
    _one("outcome", codes.OUTCOME, mandatory=True),
    _one("stop_reason", codes.STOP_REASON, asked_when={"outcome": ["unsafe_stopped"]}),
    _one("place", codes.MEETING_PLACE),
    _one("alone_with_survivor", codes.YES_NO, mandatory=True, asked_when=_SPOKE),
    _one("new_violence", codes.NEW_VIOLENCE),
    _many("danger_signs", codes.DANGER_SIGNS, alone=("none_seen", "unknown")),
    _one("injury", codes.INJURY),
    _one("children_safe", codes.YES_NO_NOT_ASKED_NONE),
    _one("basic_needs_met", codes.YES_NO_NOT_ASKED_NONE),
    _many("services_reached", codes.SERVICE),
    _many("barriers", codes.BARRIERS),
    _one("work_harm", codes.WORK_HARM),
    *INDICATORS,
    Field("survivor_wish", Kind.TEXT, limit=140, sealed=True),
    _many("next", codes.NEXT),
    _one("cadre_wellbeing", codes.WELLBEING),
    Field("checklist", Kind.ANSWERS),
)
RECORD = (VISIT_ID, *AFTER)
