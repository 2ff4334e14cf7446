"""A question as people read it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """The words of a field: the question, its name in a summary, and a line beneath the question.

    All are lazy: they become words of the language of whoever asks for them.
    """

    text: object
    short: object
    hint: object = ""
