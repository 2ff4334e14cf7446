"""Which envelope numbers of a phone never came. Pure: `3-5,9` and back."""

from __future__ import annotations

_ROOM = 400
UNCOUNTED = 2**32
"""From here upwards a phone numbers that has lost its count: no gap, and nobody's number."""


def without(missing: str, highest: int, seq: int) -> tuple[str, int]:
    """Return the missing numbers and the highest one after `seq` has come.

    Numbers begin at 1; those of a phone that lost its count say nothing. What does not fit into
    400 characters is forgotten, oldest first.
    """
    if seq >= UNCOUNTED:
        return missing, highest
    ranges = _read(missing)
    if seq > highest:
        if seq > highest + 1:
            ranges.append((highest + 1, seq - 1))
        return _written(ranges), seq
    kept: list[tuple[int, int]] = []
    for first, last in ranges:
        if not first <= seq <= last:
            kept.append((first, last))
            continue
        kept += [(a, b) for a, b in ((first, seq - 1), (seq + 1, last)) if a <= b]
    return _written(kept), highest


def is_missing_before(missing: str, seq: int) -> bool:
    """Tell whether a number below `seq` has not come yet."""
    return any(first < seq for first, _ in _read(missing))


def how_many(missing: str) -> int:
    """Return how many numbers are missing."""
    return sum(last - first + 1 for first, last in _read(missing))


def _read(text: str) -> list[tuple[int, int]]:
    pairs = [part.partition("-") for part in text.split(",") if part]
    return [(int(first), int(last or first)) for first, _, last in pairs]


def _written(ranges: list[tuple[int, int]]) -> str:
    parts = [str(a) if a == b else f"{a}-{b}" for a, b in sorted(ranges)]
    while len(",".join(parts)) > _ROOM:
        parts.pop(0)
    return ",".join(parts)
