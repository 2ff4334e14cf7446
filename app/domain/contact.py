"""How she is safely reached when several people have said how: the strictest word counts."""

from collections.abc import Iterable, Mapping

from app.domain.errors import Invalid

# The less it lets anybody do by themselves, the stricter.
STRICTEST_FIRST = (
    "do_not_contact",
    "survivor_will_call",
    "through_me",
    "trusted_person",
    "midwife",
    "phone",
)


def strictest(way: Mapping[str, object], others: Iterable[Mapping[str, object]]) -> dict:
    """Return a way to reach her as strict as the strictest of all that were said.

    What is particular to it (days, a code word) stays. A number goes where another way is the
    strictest: it is for whoever may call, and nobody may.
    """
    others = list(others)
    found = dict(way)
    said = [one["contact_via"] for one in (way, *others) if one.get("contact_via")]
    via = min(said, key=_place, default=None)
    if via != found.get("contact_via"):
        found["contact_via"] = via
        found.pop("number", None)
    if any(one.get("message_ok") == "no" for one in others):
        found["message_ok"] = "no"
    if any(one.get("phone_shared") == "yes" for one in others):
        found["phone_shared"] = "yes"
    return found


def must_reach(way: Mapping[str, object]) -> None:
    """Check that a way leads to her: whoever is to call her needs her number.

    :raises Invalid: with the name of the field that is missing.
    """
    if way.get("contact_via") == "phone" and not way.get("number"):
        raise Invalid("contact.number", field="number")


def _place(via: object) -> int:
    return STRICTEST_FIRST.index(via) if via in STRICTEST_FIRST else 0
