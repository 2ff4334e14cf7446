"""One clock: its history, and what a person does with it, always with a reason."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain import deadline as rules
from app.domain.deadline import Kind
from app.domain.errors import Conflict, Invalid
from app.domain.second import may_agree
from app.models import Deadline
from app.services import (
    cases,
    closings,
    deadline_acts,
    deadline_board,
    deadlines,
    limits,
    owning,
    people,
    trail,
)
from app.services.rows import texts_of

from . import bp, late
from .clock_words import left_until
from .deadline_forms import CorrectForm, EndForm, NameForm, WhyForm
from .deadlines import blame, fresh, number, zone
from .desk_words import word
from .gate import can, needs


@bp.get("/clocks/<uuid:clock_id>")
@needs("clock.see")
def clock(clock_id: UUID):
    """Show one clock with its whole history."""
    return clock_page(clock_id)


def clock_page(clock_id: UUID, **forms):
    """Render one clock; the words of its steps open to whose work it is, with a trail row."""
    now = utc_now()
    with transaction():
        row = deadline_acts.get(clock_id, g.me)
        own = _is_own(row)
        trail.append(
            row.district, "clock.open" if own else "clock.see", "clock", row.id, by=g.me.id, now=now
        )
    row = deadline_acts.get(clock_id, g.me)
    steps, kind = deadlines.steps_of(row), Kind(row.kind)
    owner_id = deadline_board.owners([row])[row.id]
    correct_form = forms.get("correct_form") or fresh(CorrectForm(formdata=None), row.starts_at)
    end_form = forms.get("end_form") or fresh(_end_form(row, sent=False), now)
    return render_template(
        "coordinator/clock.html",
        row=row,
        owner_id=owner_id,
        case=cases.of_referral(row.referral) if row.referral else None,
        number=number(row, limits.limits(row.district)),
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
        now=now,
    )


@bp.post("/clocks/<uuid:clock_id>/correct")
@needs("clock.correct")
def correct_clock(clock_id: UUID):
    """Confirm or correct its start."""
    form = CorrectForm()

    def do(row, now):
        at = form.at.at(zone())
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
    form, here = _end_form(deadline_acts.get(clock_id, g.me)), zone()

    def do(row, now):
        at = form.at.at(here)
        until = form.until.at(here) if "until" in form and form.until.data else None
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
        blame(form, wrong)
        return clock_page(clock_id, **{name: form}), 422
    except Conflict:
        late.on_clock(deadline_acts.get(clock_id, g.me), form)
        return clock_page(clock_id), 409
    flash(said or _("Written down."))
    return redirect(url_for("desk.clock", clock_id=clock_id), 303)


def _end_form(row: Deadline, *, sent: bool = True) -> EndForm:
    child = bool(row.referral and row.referral.child)
    form = EndForm() if sent else EndForm(formdata=None)
    return form.for_kind(Kind(row.kind), child=child)


def _is_own(row: Deadline) -> bool:
    if row.referral is None:
        return True
    return owning.is_own(row.referral, cases.of_referral(row.referral), g.me)
