"""Looking back: monitoring while services run, evaluation at their end."""

from __future__ import annotations

from uuid import UUID

from flask import g
from flask_babel import gettext as _

from app.domain import codes
from app.domain.case import Stage
from app.domain.fields import INDICATORS, UPTD_INDICATORS
from app.forms import AgainForm, EvaluateForm, MonitorForm, ScoreForm
from app.services import case_scores, cases, reviews, stages
from app.services.rows import facts_of

from . import bp, care_frame
from .care_frame import save
from .gate import needs
from .plans import lines

SIGNS = tuple(one.name for one in (*INDICATORS, *UPTD_INDICATORS))


@bp.get("/cases/<uuid:case_id>/monitoring")
@needs("case.see")
def monitoring(case_id: UUID):
    """Show the looks back while services run."""
    return monitoring_page(case_id)


@bp.post("/cases/<uuid:case_id>/monitoring")
@needs("case.review")
def monitor(case_id: UUID):
    """Write one down."""

    def do(case, parsed, now):
        reviews.write(case, "monitoring", parsed, g.me, now=now)

    return save(
        case_id,
        MonitorForm(),
        do,
        page=monitoring_page,
        endpoint="desk.monitoring",
        said=_("Noted."),
    )


@bp.post("/cases/<uuid:case_id>/again")
@needs("case.move")
def assess_again(case_id: UUID):
    """Go back to assessment, with a reason."""

    def do(case, parsed, now):
        stages.assess_again(case, parsed.texts["again_reason"], g.me, now=now)

    return save(
        case_id,
        AgainForm(),
        do,
        page=lambda one, form: monitoring_page(one, again_form=form),
        endpoint="desk.assessment",
        said=_("Back to assessment. What was found before stays written."),
    )


@bp.get("/cases/<uuid:case_id>/evaluation")
@needs("case.see")
def evaluation(case_id: UUID):
    """Show goals against plan, signs of recovery, what she says."""
    return evaluation_page(case_id)


@bp.post("/cases/<uuid:case_id>/evaluation")
@needs("case.review")
def evaluate(case_id: UUID):
    """Write the evaluation down."""

    def do(case, parsed, now):
        reviews.write(case, "evaluation", parsed, g.me, now=now)

    return save(
        case_id,
        EvaluateForm(),
        do,
        page=evaluation_page,
        endpoint="desk.evaluation",
        said=_("The evaluation is written."),
    )


@bp.get("/cases/<uuid:case_id>/partners/<uuid:partner_id>/score")
@needs("case.review")
def score(case_id: UUID, partner_id: UUID):
    """Show the form by which a partner is scored for one survivor."""
    return _score_page(case_id, partner_id)


@bp.post("/cases/<uuid:case_id>/partners/<uuid:partner_id>/score")
@needs("case.review")
def give_score(case_id: UUID, partner_id: UUID):
    """Score a partner."""

    def do(case, parsed, now):
        case_scores.give(case, partner_id, parsed, g.me, now=now)

    return save(
        case_id,
        ScoreForm(),
        do,
        page=lambda one, form: _score_page(one, partner_id, form),
        endpoint="desk.evaluation",
        said=_("The score is written."),
    )


def _score_page(case_id: UUID, partner_id: UUID, form: ScoreForm | None = None):
    case, reader = care_frame.read(case_id)
    asked = case_scores.one(case, partner_id)
    score = asked.score
    return care_frame.render(
        case,
        reader,
        "desk.score",
        form=form or ScoreForm(formdata=None),
        asked_of=asked,
        told=facts_of(score) if score else {},
        texts=reader.texts(score, score.at) if score else None,
        names_of=codes.PARTNER_SCORE,
        who=[score.by] if score else [],
    )


def monitoring_page(case_id: UUID, form: MonitorForm | None = None, **more):
    """Render the page of monitoring."""
    case, reader = care_frame.read(case_id, more.pop("reader", None))
    rows = reviews.of_case(case, "monitoring")
    return care_frame.render(
        case,
        reader,
        "desk.monitoring",
        form=form or MonitorForm(formdata=None),
        again_form=more.pop("again_form", None) or AgainForm(formdata=None),
        may_again=Stage.ASSESSMENT < stages.of(case) < Stage.TERMINATION,
        written=[(row, facts_of(row), reader.texts(row, row.at)) for row in rows],
        visits=cases.visits(case),
        who=[row.by for row in rows],
        **more,
    )


def evaluation_page(case_id: UUID, form: EvaluateForm | None = None, **more):
    """Render the page of the evaluation."""
    case, reader = care_frame.read(case_id, more.pop("reader", None))
    rows = reviews.of_case(case, "evaluation")
    asked = case_scores.asked(case)
    return care_frame.render(
        case,
        reader,
        "desk.evaluation",
        form=form or EvaluateForm(formdata=None),
        rows=lines(case, reader),
        asked_of=[(one, facts_of(one.score) if one.score else {}) for one in asked],
        score_names=codes.PARTNER_SCORE,
        signs=SIGNS,
        written=[(row, facts_of(row), reader.texts(row, row.at)) for row in rows],
        who=[row.by for row in rows],
        **more,
    )
