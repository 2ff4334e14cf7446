"""How a page in one language differs from it in another: a few pieces, where few words are told.

It knows nothing of words: both pages are cut into the same pieces.
"""

import re

# What a page is cut into, here and in the worker: tags, and what stands between them.
_PIECES = re.compile(r"(<[^>]*>)")


def apart(page: str, other: str) -> list[int | str]:
    """Return how many pieces there are; then of each that differs how far on it is, and the other.

    :raises ValueError: if they are not one page in two languages.
    """
    pieces, others = _PIECES.split(page), _PIECES.split(other)
    told: list[int | str] = [len(pieces)]
    last = 0
    for at, (mine, theirs) in enumerate(zip(pieces, others, strict=True)):
        if mine != theirs:
            told += [at - last, theirs]
            last = at
    return told
