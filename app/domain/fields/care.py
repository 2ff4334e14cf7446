"""The fields of care (domain.md section 5): what each stage of a case asks at the desk."""

from app.domain import codes
from app.domain.fields.desk import SCREEN
from app.domain.fields.field import Field, Kind
from app.domain.fields.report import SAFE_CONTACT
from app.domain.fields.visit import INDICATORS, UPTD_INDICATORS


def _one(name, choices, **more):
    return Field(name, Kind.CHOICE, choices, **more)


def _many(name, choices, **more):
    return Field(name, Kind.CHOICES, choices, **more)


def _text(name, limit, **more):
    return Field(name, Kind.TEXT, limit=limit, sealed=True, **more)


TOLD = (_many("told", codes.TOLD, mandatory=True),)

AGREE = tuple(_one(f"agree_{purpose}", codes.SAID) for purpose in codes.CONSENT_PURPOSE)
CONSENT = (
    _one("giver", codes.CONSENT_GIVER, mandatory=True),
    _one("method", codes.CONSENT_METHOD, mandatory=True),
    _many("explained", codes.EXPLAINED),
    _one("rights_read", codes.YES_NO, mandatory=True),
    *AGREE,
    _text("consent_note", 280),
)
WITHDRAW = (
    _many("purposes", codes.CONSENT_PURPOSE, mandatory=True),
    _text("withdraw_words", 280),
)
BASIS = (
    _one("basis", codes.LEGAL_BASIS, mandatory=True),
    _text("basis_words", 280, mandatory=True),
)

ASSESS = (
    *SCREEN,
    _many("needs", codes.NEEDS),
    _one("gbv_core_type", codes.GBV_CORE_TYPE),
    # The score only: the items of the DA-5 belong to their authors.
    Field("da5_score", Kind.COUNT, limit=5),
    _text("assess_note", 1000),
)
RISK_CHANGE = (
    _one("risk", codes.RISK, mandatory=True),
    _text("risk_reason", 280, mandatory=True),
)

PLAN_ROW = (
    _one("plan_need", codes.PLAN_NEED, mandatory=True),
    _text("need_words", 140, mandatory=True),
    _text("goal", 140, mandatory=True),
    _text("resource", 140, mandatory=True),
    Field("due_on", Kind.DAY, mandatory=True),
    _text("expected", 140, mandatory=True),
    _text("who", 80, mandatory=True),
    _one("plan_answer", codes.PLAN_ANSWER),
)

ATTEMPT = (
    Field("attempt_at", Kind.MOMENT, mandatory=True),
    _one("attempt_via", codes.ATTEMPT_VIA, mandatory=True),
    _one("attempt_safe", codes.YES_NO, mandatory=True),
    _one("attempt_result", codes.ATTEMPT_RESULT, mandatory=True),
    _text("attempt_note", 280),
)
WORK = (
    _one("work_kind", codes.WORK_KIND, mandatory=True),
    # Left empty: as long as this kind of work should take.
    Field("minutes", Kind.COUNT, limit=1440),
    Field("work_on", Kind.DAY, mandatory=True),
    _text("work_note", 280),
)

MONITOR = (
    _one("service_level", codes.SERVICE_LEVEL, mandatory=True),
    _text("review_note", 500),
)
AGAIN = (_text("again_reason", 280, mandatory=True),)
EVALUATE = (
    *INDICATORS,
    *UPTD_INDICATORS,
    _one("satisfied", codes.SATISFIED, mandatory=True),
    _text("satisfied_words", 140),
)

SCORE = (
    *(_one(name, codes.SCORE, mandatory=True) for name in codes.PARTNER_SCORE),
    _text("score_words", 280),
)

CLOSE = (
    _one("closing_reason", codes.CLOSING_REASON, mandatory=True),
    _many("closing_check", codes.CLOSING_CHECK),
    _text("closing_words", 500, mandatory=True),
)
FOLLOW_UP = (
    _one("follow_up_result", codes.FOLLOW_UP_RESULT, mandatory=True),
    _text("follow_note", 280),
)
REOPEN = (_text("reopen_reason", 280, mandatory=True),)

SAFE_WAY = (
    Field("contact_via", Kind.CHOICE, codes.CONTACT_VIA, mandatory=True, sealed=True),
    *(one for one in SAFE_CONTACT if one.name not in ("contact_via", "confirmed_at")),
)

CARE = {
    "desk.told": TOLD,
    "desk.consent": CONSENT,
    "desk.withdraw": WITHDRAW,
    "desk.basis": BASIS,
    "desk.assess": ASSESS,
    "desk.risk": RISK_CHANGE,
    "desk.plan_row": PLAN_ROW,
    "desk.attempt": ATTEMPT,
    "desk.work": WORK,
    "desk.monitor": MONITOR,
    "desk.again": AGAIN,
    "desk.evaluate": EVALUATE,
    "desk.score": SCORE,
    "desk.close": CLOSE,
    "desk.follow_up": FOLLOW_UP,
    "desk.reopen": REOPEN,
    "desk.safe_way": SAFE_WAY,
}
