"""What each act does once opened: read by the list of fields, then one verb of `app.services`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from app.domain.fields import Parsed, parse
from app.services import (
    calls,
    consents,
    contacts,
    drills,
    notices,
    reports,
    tallies,
    visits,
    withdrawals,
)
from app.services.arrival import Arrival

Apply = Callable[[dict, Arrival, datetime], None]


def apply(act: str, body: dict, arrival: Arrival, *, now: datetime) -> None:
    """Let an act happen.

    :raises Invalid: if the body is not this act's.
    :raises Missing: if its parent is not here (yet).
    :raises NotAllowed: if it is about somebody else's report or visit.
    :raises Conflict: if the thing has moved on.
    """
    _ACTS[act](body, arrival, now)


def _report_create(body: dict, arrival: Arrival, now: datetime) -> None:
    origin = reports.Origin(
        cadre=arrival.person,
        device=arrival.device,
        received_at=arrival.received_at,
        happened_at=arrival.happened_at,
        phone_said_at=arrival.phone_said_at,
        unlocked=arrival.unlocked,
        no_session=arrival.no_session,
        flags=arrival.flags,
    )
    parsed = parse("report.create", body)
    reports.write_down(arrival.id, arrival.device.district, parsed, origin, now=now)


def _report_add(body: dict, arrival: Arrival, now: datetime) -> None:
    report = reports.get_for(_about(body, "report_id"), arrival.person)
    parsed = parse("report.add", body, reports.known_answers(report))
    reports.add(report, parsed, arrival, now=now)


def _withdraw(body: dict, arrival: Arrival, now: datetime) -> None:
    parsed = parse("consent.withdraw", body)
    purposes, about = parsed.facts["purposes"], _about(body, "report_id")
    report = reports.get_for(about, arrival.person)
    consents.withdraw(arrival.id, report, purposes, received_at=arrival.received_at, now=now)


def stop_at_once(body: dict, arrival: Arrival) -> None:
    """Let a withdrawal whose report has not come stop what is new under that id already.

    :raises Invalid: if the body is no withdrawal.
    """
    purposes = parse("consent.withdraw", body).facts["purposes"]
    withdrawals.stop_sharing(
        arrival.id, _about(body, "report_id"), purposes, received_at=arrival.received_at
    )


def _visit(verb: Callable, act: str) -> Apply:
    def applied(body: dict, arrival: Arrival, now: datetime) -> None:
        parsed = parse(act, body)
        verb(visits.get_for(_about(body, "visit_id"), arrival.person), parsed, arrival, now=now)

    return applied


def _acknowledge(body: dict, arrival: Arrival, now: datetime) -> None:
    parse("alert.acknowledge", body)
    notices.acknowledged(_about(body, "alert_id"), arrival.device, now=now)


def _contact(body: dict, arrival: Arrival, now: datetime) -> None:
    contacts.update(parse("contact.update", body), arrival)


def _tally(body: dict, arrival: Arrival, now: datetime) -> None:
    tallies.count(parse("tally.add", body), arrival)


def _with_parsed(act: str, verb: Callable[..., object]) -> Apply:
    def applied(body: dict, arrival: Arrival, now: datetime) -> None:
        parsed: Parsed = parse(act, body)
        verb(parsed, arrival, now=now)

    return applied


def _about(body: dict, name: str) -> UUID:
    return UUID(body[name])


_ACTS: dict[str, Apply] = {
    "report.create": _report_create,
    "report.add": _report_add,
    "visit.accept": _visit(visits.accept, "visit.accept"),
    "visit.decline": _visit(visits.decline, "visit.decline"),
    "visit.plan": _visit(visits.plan, "visit.plan"),
    "visit.start": _visit(visits.start, "visit.start"),
    "visit.end": _visit(visits.end, "visit.end"),
    "visit.record": _visit(visits.record, "visit.record"),
    "alert.acknowledge": _acknowledge,
    "consent.withdraw": _withdraw,
    "contact.update": _contact,
    "call.me": _with_parsed("call.me", calls.ask),
    "tally.add": _tally,
    "drill.record": _with_parsed("drill.record", drills.note),
}
