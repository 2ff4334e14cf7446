"""How commands answer: one JSON document with `--json`, else plain lines; a refusal is one line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from app.domain.errors import Refusal

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def say(document: Any, as_json: bool, plain: Callable[[], Iterator[str] | list[str]]) -> None:
    """Print the document, or the plain lines when no JSON was asked for."""
    if as_json:
        click.echo(json.dumps(document, default=str, ensure_ascii=False, indent=2))
        return
    for line in plain():
        click.echo(line)


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Turn a refusal into one clear line and exit status 1. Details are ids, codes and names."""
    try:
        yield
    except Refusal as refusal:
        details = dict(refusal.details)
        problems = details.pop("problems", [])
        words = " ".join(f"{name}={value}" for name, value in details.items())
        lines = [f"{refusal.code} {words}".rstrip(), *problems]
        raise click.ClickException("\n".join(lines)) from refusal
