"""Marked strings, and the search for them in everything that a thief could copy."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

# No word of any language: no file holds them by chance. Small: no hint takes them for a name.
WORD, NUMBER = "zwqxkvjy", "85937164"


@dataclass
class Marks:
    """Words that exist nowhere else. They have one stem: a few needles find them all."""

    made: list[str] = field(default_factory=list)
    _numbers: count = field(default_factory=lambda: count(10))

    def word(self) -> str:
        """A word for a field of letters."""
        self.made.append(f"{WORD}{chr(97 + len(self.made) // 26)}{chr(97 + len(self.made) % 26)}")
        return self.made[-1]

    def number(self) -> str:
        """A telephone number of nobody."""
        self.made.append(f"08{NUMBER}{next(self._numbers)}")
        return self.made[-1]


def spellings(raw: bytes, name: str = "") -> dict[bytes, str]:
    """The ways in which the same bytes can lie in a file: as they are, in hex, in base64."""
    ways = {raw: "as it is", raw.hex().encode(): "hex", raw.hex().upper().encode(): "HEX"}
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + raw)
        # Without the characters that share bits with what stands before and behind.
        clean = coded[(0, 2, 3)[shift] : (shift + len(raw)) * 8 // 6]
        ways[clean] = ways[clean.translate(bytes.maketrans(b"+/", b"-_"))] = f"base64 + {shift}"
    return {needle: f"{name} {way}".strip() for needle, way in ways.items()}


def needles() -> dict[bytes, str]:
    """What to look for, so that every mark is found in every spelling."""
    looked_for = {}
    for stem in (WORD, NUMBER):
        looked_for |= spellings(stem.encode(), stem)
        looked_for |= spellings(stem.encode("utf-16-le"), f"{stem} UTF-16")
    return looked_for


def files(*roots: Path) -> list[Path]:
    """Every file below these folders."""
    assert all(root.exists() for root in roots)
    return [path for root in roots for path in root.rglob("*") if path.is_file()]


def found(paths: Iterable[Path], looked_for: dict[bytes, str]) -> dict[str, list[str]]:
    """Which files hold what."""
    hits = {str(path): found_in(read(path), looked_for) for path in paths}
    return {path: names for path, names in hits.items() if names}


def found_in(raw: bytes, looked_for: dict[bytes, str]) -> list[str]:
    """What of the needles lies in these bytes."""
    return [name for needle, name in looked_for.items() if needle in raw]


def read(path: Path) -> bytes:
    """A file's bytes; one that went meanwhile holds nothing."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def slices(raw: bytes, name: str, length: int = 32) -> dict[bytes, str]:
    """Pieces by which a ciphertext is known again, even in part."""
    middle = len(raw) // 2
    places = {raw[:length]: "front", raw[middle : middle + length]: "middle", raw[-length:]: "end"}
    return {piece: f"{name} {place}" for piece, place in places.items()}
