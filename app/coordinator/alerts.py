"""For you: what has happened that this person should come and see, and the way there."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.db import db, transaction, utc_now
from app.domain.errors import Missing
from app.models import Alert, Person
from app.services import alerts, cases, handing, referrals

from . import bp
from .gate import needs

# What is about no report leads to the page on which it is done.
PLACES = {
    "call_me": "desk.visits_board",
    "cadre_tired": "desk.visits_board",
    "quarantine": "desk.quarantine_list",
    "junk": "desk.quarantine_list",
    "duty_given": "desk.duty_page",
    "duty_changed": "desk.roster",
    "roster_gap": "desk.roster",
    "clock_near": "desk.clocks_board",
    "clock_late": "desk.clocks_board",
    "clock_second": "desk.clocks_board",
    "transfer_answered": "desk.transfers_list",
}
WATCHED = frozenset({"many_openings", "openings_week"})
SERVICES = frozenset(
    {"partner_answered", "service_late", "service_day", "service_approval", "service_back"}
)
RECALLS = frozenset({"recall_near", "recall_late"})


@bp.get("/alerts")
@needs("alert.see")
def alerts_page():
    """Show what waits for this person, the urgent and the newest first."""
    person = db.session.get(Person, g.me.id)
    return render_template("coordinator/alerts.html", alerts=alerts.waiting_for(person))


@bp.post("/alerts/<uuid:alert_id>/look")
@needs("alert.acknowledge")
def look(alert_id: UUID):
    """Go and see what an alert is about; that is having seen it."""
    with transaction():
        alert = alerts.acknowledge(alert_id, g.me.id, now=utc_now())
        place = _place(alert)
    return redirect(place, 303)


@bp.post("/alerts/<uuid:alert_id>/acknowledge")
@needs("alert.acknowledge")
def acknowledge(alert_id: UUID):
    """Say *I have seen it*."""
    with transaction():
        alerts.acknowledge(alert_id, g.me.id, now=utc_now())
    flash(_("Noted."))
    return redirect(url_for("desk.alerts_page"), 303)


@bp.post("/alerts/seen")
@needs("alert.acknowledge")
def acknowledge_all():
    """Say so of all that the page showed, but of what is urgent: that is looked at one by one."""
    shown = set(request.form.getlist("alert"))
    with transaction():
        waiting = alerts.waiting_for(db.session.get_one(Person, g.me.id))
        quiet = [one.id for one in waiting if not one.urgent and str(one.id) in shown]
        for alert_id in quiet:
            alerts.acknowledge(alert_id, g.me.id, now=utc_now())
    words = ngettext("%(num)s noted as seen.", "%(num)s noted as seen.", len(quiet))
    flash(words)
    return redirect(url_for("desk.alerts_page"), 303)


def _place(alert: Alert) -> str:
    """Where the work lies: the visit, the case, the report while it is none, or a board."""
    try:
        if alert.visit_id is not None:
            return url_for("desk.visit", visit_id=handing.get(alert.visit_id, g.me).id)
        if alert.report_id is not None:
            return _of_report(alert)
    except Missing:
        flash(_("It is not there any more."))
        return url_for("desk.alerts_page")
    if alert.kind in WATCHED:
        return url_for("desk.trail_page", on="stranger")
    return url_for(PLACES.get(alert.kind, "desk.home"))


def _of_report(alert: Alert) -> str:
    referral = referrals.of_report(alert.report_id, g.me)
    case = cases.of_referral(referral)
    if case is None:
        return url_for("desk.referral", referral_id=referral.id)
    part = "services" if alert.kind in SERVICES else "recall" if alert.kind in RECALLS else None
    return url_for("desk.case", case_id=case.id, _anchor=part)
