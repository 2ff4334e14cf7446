"""Asking for a service: what, of whom, how she gets there."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain.errors import Conflict, Invalid
from app.domain.report import short_code
from app.domain.service_referral import ServiceState, is_urgent, may_settle
from app.models import Case, ServiceReferral
from app.services import offering, opening, partners, service_referrals

from . import bp, late
from .cases import page as stands
from .gate import load_case, needs
from .service_forms import OURSELVES, ServiceForm, kinds_of_service


@bp.route("/cases/<uuid:case_id>/services/new", methods=["GET", "POST"])
@needs("service.write")
def ask_service(case_id: UUID):
    """Ask for a service: what, of whom, how she gets there. Nothing of it stands in the address."""
    shown = load_case(case_id)
    form = _service_form(shown)
    if request.form.get("do") in ("save", "send") and form.validate_on_submit():
        try:
            return _asked(case_id, form)
        except Invalid as wrong:
            _say(form, wrong)
        except Conflict:
            late.on_case(load_case(case_id), form)
            return stands(case_id), 409
    elif form.is_submitted():
        form.validate()
        form.partner.errors = []
    around = _around(case_id) if form.is_submitted() else opening.Around()
    shown = load_case(case_id)
    page = render_template(
        "coordinator/service_new.html",
        case=shown,
        around=around,
        code=short_code(shown.referral.report_id),
        form=form,
        offers=_offers(shown, form, around.kept_out),
        needs=offering.access_needs(shown),
        urgent=is_urgent(form.wish[1]),
        us=OURSELVES,
    )
    wrong = form.is_submitted() and request.form.get("do") in ("save", "send")
    return page, 422 if wrong else 200


def _asked(case_id: UUID, form: ServiceForm):
    with transaction():
        shown = load_case(case_id, lock=True)
        made = service_referrals.draft(shown, form.request(), g.me, now=utc_now())
        if request.form.get("do") == "send":
            service_referrals.submit(made, g.me, now=utc_now())
    flash(_sent_or_saved(made))
    return redirect(url_for("desk.service", service_id=made.id), 303)


def _sent_or_saved(made: ServiceReferral) -> str:
    if made.state == ServiceState.SENT:
        return _("Sent at once, because it cannot wait. The head is told.")
    if made.state == ServiceState.AWAITING_APPROVAL:
        return _("It waits for the head's approval.")
    return _("The draft is saved. Look at it, then send it.")


def _service_form(shown: Case) -> ServiceForm:
    form = ServiceForm()
    allowed = may_settle(banned=shown.settlement_banned, own=True)
    form.asked.choices = {"": [("", _("Choose"))]} | kinds_of_service(may_settle=allowed)
    form.partner.choices = []
    if form.is_submitted() and request.form.get("do") != "offer" and not form.partner.data:
        form.partner.validators = []
    return form


def _offers(shown: Case, form: ServiceForm, kept_out: frozenset[str]) -> list[offering.Offer]:
    service, what = form.wish
    if not form.is_submitted() or form.asked.errors or not service:
        return []
    today = partners.today_in(shown.district, utc_now())
    return offering.offers(shown, service, what, today=today, kept_out=kept_out)


def _around(case_id: UUID) -> opening.Around:
    """Who must not know stands above those who can be asked; reading that is a row in the trail."""
    with transaction():
        return opening.open_around(load_case(case_id), g.me, now=utc_now())


def _say(form: ServiceForm, wrong: Invalid) -> None:
    words = {
        "service.settlement": _("The law forbids a settlement here."),
        "service.mediation_by_us": _("Only the UPTD itself mediates."),
        "service.kept_out": _("This partner must not know of her. Choose a way around."),
        "service.partner": _("This partner is no longer on the list."),
        "service.no_consent": _(
            "Not sent: she has not agreed, and no legal basis holds. Save the draft; ask her first."
        ),
    }
    name = "asked" if wrong.code == "service.settlement" else "partner"
    form[name].errors = [words.get(wrong.code, _("This does not fit. Look at it once more."))]
