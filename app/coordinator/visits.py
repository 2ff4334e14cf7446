"""Visits: the board with its running clocks, one visit as recorded, calls that we owe."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.db import db, transaction, utc_now
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.fields import AFTER
from app.domain.report import short_code
from app.domain.visit import OPEN, VisitState, may_take_back
from app.locale import HTML_LANG, choose
from app.models import Person, Visit, VisitRecord, VisitStep
from app.services import (
    calls,
    cases,
    checklists,
    copies,
    directory,
    errands,
    opening,
    owning,
    people,
    trail,
    visit_list,
)
from app.services.rows import facts_of

from . import bp
from .clock_words import left_until
from .forms import OpenForm
from .gate import can, load_visit, needs
from .listing import cut, narrowed

# How the cadre herself is goes to her supervisor, not into the case.
HERSELF = "cadre_wellbeing"
RECORDED = tuple(one.name for one in AFTER if one.name not in ("survivor_wish", "checklist"))


@bp.get("/visits")
@needs("visit.see")
def visits_board():
    """Show what is under way, missed, due and recorded, and whom we owe a call."""
    now, by, after = utc_now(), narrowed(), request.args.get("after", type=UUID)
    tab = request.args.get("tab")
    tab = tab if tab in visit_list.TABS else None
    groups, further = {}, None
    for one in (tab,) if tab else visit_list.TABS:
        limit = visit_list.PAGE if tab else visit_list.SHORT
        found = visit_list.page(g.me, one, by, now=now, after=after, limit=limit + 1)
        groups[one], further = cut(found, limit)
    every = [visit for members in groups.values() for visit in members]
    owed = calls.owed(g.me)
    return render_template(
        "coordinator/visits.html",
        groups=groups,
        tabs=visit_list.TABS,
        tab=tab,
        by=by,
        counts=visit_list.counts(g.me, by, now=now),
        after=after,
        next_place=further.id if tab and further else None,
        calls=owed,
        names=people.calls([v.cadre_id for v in every] + [call.person_id for call in owed]),
        villages=people.area_names([by.village, *(visit.village for visit in every)]),
        clocks={visit.id: _clock(visit, now) for visit in every},
        call_clocks={call.id: left_until(call.due_at, now) for call in owed},
        now=now,
    )


@bp.get("/visits/<uuid:visit_id>")
@needs("visit.see")
def visit(visit_id: UUID):
    """Show a visit. Reading it is written in the trail."""
    with transaction():
        shown = load_visit(visit_id)
        trail.append(shown.district, "visit.see", "visit", shown.id, by=g.me.id, now=utc_now())
    return _page(visit_id)


@bp.post("/visits/<uuid:visit_id>/open")
@needs("visit.open")
def open_visit(visit_id: UUID):
    """Open the sealed text of a visit and of its records."""
    form = OpenForm()
    if not form.validate_on_submit():
        return _page(visit_id, open_form=form), 422
    try:
        with transaction():
            shown = load_visit(visit_id)
            case = cases.get(shown.case_id, g.me) if shown.case_id else None
            words = form.words.data or ""
            texts = opening.open_visit(shown, case, g.me, form.reason.data, words, now=utc_now())
    except Invalid as wrong:
        if wrong.code != "reason.words":
            raise
        form.words.errors = [_("Say in a few words why you open what another person accompanies.")]
        return _page(visit_id, open_form=form), 422
    return _page(visit_id, texts=texts)


@bp.post("/visits/<uuid:visit_id>/withdraw")
@needs("visit.withdraw")
def withdraw(visit_id: UUID):
    """Take a visit back."""
    try:
        with transaction():
            errands.take_back(load_visit(visit_id, lock=True), g.me, now=utc_now())
    except Conflict:
        flash(_("It is too late for that: she has gone already. This is how it stands now."))
    else:
        flash(_("Taken back. Her phone forgets it."))
    return redirect(url_for("desk.visit", visit_id=visit_id), 303)


@bp.post("/calls/<uuid:call_id>/number")
@needs("visit.see")
def call_number(call_id: UUID):
    """Show whom to call: opens how the cadre is reached, with a row in the trail."""
    with transaction():
        call = calls.get(call_id, g.me)
        person = db.session.get(Person, call.person_id) if call.person_id else None
        if person is None:
            raise Missing("call")
        contact = opening.open_contact(person, g.me, now=utc_now())
        forbidden = opening.must_not_know_of(person, g.me)
        companion = ""
        if call.why == "overdue_visit" and call.visit_id is not None:
            companion = opening.open_companion(load_visit(call.visit_id), g.me, now=utc_now())
    return _to_call(person, contact, forbidden, call=call, why=call.why, companion=companion)


@bp.post("/visits/<uuid:visit_id>/number")
@needs("visit.see")
def visit_number(visit_id: UUID):
    """Show how to reach the cadre of a visit, with a row in the trail."""
    with transaction():
        shown = load_visit(visit_id)
        person = people.get(shown.cadre_id, shown.district)
        contact = opening.open_contact(person, g.me, now=utc_now())
        forbidden = opening.must_not_know_of(person, g.me)
    return _to_call(person, contact, forbidden, visit=shown, why="visit_late")


@bp.post("/calls/<uuid:call_id>/done")
@needs("visit.see")
def call_done(call_id: UUID):
    """Note that the call was made."""
    now = utc_now()
    with transaction():
        calls.done(calls.get(call_id, g.me, lock=True), g.me, now=now)
    flash(_("Noted: she was called."))
    return redirect(url_for("desk.visits_board"), 303)


def _to_call(person: Person, contact: dict, forbidden: tuple[str, ...], **about):
    name = people.called(person)
    about |= {"contact": contact, "forbidden": forbidden, "name": name, "person": person}
    if not contact.get("number") and not contact.get("second_number"):
        about["helpers"] = directory.helpers(person.district, person.village)
    return render_template("coordinator/call.html", **about)


def _page(visit_id: UUID, *, texts: list[dict] | None = None, open_form: OpenForm | None = None):
    now = utc_now()
    shown = load_visit(visit_id)
    case = cases.get(shown.case_id, g.me) if shown.case_id else None
    records = list(
        db.session.scalars(
            select(VisitRecord)
            .where(VisitRecord.visit_id == shown.id)
            .order_by(VisitRecord.received_at)
        )
    )
    steps = list(
        db.session.scalars(
            select(VisitStep).where(VisitStep.visit_id == shown.id).order_by(VisitStep.happened_at)
        )
    )
    return render_template(
        "coordinator/visit.html",
        visit=shown,
        case=case,
        own=case is None or owning.asks_no_words(case.referral, case, g.me, now=utc_now()),
        code=short_code(shown.report_id),
        clock=_clock(shown, now),
        call=calls.owed_for(shown, g.me),
        in_doubt=shown.state in OPEN and copies.is_in_doubt(shown.cadre_id),
        names=people.calls([shown.cadre_id, shown.handed_by]),
        village=people.area_names([shown.village]).get(shown.village, ""),
        facts=facts_of(shown),
        steps=[(step, facts_of(step)) for step in steps],
        records=[(record, facts_of(record)) for record in records],
        recorded=[name for name in RECORDED if name != HERSELF or can("cadre.wellbeing")],
        items=checklists.labels_of(shown.district, shown.purpose, HTML_LANG[choose()]),
        texts=texts,
        open_form=open_form or OpenForm(formdata=None, reason="visit"),
        withdrawable=may_take_back(VisitState(shown.state), shown.due_at, now),
    )


def _clock(visit: Visit, now):
    return left_until(visit.check_out_at or visit.due_at, now)
