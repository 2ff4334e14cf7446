"""What every page of a case shares: head, rail, what is missing, what of it may be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask_wtf import FlaskForm

from app.db import transaction, utc_now
from app.domain import areas
from app.domain.case import Stage
from app.domain.errors import Conflict, Invalid, NotAllowed, Refusal
from app.domain.report import planned_by, short_code
from app.forms import QuestionForm
from app.models import Case
from app.services import (
    cases,
    closings,
    errands,
    limits,
    opening,
    owning,
    people,
    reports,
    stages,
    trail,
)
from app.services.additions import coded
from app.services.rows import texts_of

from . import late
from .forms import OpenForm
from .gate import load_case
from .looks import survivor
from .sayings import refused

PAGES = {
    Stage.INTAKE: "desk.told",
    Stage.ENGAGEMENT: "desk.consent",
    Stage.ASSESSMENT: "desk.assessment",
    Stage.PLANNING: "desk.plan",
    Stage.INTERVENTION: "desk.work",
    Stage.MONITORING: "desk.monitoring",
    Stage.EVALUATION: "desk.evaluation",
    Stage.TERMINATION: "desk.closing",
    Stage.FOLLOW_UP: "desk.follow_up",
}
# Where what is missing is mended, if not on the page of the stage itself.
ELSEWHERE = frozenset({"caseworker", "services_undecided", "visits_running", "replies_late"})


@dataclass(frozen=True, slots=True)
class Reader:
    """What the person at this page may read of what is sealed."""

    unlocked: bool = False
    since: datetime | None = None
    """What was sealed before opens with a reason only: a successor's case."""

    def texts(self, row, at: datetime) -> dict | None:
        """Return a row's texts, or None where they stay locked."""
        if not self.unlocked or (self.since is not None and at < self.since):
            return None
        return texts_of(row)


@dataclass(frozen=True, slots=True)
class Step:
    """One stage on the rail."""

    code: str
    url: str
    done: bool
    here: bool
    shown: bool


def read(case_id: UUID, reader: Reader | None = None) -> tuple[Case, Reader]:
    """Load a case for a page, with its rows in the trail; one's own is opened."""
    now = utc_now()
    with transaction():
        case = load_case(case_id)
        trail.append(case.district, "case.see", "case", case.id, by=g.me.id, now=now)
        if reader is None and owning.is_own(case.referral, case, g.me):
            reader = Reader(True, opening.open_case(case, g.me, "care", now=now))
    limits.know(g.me)  # Writing has forgotten what this page knew.
    return case, reader or Reader()


def render(case: Case, reader: Reader, endpoint: str, **more):
    """Render a page of a case: `coordinator/case_<page>.html`."""
    stage = stages.of(case)
    facts = coded(case.referral.report)
    stopped = reports.sharing_stopped(case.referral.report_id)
    name = endpoint.removeprefix("desk.")
    names = people.calls([case.caseworker_id, *more.pop("who", ())])
    return render_template(
        "coordinator/case.html" if name == "case" else f"coordinator/case_{name}.html",
        case=case,
        code=short_code(case.referral.report_id),
        facts=facts,
        survivor_words=survivor(facts),
        village=people.area_names([case.referral.village]).get(case.referral.village, ""),
        names=names,
        rail=_rail(case, stage, endpoint),
        page_name=name,
        lacking=[(code, _where(code, stage, case)) for code in stages.lacking(case, now=utc_now())],
        next_stage=Stage(stage + 1).code if stage < Stage.EVALUATION + 1 else None,
        stopped=stopped,
        visits_stopped=bool(stopped & errands.STOPS_VISITS),
        planned_by=planned_by(facts, case.referral.report.happened_at),
        closing_waits=closings.waiting(case),
        own=owning.is_own(case.referral, case, g.me),
        reader=reader,
        open_form=more.pop("open_form", None) or OpenForm(formdata=None, reason="care"),
        now=utc_now(),
        **more,
    )


def save(
    case_id: UUID,
    form: QuestionForm,
    do: Callable,
    *,
    page: Callable,
    endpoint: str,
    said: str,
):
    """Apply a form to a case: `do(case, parsed, now)`; with a fault, the page as it was typed."""
    load_case(case_id)
    parsed = form.parsed(areas.zone(g.me.district))
    if parsed is None:
        return page(case_id, form), 422
    return settle(
        case_id,
        form,
        lambda case, now: do(case, parsed, now),
        page=page,
        endpoint=endpoint,
        said=said,
    )


def settle(
    case_id: UUID,
    form: FlaskForm,
    do: Callable,
    *,
    page: Callable,
    endpoint: str,
    said: str,
):
    """Do what a form says: `do(case, now)`. What was typed comes back where it cannot be done.

    Somebody else may have been faster, or the case may have been given to somebody else.
    """
    try:
        with transaction():
            do(load_case(case_id, lock=True), utc_now())
    except Invalid as wrong:
        blame(form, wrong)
        return page(case_id, form), 422
    except Conflict:
        late.on_case(load_case(case_id), form)
        return page(case_id, form), 409
    except NotAllowed as wrong:
        if wrong.code == "risk.lower":
            blame(form, wrong)
            return page(case_id, form), 422
        case = load_case(case_id)
        if not cases.was_own(case, g.me):
            raise
        late.on_case(case, form)
        return page(case_id, form), 409
    flash(said)
    return redirect(url_for(endpoint, case_id=case_id), 303)


def act(case_id: UUID, do: Callable, *, endpoint: str, said: str):
    """Do something with a case that asks nothing more: `do(case, now)`; a refusal is said."""
    try:
        with transaction():
            do(load_case(case_id, lock=True), utc_now())
    except (Invalid, Conflict) as wrong:
        flash(refused(wrong.code))
    else:
        flash(said)
    return redirect(url_for(endpoint, case_id=case_id), 303)


def blame(form: FlaskForm, wrong: Refusal) -> None:
    """Say at the control what is wrong, or at the first one if none is named."""
    name = str(wrong.details.get("field", ""))
    control = form[name] if name in form else next(iter(form))
    control.errors = [*control.errors, refused(wrong.code)]


def _rail(case: Case, stage: Stage, endpoint: str) -> list[Step]:
    return [
        Step(
            one.code,
            url_for(PAGES[one], case_id=case.id),
            one < stage,
            one is stage,
            PAGES[one] == endpoint,
        )
        for one in Stage
    ]


def _where(code: str, stage: Stage, case: Case) -> str:
    endpoint = "desk.case" if code in ELSEWHERE else PAGES[stage]
    return url_for(endpoint, case_id=case.id)
