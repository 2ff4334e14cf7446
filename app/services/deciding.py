"""What the desk decides about a referral: care, a question back, a twin, somebody else's."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from app.db import db
from app.domain.case import settlement_banned
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.referral import MOVES, ReferralState
from app.domain.report import Risk
from app.domain.risk import raised
from app.domain.settings import SETTINGS
from app.models import Case, Person, Referral, ReferralMove
from app.services import (
    alerts,
    cases,
    consents,
    deadlines,
    desks,
    duty,
    follow_ups,
    notices,
    recalls,
    related,
    reminders,
    safe_ways,
    service_steps,
    trail,
    transfer_sender,
    transfers,
    twins,
    workload,
)
from app.services.referrals import step
from app.services.rows import facts_of, seal_texts
from app.services.sessions import Staff

UNDOABLE = frozenset({"duplicate", "not_ours", "return"})
LONGEST_QUESTION = 280


def accept(
    referral: Referral, caseworker: Person, staff: Staff, *, why: str = "", now: datetime
) -> Case:
    """Take a screened referral into care and tell the cadre who reported it.

    `why` is kept, sealed, when somebody is chosen against a warning.

    :raises Conflict: if another coordinator moved it first.
    :raises Invalid: if that person accompanies nobody here, or is related to the referral; or is
        away, leaves or carries too much, and nobody says why.
    """
    _must_accompany(caseworker, referral)
    against = workload.must_fit(caseworker, referral, why, now=now)
    words, reason = (why, ",".join(against)) if against else ("", None)
    step(referral, ReferralState.ACCEPTED, "accept", staff, now, words=words, reason=reason)
    _settle(referral, now)
    case = Case(
        id=uuid4(),
        referral_id=referral.id,
        referral=referral,
        district=referral.district,
        caseworker_id=caseworker.id,
        risk=referral.risk,
        opened_at=now,
        settlement_banned=_bans_settlement(referral),
    )
    db.session.add(case)
    trail.append(
        referral.district, "referral.accept", "referral", referral.id, by=staff.id, now=now
    )
    reminders.begin_to_see(case, now=now)
    _tell_caseworker(caseworker, case, staff, now)
    notices.report_moved(referral.report, "in_care", now=now)
    transfers.taken_over(referral, staff, now=now)
    return case


def assign(case: Case, caseworker: Person, staff: Staff, *, why: str = "", now: datetime) -> None:
    """Give a case to a caseworker; `why` is kept, sealed, when it is against a warning.

    :raises Invalid: if that person accompanies nobody here, or is related to the referral; or is
        away, leaves or carries too much, and nobody says why.
        Or if the one who leaves has not yet made sure that she can be reached without them.
    :raises Conflict: if the case is closed, and nobody leaves.
    """
    left_at = safe_ways.leaving_since(case.caseworker_id)
    if case.closed_at is not None and left_at is None:
        raise Conflict("case.closed")
    _must_accompany(caseworker, case.referral)
    if case.caseworker_id == caseworker.id:
        return
    if left_at is not None and not safe_ways.set_since(case.referral, left_at):
        raise Invalid("handover.safe_way", field="caseworker")
    against = workload.must_fit(caseworker, case.referral, why, now=now)
    act = "assign" if left_at is None else "handover"
    was, case.caseworker_id = case.caseworker_id, caseworker.id
    follow_ups.hand_on(case)
    cases.note(
        case,
        act,
        staff,
        now,
        was=str(was) if was else None,
        to=str(caseworker.id),
        reason=",".join(against) or None,
        texts={"assign_why": why.strip()} if against else None,
    )
    _tell_caseworker(caseworker, case, staff, now)
    desks.look_again(case.district)


def ask_cadre(referral: Referral, question: str, staff: Staff, *, now: datetime) -> None:
    """Return a referral to its cadre with a question; only her phone can read it.

    :raises Invalid: if there is no question, or no cadre to ask.
    :raises Conflict: if it has moved on.
    """
    question = _words(question, "question", LONGEST_QUESTION)
    report = referral.report
    cadre = db.session.get(Person, report.cadre_id) if report.cadre_id else None
    if cadre is None:
        raise Invalid("referral.no_cadre", field="question")
    move = step(referral, ReferralState.RETURNED, "return", staff, now, words=question)
    # Under the id of the move, which keeps the words: a later phone gets it once, not twice.
    notices.message(cadre, question, report_id=report.id, message_id=move.id, now=now)
    notices.report_moved(report, "please_call", now=now)
    trail.append(
        referral.district, "referral.return", "referral", referral.id, by=staff.id, now=now
    )
    desks.look_again(referral.district)


def mark_duplicate(referral: Referral, other: Referral, staff: Staff, *, now: datetime) -> None:
    """Say that this is about the same as `other`, which goes on with the graver of the two.

    The cadre is not told now: a status that follows at once would betray that there is a twin.

    :raises Invalid: if the other is this one, itself somebody's twin, or at an end; or if others go
        on in this one; or who accompanies the other is kept out of this one.
    :raises Conflict: if it has moved on.
    """
    if not twins.apart(referral, other):
        raise Invalid("referral.twin", field="other")
    related.join(referral, other, now=now)
    after = twins.joined(referral, other)
    cannot_wait = referral.emergency and referral.taken_by is None
    step(referral, ReferralState.DUPLICATE, "duplicate", staff, now)
    referral.same_as = other.id
    _settle(referral, now)
    other.risk, other.emergency = after.risk, after.emergency
    other.clock_from, other.due_at = after.clock_from, after.due_at
    other.child, other.sexual = after.child, after.sexual
    other.changed_at = now
    _tell_care(other, cannot_wait, now)
    deadlines.join(referral, other, now=now)
    db.session.flush()
    recalls.open_for_twins(referral, now=now)
    consents.hold_for_both(other, now=now)
    transfer_sender.tell_later(other, now=now)
    trail.append(
        referral.district, "referral.duplicate", "referral", referral.id, by=staff.id, now=now
    )


def not_ours(referral: Referral, told: str, sent_to: str, staff: Staff, *, now: datetime) -> None:
    """Say that another office is the right one, with what was told and where they were sent.

    :raises Invalid: if one of the two is missing.
    :raises Conflict: if it has moved on.
    """
    told, sent_to = _words(told, "told", 280), _words(sent_to, "sent_to", 80)
    move = step(referral, ReferralState.NOT_OURS, "not_ours", staff, now)
    seal_texts(move, referral.district, {"words": told, "sent_to": sent_to})
    _settle(referral, now)
    deadlines.rest(referral, "not_ours", now=now)
    transfers.not_kept(referral, staff, now=now)
    notices.report_moved(referral.report, "moved_on", now=now)
    trail.append(
        referral.district, "referral.not_ours", "referral", referral.id, by=staff.id, now=now
    )


def undo(referral: Referral, staff: Staff, *, shown: UUID | None = None, now: datetime) -> None:
    """Take back the last decision and put the referral where it was.

    :raises Conflict: if there is none any more that can be taken back, or not the one `shown`.
    """
    move = last_undoable(referral, now)
    if move is None or shown not in (None, move.id):
        raise Conflict("referral.no_undo")
    before = ReferralState(move.from_state)
    back = before if before in MOVES[ReferralState(referral.state)] else ReferralState.SEEN
    step(referral, back, "undo", staff, now)
    if referral.same_as is not None:
        transfer_sender.take_apart(referral.same_as, referral)
    referral.same_as = referral.settled_at = None
    referral.open = True
    deadlines.wake(referral, "joined", "not_ours", now=now)
    notices.report_moved(referral.report, "seen", now=now)
    trail.append(referral.district, "referral.undo", "referral", referral.id, by=staff.id, now=now)
    desks.look_again(referral.district)


def last_undoable(referral: Referral, now: datetime) -> ReferralMove | None:
    """Return the decision that `undo` would take back, if there is one."""
    move = db.session.scalar(
        select(ReferralMove)
        .where(
            ReferralMove.referral_id == referral.id,
            # Opening it, or telling its cadre, moved nothing.
            ReferralMove.from_state != ReferralMove.to_state,
        )
        .order_by(ReferralMove.at.desc())
        .limit(1)
    )
    if move is None or move.act not in UNDOABLE or _is_old(move, now):
        return None
    if transfers.was_emptied(referral):
        return None  # What was given back is not here any more.
    return move


def _is_old(move: ReferralMove, now: datetime) -> bool:
    # Every answer can be taken back for as long as a merge (domain.md section 5).
    return now - move.at > SETTINGS["duplicate.undo"].span


def _must_accompany(person: Person | None, referral: Referral) -> None:
    if person is None or person.district != referral.district or person.left_at is not None:
        raise Missing("person")
    may = person.role_codes & workload.ACCOMPANY
    if not may or person.id in workload.related(referral):
        raise Invalid("person.no_caseworker", field="caseworker")


def _bans_settlement(referral: Referral) -> bool:
    screening = facts_of(referral).get("screening", {}).get("screening", ())
    return settlement_banned(child=referral.child, sexual=referral.sexual, screening=screening)


def _settle(referral: Referral, now: datetime) -> None:
    referral.open = False
    referral.settled_at = now
    desks.look_again(referral.district)


def _tell_caseworker(caseworker: Person, case: Case, staff: Staff, now: datetime) -> None:
    if caseworker.id != staff.id:
        report_id: UUID = case.referral.report_id
        alerts.ring(caseworker, "case_given", now=now, report_id=report_id)


def _tell_care(referral: Referral, cannot_wait: bool, now: datetime) -> None:
    """Raise the case of a referral that a twin has joined, and ring whoever has it.

    An emergency that nobody had taken rings the next ones, too, until somebody looks: putting it
    to another report is not taking it.
    """
    case = db.session.scalar(select(Case).where(Case.referral_id == referral.id))
    if case is not None:
        cases.set_risk(case, raised(Risk(case.risk), Risk(referral.risk)), now=now)
        if _bans_settlement(referral):
            service_steps.ban_settlement(case, now=now)
    about = {"district": referral.district, "report_id": referral.report_id, "now": now}
    if cannot_wait:
        duty.ring_all([], "emergency", urgent=True, **about)
    elif case is not None:
        duty.ring_holder("new_report_news", urgent=referral.emergency, **about)


def _words(text: str, field: str, longest: int) -> str:
    text = (text or "").strip()
    if not text:
        raise Invalid("field.missing", field=field)
    if len(text) > longest:
        raise Invalid("field.too_long", field=field)
    return text
