"""Which numbers a district may change, within which bounds, and in which groups they are read.

The numbers themselves: `settings`. Not to be changed here: what is law; what a phone, a key or a
second person guards; how long something is kept.
"""

from collections.abc import Mapping

from app.domain.errors import Invalid, NotAllowed
from app.domain.settings import SETTINGS, Mark, Setting, Unit
from app.domain.workload import standards

GROUPS: Mapping[str, tuple[str, ...]] = {
    "answer": ("emergency.", "high.", "medium.", "low.", "service.opens", "service.closes"),
    "on_call": ("on_call.",),
    "law": ("police.", "protection.", "privacy.", "clock.warn_law"),
    "going": ("outreach.", "clock.warn_outreach", "visit.", "check_out."),
    "case": (
        *("contact.", "unreachable.", "follow_up.", "duplicate.", "transfer.", "second_person."),
        "work.taken_back",
    ),
    "partners": ("service.reply", "medical.", "partner", "mou."),
    "workload": ("work.", "need.", "workload."),
    "cadres": ("cadre_contact.", "practice.", "phone.", "states.", "invite."),
    "phones": (
        *("waiting_envelope.", "lease.", "lock.", "outbox.", "unlock.", "session.", "tally."),
        *("offset.", "orphan.", "junk."),
    ),
    "alerts": ("push.", "alerts."),
    "kept": ("retention.",),
    "statistics": ("statistics.",),
}
"""By how their names begin; the first group that fits has it."""

# Each of these is read with the district's own number wherever it counts.
_HERE = frozenset(
    {
        *("emergency.taken", "emergency.second", "emergency.head", "high.seen"),
        *("medium.first_response", "low.seen", "low.followed_up"),
        *("service.opens", "service.closes"),
        *("on_call.day_begins", "on_call.night_begins", "on_call.on_the_way"),
        *("on_call.warn_before", "on_call.warn_last", "on_call.card_open"),
        *("police.warn_first", "police.warn_second", "police.warn_last"),
        *("protection.warn_before", "clock.warn_law", "clock.warn_outreach"),
        *("outreach.medium", "outreach.low"),
        *("visit.high.opens", "visit.high.due", "visit.medium.due", "visit.low.due"),
        *("check_out.nudge", "check_out.call", "check_out.head", "check_out.stopped_call"),
        *("contact.confirm_again", "unreachable.attempts", "unreachable.days"),
        *("follow_up.first", "follow_up.second", "follow_up.third"),
        *("transfer.answer", "service.reply", "service.reply_urgent"),
    }
)
# What comes later must not come earlier.
_RISING = (
    ("service.opens", "service.closes"),
    ("emergency.second", "emergency.head"),
    ("on_call.day_begins", "on_call.night_begins"),
    ("police.warn_first", "police.warn_second", "police.warn_last", "police.report"),
    ("visit.high.opens", "visit.high.due"),
    ("check_out.nudge", "check_out.call", "check_out.head"),
    ("follow_up.first", "follow_up.second", "follow_up.third"),
)
AT_MOST = 4
"""Times the default: a slip of the finger must not switch a clock off."""


def grouped() -> dict[str, list[str]]:
    """Return every number by its group, in the order in which they are read."""
    found: dict[str, list[str]] = {group: [] for group in GROUPS}
    for name in SETTINGS:
        found[next(group for group, begins in GROUPS.items() if name.startswith(begins))].append(
            name
        )
    return found


def grouped_names() -> frozenset[str]:
    """Return the names that the page of rules shows: all but those of the workload."""
    return frozenset(
        name for group, names in grouped().items() if group != "workload" for name in names
    )


def may_change(name: str) -> bool:
    """Tell whether a district may have its own number here."""
    return SETTINGS[name].mark is not Mark.LAW and (name in _HERE or name in standards())


def must_fit(name: str, value: int, settings: Mapping[str, Setting]) -> None:
    """Check a district's new number beside those that hold there.

    :raises NotAllowed: if it is not the district's to change.
    :raises Invalid: if it is out of bounds, or comes before what it must come after.
    """
    if not may_change(name):
        raise NotAllowed("setting.fixed", name=name)
    default = SETTINGS[name]
    most = AT_MOST * default.value
    if name in _HERE and default.unit is not Unit.O_CLOCK and not 1 <= value <= most:
        raise Invalid("setting.value", field="value")
    for row in _RISING:
        if name in row:
            numbers = [value if one == name else settings[one].value for one in row]
            if numbers != sorted(set(numbers)):
                raise Invalid("setting.order", field="value")
