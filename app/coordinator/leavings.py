"""A cadre leaves: all that runs through her, on one page, until nobody is reached through her."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain.errors import Invalid
from app.services import handovers, leavings, people

from . import bp
from .gate import needs


@bp.get("/people/<uuid:person_id>/leaving")
@needs("handover.make")
def leaving(person_id: UUID):
    """Show the survivors who are reached through her, and her visits."""
    person = people.get(person_id, g.me.district)
    lines = leavings.lines(person, g.me)
    return render_template(
        "coordinator/leaving.html",
        person=person,
        name=people.called(person),
        running=handovers.running(person.id),
        lines=lines,
        done=not leavings.runs_through(person),
        villages=people.area_names(line.referral.village for line in lines),
    )


@bp.post("/people/<uuid:person_id>/leaving")
@needs("handover.make")
def begin_leaving(person_id: UUID):
    """Begin: from now on every survivor of hers needs a new safe way before a successor."""
    with transaction():
        handovers.begin(people.get(person_id, g.me.district), g.me, now=utc_now())
    flash(_("Begun. First a new safe way for each, then a successor."))
    return redirect(url_for("desk.leaving", person_id=person_id), 303)


@bp.post("/people/<uuid:person_id>/leaving/end")
@needs("handover.make")
def end_leaving(person_id: UUID):
    """Say that nobody is reached through her any more."""
    try:
        with transaction():
            leavings.finish(people.get(person_id, g.me.district), g.me, now=utc_now())
    except Invalid:
        flash(_("Somebody is still reached through her. First a new safe way."))
        return redirect(url_for("desk.leaving", person_id=person_id), 303)
    flash(_("Handed over: nothing runs through this person any more."))
    return redirect(url_for("desk.person", person_id=person_id), 303)
