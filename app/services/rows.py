"""A row's coded facts and sealed texts: written and read the same way for every table."""

from __future__ import annotations

from collections.abc import Mapping

from app.models.columns import CodedFacts, SealedText
from app.sealing import opener


def read_facts(table: str, key: object, facts: bytes | None) -> dict:
    """Return the coded facts of a row of which only this was read."""
    return dict(opener().decrypt(table, "facts", key, facts)) if facts else {}


def read_each(table: str, facts: Mapping[object, bytes | None]) -> dict[object, dict]:
    """Return the coded facts of many rows of which only these were read, by their keys."""
    opened = opener()
    return {
        key: dict(opened.decrypt(table, "facts", key, one)) if one else {}
        for key, one in facts.items()
    }


def facts_of(row: CodedFacts) -> dict:
    """Return the coded facts of a row; nothing written is nothing known."""
    return read_facts(row.__tablename__, _key(row), row.facts)


def write_facts(row: CodedFacts, facts: Mapping[str, object]) -> None:
    """Put a row's coded facts under the server key. The row must have its id."""
    row.facts = opener().encrypt(row.__tablename__, "facts", _key(row), dict(facts))


def texts_of(row: SealedText) -> dict:
    """Open a row's sealed texts. Whoever shows them to a person writes a trail row first."""
    if row.sealed is None:
        return {}
    return opener().open_row(
        row.__tablename__, _key(row), row.sealed, row.sealed_kid, row.sealed_schema
    )


def seal_texts(row: SealedText, district: str, texts: Mapping[str, object]) -> None:
    """Seal a row's texts to its district's archive key; none leaves the row without any."""
    if not texts:
        row.sealed = row.sealed_kid = row.sealed_schema = None
        return
    row.sealed, row.sealed_kid, row.sealed_schema = opener().seal_row(
        district, row.__tablename__, _key(row), texts
    )


def _key(row) -> object:
    return getattr(row, "id", None) or row.person_id
