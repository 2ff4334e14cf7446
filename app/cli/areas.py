"""`flask areas`: load area codes, say which districts are served."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli.answers import as_json, refusals_in_words, say
from app.cli.keys import make_keys
from app.db import transaction, utc_now
from app.services import areas as places

areas = AppGroup("areas", help="Area codes (Kemendagri).")


@areas.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def load(file: Path, as_json: bool) -> None:
    """Load FILE (code,level,parent_code,name). A file of one regency serves that district."""
    # What is not UTF-8 must reach the reader of lines, which knows their numbers.
    source = file.open(encoding="utf-8", errors="surrogateescape", newline="")
    with refusals_in_words(), transaction(), source as lines:
        loaded = places.load(places.read(lines), now=utc_now())
    make_keys()
    document = {
        "added": loaded.added,
        "renamed": loaded.renamed,
        "districts": list(loaded.districts),
    }
    say(document, as_json, lambda: [f"{loaded.added} areas added, {loaded.renamed} renamed."])


@areas.command("serve")
@click.argument("code")
@as_json
def serve(code: str, as_json: bool) -> None:
    """Let the regency CODE be a district that works here."""
    with refusals_in_words(), transaction():
        places.serve(code, now=utc_now())
    make_keys()
    say({"district": code}, as_json, lambda: [f"{code} is served."])
