"""Clocks: all that run, and those of one referral. What is done with one: `deadline_acts`."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain import areas
from app.domain import deadline as rules
from app.domain.deadline import Kind
from app.domain.errors import Conflict, Invalid
from app.models import Deadline
from app.services import (
    case_clocks,
    cases,
    deadline_acts,
    deadline_board,
    deadlines,
    limits,
    people,
)

from . import bp
from .clock_words import left_until, number_words
from .deadline_forms import BreachForm, StartForm
from .gate import load, needs
from .listing import PAGE, cut, narrowed
from .sayings import refused


@bp.get("/clocks")
@needs("clock.see")
def clocks_board():
    """Show the clocks that run in the district, due first; or those that ended too late."""
    return board_page()


def board_page(form: BreachForm | None = None):
    """Render the board."""
    now, tab = utc_now(), request.args.get("tab", "all")
    tab = tab if tab in deadline_board.TABS else "all"
    by, after = narrowed(), request.args.get("after", type=UUID)
    asked = {"now": now, "after": after, "limit": PAGE + 1}
    over = deadline_board.over_late(g.me, by, **asked) if tab == "over" else []
    rows = [] if tab == "over" else deadline_board.running(g.me, tab, by, **asked)
    how = {row.id: went for row, went in over}
    rows, further = cut(rows or [row for row, _went in over])
    owners = deadline_board.owners(rows)
    own = limits.limits(g.me.district)
    return render_template(
        "coordinator/clocks.html",
        tab=tab,
        tabs=deadline_board.TABS,
        lines=[(row, left_until(row.due_at, now), number(row, own)) for row in rows],
        by=by,
        village=people.area_names([by.village]).get(by.village) if by.village else None,
        after=after,
        next_place=further.id if further else None,
        how=how,
        owners=owners,
        names=people.calls(owners.values()),
        late=deadline_board.late_count(g.me, now=now),
        elsewhere=deadline_board.late_elsewhere(g.me, now=now),
        form=form or fresh(BreachForm(formdata=None)),
        now=now,
    )


@bp.post("/clocks")
@needs("clock.correct")
def start_breach():
    """Start the clock of a breach of data that became known."""
    form = BreachForm()
    at = form.at.at(zone()) if form.validate_on_submit() else None
    if at is None:
        return board_page(form), 422
    try:
        with transaction():
            row = deadline_acts.start_breach(at, form.words.data, g.me, now=utc_now())
    except Invalid as wrong:
        blame(form, wrong)
        return board_page(form), 422
    flash(_("The clock runs. The head is told."))
    return redirect(url_for("desk.clock", clock_id=row.id), 303)


@bp.get("/referrals/<uuid:referral_id>/clocks")
@needs("clock.see")
def referral_clocks(referral_id: UUID):
    """Show every clock of a referral, those too that have ended."""
    return referral_page(referral_id)


def referral_page(referral_id: UUID, form: StartForm | None = None):
    """Render the clocks of a referral."""
    now, shown = utc_now(), load(referral_id)
    case = cases.of_referral(shown)
    running = case_clocks.of_case(case) if case else case_clocks.of_referral(shown)
    ended = [row for row in deadlines.of_referral(shown) if row.ended_how]
    return render_template(
        "coordinator/referral_clocks.html",
        referral=shown,
        case=case,
        clocks=[(one, left_until(one.due_at, now)) for one in running],
        ended=[(row, deadline_board.kept(row)) for row in ended],
        names=people.calls([one.owner_id for one in running]),
        form=form or fresh(StartForm(formdata=None)),
    )


@bp.post("/referrals/<uuid:referral_id>/clocks")
@needs("clock.correct")
def start_clock(referral_id: UUID):
    """Start a clock that a person knows of."""
    load(referral_id)
    form = StartForm()
    at = form.at.at(zone()) if form.validate_on_submit() else None
    if at is None:
        return referral_page(referral_id, form), 422
    why = deadline_acts.Why("", form.words.data or "")
    try:
        with transaction():
            shown = load(referral_id, lock=True)
            deadline_acts.start(shown, form.kind.data, at, why, g.me, now=utc_now())
    except (Invalid, Conflict) as wrong:
        blame(form, wrong)
        return referral_page(referral_id, form), 422
    flash(_("The clock runs."))
    return redirect(url_for("desk.referral_clocks", referral_id=referral_id), 303)


def blame(form, wrong: Invalid | Conflict) -> None:
    name = str(wrong.details.get("field", ""))
    control = form[name] if name in form else next(iter(form))
    control.errors = [*control.errors, refused(wrong.code)]


def fresh(form, at=None):
    form.at.fill(at or utc_now(), zone())
    return form


def number(row: Deadline, own: dict) -> str:
    risk = row.referral.risk if row.referral else "high"
    return number_words(rules.source(Kind(row.kind), risk, own))


def zone():
    return areas.zone(g.me.district)
