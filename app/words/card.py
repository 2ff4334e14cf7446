"""What the printed pocket card says beside its questions: when to leave one out, how to check."""

from flask_babel import lazy_gettext as _l

# When a question is asked at all: the skip rules of its field, for a reader with a pencil.
ASKED = {
    "consent": _l("Only from 18 years on, or when the age is not known."),
    "child_wish": _l("Only from 13 to 17 years. No answer: 00."),
    "contact_via": _l("Only when she agrees, cannot answer, or is under 18."),
    "conflict": _l("Leave it out when she said no and signs 01–07, 11 and 12 are absent."),
}
HOW = (
    _l("Write 1. Then two digits for each answer, in the order of the card."),
    _l("Where several are possible, write all of them, then 00."),
    _l("Last the check digit: begin in row 0; each digit is a column, what stands there is the "
       "next row. The last number is the check digit."),
    _l("Read the digits out by telephone. Without the check digit the officer asks again."),
)  # fmt: skip
FAULTS = {
    "card.digits": _l("Only digits belong here."),
    "card.check": _l(
        "The last digit does not fit: one was misread, left out or swapped. Read them once more, "
        "in groups of four, or ask the questions one by one."
    ),
    "card.version": _l("The first digit is not 1: this is not a line of our card."),
    "card.length": _l("There are digits missing, or too many."),
    "card.number": _l("There is no such answer at “%(question)s”."),
}
