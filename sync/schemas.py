"""Every schema of an act that was ever released, converted upwards to today's. Pure.

A converter is never removed or changed once released: phones in the field run old code for years.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sync.protocol import ENVELOPE_SCHEMA

CONVERTERS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From schema n to n + 1, by n. Schema 1 is today's, so there is none yet."""


class NewerSchema(Exception):
    """The phone is newer than this server: kept, and tried again after an upgrade."""


def upgraded(
    schema: int,
    content: dict[str, Any],
    *,
    newest: int = ENVELOPE_SCHEMA,
    converters: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = CONVERTERS,
) -> dict[str, Any]:
    """Return the opened act as today's schema would have written it.

    :raises NewerSchema: if `schema` is one that this server does not know yet.
    """
    if schema > newest:
        raise NewerSchema
    for step in range(schema, newest):
        content = converters[step](content)
    return content
