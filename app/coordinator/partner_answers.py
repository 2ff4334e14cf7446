"""The one-time link for a partner's answer: made here, and what came by it believed or not."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, flash, g, redirect, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain.errors import Conflict, Invalid
from app.services import partner_answers, service_referrals

from . import bp
from .forms import JustDo
from .gate import needs
from .service_referrals import page


@bp.post("/services/<uuid:service_id>/link")
@needs("service.write")
def make_link(service_id: UUID):
    """Make a link and show it once: only its hash is kept."""
    try:
        with transaction():
            row = service_referrals.get(service_id, g.me, lock=True)
            secret = partner_answers.make(row, g.me, now=utc_now())
    except Conflict:
        flash(_("No answer is waited for."))
        return redirect(url_for("desk.service", service_id=service_id), 303)
    settings = current_app.config["SIAGA"]
    place = settings.partner_url or settings.desk_url
    return page(service_id, link=f"{place}/p/#{secret}")


@bp.post("/answers/<uuid:link_id>/confirm")
@needs("service.write")
def confirm_answer(link_id: UUID):
    """Believe what came by the link."""
    return _settle(
        link_id, partner_answers.confirm, _("Confirmed. It counts from when they said it.")
    )


@bp.post("/answers/<uuid:link_id>/discard")
@needs("service.write")
def discard_answer(link_id: UUID):
    """Do not believe it."""
    return _settle(link_id, partner_answers.discard, _("Set aside. Nothing was changed."))


def _settle(link_id: UUID, settle, said: str):
    JustDo().validate_on_submit()
    try:
        with transaction():
            link = partner_answers.get(link_id, g.me)
            service_id = link.service_id
            settle(link, g.me, now=utc_now())
    except (Conflict, Invalid):
        flash(_("This answer fits no more: the referral has moved on."))
    else:
        flash(said)
    return redirect(url_for("desk.service", service_id=service_id), 303)
