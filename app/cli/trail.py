"""`flask trail`: walk the chains of who read and did what."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.cli.answers import as_json, say
from app.services import heads
from app.services import trail as trails

trail = AppGroup("trail", help="Who read and did what.")


@trail.command("verify")
@click.option("--head", multiple=True, metavar="NUMBER:HASH", help="A head that left earlier.")
@as_json
def verify(head: tuple[str, ...], as_json: bool) -> None:
    """Walk every district's chain; exit 1 if a row was changed, removed or put in."""
    left = dict(_head(text) for text in head)
    verdicts = [
        trails.verify(district, left=heads.left(district) | left) for district in _districts()
    ]
    document = [
        {
            "district": verdict.district,
            "rows": verdict.rows,
            "head": verdict.head,
            "whole": verdict.whole,
            "broken_at": verdict.broken_at,
        }
        for verdict in verdicts
    ]
    say(document, as_json, lambda: [_line(verdict) for verdict in verdicts])
    if not all(verdict.whole for verdict in verdicts):
        raise SystemExit(1)


def _districts() -> list[str]:
    from app.services import areas

    return areas.served()


def _line(verdict: trails.Verdict) -> str:
    state = "whole" if verdict.whole else f"BROKEN at row {verdict.broken_at}"
    return f"{verdict.district}: {verdict.rows} rows, {state}, head {verdict.rows}:{verdict.head}"


def _head(text: str) -> tuple[int, bytes]:
    number, _, digest = text.partition(":")
    try:
        return int(number), bytes.fromhex(digest)
    except ValueError:
        raise click.BadParameter(f"{text[:80]!r} is not NUMBER:HASH") from None
