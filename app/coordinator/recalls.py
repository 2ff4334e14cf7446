"""What was shared, asked back: partners still to be told to stop, and what each of them says."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain.report import short_code
from app.services import people, recalls
from app.services.listing import PAGE

from . import bp
from .clock_words import left_until
from .gate import load_case, needs
from .listing import cut, narrowed
from .onward import number_of
from .service_forms import RecallForm


@bp.get("/recalls")
@needs("case.see")
def recalls_list():
    """Show every partner of the district that has still to be asked to stop."""
    now, by, after = utc_now(), narrowed(), request.args.get("after", type=UUID)
    waiting, further = cut(recalls.waiting(g.me, by=by, after=after, limit=PAGE + 1))
    return render_template(
        "coordinator/recalls.html",
        recalls=[(one, number_of(one.service), left_until(one.due_at, now)) for one in waiting],
        codes={one.id: short_code(one.service.case.referral.report_id) for one in waiting},
        by=by,
        village=people.area_names([by.village]).get(by.village),
        after=after,
        next_place=further.id if further else None,
    )


@bp.post("/recalls/<uuid:recall_id>/settle")
@needs("service.write")
def settle_recall(recall_id: UUID):
    """Write down what a partner said when asked to stop."""
    form = RecallForm()
    with transaction():
        one = recalls.get(recall_id, g.me, lock=True)
        case_id = load_case(one.service.case_id).id
        fits = form.validate_on_submit() and one.settled_at is None
        if fits:
            recalls.settle(one, form.result.data, g.me, now=utc_now())
    flash(_("Written down.") if fits else _("Say what they said."))
    return redirect(url_for("desk.case", case_id=case_id) + "#recall", 303)
