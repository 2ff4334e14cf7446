"""The workload analysis (ABK): what work a year held, and how many posts of each kind it needs.

Form: standard minutes x count of each kind of work, over the effective minutes of a year.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.domain.settings import SETTINGS, Setting

Settings = Mapping[str, Setting]
SCREENING = "screening"
"""Work that no log holds: it is counted from the queue."""

# Kind of work -> the function of the UPTD that it belongs to, what it is about, the post that does
# it. Ours.
TASKS: Mapping[str, tuple[str, str, str]] = {
    SCREENING: ("complaints", "reports", "complaints"),
    "interview": ("complaints", "reports", "complaints"),
    "outreach": ("outreach", "survivors", "caseworker"),
    "assessment": ("case_management", "survivors", "caseworker"),
    "case_meeting": ("case_management", "partners", "caseworker"),
    "coordination": ("case_management", "partners", "caseworker"),
    "contact": ("case_management", "survivors", "caseworker"),
    "monitoring": ("case_management", "partners", "caseworker"),
    "documentation": ("case_management", "files", "caseworker"),
    "counselling": ("accompaniment", "survivors", "psychologist"),
    "accompany_medical": ("accompaniment", "survivors", "caseworker"),
    "accompany_police": ("accompaniment", "survivors", "caseworker"),
    "accompany_court": ("accompaniment", "survivors", "legal"),
    "accompany_other": ("accompaniment", "survivors", "caseworker"),
    "travel": ("accompaniment", "survivors", "caseworker"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One task of the form."""

    kind: str
    function: str
    scope: str
    post: str
    minutes: int
    n: int
    year: int

    @property
    def total(self) -> int:
        """Minutes of a year."""
        return self.minutes * self.n

    @property
    def result(self) -> Fraction:
        """How many people this task alone would need."""
        return Fraction(self.total, self.year)


@dataclass(frozen=True, slots=True)
class Need:
    """What the work of a year needs of one kind of post, beside what is there."""

    post: str
    minutes: int
    result: Fraction
    existing: int

    @property
    def needed(self) -> int:
        """Whole posts: rounded half up, and one as soon as there is any work."""
        whole = int(self.result + Fraction(1, 2))
        return max(whole, 1) if self.minutes else 0

    @property
    def shortfall(self) -> int:
        """Need minus existing, none below zero: a surplus here helps nobody there."""
        return max(0, self.needed - self.existing)


def rows(counts: Mapping[str, int], settings: Settings = SETTINGS) -> list[Row]:
    """Return the form's lines, every task once, also those that nobody did."""
    year = settings["workload.minutes_a_year"].value
    return [
        Row(kind, *task, settings[f"work.{kind}"].value, counts.get(kind, 0), year)
        for kind, task in TASKS.items()
    ]


def needs(lines: list[Row], existing: Mapping[str, int]) -> list[Need]:
    """Return the posts that this work needs, each kind once, in the order of the form."""
    found: dict[str, list[Row]] = {}
    for line in lines:
        found.setdefault(line.post, []).append(line)
    return [
        Need(
            post,
            sum(line.total for line in theirs),
            sum((line.result for line in theirs), Fraction()),
            existing.get(post, 0),
        )
        for post, theirs in found.items()
    ]
