"""A case: its nine stages, how it moves through them, and how it may be closed."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from app.domain import codes
from app.domain.errors import Conflict
from app.domain.settings import SETTINGS, Setting

Screening = StrEnum("Screening", [(code.upper(), code) for code in codes.SCREENING])
Authority = StrEnum("Authority", [(code.upper(), code) for code in codes.AUTHORITY])
ClosingReason = StrEnum("ClosingReason", [(code.upper(), code) for code in codes.CLOSING_REASON])


class Stage(IntEnum):
    """The nine stages, numbered as the district's procedure numbers them."""

    INTAKE = 0
    ENGAGEMENT = 1
    ASSESSMENT = 2
    PLANNING = 3
    INTERVENTION = 4
    MONITORING = 5
    EVALUATION = 6
    TERMINATION = 7
    FOLLOW_UP = 8

    @property
    def code(self) -> str:
        """Return the word for the wire and the database."""
        return self.name.lower()


# What may end a case before its nine stages are walked.
EARLY = frozenset(ClosingReason) - {
    ClosingReason.GOALS_REACHED,
    ClosingReason.COURT_DECIDED,
    ClosingReason.DIVERSION_COMPLETED,
}


def moved(stage: Stage, to: Stage, *, reason: str | None = None) -> Stage:
    """Return the new stage: one on; or with a reason back to assessment, to an early end, back
    from an end that a second person refused, or reopened.

    :raises Conflict: if there is no such way, or its reason is missing.
    """
    if to == stage + 1:
        return to
    again = to is Stage.ASSESSMENT and Stage.ASSESSMENT < stage < Stage.TERMINATION
    early = to is Stage.TERMINATION and stage < Stage.TERMINATION
    kept_open = stage is Stage.TERMINATION and to < stage
    reopened = to is Stage.ENGAGEMENT and stage is Stage.FOLLOW_UP
    if (again or early or kept_open or reopened) and reason:
        return to
    raise Conflict("case.moved", stage=stage.code, to=to.code)


def assessed_again(stage: Stage, *, reason: str) -> Stage:
    """Return assessment, for a case past it. From its end only a second person's no leads back;
    into it the first time leads only what engagement must hold.

    :raises Conflict: if it is not past assessment, or at its end; or the reason is missing.
    """
    if not Stage.ASSESSMENT < stage < Stage.TERMINATION:
        raise Conflict("case.moved", stage=stage.code, to=Stage.ASSESSMENT.code)
    return moved(stage, Stage.ASSESSMENT, reason=reason)


@dataclass(frozen=True, slots=True)
class Held:
    """What a case holds: all that the rules about leaving a stage ask for."""

    channel: bool = False
    clock: bool = False
    told: bool = False
    caseworker: bool = False
    asked_record: bool = False
    """She, or who speaks for her, decided about being recorded; or a basis stands."""
    asked_contact: bool = False
    may_record: bool = False
    rights_read: bool = False
    screening: tuple[str, ...] = ()
    child_and_law_role: str | None = None
    risk_judged: bool = False
    authority: str | None = None
    rows: int = 0
    rows_incomplete: int = 0
    rows_unanswered: int = 0
    rows_accepted: int = 0
    rows_unjudged: int = 0
    work: int = 0
    reached: int = 0
    visits_running: int = 0
    services_undecided: int = 0
    replies_late: int = 0
    partners_unscored: int = 0
    service_level: str | None = None
    indicators: int = 0
    satisfied: str | None = None
    closing_asked: bool = False
    closing_approved: bool = False
    follow_ups_open: int = 0


def missing(stage: Stage, held: Held) -> tuple[str, ...]:
    """Return what a case must still hold before it leaves this stage (domain.md section 5).

    Codes, in the order in which people do the work; `WHERE` says on which page each is mended.
    """
    return tuple(code for code, there in _NEEDED[stage] if not there(held))


