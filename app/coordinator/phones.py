"""Phones: the invite slip, the four digits, and ending one that was lost, in two clicks."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.db import db, transaction, utc_now
from app.domain.errors import Conflict, Invalid
from app.models import CadreContact, Device
from app.services import copies, losses, opening, people, phones

from . import bp
from .gate import can, heavy, needs, own_district
from .pictures import qr


@bp.post("/people/<uuid:person_id>/invite")
@needs("phones.invite")
@heavy
def invite(person_id: UUID):
    """Make an invite and show its slip once: the code is kept nowhere."""
    spoken = request.form.get("spoken") == "yes"
    if spoken and request.form.get("recognised") != "yes":
        flash(_("First call the registered number and ask for her word."))
        return redirect(url_for("desk.person", person_id=person_id), 303)
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


@bp.post("/people/<uuid:person_id>/call-first")
@needs("phones.invite")
def call_first(person_id: UUID):
    """Show whom to call before a code is read out: the registered number, and her word."""
    with transaction():
        invited_person = people.get(person_id, g.me.district)
        contact = opening.open_contact(invited_person, g.me, now=utc_now())
        forbidden = opening.must_not_know_of(invited_person, g.me) if can("referral.open") else ()
    known = db.session.get(CadreContact, person_id)
    return render_template(
        "coordinator/invite_call.html",
        person=invited_person,
        name=people.called(invited_person),
        contact=contact,
        forbidden=forbidden,
        since=known.updated_at if known else None,
    )


@bp.get("/phones/<uuid:device_id>/lost")
@needs("phones.see")
def lost_phone(device_id: UUID):
    """Show what the loss of a phone means, and what to do."""
    device = _device(device_id)
    return render_template(
        "coordinator/lost.html",
        device=device,
        person=device.person,
        name=people.called(device.person),
        told=people.told_by(device),
        loss=losses.of(device, g.me, now=utc_now()),
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
        was_hers = device.state == "active"
        phones.revoke(device, now=utc_now(), by=g.me.id)
    flash(_("Ended. What is on it can no longer be opened with our help."))
    if was_hers:
        return redirect(url_for("desk.lost_phone", device_id=device.id), 303)
    return redirect(url_for("desk.person", person_id=device.person_id), 303)


@bp.post("/phones/<uuid:device_id>/hers")
@needs("phones.confirm")
@heavy
def hers(device_id: UUID):
    """Say that a phone which was taken for a copy is hers: what it sent is judged again."""
    now = utc_now()
    try:
        with transaction():
            device = _device(device_id)
            count = copies.vouch(device, request.form.get("how", ""), by=g.me.id, now=now)
    except Invalid:
        flash(_("Say first how you know that it is hers."))
    except Conflict:
        flash(_("This phone has ended meanwhile. Invite it anew."))
    else:
        flash(_("Written down. What it sent is judged again: %(count)s.", count=count))
    return redirect(url_for("desk.person", person_id=_device(device_id).person_id), 303)


def _device(device_id: UUID) -> Device:
    return own_district(phones.find(device_id), "device")
