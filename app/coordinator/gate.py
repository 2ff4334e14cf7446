"""Who may pass: every page asks here. What is not yours is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit
from uuid import UUID

from flask import g, redirect, request, url_for

from app.db import utc_now
from app.domain.errors import Missing, NotAllowed
from app.domain.permissions import may
from app.models import Case, Referral, Visit
from app.services import cases, handing, referrals, sessions


def needs(permission: str) -> Callable:
    """Let only those in whose role has this permission; to all others the page is not there."""

    def guard(view: Callable) -> Callable:
        @wraps(view)
        def guarded(*args, **kwargs):
            if not may(g.me.roles, permission):
                raise NotAllowed("role")
            return view(*args, **kwargs)

        guarded.permission = permission
        return guarded

    return guard


def heavy(view: Callable) -> Callable:
    """Ask for the second factor again when it was last shown a while ago."""

    @wraps(view)
    def guarded(*args, **kwargs):
        if sessions.stepped_up(g.me, utc_now()):
            return view(*args, **kwargs)
        if request.method == "GET":
            return redirect(url_for("desk.step_up", to=request.path), 303)
        from . import door

        return door.before_that(_where_from())

    guarded.heavy = True
    return guarded


def can(permission: str) -> bool:
    """Tell whether the person who asks has this permission."""
    return g.me is not None and may(g.me.roles, permission)


def load(referral_id: UUID, *, lock: bool = False) -> Referral:
    """Return a referral of the asker's district; `lock` it when it will be changed.

    :raises Missing: if there is none, or the asker is related to it.
    """
    return referrals.get(referral_id, g.me, lock=lock)


def load_case(case_id: UUID, *, lock: bool = False) -> Case:
    """Return a case of the asker's district.

    :raises Missing: if there is none, or the asker is related to it.
    """
    return cases.get(case_id, g.me, lock=lock)


def load_visit(visit_id: UUID, *, lock: bool = False) -> Visit:
    """Return a visit of the asker's district.

    :raises Missing: if there is none, or the asker is related to its referral.
    """
    return handing.get(visit_id, g.me, lock=lock)


def inside(address: str | None) -> str:
    """Return an address of the desk to go on to; anything else becomes the queue."""
    parts = urlsplit(address or "")
    outside = parts.scheme or parts.netloc or not parts.path.startswith("/desk/")
    if outside or "\\" in parts.path or parts.path.startswith("/desk/enter"):
        return url_for("desk.home")
    return parts.path


def own_district(row, kind: str = "row"):
    """Return the row if it belongs to the asker's district.

    :raises Missing: if there is none, or another district's.
    """
    if row is None or row.district != g.me.district:
        raise Missing(kind)
    return row


def _where_from() -> str:
    # No referrer is ever sent, so the page of a form is its own address without its last word.
    return request.form.get("from") or request.path.rsplit("/", 1)[0]
