"""The pocket card: a report as one line of digits, written in a book or read out by telephone.

`1`, the version, then the questions of the card in the order of the screens, two digits an answer:
the place of the choice as numbered on screen and card. Several choices end with `00`; a question
that may be left out says `00`; one that is not asked says nothing. Last comes a Damm check digit,
which finds every single wrong digit and every swap of neighbours.
"""

from collections.abc import Mapping

from app.domain.errors import Invalid
from app.domain.fields import SCREENS, Field, Kind

VERSION = "1"
_NOT_ON_CARD = frozenset({"emergency_call", "village"})
CARD: tuple[Field, ...] = tuple(one for one in SCREENS if one.name not in _NOT_ON_CARD)
_END = "00"
# The quasigroup of order 10 from H. M. Damm's thesis (Marburg, 2004).
DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def check_digit(digits: str) -> str:
    """Return the digit that makes the line whole."""
    interim = 0
    for digit in digits:
        interim = int(DAMM[interim][int(digit)])
    return str(interim)


def encode(answers: Mapping[str, object]) -> str:
    """Return the line for these answers.

    :raises Invalid: `card.missing` with `field`, if a question that is asked has no answer.
    """
    line = VERSION
    for one in CARD:
        if not one.asked(answers):
            continue
        given = answers.get(one.name)
        chosen = [given] if isinstance(given, str) else list(given or ())
        if not chosen and one.mandatory:
            raise Invalid("card.missing", field=one.name)
        line += "".join(f"{one.codes.index(code) + 1:02}" for code in chosen)
        line += _END if one.kind is Kind.CHOICES or not chosen else ""
    return line + check_digit(line)


def decode(line: str) -> dict[str, object]:
    """Return the answers that a line stands for. Spaces, dots and hyphens are forgiven.

    :raises Invalid: `card.digits`, `card.check` (misread or miswritten), `card.version`,
        `card.length`, or `card.number` with `field`.
    """
    digits = "".join(character for character in line if character not in " .-\t\n")
    if not (digits.isascii() and digits.isdigit()):
        raise Invalid("card.digits")
    if check_digit(digits) != "0":
        raise Invalid("card.check")
    if digits[0] != VERSION:
        raise Invalid("card.version")
    inner = digits[1:-1]
    pairs = [inner[at : at + 2] for at in range(0, len(inner), 2)]
    answers: dict[str, object] = {}
    for one in CARD:
        if one.asked(answers):
            _take(one, pairs, answers)
    if pairs:
        raise Invalid("card.length")
    return answers


def _take(one: Field, pairs: list[str], answers: dict[str, object]) -> None:
    """Move what belongs to this question from the pairs to the answers."""
    chosen = []
    while True:
        if not pairs:
            raise Invalid("card.length")
        pair = pairs.pop(0)
        if pair != _END:
            chosen.append(_code(one, pair))
        if pair == _END or one.kind is Kind.CHOICE:
            break
    if not chosen and one.mandatory:
        raise Invalid("card.number", field=one.name)
    if chosen:
        answers[one.name] = chosen if one.kind is Kind.CHOICES else chosen[0]


def _code(one: Field, pair: str) -> str:
    place = int(pair)
    if len(pair) != len(_END) or not 1 <= place <= len(one.codes):
        raise Invalid("card.number", field=one.name)
    return one.codes[place - 1]
