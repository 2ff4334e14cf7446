"""Clocks: all that run, those of one referral, and what a person does with one of them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain import areas
from app.domain import deadline as rules
from app.domain.deadline import Kind
from app.domain.errors import Conflict, Invalid
from app.domain.second import may_agree
from app.models import Deadline
from app.services import (
    case_clocks,
    cases,
    closings,
    deadline_acts,
    deadline_board,
    deadlines,
    limits,
    opening,
    people,
    trail,
)
from app.services.rows import texts_of

from . import bp
from .clock_words import left_until, number_words
from .deadline_forms import BreachForm, CorrectForm, EndForm, NameForm, StartForm, WhyForm
from .desk_words import word
from .gate import can, load, needs
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
    over = deadline_board.over_late(g.me, now=now) if tab == "over" else []
    rows = [] if tab == "over" else deadline_board.running(g.me, tab, now=now)
    owners = deadline_board.owners([*rows, *(row for row, _how in over)])
    own = limits.limits(g.me.district)
    return render_template(
        "coordinator/clocks.html",
        tab=tab,
        tabs=deadline_board.TABS,
        lines=[(row, left_until(row.due_at, now), _number(row, own)) for row in rows],
        over=over,
        owners=owners,
        names=people.calls(owners.values()),
        late=deadline_board.late_count(g.me, now=now),
        elsewhere=deadline_board.late_elsewhere(g.me, now=now),
        form=form or _fresh(BreachForm(formdata=None)),
        now=now,
    )


@bp.post("/clocks")
@needs("clock.correct")
def start_breach():
    """Start the clock of a breach of data that became known."""
    form = BreachForm()
    at = form.at.at(_zone()) if form.validate_on_submit() else None
    if at is None:
        return board_page(form), 422
    try:
        with transaction():
            row = deadline_acts.start_breach(at, form.words.data, g.me, now=utc_now())
    except Invalid as wrong:
        _blame(form, wrong)
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
        form=form or _fresh(StartForm(formdata=None)),
    )


@bp.post("/referrals/<uuid:referral_id>/clocks")
@needs("clock.correct")
def start_clock(referral_id: UUID):
    """Start a clock that a person knows of."""
    load(referral_id)
    form = StartForm()
    at = form.at.at(_zone()) if form.validate_on_submit() else None
    if at is None:
        return referral_page(referral_id, form), 422
    why = deadline_acts.Why("", form.words.data or "")
    try:
        with transaction():
            shown = load(referral_id, lock=True)
            deadline_acts.start(shown, form.kind.data, at, why, g.me, now=utc_now())
    except (Invalid, Conflict) as wrong:
        _blame(form, wrong)
        return referral_page(referral_id, form), 422
    flash(_("The clock runs."))
    return redirect(url_for("desk.referral_clocks", referral_id=referral_id), 303)


@bp.get("/clocks/<uuid:clock_id>")
@needs("clock.see")
def clock(clock_id: UUID):
    """Show one clock with its whole history."""
    return clock_page(clock_id)


def clock_page(clock_id: UUID, **forms):
    """Render one clock; the words of its steps open to whose work it is, with a trail row."""
    now, zone = utc_now(), _zone()
    with transaction():
        row = deadline_acts.get(clock_id, g.me)
        own = _is_own(row)
        trail.append(
            row.district, "clock.open" if own else "clock.see", "clock", row.id, by=g.me.id, now=now
        )
    row = deadline_acts.get(clock_id, g.me)
    steps, kind = deadlines.steps_of(row), Kind(row.kind)
    owner_id = deadline_board.owners([row])[row.id]
    correct_form = forms.get("correct_form") or _fresh(CorrectForm(formdata=None), row.starts_at)
    end_form = forms.get("end_form") or _fresh(_end_form(row, sent=False), now)
    return render_template(
        "coordinator/clock.html",
        row=row,
        owner_id=owner_id,
        case=cases.of_referral(row.referral) if row.referral else None,
        number=_number(row, limits.limits(row.district)),
        rest=left_until(row.due_at, now),
        kept=deadline_board.kept(row),
        may_pause=rules.may_pause(kind),
        by_itself=row.ended_how in rules.BY_ITSELF,
        warnings=rules.warnings(kind, row.starts_at, row.due_at, limits.limits(row.district)),
        steps=[(step, texts_of(step) if own else None) for step in steps],
        names=people.calls([owner_id, row.asked_by, row.ended_by, *(step.by for step in steps)]),
        agreeable=bool(row.asked_by)
        and may_agree(row.asked_by, g.me.id, closings.heads(row))
        and can("clock.approve"),
        parent_since=deadline_acts.parent_office_since(row) if row.asked_by else None,
        correct_form=correct_form,
        end_form=end_form,
        why_form=forms.get("why_form") or WhyForm(formdata=None),
        name_form=forms.get("name_form") or NameForm(formdata=None),
        zone=zone,
        now=now,
    )


@bp.post("/clocks/<uuid:clock_id>/correct")
@needs("clock.correct")
def correct_clock(clock_id: UUID):
    """Confirm or correct its start."""
    form = CorrectForm()

    def do(row, now):
        at = form.at.at(_zone())
        if at is None:
            raise Invalid("field.missing", field="at")
        # Shown without seconds: the same minute confirms.
        same = at == row.starts_at.replace(second=0, microsecond=0)
        at = row.starts_at if same else at
        deadline_acts.correct(row, at, form.reason(), g.me, now=now)

    return _act(clock_id, form, "correct_form", do, _("Its start is confirmed."))


@bp.post("/clocks/<uuid:clock_id>/<any(pause, resume, again):act>")
@needs("clock.correct")
def change_clock(clock_id: UUID, act: str):
    """Let it stand still, run again, or run again after a mistaken end."""
    form = WhyForm()

    def do(row, now):
        getattr(deadline_acts, act)(row, form.reason(), g.me, now=now)

    return _act(clock_id, form, "why_form", do, word("clock step", act))


@bp.post("/clocks/<uuid:clock_id>/end")
@needs("clock.correct")
def end_clock(clock_id: UUID):
    """Write down how it ended."""
    form, zone = _end_form(deadline_acts.get(clock_id, g.me)), _zone()

    def do(row, now):
        at = form.at.at(zone)
        until = form.until.at(zone) if "until" in form and form.until.data else None
        if at is None:
            raise Invalid("field.missing", field="at")
        words = form.words.data or ""
        deadline_acts.end(row, form.how.data, at, words, g.me, until=until, now=now)

    return _act(clock_id, form, "end_form", do, _("Written down."))


@bp.post("/clocks/<uuid:clock_id>/agree")
@needs("clock.approve")
def agree_to_end(clock_id: UUID):
    """Agree as the second person."""
    return _act(clock_id, None, "", lambda row, now: deadline_acts.agree(row, g.me, now=now), "")


@bp.post("/clocks/<uuid:clock_id>/parent-office")
@needs("clock.correct")
def end_for_parent_office(clock_id: UUID):
    """Write down who of the parent office agreed, where there is no head."""
    form = NameForm()

    def do(row, now):
        deadline_acts.agree_for_parent_office(row, form.name.data or "", g.me, now=now)

    return _act(clock_id, form, "name_form", do, _("Ended, and marked: without a head."))


@bp.post("/clocks/<uuid:clock_id>/refuse")
@needs("clock.correct")
def refuse_end(clock_id: UUID):
    """Say no to it, or take one's own asking back."""

    def do(row, now):
        deadline_acts.refuse(row, g.me, now=now)

    return _act(clock_id, None, "", do, _("The clock runs on."))


