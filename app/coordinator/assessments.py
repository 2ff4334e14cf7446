"""Assessment: what it is, whose authority, what she needs; and the level of risk."""

from __future__ import annotations

import json
from uuid import UUID

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from app.db import db
from app.domain import codes
from app.forms import AssessForm, RiskForm
from app.models import Assessment, Case
from app.services import assessments, cases
from app.services.rows import facts_of

from . import bp, care_frame
from .care_frame import save
from .gate import needs

PAGE = "desk.assessment"
SHOWN = ("screening", "child_and_law_role", "risk", "authority", "needs", "gbv_core_type")


@bp.get("/cases/<uuid:case_id>/assessment")
@needs("case.see")
def assessment(case_id: UUID):
    """Show what was found."""
    return page(case_id)


@bp.post("/cases/<uuid:case_id>/assessment")
@needs("case.assess")
def assess(case_id: UUID):
    """Write down a new assessment."""

    def do(case, parsed, now):
        assessments.assess(case, parsed, g.me, now=now)

    return save(
        case_id, AssessForm(), do, page=page, endpoint=PAGE, said=_("The assessment is written.")
    )


def page(case_id: UUID, form: AssessForm | None = None, **more):
    """Render the page of the assessment."""
    case, reader = care_frame.read(case_id, more.pop("reader", None))
    rows = list(
        db.session.scalars(
            select(Assessment).where(Assessment.case_id == case.id).order_by(Assessment.at.desc())
        )
    )
    levels = [move for move in cases.moves(case) if move.act == "risk"]
    return care_frame.render(
        case,
        reader,
        PAGE,
        form=_lower_asks(form or _fresh(case, rows), case),
        risk_form=more.pop("risk_form", None) or RiskForm(formdata=None),
        written=[(row, facts_of(row), reader.texts(row, row.at)) for row in rows],
        levels=[(move, reader.texts(move, move.at)) for move in levels],
        shown=SHOWN,
        who=[row.by for row in (*rows, *levels)],
        **more,
    )


def _fresh(case: Case, rows: list[Assessment]) -> AssessForm:
    """Return the form filled with what is known, from the last time or from the screening."""
    form = AssessForm(formdata=None)
    known = facts_of(rows[0]) if rows else facts_of(case.referral).get("screening", {})
    for name in ("screening", "child_and_law_role", "authority", "needs", "gbv_core_type"):
        if name in known:
            form[name].data = known[name]
    form.risk.data = str(case.referral.risk)
    return form


def _lower_asks(form: AssessForm, case: Case) -> AssessForm:
    """Let the form ask why only where the level is lower than it stands."""
    lower = codes.RISK[: codes.RISK.index(case.referral.risk)]
    asked = {"data-ask-when": json.dumps({"risk": lower}), "rows": 2}
    form.risk_why.render_kw = {**form.risk_why.render_kw, **asked}
    return form