_Check = tuple[str, Callable[[Held], bool]]
_NEEDED: dict[Stage, tuple[_Check, ...]] = {
    Stage.INTAKE: (
        ("channel", lambda held: held.channel),
        ("clock", lambda held: held.clock),
        ("told", lambda held: held.told),
    ),
    Stage.ENGAGEMENT: (
        ("caseworker", lambda held: held.caseworker),
        ("rights", lambda held: held.rights_read),
        ("consent_record", lambda held: held.asked_record),
        ("consent_contact", lambda held: held.asked_contact),
        ("may_record", lambda held: held.may_record or not held.asked_record),
    ),
    Stage.ASSESSMENT: (
        ("screening", lambda held: bool(held.screening)),
        (
            "child_and_law_role",
            lambda held: (
                "child_and_law" not in held.screening or held.child_and_law_role is not None
            ),
        ),
        ("risk", lambda held: held.risk_judged),
        ("authority", lambda held: held.authority is not None),
    ),
    Stage.PLANNING: (
        ("plan", lambda held: held.rows > 0),
        ("plan_dimensions", lambda held: held.rows_incomplete == 0),
        ("plan_answers", lambda held: held.rows_unanswered == 0),
        ("plan_accepted", lambda held: held.rows_accepted > 0 or held.rows == 0),
    ),
    Stage.INTERVENTION: (
        ("work", lambda held: held.work > 0),
        ("reached", lambda held: held.reached > 0),
        ("services_undecided", lambda held: held.services_undecided == 0),
    ),
    Stage.MONITORING: (
        ("visits_running", lambda held: held.visits_running == 0),
        ("replies_late", lambda held: held.replies_late == 0),
        ("service_level", lambda held: held.service_level is not None),
    ),
    Stage.EVALUATION: (
        ("goals", lambda held: held.rows_unjudged == 0),
        ("indicators", lambda held: held.indicators > 0),
        ("satisfied", lambda held: held.satisfied is not None),
        ("partners_unscored", lambda held: held.partners_unscored == 0),
    ),
    Stage.TERMINATION: (
        ("closing", lambda held: held.closing_asked or held.closing_approved),
        ("second_person", lambda held: held.closing_approved),
    ),
    Stage.FOLLOW_UP: (("follow_ups", lambda held: held.follow_ups_open == 0),),
}


def settlement_banned(*, child: bool, sexual: bool, screening: Iterable[str] = ()) -> bool:
    """Tell whether nothing may be settled: sexual violence (UU 12/2022 art. 23) or a child."""
    found = tuple(screening)
    return child or sexual or finds_child(found) or finds_sexual(found)


def finds_child(screening: Iterable[str]) -> bool:
    """Tell whether a screening or an assessment says that she is a child."""
    return not _A_CHILD.isdisjoint(screening)


def finds_sexual(screening: Iterable[str], gbv_core_type: str | None = None) -> bool:
    """Tell whether it says sexual violence; forcing to marry is some (UU 12/2022 art. 4)."""
    return Screening.SEXUAL_VIOLENCE_ADULT_MAN in screening or gbv_core_type in _SEXUAL_TYPES


def has_no_kind(sex: str | None, *, child: bool, sexual: bool, kinds: Iterable[str]) -> bool:
    """Tell whether no kind of the screening is made for somebody: a grown man who is beaten.

    An office for women and children accompanies a man after sexual violence (UU 12/2022); after
    violence at home the law protects him too (UU 23/2004), but other offices serve him.
    """
    return sex == "male" and not (child or sexual or Screening.TRAFFICKING in tuple(kinds))


_A_CHILD = frozenset(
    {Screening.VIOLENCE_AGAINST_CHILD, Screening.CHILD_AND_LAW, Screening.CHILD_MARRIAGE}
)
_SEXUAL_TYPES = frozenset({"rape", "sexual_assault", "forced_marriage"})
_SETTLING = re.compile(
    r"\b(di)?(mediasi|damai(kan)?|perdamaian|islah|kekeluargaan|rujuk damai|mediat\w*|settle\w*|"
    r"dinikahkan|menikahi korban|uang damai)\b",
    re.IGNORECASE,
)


def suggests_settlement(text: str) -> bool:
    """Tell whether words of a plan speak of settling between the two.

    No code for it exists in any list of ours; this catches what is typed instead.
    """
    return bool(_SETTLING.search(text))


def must_be_checked(reason: ClosingReason | str) -> tuple[str, ...]:
    """Return which lines of the checklist a closing with this reason needs.

    Of somebody who died, was never reached or is in another case, nothing can be talked over.
    """
    without_her = {
        ClosingReason.UNREACHABLE,
        ClosingReason.DIED,
        ClosingReason.DUPLICATE,
    }
    if reason in without_her:
        return ("partners_told",)
    if reason == ClosingReason.OUT_OF_SCOPE:
        return ("talked_over", "knows_way_back")
    return ("talked_over", "safety_plan", "knows_way_back", "partners_told")


_NO_FOLLOW_UP = frozenset(
    {
        ClosingReason.DIED,
        ClosingReason.DUPLICATE,
        ClosingReason.OUT_OF_SCOPE,
        ClosingReason.UNREACHABLE,
    }
)


def follow_up_months(
    reason: ClosingReason | str,
    *,
    agreed: bool,
    may_contact: bool,
    settings: Mapping[str, Setting] = SETTINGS,
) -> tuple[int, ...]:
    """Return after how many months somebody asks after her: only if she agreed to it."""
    if reason in _NO_FOLLOW_UP or not agreed or not may_contact:
        return ()
    names = ("follow_up.first", "follow_up.second", "follow_up.third")
    return tuple(settings[name].value for name in names)


def unreachable(
    attempts: Sequence[datetime], now: datetime, settings: Mapping[str, Setting] = SETTINGS
) -> bool:
    """Tell whether a case may be closed as unreachable: three safe attempts over thirty days."""
    enough = len(attempts) >= settings["unreachable.attempts"].value
    return enough and now - min(attempts) >= settings["unreachable.days"].span
