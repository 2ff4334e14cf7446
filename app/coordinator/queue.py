"""The queue, the desk's home: due first, one line a referral, nothing of it in the address."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from sqlalchemy import Row

from app.db import utc_now
from app.domain.areas import is_area
from app.domain.permissions import may
from app.domain.report import code_range, short_code
from app.services import people, reports, waiting
from app.services.pressing import NOTICES, QUEUE
from app.services.rows import read_each
from app.words import label

from . import bp
from .clock_words import Clock, Reader, group_name
from .desk_words import word
from .gate import needs
from .looks import COUNTED, survivor, waiting_here

_ANY = UUID(int=0)  # In whose place an address takes that of a line.


class Line(NamedTuple):
    """One referral as the queue shows it."""

    id: str
    address: str
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
    law: str | None
    """What else runs out soonest; `law_clock` is its time."""
    law_clock: Clock | None


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
    rows = waiting.page(g.me, wanted, after=after, limit=waiting.PAGE + 1)
    more = len(rows) > waiting.PAGE
    rows = rows[: waiting.PAGE]
    first = [] if after else waiting.pinned(g.me, wanted)
    everything = wanted == waiting.Filter() and after is None
    known = everything and len(first) < waiting.MOST_PINNED
    alarms = [row.id for row in first] if known else waiting.alarms(g.me)
    above = {row.id for row in first}
    lines = as_lines(first + [row for row in rows if row.id not in above], now)
    pinned, rest = lines[: len(first)], lines[len(first) :]
    return render_template(
        "coordinator/queue.html",
        groups=([(group_name("sos"), pinned)] if pinned else []) + _grouped(rest),
        lines=lines,
        alarms=" ".join(map(str, alarms)),
        elsewhere=len(set(alarms) - {row.id for row in (*first, *rows)}),
        state=_state(lines),
        counts=waiting_here([*QUEUE, *COUNTED.values(), *NOTICES]),
        wanted=wanted,
        village=people.area_names([wanted.village]).get(wanted.village),
        after=after,
        next_place=_token(rows[-1]) if more else None,
        now=now,
        tabs=waiting.TABS,
    )


def as_lines(rows: list[Row], now: datetime) -> list[Line]:
    """Return the rows of a page as lines."""
    facts = read_each("reports", {row.report_id: row.facts for row in rows})
    facts |= reports.added_to({row.report_id: facts[row.report_id] for row in rows if row.added})
    names = {row.cadre_id: row.cadre for row in rows} | {row.taken_by: row.holder for row in rows}
    teller = _Teller(now, people.call_each(names))
    return [teller.line(row, facts[row.report_id]) for row in rows]


class _Teller:
    """Puts rows into lines: what many of them say is looked up once."""

    def __init__(self, now: datetime, called: Mapping[UUID | None, str]):
        self._called, self._clocks = called, Reader(now)
        self._said = cache(lambda field, code: str(label(field, code)))
        self._law = cache(partial(word, "clock"))
        self._place = url_for("desk.referral", referral_id=_ANY).removesuffix(str(_ANY))

    def line(self, row: Row, facts: Mapping) -> Line:
        """Return one of them."""
        said, key, cadre = self._said, str(row.id), self._called[row.cadre_id]
        return Line(
            id=key,
            address=self._place + key,
            code=short_code(row.report_id),
            clock=self._clocks.left_until(row.due_at),
            came=self._clocks.came_in(row.clock_from),
            risk=row.risk,
            emergency=row.emergency,
            kinds=", ".join(said("violence", kind) for kind in facts.get("violence", ())),
            who=survivor(facts, said),
            village=row.village or "",
            cadre=cadre if cadre or row.channel == "app" else said("channel", row.channel),
            holder=self._called[row.taken_by],
            unread=row.seen_at is None,
            call_first=row.no_session or not row.unlocked,
            state=row.state,
            law=self._law(row.law) if row.law else None,
            law_clock=self._clocks.left_until(row.law_due_at) if row.law else None,
        )


def _grouped(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    return [
        (group_name(group), list(members))
        for group, members in groupby(lines, key=lambda line: line.clock.group)
    ]


def _state(lines: list[Line]) -> str:
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()[:16]


def _wanted() -> waiting.Filter:
    tab = request.args.get("tab", "all")
    village = request.args.get("village")
    code = request.args.get("code")
    return waiting.Filter(
        tab=tab if tab in waiting.TABS else "all",
        village=village if village and is_area(village) else None,
        code=code if code and code_range(code) else None,
    )


def _token(row: Row) -> str:
    return f"{row.due_at.timestamp():.6f}.{row.id.hex}"


def _place(token: str | None) -> waiting.Place | None:
    try:
        seconds, _dot, key = (token or "").rpartition(".")
        at = datetime.fromtimestamp(float(seconds), tz=utc_now().tzinfo)
        return waiting.Place(at, UUID(key))
    except (ValueError, OverflowError, OSError):
        return None
