"""One's own work log: what was done for no single case, and all of one's entries together."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain import areas, codes
from app.domain.errors import Conflict, Invalid
from app.forms import WorkForm
from app.services import attempts, cases, partners, work_log

from . import bp
from .care_frame import blame
from .gate import needs
from .sayings import refused
from .work import work_form

SHOWN = timedelta(days=62)


@bp.get("/workload/mine")
@needs("work.log")
def my_work():
    """Show what one wrote down of one's work, with and without a case."""
    return _my_page()


@bp.post("/workload/mine")
@needs("work.log")
def log_my_work():
    """Write down work for no single case."""
    form = WorkForm()
    parsed = form.parsed(areas.zone(g.me.district))
    if parsed is None:
        return _my_page(form), 422
    try:
        with transaction():
            work_log.log(None, parsed, g.me, now=utc_now())
    except Invalid as wrong:
        blame(form, wrong)
        return _my_page(form), 422
    flash(_("The work is written."))
    return redirect(url_for("desk.my_work"), 303)


@bp.post("/workload/mine/<uuid:row_id>/strike")
@needs("work.log")
def strike_my_work(row_id: UUID):
    """Take an entry of one's own back, with the reason."""
    try:
        with transaction():
            work_log.strike(row_id, request.form.get("why", ""), g.me, now=utc_now())
    except (Invalid, Conflict) as wrong:
        flash(refused(wrong.code))
    else:
        flash(_("Taken back. It stays visible as such."))
    return redirect(url_for("desk.my_work"), 303)


def _my_page(form: WorkForm | None = None):
    now = utc_now()
    done = work_log.of_person(g.me, partners.today_in(g.me.district, now) - SHOWN)
    known = {row.case_id for row in done if row.case_id}
    return render_template(
        "coordinator/my_work.html",
        form=form or work_form(),
        done=done,
        codes=cases.short_codes(known, g.me),
        strikable={row.id for row in done if attempts.can_strike(row, g.me, now)},
        standards=work_log.standards(g.me.district),
        reasons=codes.STRUCK,
        sum_=sum(row.minutes for row in done if row.struck_at is None),
        days=SHOWN.days,
    )
