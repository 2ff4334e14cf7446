"""The list of cases: what is in care, what waits for an end, whom to ask after, what is closed."""

from __future__ import annotations

from uuid import UUID

from flask import g, render_template, request

from app.db import utc_now
from app.services import case_list, deadlines, people, reports
from app.services.listing import PAGE

from . import bp
from .clock_words import left_until
from .desk_words import word
from .gate import needs
from .listing import cut, narrowed


@bp.get("/cases")
@needs("case.see")
def cases_list():
    """Show a page of the list."""
    now, wanted = utc_now(), _wanted()
    after = request.args.get("after", type=UUID)
    found = case_list.page(g.me, wanted, now=now, after=after, limit=PAGE + 1)
    found, further = cut(found)
    running = deadlines.of_the_law(case.referral_id for case in found)
    asked = case_list.ask_dates(found) if wanted.tab == "ask_after" else {}
    return render_template(
        "coordinator/cases.html",
        cases=found,
        wanted=wanted,
        tabs=case_list.TABS,
        sorts=case_list.SORTS,
        counts=case_list.counts(g.me, now=now),
        after=after,
        next_place=further.id if further else None,
        clocks={case_id: left_until(due_at, now) for case_id, due_at in asked.items()},
        names=people.calls(case.caseworker_id for case in found),
        villages=people.area_names([wanted.village, *(case.referral.village for case in found)]),
        facts=reports.coded_facts(case.referral.report_id for case in found),
        law={
            key: (word("clock", row.kind), left_until(row.due_at, now))
            for key, row in running.items()
        },
    )


def _wanted() -> case_list.Wanted:
    tab, sort = request.args.get("tab", "all"), request.args.get("sort", "newest")
    by = narrowed()
    return case_list.Wanted(
        tab=tab if tab in case_list.TABS else "all",
        sort=sort if sort in case_list.SORTS else "newest",
        village=by.village,
        code=by.code,
    )
