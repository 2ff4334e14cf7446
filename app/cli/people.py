"""`flask people`: cadres and staff."""

from __future__ import annotations

from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.cli.answers import as_json, refusals_in_words, say
from app.db import db, transaction, utc_now
from app.domain.errors import Missing
from app.domain.permissions import Role
from app.models import Person
from app.services import people as persons
from app.services import sign_in

people = AppGroup("people", help="Cadres and staff.")


@people.command("add")
@click.option("--role", "roles", type=click.Choice([*map(str, Role)]), multiple=True, required=True)
@click.option("--village", metavar="CODE", help="A cadre's village.")
@click.option("--district", metavar="CODE", help="The district of the staff.")
@click.option("--label", required=True, help="What colleagues call this person.")
@as_json
def add(
    roles: tuple[str, ...], village: str | None, district: str | None, label: str, as_json: bool
) -> None:
    """Add somebody who works here: a cadre with --village, staff with --district."""
    if (village is None) == (district is None):
        raise click.UsageError("Give --village (a cadre) or --district (staff).")
    place = district or ".".join(village.split(".")[:2])
    with refusals_in_words(), transaction():
        person = persons.add(place, map(Role, roles), label, village=village, now=utc_now())
    say({"id": person.id}, as_json, lambda: [str(person.id)])


@people.command("sign-in")
@click.argument("person_id", type=click.UUID)
@click.option("--name", required=True, help="The sign-in name.")
@click.password_option(help="12 letters or more; asked for when not given.")
@as_json
def let_in(person_id: UUID, name: str, password: str, as_json: bool) -> None:
    """Let a member of staff sign in; prints the seed of the second factor, once."""
    with refusals_in_words(), transaction():
        seed = sign_in.new_account(_person(person_id), name, password)
    document = {"seed": seed, "otpauth": sign_in.seed_address(name, seed)}
    say(document, as_json, document.values)


@people.command("list")
@as_json
def listed(as_json: bool) -> None:
    """List who works here: ids and roles, no names."""
    rows = db.session.scalars(
        select(Person).where(Person.left_at.is_(None)).order_by(Person.created_at, Person.id)
    )
    document = [
        {
            "id": person.id,
            "district": person.district,
            "village": person.village,
            "roles": sorted(person.role_codes),
        }
        for person in rows
    ]
    say(
        document,
        as_json,
        lambda: [
            f"{one['id']}  {one['village'] or one['district']:<13}  {', '.join(one['roles'])}"
            for one in document
        ],
    )


def _person(person_id: UUID) -> Person:
    person = db.session.get(Person, person_id)
    if person is None:
        raise Missing("person", id=person_id)
    return person
