"""Taking over a message from a chat: what its words may answer, for a person to confirm.

Nothing is decided here. Only what raises attention is proposed, never what calms; consent is never
read out of somebody else's words; names are dropped with the head line of the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from app.domain.spoken import AGE, MANY, NOT, ONE, SCHOOL

LONGEST_NOTE = 280
_OLDEST = 120
_BANDS = ((5, "0_5"), (12, "6_12"), (17, "13_17"), (24, "18_24"), (44, "25_44"), (59, "45_59"))
# As chats are copied and exported: [05.14, 22/11/2026] Name:   and   22/11/26 05.14 - Name:
_HEADS = (
    r"^\[(?P<time>\d{1,2}[.:]\d{2})(?:[.:]\d{2})?,? (?P<day>\d{1,2}/\d{1,2}/\d{2,4})\]"
    r" [^:\n]{1,60}: ?",
    r"^\[?(?P<day>\d{1,2}/\d{1,2}/\d{2,4}),? (?P<time>\d{1,2}[.:]\d{2})(?:[.:]\d{2})?\]?"
    r"(?: -)? [^:\n]{1,60}: ?",
)
_NEWEST_FIRST = ("now", "last_24h", "planned_7d", "days_2_3", "days_4_7", "days_8_31", "older")
_MARKED = r"\b(?:desa|ds|kelurahan|kel)\b\.?\s+"


@dataclass(frozen=True, slots=True)
class Proposed:
    """Answers that the words of a message may mean, and by which words."""

    answers: Mapping[str, object]
    because: Mapping[str, tuple[str, ...]] = field(repr=False)
    note: str = field(repr=False)
    """The message without its head lines, as much of it as a note holds."""
    cut: bool
    """Whether it was longer."""
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class Village:
    """A village of the area list, with the name of its subdistrict."""

    code: str
    name: str
    above: str


def proposed(message: str, villages: Iterable[Village], zone: tzinfo) -> Proposed:
    """Return what the words of a message may answer."""
    told_at, text = _without_heads(message, zone)
    answers: dict[str, object] = {}
    because: dict[str, tuple[str, ...]] = {}
    for name, codes in MANY.items():
        found = {code: words for code, how in codes.items() if (words := _found(how, text))}
        if found:
            answers[name] = list(found)
            because[name] = tuple(dict.fromkeys(w for words in found.values() for w in words))
    for name, codes in ONE.items():
        _keep_one(name, codes, text, answers, because)
    _keep_age(text, answers, because)
    if (village := _village(text, list(villages))) is not None:
        answers["village"], because["village"] = village.code, (village.name,)
    note = _shortened(text)
    return Proposed(answers, because, note, note != text, told_at)


def _keep_one(name: str, codes: Mapping[str, str], text: str, answers: dict, because: dict) -> None:
    found = {code: words for code, how in codes.items() if (words := _found(how, text))}
    if name == "last_happened" and found:
        newest = min(found, key=_NEWEST_FIRST.index)
        found = {newest: found[newest]}
    if len(found) == 1:
        ((answers[name], because[name]),) = found.items()


def _keep_age(text: str, answers: dict, because: dict) -> None:
    """Keep an age only where all that is said of ages agrees."""
    bands: dict[str, list[str]] = {}
    for how in AGE:
        for hit in re.finditer(how, text, re.IGNORECASE):
            if (years := int(hit[1])) <= _OLDEST:
                bands.setdefault(_band(years), []).append(_plain(hit[0]))
    for band, how in SCHOOL.items():
        if words := _found(how, text):
            bands.setdefault(band, []).extend(words)
    if len(bands) == 1:
        ((band, words),) = bands.items()
        answers["survivor_age"], because["survivor_age"] = band, tuple(dict.fromkeys(words))


def _band(years: int) -> str:
    return next((band for last, band in _BANDS if years <= last), "60_plus")


def _found(how: str, text: str) -> tuple[str, ...]:
    """Return the words that say so, unless a *not* stands before them."""
    hits = re.finditer(how, text, re.IGNORECASE)
    said = (
        _plain(hit[0])
        for hit in hits
        if not re.search(NOT, text[max(0, hit.start() - 25) : hit.start()], re.IGNORECASE)
    )
    return tuple(dict.fromkeys(said))


def _village(text: str, villages: list[Village]) -> Village | None:
    """Return the one village that is named; one that is called a village goes before others."""
    for before in (_MARKED, r"\b"):
        named = [one for one in villages if _says(before + _name(one.name), text)]
        # Tanjungsari is not Tanjung: the longest name that fits is meant.
        longest = max((len(one.name) for one in named), default=0)
        named = [one for one in named if len(one.name) == longest]
        if len(named) > 1:
            named = [one for one in named if _says(r"\b" + _name(one.above), text)]
        if len(named) == 1:
            return named[0]
    return None


def _name(name: str) -> str:
    return r"\s*".join(re.escape(part) for part in name.split()) + r"\b"


def _says(how: str, text: str) -> bool:
    return re.search(how, text, re.IGNORECASE) is not None


def _without_heads(message: str, zone: tzinfo) -> tuple[datetime | None, str]:
    """Return when the first message came, and all of them without who sent them and when."""
    first, lines = None, []
    for line in message.replace("\r", "").split("\n"):
        for how in _HEADS:
            if head := re.match(how, line):
                first = first or _moment(head["day"], head["time"], zone)
                line = line[head.end() :]  # noqa: PLW2901
                break
        lines.append(line.strip())
    return first, "\n".join(lines).strip()


def _moment(day: str, time: str, zone: tzinfo) -> datetime | None:
    numbers = [int(part) for part in re.split(r"[/.:]", f"{day}/{time}")]
    date, month, year, hour, minute = numbers
    try:
        return datetime(year if year > 99 else 2000 + year, month, date, hour, minute, tzinfo=zone)  # noqa: PLR2004
    except ValueError:
        return None


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_NOTE:
        return text
    return text[:LONGEST_NOTE].rsplit(None, 1)[0]


def _plain(words: str) -> str:
    return " ".join(words.split()).lower()