def _act(clock_id: UUID, form, name: str, do: Callable, said: str):
    """Apply a form to a clock; with a fault, the page as it was typed."""
    deadline_acts.get(clock_id, g.me)
    if form is not None and not form.validate_on_submit():
        return clock_page(clock_id, **{name: form}), 422
    try:
        with transaction():
            do(deadline_acts.get(clock_id, g.me, lock=True), utc_now())
    except Invalid as wrong:
        if form is None:
            raise
        _blame(form, wrong)
        return clock_page(clock_id, **{name: form}), 422
    except Conflict as wrong:
        flash(refused(wrong.code))
    else:
        flash(said or _("Written down."))
    return redirect(url_for("desk.clock", clock_id=clock_id), 303)


def _blame(form, wrong: Invalid | Conflict) -> None:
    name = str(wrong.details.get("field", ""))
    control = form[name] if name in form else next(iter(form))
    control.errors = [*control.errors, refused(wrong.code)]


def _end_form(row: Deadline, *, sent: bool = True) -> EndForm:
    child = bool(row.referral and row.referral.child)
    form = EndForm() if sent else EndForm(formdata=None)
    return form.for_kind(Kind(row.kind), child=child)


def _fresh(form, at=None):
    form.at.fill(at or utc_now(), _zone())
    return form


def _is_own(row: Deadline) -> bool:
    if row.referral is None:
        return True
    return opening.is_own(row.referral, cases.of_referral(row.referral), g.me)


def _number(row: Deadline, own: dict) -> str:
    risk = row.referral.risk if row.referral else "high"
    return number_words(rules.source(Kind(row.kind), risk, own))


def _zone():
    return areas.zone(g.me.district)
