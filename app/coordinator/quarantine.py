"""Quarantine: acts that could not be applied, and what a person decides about each."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.db import db, transaction, utc_now
from app.domain.errors import Conflict, Invalid
from app.domain.report import short_code
from app.models import Device, Quarantined
from app.services import people, settling

from . import bp
from .forms import DiscardForm
from .gate import needs
from .listing import behind, cut, narrowed


@bp.get("/quarantine")
@needs("quarantine.see")
def quarantine_list():
    """Show what waits for a person, and acts whose parent has not come for an hour."""
    now = utc_now()
    by, after = narrowed(), request.args.get("after", type=UUID)
    lines = [line for line in settling.lines(g.me) if by.code in (None, _code_of(line[0]))]
    kept, further = cut(behind(lines, after, lambda line: line[0].id))
    devices = {one.device_id: _device(one) for one, _more in kept if one.device_id}
    return render_template(
        "coordinator/quarantine.html",
        kept=kept,
        names=people.calls(device.person_id for device in devices.values() if device),
        devices=devices,
        orphans=settling.waiting_long(g.me, now=now),
        by=by,
        after=after,
        next_place=further[0].id if further else None,
    )


@bp.get("/quarantine/<uuid:kept_id>")
@needs("quarantine.see")
def quarantined(kept_id: UUID):
    """Show one act; its content stays closed."""
    return _page(kept_id)


@bp.post("/quarantine/<uuid:kept_id>/open")
@needs("quarantine.see")
def open_quarantined(kept_id: UUID):
    """Open what it says, with a row in the trail."""
    with transaction():
        kept = settling.get(kept_id, g.me)
        content = settling.open_content(kept, g.me, now=utc_now())
    return _page(kept_id, content=content)


@bp.post("/quarantine/<uuid:kept_id>/apply")
@needs("quarantine.apply")
def apply(kept_id: UUID):
    """Have the worker apply it, as it came or as corrected here."""
    try:
        corrected = _corrected(request.form.get("act"))
    except ValueError:
        flash(_("The correction cannot be read. Nothing was changed."))
        return redirect(url_for("desk.quarantined", kept_id=kept_id), 303)

    def decide(kept: Quarantined) -> None:
        settling.apply(kept, corrected, g.me, now=utc_now())

    return _decided(kept_id, decide, _("It will be applied within a minute."))


@bp.post("/quarantine/<uuid:kept_id>/ask")
@needs("quarantine.ask")
def ask_about(kept_id: UUID):
    """Let the phone say *please call the UPTD*."""

    def decide(kept: Quarantined) -> None:
        settling.ask(kept, g.me, now=utc_now())

    return _decided(kept_id, decide, _("Her phone asks her to call."))


@bp.post("/quarantine/<uuid:kept_id>/discard")
@needs("quarantine.discard")
def discard(kept_id: UUID):
    """Say that it holds nothing; a second person agrees or has it kept."""
    form = DiscardForm()
    if not form.validate_on_submit():
        return redirect(url_for("desk.quarantined", kept_id=kept_id), 303)

    def decide(kept: Quarantined) -> None:
        settling.discard(kept, form.why.data, g.me, now=utc_now())

    return _decided(kept_id, decide, _("Written down. It takes two persons to discard something."))


@bp.post("/quarantine/<uuid:kept_id>/keep")
@needs("quarantine.approve_discard")
def keep(kept_id: UUID):
    """Disagree with a colleague who would discard it."""

    def decide(kept: Quarantined) -> None:
        settling.keep(kept, g.me, now=utc_now())

    return _decided(kept_id, decide, _("Kept. It waits again."))


def _code_of(kept: Quarantined) -> str:
    return short_code(kept.envelope_id)


def _decided(kept_id: UUID, decide: Callable[[Quarantined], None], said: str):
    try:
        with transaction():
            decide(settling.get(kept_id, g.me, lock=True))
    except Conflict as late:
        second = late.code == "quarantine.second_person"
        flash(_("A second person must agree.") if second else _("Somebody else was first."))
        return redirect(url_for("desk.quarantined", kept_id=kept_id), 303)
    except Invalid:
        flash(_("That is not possible with this one."))
        return redirect(url_for("desk.quarantined", kept_id=kept_id), 303)
    flash(said)
    return redirect(url_for("desk.quarantine_list"), 303)


def _page(kept_id: UUID, *, content: dict | None = None):
    kept = settling.get(kept_id, g.me)
    device = _device(kept)
    act = (content or {}).get("corrected") or (content or {}).get("opened")
    return render_template(
        "coordinator/quarantined.html",
        kept=kept,
        device=device,
        name=people.calls([device.person_id]).get(device.person_id, "") if device else "",
        names=people.calls([kept.settled_by]),
        content=content,
        act=json.dumps(act, ensure_ascii=False, indent=1) if act else None,
        applicable=kept.reason not in settling.NOT_APPLICABLE,
        discard_form=DiscardForm(formdata=None),
    )


def _corrected(text: str | None) -> dict | None:
    if not text or not text.strip():
        return None
    act = json.loads(text)
    if not isinstance(act, dict):
        raise ValueError("not an act")
    return act


def _device(kept: Quarantined) -> Device | None:
    return db.session.get(Device, kept.device_id) if kept.device_id else None
