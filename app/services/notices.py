"""What a cadre is told: where her report stands, a message, an alert. Codes and her own ids."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from app.db import db
from app.domain.settings import SETTINGS
from app.models import Alert, Device, DeviceItem, Person, Report
from app.services import alerts, changes

RECEIVED = "received"
STATUS = "report_status"


def received(report_id: UUID, device: Device, *, now: datetime) -> None:
    """Tell the phone that sent it: opened and in the queue (*Terkirim*)."""
    tell_status(device, report_id, RECEIVED, news=False, now=now)


def please_call(about: UUID, device: Device, *, now: datetime) -> None:
    """Tell a phone that what it sent could not be applied (*Mohon telepon UPTD*)."""
    tell_status(device, about, "please_call", news=True, now=now)


def report_moved(report: Report, state: str, *, now: datetime, news: bool = True) -> None:
    """Tell the cadre who reported where it stands now, and ring her when it is news.

    `state`: `seen`, `in_care`, `moved_on`, `closed`, `please_call`. Silent without a cadre.
    """
    if report.cadre_id is None:
        return
    for device in _phones_of(report):
        tell_status(device, report.id, state, news=news, now=now)
    if news and (cadre := db.session.get(Person, report.cadre_id)) is not None:
        kind = "please_call" if state == "please_call" else "report_moved"
        alert(cadre, kind, report_id=report.id, urgent=state == "please_call", now=now)


def tell_status(
    device: Device,
    report_id: UUID,
    state: str,
    *,
    news: bool,
    now: datetime,
    at: datetime | None = None,
) -> None:
    """Seal one `report_status`; the phone forgets it after thirty days."""
    content = {
        "report_id": str(report_id),
        "state": state,
        "at": (at or now).isoformat(timespec="seconds"),
        "news": news,
    }
    until = (at or now) + SETTINGS["states.kept"].span
    changes.tell_device(device, STATUS, report_id, content, now=now, gone_at=until)


def message(
    cadre: Person,
    text: str,
    *,
    report_id: UUID | None = None,
    message_id: UUID | None = None,
    now: datetime,
) -> UUID:
    """Send a cadre a message, sealed to her phone; nothing of it is kept readable here."""
    message_id = message_id or uuid4()
    phone = changes.active_phone(cadre.id)
    if phone is not None:
        tell_message(phone, message_id, text, report_id=report_id, at=now, now=now)
    alert(cadre, "message", report_id=report_id, now=now)
    return message_id


def tell_message(
    device: Device,
    message_id: UUID,
    text: str,
    *,
    report_id: UUID | None,
    at: datetime,
    now: datetime,
) -> None:
    """Seal one message to a phone."""
    content = {"text": text, "at": at.isoformat(timespec="seconds")}
    if report_id is not None:
        content["report_id"] = str(report_id)
    until = at + SETTINGS["states.kept"].span
    changes.tell_device(device, "message", message_id, content, now=now, gone_at=until)


def alert(
    cadre: Person,
    kind: str,
    *,
    now: datetime,
    urgent: bool = False,
    report_id: UUID | None = None,
    visit_id: UUID | None = None,
    device: Device | None = None,
) -> Alert:
    """Ring a cadre and put the alert on her phone: on `device`, else on her active one."""
    written = alerts.ring(
        cadre, kind, now=now, urgent=urgent, report_id=report_id, visit_id=visit_id
    )
    phone = device or changes.active_phone(cadre.id)
    if phone is not None:
        tell_alert(phone, written, now=now)
    return written


def tell_alert(device: Device, written: Alert, *, now: datetime) -> None:
    """Seal one alert to a phone."""
    content = {
        "alert_id": str(written.id),
        "kind": written.kind,
        "at": written.made_at.isoformat(timespec="seconds"),
    }
    if written.report_id is not None:
        content["report_id"] = str(written.report_id)
    if written.visit_id is not None:
        content["visit_id"] = str(written.visit_id)
    until = written.made_at + SETTINGS["states.kept"].span
    changes.tell_device(device, "alert", written.id, content, now=now, gone_at=until)


def acknowledged(alert_id: UUID, device: Device, *, now: datetime) -> None:
    """Note that a cadre has looked, and take the alert off her phone.

    :raises Missing: if there is no such alert for her.
    """
    alerts.acknowledge(alert_id, device.person_id, now=now)
    changes.gone_everywhere("alert", alert_id, now=now)


def _phones_of(report: Report) -> list[Device]:
    """The cadre's active phone, and one still pending that already knows of this very report."""
    told = select(DeviceItem.device_id).where(
        DeviceItem.kind == STATUS, DeviceItem.item_id == report.id
    )
    theirs = Device.person_id == report.cadre_id
    pending = (Device.state == "pending") & Device.id.in_(told)
    found = select(Device).where(theirs, (Device.state == "active") | pending)
    return list(db.session.scalars(found))
