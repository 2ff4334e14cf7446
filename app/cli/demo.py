"""`flask demo load`, and what `make run` prepares and prints: an invented district to try."""

from __future__ import annotations

import io
from pathlib import Path

import click
import pyotp
import segno
from flask import current_app
from flask.cli import AppGroup

from app.cli.answers import as_json, refusals_in_words, say
from app.cli.keys import make_keys
from app.cli.tables import bring_up_to_date
from app.config import Settings
from app.db import transaction, utc_now
from app.services import areas, people, phones
from app.services import demo as invented

AREAS = Path(__file__).resolve().parent.parent / "data" / f"areas-{invented.DISTRICT}.csv"

demo = AppGroup("demo", help="An invented district, for development and showing.")


@demo.command("load")
@as_json
def load(as_json: bool) -> None:
    """Load Banyumas with invented people and reports; again adds only what is missing."""
    with refusals_in_words():
        fill(_settings())
    entry = invented.sign_in_of(invented.COORDINATOR, _settings().secret_key)
    document = {
        "name": entry.name,
        "password": entry.password,
        "seed": entry.seed,
        "otpauth": entry.address,
        "code": pyotp.TOTP(entry.seed).now(),
    }
    say(document, as_json, lambda: [f"{name}: {value}" for name, value in document.items()])


def prepare(settings: Settings) -> list[str]:
    """Bring tables, keys, areas and the invented district up to date; return what to print."""
    bring_up_to_date()
    fill(settings)
    return card(settings)


def fill(settings: Settings) -> None:
    """Load what of the invented district is missing.

    :raises ClickException: in production.
    """
    if settings.production:
        raise click.ClickException("Invented people have no place in production.")
    now = utc_now()
    with transaction(), AREAS.open(encoding="utf-8", newline="") as lines:
        areas.load(areas.read(lines), now=now)
    make_keys()
    with transaction():
        invented.load(settings.secret_key, now=now)


def card(settings: Settings) -> list[str]:
    """Say where everything is and how to come in; with a fresh invite for a phone."""
    entry = invented.sign_in_of(invented.COORDINATOR, settings.secret_key)
    return [
        "",
        "── Siaga KBG ───────────────────────────────────────────────────────────",
        f"  Phone   {settings.cadre_url}/",
        f"  Desk    {settings.desk_url}/desk/",
        f"          name       {entry.name}",
        f"          password   {entry.password}",
        f"          code now   {pyotp.TOTP(entry.seed).now()}   (a new one every 30 seconds)",
        f"          seed       {entry.seed}",
        f"          {entry.address}",
        *_colleagues(settings),
        *_invite(settings),
        "  A real phone needs a secure context. By cable:",
        f"      adb reverse tcp:{_port(settings)} tcp:{_port(settings)}",
        f"  then open {settings.cadre_url}/ on it; else HTTPS in front (docs/deploying.md).",
        "  A plain LAN address has no service worker and no WebCrypto: it does not work.",
        "  Ctrl-C stops everything. Data stays in " + str(settings.data_dir),
        "────────────────────────────────────────────────────────────────────────",
    ]


def _colleagues(settings: Settings) -> list[str]:
    """The same for whoever else works there: most pages show each role something else."""
    lines = ["  Others  name        password              code now   seed"]
    for name, roles in invented.STAFF_PEOPLE:
        entry = invented.sign_in_of(name.lower(), settings.secret_key)
        if entry.name == invented.COORDINATOR:
            continue
        code = pyotp.TOTP(entry.seed).now()
        said = f"          {entry.name:<11} {entry.password}   {code}     {entry.seed}"
        lines.append(f"{said}  {', '.join(roles)}")
    return lines


def _invite(settings: Settings) -> list[str]:
    with transaction():
        cadre = invented.cadre_without_phone()
        if cadre is None:
            return ["  Every invented cadre has a phone: `flask phones invite PERSON_ID` for more."]
        invited = phones.invite(cadre, now=utc_now())
        label = people.called(cadre)
    link = invited.link(settings.cadre_url)
    picture = io.StringIO()
    segno.make(link, error="l").terminal(picture, compact=True)
    return [
        f"  Invite  for {label} (once, 72 hours)",
        f"          {link}",
        f"          typed by hand: {invited.typed}",
        # White on black whatever the terminal's colours are: an inverted QR is not read by all.
        *(f"      \x1b[97;40m{line}\x1b[0m" for line in picture.getvalue().splitlines()),
    ]


def _port(settings: Settings) -> str:
    return settings.cadre_url.rpartition(":")[2]


def _settings() -> Settings:
    return current_app.config["SIAGA"]
