"""People: who works here, adding one, and what is known of each one's phone."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.db import db, transaction, utc_now
from app.domain import areas
from app.domain.errors import Conflict, Invalid, NotAllowed
from app.domain.permissions import STAFF, Role
from app.models import StaffAccount
from app.services import (
    cadres,
    handovers,
    leavings,
    opening,
    passkeys,
    people,
    people_search,
    phones,
    readiness,
    sign_in,
)
from app.words import label

from . import bp
from .forms import PersonForm
from .gate import can, heavy, needs
from .pictures import qr


@bp.route("/people", methods=["GET", "POST"])
@needs("people.see")
def people_list():
    """Show cadres with their phones, and the staff. A name is searched for by POST only."""
    wanted = _wanted()
    after, now = request.args.get("after", type=UUID), utc_now()
    page = people_search.page(g.me.district, wanted, now=now, after=after)
    staff = people.staff_of(g.me.district)
    return render_template(
        "coordinator/people.html",
        page=page,
        states={one.person.id: one.state(now) for one in page.cadres},
        wanted=wanted,
        tabs=people_search.TABS,
        sorts=people_search.SORTS,
        after=after,
        staff=[(person, people.called(person)) for person in staff],
    )


def _wanted() -> people_search.Wanted:
    tab, sort = request.args.get("tab", "all"), request.args.get("sort", "village")
    return people_search.Wanted(
        tab if tab in people_search.TABS else "all",
        sort if sort in people_search.SORTS else "village",
        " ".join((request.form.get("q") or "").split())[:60],
    )


@bp.get("/people/<uuid:person_id>")
@needs("people.see")
def person(person_id: UUID):
    """Show one person."""
    return _page(person_id)


@bp.route("/people/new", methods=["GET", "POST"])
@needs("people.add")
@heavy
def add_person():
    """Add a cadre, or somebody of the staff with a sign-in of their own."""
    form = _person_form()
    if not form.validate_on_submit():
        return _new(form, 422 if form.is_submitted() else 200)
    roles = {Role(role) for role in form.roles.data}
    if roles & STAFF and not can("people.roles"):
        raise NotAllowed("people.roles")
    try:
        return _added(form, roles)
    except Invalid as wrong:
        name = str(wrong.details.get("field", "label"))
        control = form[name if name in form else "label"]
        control.errors = [_says(wrong)]
        return _new(form, 422)


@bp.post("/people/<uuid:person_id>/contact")
@needs("people.see")
def show_contact(person_id: UUID):
    """Open how a cadre is reached; the trail says who did."""
    with transaction():
        shown = people.get(person_id, g.me.district)
        contact = opening.open_contact(shown, g.me, now=utc_now())
        forbidden = opening.must_not_know_of(shown, g.me) if can("referral.open") else ()
    return _page(person_id, contact=contact, forbidden=forbidden)


@bp.post("/people/<uuid:person_id>/leave")
@needs("people.change")
@heavy
def person_leaves(person_id: UUID):
    """Note that somebody works here no more; their phones end."""
    now = utc_now()
    try:
        with transaction():
            leaving = people.get(person_id, g.me.district)
            people.leave(leaving, g.me, now=now)
            if handovers.runs_through(leaving) or leavings.runs_through(leaving):
                handovers.begin(leaving, g.me, now=now)
            for device in people.devices_of(leaving):
                phones.revoke(device, now=now, by=g.me.id)
    except Conflict:
        flash(_("This person has left already."))
    else:
        flash(_("Noted. Sign-in and phone have ended."))
    return redirect(url_for("desk.people_list"), 303)


def _added(form: PersonForm, roles: set[Role]):
    now = utc_now()
    password = "-".join(secrets.token_hex(3) for _turn in range(4))
    seed = None
    name = sign_in.folded(form.sign_in_name.data or "")
    if roles & STAFF and not name:
        raise Invalid("person.sign_in_name", field="sign_in_name")
    if name and db.session.query(StaffAccount).filter_by(sign_in_name=name).first():
        raise Invalid("person.taken", field="sign_in_name")
    with transaction():
        added = people.add(
            g.me.district,
            roles,
            form.label.data,
            village=form.village.data or None,
            number=form.number.data if Role.CADRE in roles else None,
            by=g.me.id,
            now=now,
        )
        if roles & STAFF:
            seed = sign_in.new_account(added, name, password)
    if seed is None:
        flash(_("Added. Now invite the phone."))
        return redirect(url_for("desk.person", person_id=added.id), 303)
    picture = qr(sign_in.seed_address(name, seed))
    return render_template(
        "coordinator/account.html", person=added, name=name, password=password, picture=picture
    )


def _person_form() -> PersonForm:
    form = PersonForm()
    offered = list(Role) if can("people.roles") else [Role.CADRE]
    form.roles.choices = [(role.value, label("role", role)) for role in offered]
    villages = people.villages_of(g.me.district)
    above = people.area_names({areas.subdistrict(area.code) for area in villages})
    form.village.choices = [("", "–")] + [
        (area.code, f"{area.name} ({above.get(areas.subdistrict(area.code), '')})")
        for area in villages
    ]
    if not form.is_submitted():
        form.roles.data = [Role.CADRE.value]
    return form


def _new(form: PersonForm, status: int):
    return render_template("coordinator/person_new.html", form=form), status


def _says(wrong: Invalid) -> str:
    words = {
        "person.label": _("Give a name of at most 60 letters."),
        "person.roles": _("Choose at least one role."),
        "person.village": _("A cadre belongs to a village, staff to none."),
        "person.sign_in_name": _("Staff need a sign-in name."),
        "person.taken": _("This sign-in name is taken."),
    }
    return words.get(wrong.code, _("This does not fit. Look at it once more."))


def _page(person_id: UUID, *, contact: dict | None = None, forbidden: tuple[str, ...] = ()):
    now = utc_now()
    shown = people.get(person_id, g.me.district)
    cadre = next(iter(cadres.these(g.me.district, [shown.id])), None)
    pending = [one for one in people.devices_of(shown) if one.state == "pending"]
    return render_template(
        "coordinator/person.html",
        person=shown,
        name=people.called(shown),
        is_staff=bool(shown.role_codes & STAFF),
        staff_roles=sorted(STAFF),
        passkeys=passkeys.of(shown.id),
        is_cadre=Role.CADRE in shown.role_codes,
        runs_through=handovers.runs_through(shown),
        reached_through=leavings.runs_through(shown),
        village=people.area_names([shown.village]).get(shown.village, ""),
        cadre=cadre,
        state=cadre.state(now) if cadre else None,
        pending=[(device, phones.match(device)) for device in pending],
        told=people.told_by(cadre.device) if cadre and cadre.device else {},
        practised_at=readiness.last_practice(cadre.device.id) if cadre and cadre.device else None,
        contact=contact,
        forbidden=forbidden,
        now=now,
    )
