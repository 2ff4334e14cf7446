"""What a field is, and the little language in which it says when it is asked.

A skip rule is data, so that Python, the phone's page (`data-ask-when`) and the pocket card judge it
alike. It is JSON of four shapes, nested at will::

    {"survivor_age": ["13_17"]}     the answer is, or contains, one of these codes
    {"any": [rule, ...]}            at least one holds (none of nothing)
    {"all": [rule, ...]}            every one holds (all of nothing)
    {"not": rule}                   it does not hold

A field that is not answered contains no code. No rule (`None`, `null`) means: always asked. Fields
that have a form of their own are named `any`, `all` or `not` by nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Rule = Mapping[str, object] | None


class Kind(StrEnum):
    """What an answer looks like on the wire."""

    CHOICE = "choice"  # one code
    CHOICES = "choices"  # an array of codes
    TEXT = "text"  # what somebody writes, `limit` characters
    NUMBER = "number"  # a telephone number as people write it, `limit` characters
    TIME = "time"  # "09:30"
    DAY = "day"  # "2026-11-21"
    MONTH = "month"  # "2026-11"
    MOMENT = "moment"  # RFC 3339 with a zone
    COUNT = "count"  # a whole number, 0 to `limit`
    FLAG = "flag"  # JSON true or false
    ID = "id"  # UUID version 4, lower case
    AREA = "area"  # dotted code of a village
    GROUP = "group"  # an object of the fields in `parts`
    ANSWERS = "answers"  # an object: checklist item code to answer code


@dataclass(frozen=True, slots=True)
class Field:
    """One question: everything about it but its words, which are in `app.words`."""

    name: str
    kind: Kind
    codes: tuple[str, ...] = ()
    limit: int | None = None
    mandatory: bool = False
    asked_when: Rule = None
    sealed: bool = False
    # Codes that stand for themselves: none seen, unknown. Any other code outweighs them.
    alone: tuple[str, ...] = ()
    # What the text may hold although it looks suspicious, e.g. a phone number.
    may_hold: tuple[str, ...] = ()
    parts: tuple["Field", ...] = ()
    screen: int | None = None

    def asked(self, answers: Mapping[str, object]) -> bool:
        """Tell whether these answers lead to this question."""
        return holds(self.asked_when, answers)


def holds(rule: Rule, answers: Mapping[str, object]) -> bool:
    """Evaluate a skip rule; the phone's `forms.js` does the same (tests/vectors/domain.json)."""
    if rule is None:
        return True
    ((key, inner),) = rule.items()
    if key == "not":
        return not holds(inner, answers)
    if key == "any":
        return any(holds(part, answers) for part in inner)
    if key == "all":
        return all(holds(part, answers) for part in inner)
    return any(code in inner for code in codes_in(answers.get(key)))


def codes_in(answer: object) -> tuple[str, ...]:
    """Return the codes of an answer, whatever it is: one, many, none, or not codes at all."""
    if isinstance(answer, str):
        return (answer,)
    if isinstance(answer, (list, tuple)):
        return tuple(code for code in answer if isinstance(code, str))
    return ()
