"""The register of partners: who may be asked, under which agreement, and how they answer."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain import codes
from app.domain import partner as rules
from app.domain.errors import Conflict, Invalid, Missing
from app.models import Partner
from app.services import case_scores, partner_scores, partners, people

from . import bp
from .gate import needs
from .partner_forms import PartnerForm


@bp.route("/partners", methods=["GET", "POST"])
@needs("partner.see")
def partners_list():
    """Show the register. Words that are searched for come by POST: no address keeps them."""
    now = utc_now()
    today = partners.today_in(g.me.district, now)
    wanted = _wanted()
    shown = partners.page(g.me, wanted, today=today, after=_behind(), limit=partners.PAGE + 1)
    more = len(shown) > partners.PAGE
    shown = shown[: partners.PAGE]
    return render_template(
        "coordinator/partners.html",
        partners=shown,
        wanted=wanted,
        count=partners.count(g.me, wanted, today=today),
        next_place=shown[-1].id if more else None,
        after=request.args.get("after"),
        agreements={one.id: partners.mou_of(one, today) for one in shown},
        old={one.id for one in shown if partners.needs_check(one, now)},
        kinds=rules.KIND,
        sorts=partners.SORTS,
    )


@bp.get("/partners/scorecard")
@needs("partner.see")
def scorecard():
    """Show how partners answer, and what nobody could give."""
    now = utc_now()
    return render_template(
        "coordinator/scorecard.html",
        scores=partner_scores.scores(g.me, now=now),
        judged=case_scores.sums(g.me.district, now - partner_scores.YEAR),
        score_names=codes.PARTNER_SCORE,
        unmet=partner_scores.unmet(g.me, now=now),
    )


@bp.get("/partners/<uuid:partner_id>")
@needs("partner.see")
def partner(partner_id: UUID):
    """Show one partner."""
    now = utc_now()
    shown = partners.get(partner_id, g.me)
    return render_template(
        "coordinator/partner.html",
        partner=shown,
        contact=partners.contact_of(shown),
        agreement_now=partners.mou_of(shown, partners.today_in(g.me.district, now)),
        stand_ins=partners.stand_ins(shown),
        old=partners.needs_check(shown, now),
        names=people.calls([shown.checked_by]),
        scores=partner_scores.scores(g.me, now=now, partner_id=shown.id),
    )


@bp.route("/partners/new", methods=["GET", "POST"])
@needs("partner.change")
def add_partner():
    """Add a partner."""
    form = _form(None)
    if form.validate_on_submit():
        try:
            with transaction():
                added = partners.add(form.details(), g.me, now=utc_now())
        except Invalid as wrong:
            _say(form, wrong)
        else:
            flash(_("The partner stands in the register."))
            return redirect(url_for("desk.partner", partner_id=added.id), 303)
    page = render_template("coordinator/partner_edit.html", form=form, partner=None)
    return page, 422 if form.is_submitted() else 200


@bp.route("/partners/<uuid:partner_id>/edit", methods=["GET", "POST"])
@needs("partner.change")
def edit_partner(partner_id: UUID):
    """Change what is known of a partner."""
    shown = partners.get(partner_id, g.me)
    form = _form(shown)
    if form.validate_on_submit():
        try:
            with transaction():
                known = partners.get(partner_id, g.me, lock=True)
                partners.change(known, form.details(), g.me, now=utc_now())
        except Invalid as wrong:
            _say(form, wrong)
        else:
            flash(_("Saved, and noted as checked today."))
            return redirect(url_for("desk.partner", partner_id=partner_id), 303)
    page = render_template("coordinator/partner_edit.html", form=form, partner=shown)
    return page, 422 if form.is_submitted() else 200


@bp.post("/partners/<uuid:partner_id>/check")
@needs("partner.change")
def check_partner(partner_id: UUID):
    """Note that all of it is still true."""
    with transaction():
        partners.check(partners.get(partner_id, g.me, lock=True), g.me, now=utc_now())
    flash(_("Noted: checked today."))
    return redirect(url_for("desk.partner", partner_id=partner_id), 303)


@bp.post("/partners/<uuid:partner_id>/retire")
@needs("partner.change")
def retire_partner(partner_id: UUID):
    """Offer this partner no more."""
    try:
        with transaction():
            partners.retire(partners.get(partner_id, g.me, lock=True), g.me, now=utc_now())
    except Conflict:
        flash(_("This partner was taken off the list already."))
    else:
        flash(_("Taken off the list. What was sent there stays."))
    return redirect(url_for("desk.partners_list"), 303)


def _wanted() -> partners.Wanted:
    kind, sort = request.args.get("kind"), request.args.get("sort")
    return partners.Wanted(
        kind=kind if kind in rules.KIND else None,
        words=(request.form.get("q") or "").strip()[:60],
        sort=sort if sort in partners.SORTS else "name",
        only_warned=request.args.get("tab") == "ending",
    )


def _behind() -> Partner | None:
    try:
        return partners.get(UUID(request.args.get("after", "")), g.me)
    except (ValueError, Missing):
        return None


def _form(shown: Partner | None) -> PartnerForm:
    form = PartnerForm()
    others = [one for one in partners.working(g.me.district) if shown is None or one.id != shown.id]
    form.fallback.choices = [("", _("Nobody")), *((str(one.id), one.name) for one in others)]
    if shown is not None and not form.is_submitted():
        form.process(obj=shown, data=partners.contact_of(shown))
        form.capacity.data = str(shown.capacity) if shown.capacity is not None else ""
        form.accessibility.data = list(shown.offers)
        form.fallback.data = str(shown.fallback_id or "")
    return form


def _say(form: PartnerForm, wrong: Invalid) -> None:
    words = {
        "field.missing": _("This is missing."),
        "partner.mou_dates": _("The end must not lie before the beginning."),
        "partner.mou_end": _("Say until when it is in force."),
        "partner.shelter_address": _("The place of a safe house is written down nowhere."),
        "partner.fallback_cycle": _("That one falls back on this one, directly or by others."),
        "partner.fallback": _("This partner is no longer on the list."),
    }
    name = str(wrong.details.get("field", "name"))
    form[name].errors = [words[wrong.code]]
