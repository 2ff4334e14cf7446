"""`flask phones`: invite, confirm, revoke."""

from __future__ import annotations

from uuid import UUID

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from app.cli.answers import as_json, refusals_in_words, say
from app.db import db, transaction, utc_now
from app.domain.errors import Missing
from app.models import Device, Person
from app.services import phones as devices

phones = AppGroup("phones", help="Phones of cadres.")


@phones.command("invite")
@click.argument("person_id", type=click.UUID)
@click.option("--by-telephone", is_flag=True, help="Read out: valid for a shorter time.")
@as_json
def invite(person_id: UUID, by_telephone: bool, as_json: bool) -> None:
    """Let a cadre enrol a phone. The code is shown here and kept nowhere."""
    with refusals_in_words(), transaction():
        person = db.session.get(Person, person_id)
        if person is None:
            raise Missing("person", id=person_id)
        invited = devices.invite(person, spoken=by_telephone, now=utc_now())
    document = {
        "code": invited.code,
        "link": invited.link(current_app.config["SIAGA"].cadre_url),
        "fingerprint": invited.fingerprint,
        "expires_at": invited.expires_at.isoformat(),
    }
    say(
        document,
        as_json,
        lambda: [document["link"], invited.typed, f"until {document['expires_at']}"],
    )


@phones.command("confirm")
@click.argument("device_id", type=click.UUID)
@as_json
def confirm(device_id: UUID, as_json: bool) -> None:
    """Say that the four digits on the phone were compared with those at the desk."""
    with refusals_in_words(), transaction():
        device = devices.find(device_id)
        devices.confirm(device, now=utc_now())
    say({"id": device_id, "state": device.state}, as_json, lambda: [device.state])


@phones.command("revoke")
@click.argument("device_id", type=click.UUID)
@as_json
def revoke(device_id: UUID, as_json: bool) -> None:
    """End a phone that was lost or taken."""
    with refusals_in_words(), transaction():
        device = devices.find(device_id)
        devices.revoke(device, now=utc_now())
    say({"id": device_id, "state": device.state}, as_json, lambda: [device.state])


@phones.command("list")
@as_json
def listed(as_json: bool) -> None:
    """List phones with their state and the four digits to compare."""
    rows = db.session.scalars(select(Device).order_by(Device.enrolled_at, Device.id)).unique()
    document = [
        {
            "id": device.id,
            "person_id": device.person_id,
            "state": device.state,
            "match": devices.match(device),
        }
        for device in rows
    ]
    say(
        document,
        as_json,
        lambda: [f"{one['id']}  {one['state']:<7}  {one['match']}" for one in document],
    )
