"""Moving a case: who was told at intake, on to the next stage, another level of risk, opening."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain.errors import Invalid
from app.domain.report import Risk
from app.forms import RiskForm, ToldForm
from app.services import assessments, opening, stages
from app.services.rows import facts_of
from app.words import label

from . import assessments as assessment_pages
from . import bp, care_frame, cases, closings, consents, follow_ups, plans, reviews, work
from .care_frame import PAGES, Reader, save
from .forms import OpenForm
from .gate import load_case, needs


@bp.get("/cases/<uuid:case_id>/intake")
@needs("case.see")
def told(case_id: UUID):
    """Show how the case came in."""
    return told_page(case_id)


@bp.post("/cases/<uuid:case_id>/intake")
@needs("case.move")
def set_told(case_id: UUID):
    """Note who has been told."""

    def do(case, parsed, now):
        stages.set_told(case, parsed.facts["told"], g.me, now=now)

    return save(case_id, ToldForm(), do, page=told_page, endpoint="desk.told", said=_("Noted."))


@bp.post("/cases/<uuid:case_id>/stage")
@needs("case.move")
def move_on(case_id: UUID):
    """Go one stage on, to its page."""
    try:
        with transaction():
            case = load_case(case_id, lock=True)
            stages.move_on(case, g.me, now=utc_now())
            stage = stages.of(case)
    except Invalid:
        flash(_("Something is still missing. It stands beside the page."))
        return redirect(url_for("desk.case", case_id=case_id), 303)
    flash(_("On to: %(stage)s.", stage=label("stage", stage.code)))
    return redirect(url_for(PAGES[stage], case_id=case_id), 303)


@bp.post("/cases/<uuid:case_id>/risk")
@needs("risk.raise")
def change_risk(case_id: UUID):
    """Set another level of risk, with the reason."""

    def do(case, parsed, now):
        why = parsed.texts["risk_reason"]
        assessments.change_risk(case, Risk(parsed.facts["risk"]), why, g.me, now=now)

    return save(
        case_id,
        RiskForm(),
        do,
        page=lambda one, form: assessment_pages.page(one, risk_form=form),
        endpoint="desk.assessment",
        said=_("The level is set."),
    )


@bp.post("/cases/<uuid:case_id>/open")
@needs("case.open")
def open_case(case_id: UUID):
    """Open what care wrote, for a reason; no address leads back to what it shows."""
    form, place = OpenForm(), request.form.get("page", "case")
    page = _PAGES.get(place, cases.page)
    load_case(case_id)
    if not form.validate_on_submit():
        return page(case_id, open_form=form), 422
    try:
        with transaction():
            case, words = load_case(case_id), form.words.data or ""
            since = opening.open_case(case, g.me, form.reason.data, words, now=utc_now())
    except Invalid as wrong:
        if wrong.code != "reason.words":
            raise
        form.words.errors = [_("Say in a few words why you open what another person accompanies.")]
        return page(case_id, open_form=form), 422
    return page(case_id, reader=Reader(True, since))


def told_page(case_id: UUID, form: ToldForm | None = None, **more):
    """Render the page of the intake."""
    case, reader = care_frame.read(case_id, more.pop("reader", None))
    form = form or ToldForm(formdata=None)
    known = facts_of(case).get("told")
    if not form.is_submitted() and known:
        form.told.data = known
    return care_frame.render(
        case,
        reader,
        "desk.told",
        form=form,
        told=known or [],
        report=case.referral.report,
        who=[case.referral.report.entered_by],
        **more,
    )


_PAGES = {
    "case": cases.page,
    "told": told_page,
    "consent": consents.page,
    "assessment": assessment_pages.page,
    "plan": plans.page,
    "work": work.page,
    "monitoring": reviews.monitoring_page,
    "evaluation": reviews.evaluation_page,
    "closing": closings.page,
    "follow_up": follow_ups.page,
}
