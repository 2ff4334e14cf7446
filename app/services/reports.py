"""Early reports: written with their referral and alerts at once; added to, never edited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from app.db import db, read_once, row_lock
from app.domain.errors import Invalid, Missing, NotAllowed
from app.domain.fields import Parsed
from app.domain.report import Risk, proposed_risk
from app.domain.risk import risk_of_news
from app.models import Area, Device, Person, Referral, Report, ReportAddition, Withdrawal
from app.sealing import opener
from app.services import (
    consent_words,
    deadlines,
    duty,
    merged,
    notices,
    referrals,
    report_rows,
    transfer_sender,
    worsening,
)
from app.services.additions import additions_of
from app.services.arrival import Arrival, listed
from app.services.rows import facts_of, read_facts, seal_texts, texts_of, write_facts
from app.services.standing import ask, standing


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a report comes from: a cadre's phone, or another door and who typed it."""

    received_at: datetime
    happened_at: datetime
    cadre: Person | None = None
    device: Device | None = None
    channel: str = "app"
    entered_by: UUID | None = None
    told_at: datetime | None = None
    """When the person told us, for every other door: clocks start there."""
    phone_said_at: datetime | None = None
    unlocked: bool = True
    no_session: bool = False
    flags: tuple[str, ...] = ()


def write_down(
    report_id: UUID, district: str, parsed: Parsed, origin: Origin, *, now: datetime
) -> Report:
    """Write a report, put it into the queue, and alert who must see it: all of it or nothing.

    The phone that sent it is told `received`.

    :raises Invalid: if its village is none that this server knows.
    """
    village = parsed.facts["village"]
    if db.session.get(Area, village) is None:
        raise Invalid("report.village")
    report = Report(
        id=report_id,
        district=district,
        village=village,
        cadre_id=origin.cadre.id if origin.cadre else None,
        device_id=origin.device.id if origin.device else None,
        channel=origin.channel,
        entered_by=origin.entered_by,
        received_at=origin.received_at,
        told_at=origin.told_at,
        happened_at=origin.happened_at,
        phone_said_at=origin.phone_said_at,
        incomplete=parsed.facts.get("incomplete") is True,
        unlocked=origin.unlocked,
        no_session=origin.no_session,
        flags=listed((*parsed.flags, *origin.flags)),
        number_blind=_blind(district, parsed),
    )
    write_facts(report, parsed.facts)
    seal_texts(report, district, parsed.sealed)
    db.session.add(report)
    db.session.flush()
    referral = referrals.open_for(report, proposed_risk(parsed.answers), now=now)
    _alert(referral, now=now)
    if origin.device is not None:
        notices.received(report.id, origin.device, now=now)
    return report


def get_for(report_id: UUID, person: Person) -> Report:
    """Return a report that this cadre sent, locked so that additions come one after another.

    :raises Missing: if it is not here (yet).
    :raises NotAllowed: if it is somebody else's.
    """
    report = db.session.get(Report, report_id)
    if report is None:
        raise Missing("report.missing")
    if report.cadre_id != person.id:
        raise NotAllowed("report.other_cadre")
    referrals.locked_of(report.id)
    db.session.refresh(report, with_for_update=row_lock(Report))
    return report


def known_answers(report: Report) -> dict[str, object]:
    """Return what the report and all additions say; later words stand over earlier ones."""
    answers = {**facts_of(report), **texts_of(report)}
    for addition in additions_of(report):
        answers |= {**facts_of(addition), **texts_of(addition)}
    answers.pop("aside", None)
    return answers


def coded_facts(report_ids: Iterable[UUID]) -> dict[UUID, dict[str, object]]:
    """Return the coded facts of these reports with all additions, later over earlier; no text."""
    wanted = list(report_ids)
    read = select(Report.id, Report.facts).where(Report.id.in_(wanted))
    return added_to({one: read_facts("reports", one, it) for one, it in db.session.execute(read)})


def added_to(facts: dict[UUID, dict[str, object]]) -> dict[UUID, dict[str, object]]:
    """Return the coded facts of these reports with what was added to them later."""
    if not facts:
        return facts
    for report_id, key, more in db.session.execute(_ADDED, {"ids": list(facts)}):
        facts[report_id] |= read_facts("report_additions", key, more)
    return facts


