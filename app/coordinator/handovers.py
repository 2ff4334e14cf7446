"""Somebody of the staff leaves: all that runs through them, on one page."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain.errors import Conflict, Invalid
from app.domain.report import short_code
from app.models import Case
from app.services import cases, handovers, people

from . import assigning, bp, late
from .forms import GiveForm, JustDo
from .gate import load, load_case, needs
from .sayings import refused


@bp.get("/people/<uuid:person_id>/handover")
@needs("handover.make")
def handover(person_id: UUID):
    """Show what runs through somebody."""
    return _page(person_id)


@bp.post("/people/<uuid:person_id>/handover")
@needs("handover.make")
def begin_handover(person_id: UUID):
    """Begin: from now on every case needs a new safe way before it is given on."""
    with transaction():
        handovers.begin(people.get(person_id, g.me.district), g.me, now=utc_now())
    flash(_("Begun. First a new safe way for each, then a successor."))
    return _back(person_id)


@bp.post("/people/<uuid:person_id>/handover/<uuid:case_id>")
@needs("handover.make")
def give_case(person_id: UUID, case_id: UUID):
    """Name a successor for one case."""
    form = GiveForm()
    form.successor.choices = [(one.id, one.name) for one in _offered(load_case(case_id), person_id)]
    try:
        with transaction():
            shown, why = load_case(case_id, lock=True), (form.why.data or "")[:280]
            cases.must_still_be_with(shown, person_id)
            successor = people.get(_id(form.successor.data), g.me.district)
            handovers.give(shown, successor, g.me, why=why, now=utc_now())
    except Invalid as wrong:
        control = form.why if wrong.code == "assign.reason" else form.successor
        control.errors = [refused(wrong.code)]
        return _page(person_id, case_id, form), 422
    except Conflict:
        late.on_case(load_case(case_id), form)
        return _page(person_id), 409
    flash(_("The case has a successor."))
    return _back(person_id)


@bp.post("/people/<uuid:person_id>/handover/put-back/<uuid:referral_id>")
@needs("handover.make")
def put_back(person_id: UUID, referral_id: UUID):
    """Let a report wait for anybody again."""
    with transaction():
        handovers.put_back(load(referral_id, lock=True), g.me, now=utc_now())
    flash(_("It waits in the queue again."))
    return _back(person_id)


@bp.post("/people/<uuid:person_id>/handover/end")
@needs("handover.make")
def end_handover(person_id: UUID):
    """Say that nothing runs through them any more."""
    try:
        with transaction():
            handovers.finish(people.get(person_id, g.me.district), g.me, now=utc_now())
    except Invalid as wrong:
        flash(refused(wrong.code))
        return _back(person_id)
    flash(_("Handed over: nothing runs through this person any more."))
    return redirect(url_for("desk.person", person_id=person_id), 303)


def _page(person_id: UUID, sent_for: UUID | None = None, sent: GiveForm | None = None):
    leaving = people.get(person_id, g.me.district)
    lines = handovers.lines(leaving, g.me)
    offered = {line.case.id: _offered(line.case, person_id) for line in lines}
    return render_template(
        "coordinator/handover.html",
        person=leaving,
        name=people.called(leaving),
        running=handovers.running(leaving.id),
        lines=lines,
        held=handovers.held_referrals(leaving, g.me),
        offered=offered,
        codes={line.case.id: short_code(line.case.referral.report_id) for line in lines},
        villages=people.area_names(line.case.referral.village for line in lines),
        cadres=people.calls(visit.cadre_id for line in lines for visit in line.visits),
        form=JustDo(formdata=None),
        sent_for=sent_for,
        sent=sent,
        now=utc_now(),
    )


def _offered(case: Case, leaving: UUID) -> list[assigning.Offered]:
    offered = assigning.offers(case.referral)
    return [one for one in offered if one.id != str(leaving) and not one.blocked]


def _back(person_id: UUID):
    return redirect(url_for("desk.handover", person_id=person_id), 303)


def _id(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Invalid("person.no_caseworker", field="successor") from None
