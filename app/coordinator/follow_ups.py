"""After closing: how she is after one, three and six months; opening the case again."""

from __future__ import annotations

from uuid import UUID

from flask import g
from flask_babel import gettext as _

from app.forms import FollowUpForm, ReopenForm
from app.services import follow_ups
from app.services.rows import facts_of

from . import bp, care_frame
from .care_frame import save
from .clock_words import left_until
from .gate import needs

PAGE = "desk.follow_up"


@bp.get("/cases/<uuid:case_id>/follow-up")
@needs("case.see")
def follow_up(case_id: UUID):
    """Show the dates."""
    return page(case_id)


@bp.post("/cases/<uuid:case_id>/follow-up/<uuid:row_id>")
@needs("case.follow_up")
def record_follow_up(case_id: UUID, row_id: UUID):
    """Write down how she is."""

    def do(case, parsed, now):
        follow_ups.record(follow_ups.get(row_id, case), parsed, case, g.me, now=now)

    return save(
        case_id,
        FollowUpForm(),
        do,
        page=lambda one, form: page(one, form, sent_for=row_id),
        endpoint=PAGE,
        said=_("Written down."),
    )


@bp.post("/cases/<uuid:case_id>/reopen")
@needs("case.move")
def reopen(case_id: UUID):
    """Open the same case again."""

    def do(case, parsed, now):
        follow_ups.reopen(case, parsed.texts["reopen_reason"], g.me, now=now)

    return save(
        case_id,
        ReopenForm(),
        do,
        page=lambda one, form: page(one, reopen_form=form),
        endpoint="desk.case",
        said=_("Open again, under the same code."),
    )


def page(case_id: UUID, form: FollowUpForm | None = None, **more):
    """Render the page of following up."""
    case, reader = care_frame.read(case_id, more.pop("reader", None))
    rows, now = follow_ups.of_case(case), care_frame.utc_now()
    return care_frame.render(
        case,
        reader,
        PAGE,
        form=form or FollowUpForm(formdata=None),
        fresh=FollowUpForm(formdata=None),
        sent_for=more.pop("sent_for", None),
        reopen_form=more.pop("reopen_form", None) or ReopenForm(formdata=None),
        rows=[
            (
                row,
                facts_of(row),
                reader.texts(row, row.done_at or row.due_at),
                left_until(row.due_at, now),
            )
            for row in rows
        ],
        who=[row.done_by for row in rows],
        **more,
    )
