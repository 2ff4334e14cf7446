"""`flask keys`: make and rotate the key files, publish their lists. Only here is signing done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.answers import as_json, refusals_in_words, say
from app.config import Settings
from app.db import transaction, utc_now
from app.models import KeyList
from app.sealing import SIGNING, KeyFolder, KeysAbsent, KeysRefused
from app.services import areas, book, keylists

keys = AppGroup("keys", help="The keys of the districts.")


@keys.command("make")
@as_json
def make(as_json: bool) -> None:
    """Make the key files that are missing, and keys and a list for every district without."""
    with _problems_in_words():
        issued = make_keys(anew=True)
    _told(issued, as_json)


@keys.command("rotate")
@click.option("--district", multiple=True, metavar="CODE", help="Only this district.")
@as_json
def rotate(district: tuple[str, ...], as_json: bool) -> None:
    """Give the districts new intake and archive keys. What was sealed before still opens."""
    with _problems_in_words(), transaction():
        now = utc_now()
        issued = keylists.rotate(_settings(), districts=district, now=now)
        for key_list in issued:
            book.publish(key_list.district, now=now)
    _told(issued, as_json)


def make_keys(*, anew: bool = False) -> list[KeyList]:
    """Make and publish what the served districts lack, where the signing key may be used.

    In production, without it, nothing happens unless it was asked for (`anew`).

    :raises KeysAbsent: if it was asked for and a master key is missing.
    """
    settings, now = _settings(), utc_now()
    folder = KeyFolder.of(settings)
    if not anew and settings.production and not folder.has(SIGNING):
        return []
    folder.make_missing(areas.served(), now)
    with transaction():
        issued = keylists.issue_missing(settings, now=now)
        for key_list in issued:
            book.publish(key_list.district, now=now)
    return issued


def _settings() -> Settings:
    return current_app.config["SIAGA"]


def _told(issued: list[KeyList], as_json: bool) -> None:
    document = [{"district": one.district, "serial": one.serial} for one in issued]
    say(
        document,
        as_json,
        lambda: [f"{one.district}: list {one.serial} issued" for one in issued] or ["Nothing new."],
    )


@contextmanager
def _problems_in_words() -> Iterator[None]:
    with refusals_in_words():
        try:
            yield
        except (KeysAbsent, KeysRefused) as problem:
            raise click.ClickException(str(problem)) from problem
