"""People who can be rung, and what they were sent."""

from uuid import uuid4

from sqlalchemy import select

from app import sealing
from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.domain.push import subscription
from app.models import Device, OutboxRow, Person, Referral, Report
from app.services import subscriptions
from tests import make


def device_of(person: Person, *, state: str = "active", now=make.NOON) -> Device:
    """A phone of a cadre; its private half is on `device.private`."""
    private = sealing.new_private()
    device = Device(
        id=uuid4(),
        person_id=person.id,
        district=person.district,
        state=state,
        public_key=sealing.public_of(private),
        verifier_mac=b"x" * 32,
        kdf='{"name":"argon2id","memory_kib":19456,"passes":2}',
        enrolled_at=now,
        seen_at=now,
        confirmed_at=now if state == "active" else None,
    )
    device.private = private
    db.session.add(device)
    db.session.flush()
    return device


def rung_at(owner: Person | Device, subscriber, service) -> None:
    """Let this owner be rung at this subscriber."""
    told = subscription(subscriber.as_json, service.origin)
    subscriptions.keep(told, owner, now=utc_now())


def coordinator(service, *answers, role=Role.COORDINATOR):
    """A member of staff with one subscribed browser: the person and the subscriber."""
    subscriber = service.subscriber(*answers)
    with transaction():
        person = make.person(role)
        rung_at(person, subscriber, service)
    return person, subscriber


def cadre(service, *answers, state="active", now=make.NOON):
    """A cadre with a subscribed phone: the person, the phone and the subscriber."""
    subscriber = service.subscriber(*answers)
    with transaction():
        person = make.person()
        device = device_of(person, state=state, now=now)
        rung_at(device, subscriber, service)
    return person, device, subscriber


def referral(*, received_at, emergency=False, risk="high", by: Person | None = None, **more):
    """A referral in the queue, with its report. Inside `transaction()`."""
    report = Report(
        id=uuid4(),
        district=make.DISTRICT,
        village=make.VILLAGE,
        cadre_id=by.id if by else None,
        received_at=received_at,
        happened_at=received_at,
    )
    db.session.add(report)
    db.session.flush()
    found = Referral(
        id=uuid4(),
        report_id=report.id,
        district=make.DISTRICT,
        village=make.VILLAGE,
        risk=risk,
        emergency=emergency,
        clock_from=received_at,
        due_at=received_at,
        changed_at=received_at,
        **more,
    )
    db.session.add(found)
    db.session.flush()
    return found


def outbox() -> list[OutboxRow]:
    """Every outbox row, as it is on disk."""
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(OutboxRow).order_by(OutboxRow.made_at)))
