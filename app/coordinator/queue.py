"""The queue, the desk's home: due first, one line a referral, nothing of it in the address."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from flask import g, redirect, render_template, request, url_for

from app.db import utc_now
from app.domain.areas import is_area
from app.domain.deadline import Kind, is_law
from app.domain.permissions import may
from app.domain.report import code_range, short_code
from app.models import Deadline, Referral
from app.services import deadlines, people, reports, waiting
from app.words import label

from . import bp
from .clock_words import Clock, came_in, group_name, left_until
from .desk_words import word
from .gate import needs
from .looks import survivor


@dataclass(frozen=True, slots=True)
class Line:
    """One referral as the queue shows it."""

    id: UUID
    code: str
    clock: Clock
    came: str
    risk: str
    emergency: bool
    kinds: str
    who: str
    village: str
    cadre: str
    holder: str
    unread: bool
    call_first: bool
    state: str
    next_law: tuple[str, Clock] | None
    """What else runs out soonest, with its time."""


@bp.get("/")
def home():
    """Go to the first page that this person's work begins with."""
    for permission, endpoint in (
        ("queue.see", "desk.queue"),
        ("people.see", "desk.people_list"),
        ("trail.see", "desk.trail_page"),
    ):
        if may(g.me.roles, permission):
            return redirect(url_for(endpoint), 303)
    return redirect(url_for("desk.my_settings"), 303)


@bp.get("/queue")
@needs("queue.see")
def queue():
    """Show a page of the queue; a poll gets the same page and takes what changed."""
    now = utc_now()
    wanted = _wanted()
    after = _place(request.args.get("after"))
    referrals = waiting.page(g.me, wanted, after=after, limit=waiting.PAGE + 1)
    more = len(referrals) > waiting.PAGE
    referrals = referrals[: waiting.PAGE]
    first = [] if after else waiting.pinned(g.me, wanted)
    lines = as_lines(first + [one for one in referrals if one not in first], now)
    pinned, rest = lines[: len(first)], lines[len(first) :]
    return render_template(
        "coordinator/queue.html",
        groups=([(group_name("sos"), pinned)] if pinned else []) + _grouped(rest),
        lines=lines,
        state=_state(lines),
        counts=waiting.counts(g.me),
        late=waiting.late_count(g.me, now),
        wanted=wanted,
        village=people.area_names([wanted.village]).get(wanted.village),
        after=after,
        next_place=_token(referrals[-1]) if more else None,
        now=now,
        tabs=waiting.TABS,
    )


def as_lines(referrals: list[Referral], now: datetime) -> list[Line]:
    """Return referrals as lines, with all names fetched at once."""
    names = people.calls(
        [one.taken_by for one in referrals] + [one.report.cadre_id for one in referrals]
    )
    villages = people.area_names(one.village for one in referrals)
    facts = reports.coded_facts(one.report_id for one in referrals)
    running = deadlines.of_referrals(one.id for one in referrals)
    shared = (names, villages, running, now)
    return [_line(one, facts[one.report_id], *shared) for one in referrals]


def _line(
    referral: Referral, facts: dict, names: dict, villages: dict, running: dict, now: datetime
) -> Line:
    report = referral.report
    by_app = report.channel == "app"
    cadre = names.get(report.cadre_id, "")
    return Line(
        id=referral.id,
        code=short_code(report.id),
        clock=left_until(referral.due_at, now),
        came=came_in(report.clock_from, now),
        risk=referral.risk,
        emergency=referral.emergency,
        kinds=", ".join(str(label("violence", kind)) for kind in facts.get("violence", ())),
        who=survivor(facts),
        village=villages.get(referral.village, ""),
        cadre=cadre if by_app or cadre else str(label("channel", report.channel)),
        holder=names.get(referral.taken_by, ""),
        unread=referral.seen_at is None,
        call_first=report.no_session or not report.unlocked,
        state=referral.state,
        next_law=next_law(running.get(referral.id, ()), now),
    )


def next_law(running: Iterable[Deadline], now: datetime) -> tuple[str, Clock] | None:
    """Return the clock of the law that is due first, in words; ours stand on their own page."""
    for row in running:
        if is_law(Kind(row.kind)):
            return word("clock", row.kind), left_until(row.due_at, now)
    return None


def _grouped(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    return [
        (group_name(group), list(members))
        for group, members in groupby(lines, key=lambda line: line.clock.group)
    ]


def _state(lines: list[Line]) -> str:
    return hashlib.sha256(repr(lines).encode()).hexdigest()[:16]


def _wanted() -> waiting.Filter:
    tab = request.args.get("tab", "all")
    village = request.args.get("village")
    code = request.args.get("code")
    return waiting.Filter(
        tab=tab if tab in waiting.TABS else "all",
        village=village if village and is_area(village) else None,
        code=code if code and code_range(code) else None,
    )


def _token(referral: Referral) -> str:
    return f"{referral.due_at.timestamp():.6f}.{referral.id.hex}"


def _place(token: str | None) -> waiting.Place | None:
    try:
        seconds, _dot, key = (token or "").rpartition(".")
        at = datetime.fromtimestamp(float(seconds), tz=utc_now().tzinfo)
        return waiting.Place(at, UUID(key))
    except (ValueError, OverflowError, OSError):
        return None
