"""A copy where it arrives: written down as a report, and told what its sender learns later."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select

from app.db import db
from app.domain.codes import CONSENT_PURPOSE
from app.domain.deadline import Kind
from app.domain.errors import Invalid
from app.domain.fields import Parsed, parse
from app.domain.report import Risk
from app.domain.risk import Proposal, is_higher
from app.models import Area, Referral, ReferralMove
from app.services import (
    consent_words,
    deadlines,
    duty,
    reports,
    risks,
    trail,
    withdrawals,
    worsening,
)
from app.services.rows import seal_texts


def receive(
    content: dict,
    district: str,
    transfer_id: UUID,
    *,
    now: datetime,
    entered_by: UUID | None = None,
) -> Referral:
    """Write a copy down in the district that it was sealed to: a report of its own, in its queue.

    Nobody stands behind it as its cadre: who reported stays where it was reported.

    :raises Invalid: if it cannot be read.
    """
    parsed = _parsed(content.get("body"), district)
    happened_at = min(moment(content.get("happened_at")), now)
    origin = reports.Origin(
        received_at=now,
        happened_at=happened_at,
        channel="other_district",
        told_at=now,
        entered_by=entered_by,
    )
    report = reports.write_down(uuid4(), district, parsed, origin, now=now)
    copy = db.session.scalars(select(Referral).where(Referral.report_id == report.id)).one()
    risk = content.get("risk")
    if risk in set(Risk) and is_higher(Risk(risk), Risk(copy.risk)):
        risks.decide(copy, Risk(risk), now=now)
    _find(copy, content, now)
    _note(copy, str(content.get("words") or ""), now)
    _stop(copy, transfer_id, content.get("stopped"), now)
    trail.append(district, "transfer.receive", "transfer", transfer_id, by=entered_by, now=now)
    return copy


def add(copy: Referral, content: dict, news_id: UUID, *, now: datetime) -> None:
    """Add to a copy what its sender knows by now and the copy does not say yet.

    :raises Invalid: if it cannot be read.
    """
    known = reports.known_answers(copy.report)
    body = content["body"] if isinstance(content.get("body"), dict) else {}
    new = {name: said for name, said in body.items() if known.get(name) != said}
    new.pop("village", None)  # The copy lies where it lies.
    new |= _way(body, known, new)
    parsed = parse("report.add", {"report_id": str(copy.report_id), **new}, known)
    told = bool(parsed.sealed) or set(parsed.facts) > {"report_id"}
    if told:
        reports.add_sent(copy.report, parsed, news_id, now=now)
    rose = _raise(copy, content.get("risk"), now)
    _find(copy, content, now)
    if rose or not told:
        about = {"district": copy.district, "report_id": worsening.goes_on_in(copy).report_id}
        duty.ring_first("new_report_news", urgent=rose, rose=rose, now=now, **about)


def _raise(copy: Referral, risk: object, now: datetime) -> bool:
    """Let the level hold that a person, or a second report, has set where it came from."""
    if risk not in set(Risk):
        return False
    return worsening.worsen(copy, Proposal(Risk(risk), False, ()), {}, now=now)


def _way(body: dict, known: dict, new: dict) -> dict[str, object]:
    """Return how she is reached, whole; where no number is known any more, nobody calls the old."""
    here, there = (one.get("safe_contact") or {} for one in (known, body))
    if "number" in here and "number" not in there and body.get("contact_via") == "phone":
        return {"contact_via": "do_not_contact"}
    return {"safe_contact": there} if "contact_via" in new and there else {}


def stopped_since(copy: Referral, content: dict, now: datetime) -> list[str]:
    """Return what she took back where a copy came from, and said neither here before nor a yes to
    since."""
    said, at = content.get("stopped"), content.get("stopped_at")
    told = [one for one in CONSENT_PURPOSE if isinstance(said, list) and one in said]
    when = {one: moment(at[one]) if isinstance(at, dict) and one in at else now for one in told}
    known = {
        one
        for row in consent_words.withdrawals_of(copy)
        for one in row.purposes.split(",")
        if one in when and row.received_at >= when[one]
    }
    done = known | consent_words.lifted(copy.report_id, when)
    done |= reports.sharing_stopped(copy.report_id)
    return [one for one in told if one not in done]


def take_clock(copy: Referral, referral: Referral, *, now: datetime) -> None:
    """Let a copy's police clock begin when the sender's did: the law counts from her report."""
    for row in deadlines.of_referral(referral):
        if row.kind == Kind.POLICE_REPORT and row.ended_how in (None, "transferred"):
            police_since(copy, row.starts_at, estimate=row.estimate, now=now)


def police_since(copy: Referral, since: datetime, *, estimate: bool, now: datetime) -> None:
    """Let a copy's police clock begin when the sender's did, if that was earlier."""
    for row in deadlines.of_referral(copy, going=True):
        if row.kind == Kind.POLICE_REPORT and since < row.starts_at:
            row.due_at = row.due_at - (row.starts_at - since)
            row.starts_at, row.estimate = since, estimate
            deadlines.set_warning(row, now)


def moment(said: object) -> datetime:
    """Return a moment that a copy says.

    :raises Invalid: if it is none.
    """
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Invalid("transfer.file", field="file")
    return at


def _parsed(body: object, district: str) -> Parsed:
    try:
        parsed = parse("report.create", body)
    except Invalid:
        parsed = parse("report.create", {**body, "incomplete": True} if body else body)
    if db.session.get(Area, str(parsed.facts.get("village"))) is None:
        parsed.facts["village"] = district
    return parsed


def _find(copy: Referral, content: dict, now: datetime) -> None:
    """Keep what the sender found: a child, sexual violence."""
    copy.child = copy.child or content.get("child") is True
    if content.get("sexual") is True and not copy.sexual:
        copy.sexual = True
        deadlines.learn(copy, {"violence": ["sexual"]}, since=copy.clock_from, now=now)


def _note(copy: Referral, words: str, now: datetime) -> None:
    move = ReferralMove(
        id=uuid4(),
        referral_id=copy.id,
        at=now,
        by=None,
        act="transfer_in",
        from_state=copy.state,
        to_state=copy.state,
    )
    seal_texts(move, copy.district, {"words": words} if words else {})
    db.session.add(move)


def _stop(copy: Referral, transfer_id: UUID, stopped: object, now: datetime) -> None:
    """What she took back before it was sent on a person's judgement holds here from the start."""
    purposes = [one for one in CONSENT_PURPOSE if isinstance(stopped, list) and one in stopped]
    if purposes:
        made = uuid5(transfer_id, "stopped")
        withdrawals.stop_sharing(made, copy.report_id, purposes, received_at=now)
