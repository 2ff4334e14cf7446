"""The worksheet for SIMFONI-PPA: our codes in its categories. It feeds the system, never pushes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path

from app.db import db
from app.domain.errors import Invalid
from app.models import Case, ServiceReferral, SimfoniRef
from app.services import trail
from app.services.case_rows import rows_of
from app.services.sessions import Staff

FILE = Path(__file__).resolve().parent.parent / "data" / "simfoni.json"
OTHER = "Lainnya"
COMPLAINT = "Pengaduan"
LONGEST_REF = 40


@cache
def mapping() -> dict:
    """Return the mapping table, with its version date."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def category(field: str, code: str | None) -> str:
    """Return SIMFONI's category for one of our codes; what it does not know is *Lainnya*."""
    return mapping()[field].get(code or "", OTHER)


def categories(field: str, codes: Iterable[str]) -> list[str]:
    """Return the categories of several codes, each once."""
    return list(dict.fromkeys(category(field, code) for code in codes))


def given(rows: Iterable[ServiceReferral]) -> list[str]:
    """Return the services that she has received, as SIMFONI counts them."""
    found = {COMPLAINT: None}
    for row in rows:
        if row.state in ("served", "done"):
            known = row.what if row.what in mapping()["service"] else row.service
            found[category("service", known)] = None
    return list(found)


def note_ref(case: Case, ref: str, staff: Staff, *, now: datetime) -> SimfoniRef:
    """Write down under which number the data officer entered it.

    :raises Invalid: if there is none, or it is no number of theirs.
    """
    ref = " ".join(ref.split())
    if not ref or len(ref) > LONGEST_REF:
        raise Invalid("field.missing", field="ref")
    row = SimfoniRef(case_id=case.id, ref=ref, noted_at=now, noted_by=staff.id)
    trail.append(case.district, "simfoni.note", "case", case.id, by=staff.id, now=now)
    return db.session.merge(row)


def ref_of(case: Case) -> str:
    """Return that number, or nothing."""
    rows = rows_of(case, SimfoniRef)
    return rows[0].ref if rows else ""
