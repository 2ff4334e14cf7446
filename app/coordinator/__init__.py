"""The desk: pages for the staff of a district, under `/desk/`. Each file is one family of pages."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request, session, url_for

from app.db import db, transaction, utc_now
from app.services import limits, sessions

bp = Blueprint("desk", __name__, url_prefix="/desk")

# Reached without a session; everything else asks who is there.
DOOR = frozenset({"desk.enter", "desk.asset", "desk.worker", "desk.came"})
# The on-call card asks for itself: a passkey opens it without a sign-in.
CARD = frozenset(
    f"desk.duty_{page}"
    for page in ("page", "card", "take", "pass_on", "number", "say", "close", "unlock")
)
OPEN = DOOR | CARD
POLL_HEADER = "X-Siaga-Poll"


@bp.before_request
def know_who():
    """Load who asks as a frozen copy, in a read of this page's own; without anyone, to the door."""
    now = utc_now()
    db.session.rollback()
    reference = session.get("reference")
    g.me = sessions.who(reference, now)
    active = g.me is not None and POLL_HEADER not in request.headers
    if active and sessions.needs_touch(g.me, now):
        with transaction():
            sessions.touch(g.me, now)
    if g.me is not None:
        limits.know(g.me)
    if g.me is None and request.endpoint not in OPEN:
        return to_the_door()
    return None


def to_the_door():
    """Ask for a sign-in: quietly for a poll, keeping what was typed for a form."""
    if POLL_HEADER in request.headers:
        return "", 401
    if request.method == "POST":
        from . import door

        return door.ask_again()
    return redirect(url_for("desk.enter", to=request.path), 303)


from . import (  # noqa: E402  (the pages hang themselves on `bp`)
    alerts,
    assessments,
    assets,
    assigning,
    book,
    card,
    case_list,
    cases,
    closings,
    comparing,
    consents,
    deadline_acts,
    deadlines,
    decisions,
    delivery,
    door,
    duty,
    follow_ups,
    handing,
    handovers,
    intake,
    kept_out,
    leavings,
    listing,
    looks,
    my_work,
    notices,
    onward,
    papers,
    partner_answers,
    partners,
    passkeys,
    people,
    phones,
    plans,
    posts,
    push,
    quarantine,
    queue,
    ready,
    recalls,
    referrals,
    replies,
    reviews,
    roles,
    roster,
    roster_month,
    rules,
    service_asking,
    service_referrals,
    settings,
    stages,
    statistics,
    trail,
    transfer_papers,
    transfers,
    visits,
    work,
    workload,
)

__all__ = [
    "alerts",
    "bp",
    "assessments",
    "assets",
    "assigning",
    "book",
    "card",
    "case_list",
    "cases",
    "closings",
    "comparing",
    "consents",
    "deadline_acts",
    "deadlines",
    "decisions",
    "delivery",
    "door",
    "duty",
    "follow_ups",
    "handing",
    "handovers",
    "intake",
    "kept_out",
    "leavings",
    "listing",
    "looks",
    "my_work",
    "notices",
    "onward",
    "papers",
    "partner_answers",
    "partners",
    "passkeys",
    "people",
    "phones",
    "plans",
    "posts",
    "push",
    "quarantine",
    "queue",
    "ready",
    "recalls",
    "referrals",
    "replies",
    "reviews",
    "roles",
    "roster",
    "roster_month",
    "rules",
    "service_asking",
    "service_referrals",
    "settings",
    "stages",
    "statistics",
    "trail",
    "transfer_papers",
    "transfers",
    "visits",
    "work",
    "workload",
]
