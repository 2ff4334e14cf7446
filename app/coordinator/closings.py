"""Closing a case: asking for it, and what a second person says."""

from __future__ import annotations

from uuid import UUID

from flask import g
from flask_babel import gettext as _

from app.domain.second import may_agree
from app.forms import CloseForm
from app.services import closings
from app.services.rows import facts_of

from . import bp, care_frame
from .care_frame import act, save, settle
from .forms import ParentOfficeForm, RefuseForm
from .gate import load_case, needs

PAGE = "desk.closing"


@bp.get("/cases/<uuid:case_id>/closing")
@needs("case.see")
def closing(case_id: UUID):
    """Show what was asked, and by whom it was settled."""
    return page(case_id)


@bp.post("/cases/<uuid:case_id>/closing")
@needs("case.close")
def ask_to_close(case_id: UUID):
    """Ask a second person to let the case end."""

    def do(case, parsed, now):
        closings.ask(case, parsed, g.me, now=now)

    return save(
        case_id,
        CloseForm(),
        do,
        page=page,
        endpoint=PAGE,
        said=_("Asked. A second person decides."),
    )


@bp.post("/cases/<uuid:case_id>/closing/<uuid:row_id>/agree")
@needs("case.approve_closing")
def agree_to_close(case_id: UUID, row_id: UUID):
    """Agree as the second person."""

    def do(case, now):
        closings.agree(closings.get(row_id, case), case, g.me, now=now)

    told = load_case(case_id).referral.report.cadre_id is not None
    said = _("Closed. The cadre will be told.") if told else _("Closed.")
    return act(case_id, do, endpoint=PAGE, said=said)


@bp.post("/cases/<uuid:case_id>/closing/<uuid:row_id>/parent-office")
@needs("case.close")
def agree_for_parent_office(case_id: UUID, row_id: UUID):
    """Write down who of the parent office agreed, where there is no head."""
    form = ParentOfficeForm()

    def do(case, now):
        row, name = closings.get(row_id, case), form.parent_name.data or ""
        closings.agree_for_parent_office(row, name, case, g.me, now=now)

    said = _("Closed, and marked: without a head.")
    return settle(case_id, form, do, page=_with("parent_form"), endpoint=PAGE, said=said)


@bp.post("/cases/<uuid:case_id>/closing/<uuid:row_id>/keep-open")
@needs("case.close")
def keep_open(case_id: UUID, row_id: UUID):
    """Say no to it, or take one's own asking back."""
    form = RefuseForm()

    def do(case, now):
        words = form.refuse_words.data or ""
        closings.keep_open(closings.get(row_id, case), words, case, g.me, now=now)

    said = _("The case stays open.")
    return settle(case_id, form, do, page=_with("refuse_form"), endpoint=PAGE, said=said)


def page(case_id: UUID, form: CloseForm | None = None, **more):
    """Render the page of closing."""
    case, reader = care_frame.read(case_id, more.pop("reader", None))
    rows, waiting = closings.of_case(case), closings.waiting(case)
    return care_frame.render(
        case,
        reader,
        PAGE,
        form=form or CloseForm(formdata=None),
        refuse_form=more.pop("refuse_form", None) or RefuseForm(formdata=None),
        parent_form=more.pop("parent_form", None) or ParentOfficeForm(formdata=None),
        waiting=waiting,
        me_id=g.me.id,
        agreeable=waiting and may_agree(waiting.asked_by, g.me.id, closings.heads(case)),
        refusable=waiting and (g.me.id == waiting.asked_by or g.me.id in closings.heads(case)),
        parent_since=closings.parent_office_since(waiting, case) if waiting else None,
        written=[(row, facts_of(row), reader.texts(row, row.asked_at)) for row in rows],
        who=[one for row in rows for one in (row.asked_by, row.settled_by)],
        **more,
    )


def _with(name: str):
    """The page with this form of it as it was sent."""
    return lambda case_id, form: page(case_id, **{name: form})
