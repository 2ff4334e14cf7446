"""A case in care: what care holds of it, and who accompanies her."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import g

from app.db import utc_now
from app.domain.consent import newest
from app.domain.fields import INDICATORS
from app.models import Case, CaseMove, ReferralMove
from app.services import (
    attempts,
    case_clocks,
    cases,
    consents,
    referrals,
    safe_ways,
    series,
    trail,
    transfer_news,
    transfers,
    twins,
    work_log,
)
from app.services.case_rows import records_of
from app.services.rows import facts_of
from app.words import label

from . import bp, care_frame
from .care_frame import Reader
from .clock_words import left_until
from .desk_words import word
from .gate import needs
from .plans import lines


@bp.get("/cases/<uuid:case_id>")
@needs("case.see")
def case(case_id: UUID):
    """Show a case. Reading it is written in the trail."""
    return page(case_id)


def page(case_id: UUID, *, reader: Reader | None = None, **forms):
    """Render a case: what care holds of it, each part with a way to its own page."""
    shown, reader = care_frame.read(case_id, reader)
    now, report = utc_now(), shown.referral.report
    planned = series.of_case(shown, now=now)
    visits, openings = cases.visits(shown), trail.openers("report", report.id)
    tried, running = attempts.of_case(shown), case_clocks.of_case(shown)
    way = safe_ways.newest(shown.referral)
    story = _story(shown, reader)
    held, moved_on = newest(consents.words_of(shown)), transfers.of_referral(shown.referral)
    return care_frame.render(
        shown,
        reader,
        "desk.case",
        visits=visits,
        series=planned,
        windows={visit.id: left_until(visit.due_at, now) for visit in visits},
        records=[(row.happened_at, facts_of(row)) for row in records_of(shown)],
        indicators=[one.name for one in INDICATORS],
        openings=openings,
        story=story,
        clocks=[(one, left_until(one.due_at, now)) for one in running],
        held={str(purpose): word for purpose, word in held.items()},
        bases=consents.bases_of(shown),
        plan=lines(shown, reader),
        tried=[(row, facts_of(row)) for row in tried if row.struck_at is None][:5],
        minutes=work_log.minutes(shown),
        way=way,
        way_texts=reader.texts(way, way.at) if way else None,
        open_form=forms.get("open_form"),
        moved_on=moved_on,
        later=transfer_news.later(moved_on, g.me),
        together=twins.together(shown.referral, g.me),
        who=[
            *(row.by for row in (*openings, *tried)),
            *(by for _at, _words, by in story),
            *(visit.cadre_id for visit in visits),
            *(one.row.cadre_id for one in planned),
            *(one.owner_id for one in running),
        ],
    )


def _story(shown: Case, reader: Reader) -> list[tuple[datetime, str, UUID | None]]:
    """Return the steps of a case and of its referral, the newest first."""
    steps = [
        (one.at, word("referral step", one.act) + _against(one, reader), one.by)
        for one in referrals.moves(shown.referral)
    ]
    for move in cases.moves(shown):
        words = word("case step", move.act)
        if move.act in ("stage", "again") and move.to_code:
            words = f"{words}: {label('stage', move.to_code)}"
        if move.act == "risk" and move.to_code:
            words = f"{words}: {label('risk', move.to_code)}"
        steps.append((move.at, words + _against(move, reader), move.by))
    return sorted(steps, key=lambda step: step[0], reverse=True)


def _against(move: ReferralMove | CaseMove, reader: Reader) -> str:
    """Say what spoke against whom a case was given to, and why it was done, to who may read it."""
    if move.act not in ("accept", "assign", "handover") or not move.reason:
        return ""
    warned = ", ".join(str(label("warned", code)) for code in move.reason.split(","))
    told = reader.texts(move, move.at) or {}
    why = [told[name] for name in ("words", "assign_why") if name in told]
    return " · ".join(["", warned, *why])
