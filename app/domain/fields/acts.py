"""The body of every act of sync.md: which fields it carries."""

from dataclasses import replace

from app.domain import codes
from app.domain.fields.care import CARE
from app.domain.fields.desk import HAND, SCREEN
from app.domain.fields.field import Field, Kind
from app.domain.fields.report import INTAKE, REPORT, SAFE_CONTACT
from app.domain.fields.visit import ACCEPT, DECLINE, END, PLAN, RECORD, START, UPTD_INDICATORS

REPORT_ID = Field("report_id", Kind.ID, mandatory=True)

# Section 3.3: how the cadre herself is reached. All of it is sealed.
CADRE_CONTACT = (
    Field("number", Kind.NUMBER, limit=20, mandatory=True, sealed=True),
    Field("via", Kind.CHOICE, codes.CADRE_VIA, sealed=True),
    Field("from", Kind.TIME, sealed=True),
    Field("to", Kind.TIME, sealed=True),
    Field("who_may_answer", Kind.TEXT, limit=40, sealed=True),
    Field("opening", Kind.TEXT, limit=80, sealed=True),
    Field("second_number", Kind.NUMBER, limit=20, sealed=True),
    Field("word", Kind.TEXT, limit=30, sealed=True),
    Field("may_name_me", Kind.CHOICE, codes.YES_NO, sealed=True),
)

TALLY = (
    Field("village", Kind.AREA, mandatory=True),
    Field("month", Kind.MONTH, mandatory=True),
    Field("violence", Kind.CHOICES, codes.VIOLENCE, mandatory=True, alone=("unknown",)),
)

# `missed_signs` are the codes of the signs in the invented story that were not ticked.
DRILL = (
    Field("ok", Kind.FLAG, mandatory=True),
    Field("seconds", Kind.COUNT, limit=86_400, mandatory=True),
    Field("backs", Kind.COUNT, limit=10_000),
    Field("missed_signs", Kind.CHOICES, codes.DANGER_SIGNS),
)

ACTS: dict[str, tuple[Field, ...]] = {
    "report.create": REPORT,
    # Nothing is edited: whatever of the report is in there is added to it.
    "report.add": (REPORT_ID, *(replace(field, mandatory=False) for field in REPORT)),
    "visit.accept": ACCEPT,
    "visit.decline": DECLINE,
    "visit.plan": PLAN,
    "visit.start": START,
    "visit.end": END,
    "visit.record": RECORD,
    "alert.acknowledge": (Field("alert_id", Kind.ID, mandatory=True),),
    "consent.withdraw": (
        REPORT_ID,
        Field("purposes", Kind.CHOICES, codes.CONSENT_PURPOSE, mandatory=True),
    ),
    "contact.update": CADRE_CONTACT,
    "call.me": (
        Field("when", Kind.CHOICE, codes.CALL_WHEN, mandatory=True),
        Field("number", Kind.CHOICE, codes.CALL_NUMBER),
    ),
    "tally.add": TALLY,
    "drill.record": DRILL,
    # Not on the wire: what the desk writes down itself goes through the same door.
    "desk.intake": (*INTAKE, *REPORT),
    "desk.screen": SCREEN,
    "desk.hand": HAND,
    **CARE,
}

# Every field once; acts that share one share the object.
FIELDS: list[Field] = list(
    {
        id(field): field
        for group in (*ACTS.values(), SAFE_CONTACT, UPTD_INDICATORS)
        if group is not ACTS["report.add"]
        for field in group
    }.values()
)
