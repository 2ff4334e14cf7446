"""What a person decides about a clock: always with a reason, and what it said before stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.db import db, locked
from app.domain import deadline as rules
from app.domain.deadline import Kind
from app.domain.errors import Conflict, Invalid, Missing, NotAllowed
from app.domain.permissions import Role
from app.domain.second import may_agree, parent_office_from
from app.models import Deadline, Referral
from app.services import alerts, deadlines, desks, trail
from app.services.closings import heads
from app.services.deadline_board import not_related
from app.services.referrals import locked_of
from app.services.sessions import Staff

AHEAD = timedelta(minutes=5)
LONGEST_WORDS = 280


@dataclass(frozen=True, slots=True)
class Why:
    """Why a person changes a clock: a code that is shown, words that are sealed."""

    code: str
    words: str = field(default="", repr=False)

    def checked(self) -> Why:
        """:raises Invalid: without a reason; *other* needs words."""
        if self.code not in rules.WHY:
            raise Invalid("clock.reason", field="why")
        if self.code == "other" and not self.words.strip():
            raise Invalid("clock.reason", field="words")
        return self

    @property
    def texts(self) -> dict[str, str]:
        return {"words": " ".join(self.words.split())[:LONGEST_WORDS]}


def start(
    referral: Referral, kind: str, at: datetime, why: Why, staff: Staff, *, now: datetime
) -> Deadline:
    """Start a clock that a person knows of; what must be asked beside it starts with it.

    :raises Invalid: for a kind that nobody starts by hand, or a moment that lies ahead.
    :raises Conflict: if one of this kind runs already.
    """
    if kind not in rules.STARTED_BY_STAFF:
        raise Invalid("field.code", field="kind")
    running = {row.kind for row in deadlines.of_referral(referral, going=True)}
    if kind in running:
        raise Conflict("clock.runs")
    _not_ahead(at, now)
    return _begun(referral, Kind(kind), at, why, staff, now)


def start_breach(at: datetime, words: str, staff: Staff, *, now: datetime) -> Deadline:
    """Start the clock of a breach that became known: it belongs to the office, not to a case.

    :raises Invalid: without words, or if the moment lies ahead.
    """
    _not_ahead(at, now)
    if not words.strip():
        raise Invalid("clock.reason", field="words")
    row = deadlines.begin(staff.district, None, Kind.BREACH_NOTICE, at, now=now)
    _say(row, "start", staff, now, None, Why("other", words).texts)
    alerts.ring(Role.HEAD, "clock_near", district=row.district, urgent=True, now=now)
    return row


def correct(row: Deadline, starts_at: datetime, why: Why, staff: Staff, *, now: datetime) -> None:
    """Confirm its start, or set another one: an estimate no more.

    :raises Invalid: without a reason, or if it lies ahead.
    :raises Conflict: if the clock has ended.
    """
    why.checked()
    _not_ahead(starts_at, now)
    rules.moved(row.state, "correct")
    same = starts_at == row.starts_at
    _say(row, "confirm" if same else "correct", staff, now, why.code, why.texts)
    if not same:
        moves = starts_at - row.starts_at
        row.starts_at = starts_at
        named = Kind(row.kind) in rules.UNTIL
        due_at = row.due_at + moves if named else None
        row.due_at = due_at or deadlines.due_of(
            row.district, Kind(row.kind), starts_at, row.referral
        )
        deadlines.set_warning(row, now)
    row.estimate = False


def pause(row: Deadline, why: Why, staff: Staff, *, now: datetime) -> None:
    """Let it stand still.

    :raises Invalid: without a reason, or if it is the law's.
    """
    why.checked()
    if not rules.may_pause(Kind(row.kind)):
        raise Invalid("clock.law", field="why")
    state = rules.moved(row.state, "pause")
    _say(row, "pause", staff, now, why.code, why.texts)
    row.state, row.paused_at, row.warn_at = state, now, None


def resume(row: Deadline, why: Why, staff: Staff, *, now: datetime) -> None:
    """Let it run again; its end moves by as long as it stood still.

    :raises Invalid: without a reason.
    """
    why.checked()
    state = rules.moved(row.state, "resume")
    _say(row, "resume", staff, now, why.code, why.texts)
    row.due_at += now - row.paused_at
    row.state, row.paused_at = state, None
    deadlines.set_warning(row, now)


def end(
    row: Deadline,
    how: str,
    at: datetime,
    words: str,
    staff: Staff,
    *,
    until: datetime | None = None,
    now: datetime,
) -> None:
    """Write down how and when it came to its end; some endings wait for a second person.

    :raises Invalid: for an ending that it has not, a moment ahead or before its start, or an order
        without its last day.
    :raises Conflict: if it has ended, or waits for a second person.
    """
    kind, referral = Kind(row.kind), row.referral
    rules.must_end(kind, how, child=bool(referral and referral.child))
    rules.moved(row.state, "end")
    if row.asked_how:
        raise Conflict("clock.asked")
    _not_ahead(at, now)
    if at < row.starts_at and how not in rules.VOID:
        raise Invalid("clock.before", field="at")
    texts = Why("other", words).texts
    if how in rules.SECOND_PERSON:
        _ask(row, how, texts, staff, now)
        return
    follows = rules.FOLLOWS.get((kind, how))
    if follows in rules.UNTIL and (until is None or until <= at):
        raise Invalid("field.missing", field="until")
    deadlines.end(row, how, at, staff.id, now=now, texts=texts)
    _trail(row, "end", staff, now, how)
    if follows is not None:
        _begun(referral, follows, at, Why("paper_says", words), staff, now, until=until)


def agree(row: Deadline, staff: Staff, *, now: datetime) -> None:
    """A second person lets the clock end so.

    :raises NotAllowed: if this person is no head, or asked for it.
    :raises Conflict: if nothing waits.
    """
    _must_wait(row)
    if not may_agree(row.asked_by, staff.id, heads(row)):
        raise NotAllowed("clock.second_person")
    deadlines.end(row, row.asked_how, row.asked_at, staff.id, now=now)
    _trail(row, "agree", staff, now, row.ended_how)


def agree_for_parent_office(row: Deadline, name: str, staff: Staff, *, now: datetime) -> None:
    """Write down who of the parent office agreed, where no other head is there.

    :raises Invalid: if a head is there, the day has not passed, or no name is given.
    """
    _must_wait(row)
    since = parent_office_since(row)
    if since is None or now < since:
        raise Invalid("closing.head_is_there" if since is None else "closing.wait", field="name")
    if not name.strip():
        raise Invalid("field.missing", field="name")
    row.by_parent_office = True
    texts = {"words": " ".join(name.split())[:80]}
    deadlines.end(row, row.asked_how, row.asked_at, staff.id, now=now, texts=texts)
    _trail(row, "parent_office", staff, now, row.ended_how)


def refuse(row: Deadline, staff: Staff, *, now: datetime) -> None:
    """Say no to an ending that waits, or take one's own asking back: the clock runs on.

    :raises NotAllowed: if this person is neither a head nor who asked.
    """
    _must_wait(row)
    if staff.id != row.asked_by and staff.id not in heads(row):
        raise NotAllowed("clock.second_person")
    _say(row, "refuse", staff, now, row.asked_how)
    row.asked_how = row.asked_at = row.asked_by = None


def again(row: Deadline, why: Why, staff: Staff, *, now: datetime) -> None:
    """Let a clock that was ended by mistake run again, from where it had begun.

    :raises Invalid: without a reason.
    :raises Conflict: if it runs, or its referral has gone another way.
    """
    why.checked()
    if row.ended_how in rules.BY_ITSELF:
        raise Conflict("clock.moved")
    state = rules.moved(row.state, "again")
    _say(row, "again", staff, now, why.code, why.texts)
    row.state, row.ended_how = state, None
    row.ended_at = row.ended_by = row.asked_how = row.asked_at = row.asked_by = None
    row.by_parent_office = False
    deadlines.set_warning(row, now)


def get(deadline_id: UUID, staff: Staff, *, lock: bool = False) -> Deadline:
    """Return a clock of the district of `staff`; `lock` it, behind its referral, to change it.

    :raises Missing: if there is none, or `staff` is related to its referral.
    """
    query = select(Deadline).where(Deadline.id == deadline_id, Deadline.district == staff.district)
    query = query.where(not_related(staff))
    row = db.session.scalar(query)
    if row is not None and lock:
        if row.referral is not None:
            locked_of(row.referral.report_id)
        row = db.session.scalar(locked(query, Deadline))
    if row is None:
        raise Missing("clock")
    return row


def parent_office_since(row: Deadline) -> datetime | None:
    """Return from when the parent office may agree, None: a head must."""
    return parent_office_from(row.asked_by, row.asked_at, heads(row))


def _begun(
    referral: Referral,
    kind: Kind,
    at: datetime,
    why: Why,
    staff: Staff,
    now: datetime,
    *,
    until: datetime | None = None,
) -> Deadline:
    row = deadlines.begin(referral.district, referral, kind, at, until=until, now=now)
    _say(row, "start", staff, now, why.code or None, why.texts)
    beside = rules.BESIDE.get(kind)
    if beside is not None:
        _say(deadlines.begin(referral.district, referral, beside, at, now=now), "start", staff, now)
    return row


def _ask(row: Deadline, how: str, texts: dict, staff: Staff, now: datetime) -> None:
    if not texts["words"]:
        raise Invalid("clock.reason", field="words")
    _say(row, "ask_end", staff, now, how, texts)
    row.asked_how, row.asked_at, row.asked_by = how, now, staff.id
    report_id = row.referral.report_id if row.referral else None
    alerts.ring(Role.HEAD, "clock_second", district=row.district, report_id=report_id, now=now)


def _must_wait(row: Deadline) -> None:
    if row.asked_how is None or row.ended_at is not None:
        raise Conflict("clock.moved")


def _not_ahead(at: datetime, now: datetime) -> None:
    if at > now + AHEAD:
        raise Invalid("field.ahead", field="at")


def _say(
    row: Deadline,
    act: str,
    staff: Staff,
    now: datetime,
    reason: str | None = None,
    texts: dict | None = None,
) -> None:
    deadlines.step(row, act, staff.id, now=now, reason=reason, texts=texts)
    _trail(row, act, staff, now, reason)


def _trail(row: Deadline, act: str, staff: Staff, now: datetime, reason: str | None) -> None:
    trail.append(row.district, f"clock.{act}", "clock", row.id, by=staff.id, now=now, reason=reason)
    desks.look_again(row.district)