_ADDED = (
    select(ReportAddition.report_id, ReportAddition.id, ReportAddition.facts)
    .where(ReportAddition.report_id.in_(bindparam("ids", expanding=True)))
    .order_by(ReportAddition.added_at)
)


def add(report: Report, parsed: Parsed, arrival: Arrival, *, now: datetime) -> ReportAddition:
    """Add to a report, raise its risk if what is new speaks for it, and say that there is news."""
    addition = ReportAddition(
        id=arrival.id,
        report_id=report.id,
        added_at=arrival.received_at,
        unlocked=arrival.unlocked,
        flags=arrival.flagged(parsed.flags),
    )
    return _added(report, parsed, addition, now)


def add_sent(report: Report, parsed: Parsed, news_id: UUID, *, now: datetime) -> ReportAddition:
    """Add to a copy what its sender learnt later; it counts as what a cadre adds."""
    flags = listed(parsed.flags)
    addition = ReportAddition(id=news_id, report_id=report.id, added_at=now, flags=flags)
    return _added(report, parsed, addition, now)


def _added(
    report: Report, parsed: Parsed, addition: ReportAddition, now: datetime
) -> ReportAddition:
    facts = {name: value for name, value in parsed.facts.items() if name != "report_id"}
    write_facts(addition, facts)
    seal_texts(addition, report.district, parsed.sealed)
    known, in_parts = known_answers(report), report.incomplete
    db.session.add(addition)
    db.session.flush()
    if parsed.facts.get("incomplete") is not True:
        report.incomplete = False
    # The rest of what came in parts tells the same danger once more.
    anew = not in_parts and proposed_risk(parsed.answers).emergency
    referral = referrals.locked_of(report.id)
    _follow(referral, parsed, known, anew, addition.added_at, now=now)
    transfer_sender.tell_later(worsening.goes_on_in(referral), now=now)
    return addition


def _follow(
    referral: Referral,
    parsed: Parsed,
    known: dict[str, object],
    anew: bool,
    since: datetime,
    *,
    now: datetime,
) -> None:
    """Let what was added count where somebody works on it, and ring who does.

    `anew`: she is in danger now, whatever was known before; that rings also who knew of danger.
    """
    whole = {**known, **parsed.answers}
    proposal = risk_of_news(known, parsed.answers)
    rose = worsening.worsen(referral, proposal, whole, now=since)
    first = worsening.goes_on_in(referral)
    new = {"survivor_age": whole.get("survivor_age"), **parsed.answers}
    deadlines.learn(first, new, since=since, now=now)
    duty.ring_first(
        "emergency" if anew or (rose and first.emergency) else "new_report_news",
        district=referral.district,
        urgent=rose or anew,
        report_id=first.report_id,
        told_by=referral.report.cadre_id,
        rose=rose and first.risk == Risk.HIGH,
        now=now,
    )


@read_once
def sharing_stopped(report_id: UUID) -> frozenset[str]:
    """Return the purposes for which nothing new may go out; also before the report has come.

    Whichever cadre she told it: it holds for every report that was put together with that one. A
    later yes of hers that counts before the law lifts what she had stopped.
    """
    if all(report_rows.none_of(report_id, kind) for kind in ("withdrawals", "twins")):
        return frozenset()
    stopped: dict[str, datetime] = {}
    for purposes, received_at in ask(_TAKEN_BACK, {"report_id": report_id}):
        stopped |= {code: received_at for code in purposes.split(",") if code}
    return frozenset(stopped) - consent_words.lifted(report_id, stopped) if stopped else frozenset()


_TOGETHER = merged.reports_with(bindparam("report_id", type_=Uuid()))
_TAKEN_BACK = standing(
    select(Withdrawal.purposes, Withdrawal.received_at)
    .where(Withdrawal.report_id.in_(_TOGETHER))
    .order_by(Withdrawal.received_at)
)


def _blind(district: str, parsed: Parsed) -> int | None:
    contact = parsed.texts.get("safe_contact") or parsed.facts.get("safe_contact") or {}
    number = contact.get("number")
    return opener().blind(district, number) if number else None


def _alert(referral: Referral, *, now: datetime) -> None:
    duty.ring_first(
        "emergency" if referral.emergency else "new_referral",
        district=referral.district,
        urgent=referral.risk == Risk.HIGH,
        report_id=referral.report_id,
        now=now,
    )
