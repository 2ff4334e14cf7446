"""What a colleague may do here: roles are given and taken by somebody else."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain.errors import Conflict, Invalid
from app.domain.permissions import Role
from app.services import people, roles

from . import bp
from .gate import heavy, needs


@bp.post("/people/<uuid:person_id>/roles")
@needs("people.roles")
@heavy
def person_roles(person_id: UUID):
    """Give a colleague these roles instead of the former ones."""
    try:
        wanted = {Role(code) for code in request.form.getlist("roles")}
        with transaction():
            roles.change(people.get(person_id, g.me.district), wanted, g.me, now=utc_now())
    except (Conflict, Invalid, ValueError) as refused:
        flash(_refused(getattr(refused, "code", "")))
    else:
        flash(_("Noted. It holds from the next page that this person opens."))
    return redirect(url_for("desk.person", person_id=person_id), 303)


def _refused(code: str) -> str:
    words = {
        "person.roles": _("Choose at least one role."),
        "roles.own": _("Your own roles are changed by somebody else."),
        "roles.handover": _("Something still runs through this person. Hand it over first."),
    }
    return words.get(code, _("This does not fit. Look at it once more."))
