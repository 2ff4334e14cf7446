"""Handing a visit to a cadre who fits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain import areas, clocks, codes
from app.domain.errors import Conflict, Invalid
from app.domain.report import Risk, short_code
from app.models import Case
from app.services import handing, limits, opening, owning, people, series

from . import bp, late
from .cases import page as stands
from .forms import HandForm
from .gate import load_case, needs


@bp.route("/cases/<uuid:case_id>/hand", methods=["GET", "POST"])
@needs("visit.hand")
def hand(case_id: UUID):
    """Hand a visit to a cadre. Who fits depends on what is sealed, so this opens it, with a row."""
    now = utc_now()
    with transaction():
        shown = load_case(case_id)
        own = owning.is_own(shown.referral, shown, g.me)
        if own:
            opened = opening.open_report(shown.referral, shown, g.me, "visit", "", now=now)
    if not own:
        return _not_own(case_id)
    shown = load_case(case_id)
    candidates = handing.candidates(shown, opened)
    form = _hand_form(shown, candidates, now)
    parsed = form.parsed(areas.zone(g.me.district)) if form.is_submitted() else None
    if parsed is not None:
        try:
            return _handed(case_id, form, parsed, opened, now)
        except Invalid as wrong:
            _say(form, wrong)
    page = render_template(
        "coordinator/hand.html",
        case=shown,
        code=short_code(shown.referral.report_id),
        form=form,
        candidates=candidates,
        opened=opened,
        now=now,
    )
    return page, 422 if form.is_submitted() else 200


def _not_own(case_id: UUID):
    """Lead back to the case; what was typed before it was given to somebody else comes along."""
    form = HandForm()
    form.cadre.choices = []
    if form.is_submitted():
        late.on_case(load_case(case_id), form)
        return stands(case_id), 409
    flash(_("Only its caseworker hands over a visit. Assign the case first."))
    return redirect(url_for("desk.case", case_id=case_id), 303)


def _handed(case_id: UUID, form: HandForm, parsed, opened: opening.Opened, now: datetime):
    with transaction():
        shown = load_case(case_id, lock=True)
        cadre = people.get(UUID(form.cadre.data), g.me.district)
        visit = series.hand(shown, cadre, parsed, opened, g.me, now=now)
    flash(_("Handed over. Her phone fetches it sealed."))
    return redirect(url_for("desk.visit", visit_id=visit.id), 303)


@bp.post("/cases/<uuid:case_id>/series/<uuid:series_id>/end")
@needs("visit.withdraw")
def end_series(case_id: UUID, series_id: UUID):
    """Plan no further visit of a series."""
    try:
        with transaction():
            shown = load_case(case_id, lock=True)
            series.end(series.get(series_id, shown, lock=True), g.me, now=utc_now())
    except Conflict:
        flash(_("It had ended already."))
    else:
        flash(_("Ended. A visit that is on her phone already stays, until you take it back."))
    return redirect(url_for("desk.case", case_id=case_id), 303)


def _hand_form(shown: Case, candidates: list[handing.Candidate], now: datetime) -> HandForm:
    form = HandForm()
    form.cadre.choices = [(str(one.cadre.person.id), one.cadre.label) for one in candidates]
    if not form.is_submitted():
        zone = areas.zone(shown.district)
        opens_at, due_at = clocks.visit_window(
            Risk(shown.referral.risk), now, limits.limits(shown.district)
        )
        form.opens_at.data = opens_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
        form.due_at.data = due_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
        form.purpose.data = codes.PURPOSE[0]
        form.meeting_place.data = codes.MEETING_PLACE[0]
        fitting = [str(one.cadre.person.id) for one in candidates if one.fits]
        form.cadre.data = fitting[0] if fitting else None
    return form


def _say(form: HandForm, wrong: Invalid) -> None:
    words = {
        "visit.window": _("The end must lie after the beginning, and ahead of now."),
        "series.end": _("Give a number of visits or a last day, not both."),
        "series.length": _("A series has 2 to 26 visits."),
        "field.missing": _("This is missing."),
        "visit.agreed": _("This day has not come yet."),
        "consent.withdrawn": _("She has taken her consent back: nothing new may begin."),
        "visit.safe_way": _("The cadre who reported leaves. First a new safe way."),
        "visit.cadre": _("She no longer fits. Choose somebody else."),
    }
    name = str(wrong.details.get("field", "cadre"))
    control = form[name if name in form else "cadre"]
    control.errors = [words.get(wrong.code, _("This does not fit. Look at it once more."))]
