"""Fail, naming the sentences, if a catalogue is behind the code, incomplete or unsure."""

from __future__ import annotations

import sys

from words import LANGUAGES, extracted, load, told

COMPLETE = ("id", "en")  # Banyumasan is a growing draft: what it lacks is said in Indonesian.


def problems() -> list[str]:
    """Return one line for each thing that is wrong."""
    found = []
    wanted = {_name(message) for message in extracted() if message.id}
    for language in LANGUAGES:
        messages = [message for message in load(language) if message.id]
        have = {_name(message) for message in messages}
        found += [f"{language}: not in the catalogue: {name}" for name in sorted(wanted - have)]
        found += [f"{language}: no longer in the code: {name}" for name in sorted(have - wanted)]
        found += [f"{language}: fuzzy: {_name(message)}" for message in messages if message.fuzzy]
        if language in COMPLETE:
            found += [f"{language}: missing: {_name(m)}" for m in messages if not told(m)]
    return found


def _name(message) -> str:
    words = message.id if isinstance(message.id, str) else message.id[0]
    return f"{message.context}|{words}" if message.context else words


if __name__ == "__main__":
    wrong = problems()
    print("\n".join(wrong[:40]))
    if wrong:
        sys.exit(f"{len(wrong)} sentences need work: run `make words`, then translate.")
    print("words: complete")
