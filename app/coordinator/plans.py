"""The plan of a case: its rows, what she says to each, and what became of it."""

from __future__ import annotations

from uuid import UUID

from flask import g, request
from flask_babel import gettext as _

from app.domain import codes
from app.forms import PlanRowForm
from app.services import plans
from app.services.rows import facts_of

from . import bp, care_frame
from .care_frame import act, save
from .clock_words import left_until
from .gate import needs

PAGE = "desk.plan"


@bp.get("/cases/<uuid:case_id>/plan")
@needs("case.see")
def plan(case_id: UUID):
    """Show the plan."""
    return page(case_id)


@bp.post("/cases/<uuid:case_id>/plan")
@needs("case.plan")
def add_plan_row(case_id: UUID):
    """Add a row."""

    def do(case, parsed, now):
        plans.add(case, parsed, g.me, now=now)

    return save(
        case_id, PlanRowForm(), do, page=page, endpoint=PAGE, said=_("The row stands in the plan.")
    )


@bp.post("/cases/<uuid:case_id>/plan/<uuid:row_id>/answer")
@needs("case.plan")
def answer_plan_row(case_id: UUID, row_id: UUID):
    """Write down what she says to a row."""
    said = request.form.get("plan_answer", "")

    def do(case, now):
        plans.answer(plans.get(row_id, case), said, case, g.me, now=now)

    return act(case_id, do, endpoint=PAGE, said=_("Her answer is written."))


@bp.post("/cases/<uuid:case_id>/plan/<uuid:row_id>/state")
@needs("case.plan")
def settle_plan_row(case_id: UUID, row_id: UUID):
    """Say what became of a row."""
    state = request.form.get("state", "")
    back = "desk.evaluation" if request.form.get("page") == "evaluation" else PAGE

    def do(case, now):
        plans.settle(plans.get(row_id, case), state, case, g.me, now=now)

    return act(case_id, do, endpoint=back, said=_("Noted."))


def page(case_id: UUID, form: PlanRowForm | None = None, **more):
    """Render the page of the plan."""
    case, reader = care_frame.read(case_id, more.pop("reader", None))
    return care_frame.render(
        case,
        reader,
        PAGE,
        form=form or PlanRowForm(formdata=None),
        rows=lines(case, reader),
        answers=codes.PLAN_ANSWER,
        **more,
    )


def lines(case, reader) -> list:
    """Return the rows as a page shows them: row, facts, texts, clock."""
    now = care_frame.utc_now()
    return [
        (row, facts_of(row), reader.texts(row, row.made_at), left_until(row.due_at, now))
        for row in plans.of_case(case)
    ]
