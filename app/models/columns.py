"""Columns that many tables share: sealed text, coded facts, a code from a closed list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

Code = Annotated[str, mapped_column(String(40))]
AreaCode = Annotated[str, mapped_column(String(13))]
Kid = Annotated[str, mapped_column(String(64))]


class SealedText:
    """One JSON of all the free text of a row, sealed to the district's archive key.

    Three columns: a column type cannot know the row's id, and rotation must find the key.
    """

    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    sealed_kid: Mapped[str | None] = mapped_column(String(64), default=None)
    sealed_schema: Mapped[int | None] = mapped_column(default=None)


class CodedFacts:
    """One JSON of the coded facts that nothing sorts by, under the server key."""

    facts: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)


def one_of(column: str, codes: Iterable[str], name: str) -> CheckConstraint:
    """A named constraint: `column` holds one of `codes`."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=name)


def of_some(name: str, *columns: str, where: str) -> Index:
    """An index of those rows only that `where` names: what is still open stays small for ever.

    A query must say the same words for PostgreSQL to use it.
    """
    on_file = where.replace("IS true", "IS 1")
    return Index(name, *columns, postgresql_where=text(where), sqlite_where=text(on_file))
