"""Somebody of the staff leaves: all that runs through them, on one page."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain.errors import Invalid
from app.domain.report import short_code
from app.services import handovers, people

from . import assigning, bp
from .forms import JustDo
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
    load_case(case_id)
    try:
        with transaction():
            successor = people.get(_id(request.form.get("successor")), g.me.district)
            why = request.form.get("why", "")[:280]
            handovers.give(load_case(case_id, lock=True), successor, g.me, why=why, now=utc_now())
    except Invalid as wrong:
        flash(refused(wrong.code))
    else:
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


def _page(person_id: UUID):
    leaving = people.get(person_id, g.me.district)
    lines = handovers.lines(leaving, g.me)
    offered = {
        line.case.id: [
            one
            for one in assigning.offers(line.case.referral)
            if one.id != str(leaving.id) and not one.blocked
        ]
        for line in lines
    }
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
        now=utc_now(),
    )


def _back(person_id: UUID):
    return redirect(url_for("desk.handover", person_id=person_id), 303)


def _id(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Invalid("person.no_caseworker", field="successor") from None
