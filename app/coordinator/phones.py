"""Phones: the invite slip, the four digits, and ending one that was lost, in two clicks."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain.errors import Conflict
from app.models import Device
from app.services import people, phones

from . import bp
from .gate import heavy, needs, own_district
from .pictures import qr


@bp.post("/people/<uuid:person_id>/invite")
@needs("phones.invite")
@heavy
def invite(person_id: UUID):
    """Make an invite and show its slip once: the code is kept nowhere."""
    spoken = request.form.get("spoken") == "yes"
    with transaction():
        invited_person = people.get(person_id, g.me.district)
        invited = phones.invite(invited_person, now=utc_now(), by=g.me.id, spoken=spoken)
    link = invited.link(current_app.config["SIAGA"].cadre_url)
    return render_template(
        "coordinator/slip.html",
        person=invited_person,
        name=people.called(invited_person),
        invited=invited,
        spoken=spoken,
        link=link,
        picture=None if spoken else qr(link),
    )


@bp.post("/phones/<uuid:device_id>/confirm")
@needs("phones.confirm")
@heavy
def confirm(device_id: UUID):
    """Let visits and messages flow: the four digits were compared with the cadre."""
    try:
        with transaction():
            device = _device(device_id)
            phones.confirm(device, now=utc_now(), by=g.me.id)
    except Conflict:
        flash(_("This phone has ended meanwhile. Invite it anew."))
    else:
        flash(_("Confirmed. Visits and messages reach this phone from now on."))
    return redirect(url_for("desk.person", person_id=device.person_id), 303)


@bp.post("/phones/<uuid:device_id>/revoke")
@needs("phones.revoke")
def revoke(device_id: UUID):
    """End a phone. Not behind the second factor: a lost phone cannot wait for a code."""
    with transaction():
        device = _device(device_id)
        phones.revoke(device, now=utc_now(), by=g.me.id)
    flash(_("Ended. What is on it can no longer be opened."))
    return redirect(url_for("desk.person", person_id=device.person_id), 303)


def _device(device_id: UUID) -> Device:
    return own_district(phones.find(device_id), "device")
