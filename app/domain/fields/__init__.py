"""Every field of every form and act, once; `parse` reads what arrives by the same list."""

from app.domain.fields.acts import ACTS, CADRE_CONTACT, DRILL, FIELDS, TALLY
from app.domain.fields.care import AGREE
from app.domain.fields.desk import HAND, SCREEN
from app.domain.fields.field import Field, Kind, Rule, codes_in, holds
from app.domain.fields.parse import Parsed, parse, salvage
from app.domain.fields.report import (
    ADDED,
    HAS_GRAVE_SIGN,
    INTAKE,
    IS_CHILD,
    MANDATORY_WHEN_INCOMPLETE,
    REPORT,
    SAFE_CONTACT,
    SCREENS,
    TALLY_ONLY,
)
from app.domain.fields.visit import (
    AFTER,
    CHECK_OUT_IN,
    COMPANION_CONTACT,
    GATE_HOME,
    GATE_PUBLIC,
    INDICATORS,
    RECORD,
    START,
    UPTD_INDICATORS,
)

__all__ = [
    "ACTS",
    "ADDED",
    "AFTER",
    "AGREE",
    "CADRE_CONTACT",
    "CHECK_OUT_IN",
    "COMPANION_CONTACT",
    "DRILL",
    "FIELDS",
    "GATE_HOME",
    "GATE_PUBLIC",
    "HAND",
    "HAS_GRAVE_SIGN",
    "INDICATORS",
    "INTAKE",
    "IS_CHILD",
    "MANDATORY_WHEN_INCOMPLETE",
    "RECORD",
    "REPORT",
    "SAFE_CONTACT",
    "SCREEN",
    "SCREENS",
    "START",
    "TALLY",
    "TALLY_ONLY",
    "UPTD_INDICATORS",
    "Field",
    "Kind",
    "Parsed",
    "Rule",
    "codes_in",
    "holds",
    "parse",
    "salvage",
]
