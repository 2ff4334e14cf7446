"""How a page in one language differs from it in another, told in the order of its words.

It knows nothing of words: both pages are cut into the same pieces, here and in the worker.
"""

import re
from collections import defaultdict

# What may differ: what stands between tags, and what an attribute says in quotation marks.
_PIECES = re.compile(r'(>|=")([^<>"]+)')

# How many are told of, and then each.
Told = list[int | str | list[str]]


def apart(page: str, other: str) -> Told:
    """Return how many pieces are told of, and what becomes of each that has not been met before.

    Nothing: it stays as it is. Words: it becomes these, wherever it stands. A list of one: it
    becomes these here, and what it becomes elsewhere is told there.

    :raises ValueError: if they are not one page in two languages.
    """
    if _PIECES.sub(r"\1", page) != _PIECES.sub(r"\1", other):
        raise ValueError("these pages differ in more than words")
    pairs = list(zip(_PIECES.findall(page), _words(other), strict=True))
    meanings = defaultdict(set)
    for piece, words in pairs:
        meanings[piece].add(words)
    told: Told = []
    met = set()
    for piece, words in pairs:
        if len(meanings[piece]) > 1:
            told.append([words])
        elif piece not in met:
            told.append(words if words != piece[1] else "")
            met.add(piece)
    return [len(told), *told]


def _words(page: str) -> list[str]:
    return [words for _, words in _PIECES.findall(page)]
