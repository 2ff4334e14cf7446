"""Rule 4: what may go to the UPTD after what an adult answered, and what a child's report carries.

The phone's page decides the same before it seals (`tests/vectors/domain.json`, `what_may_go`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from enum import StrEnum

from app.domain.codes import CHILD_AGES, GRAVE_SIGNS

NAMING = ("survivor_alias", "note", "must_not_know")


class Going(StrEnum):
    """How much of a report goes."""

    WHOLE = "whole"
    # Her life is in danger, so it goes although she said no: without what could name her.
    WITHOUT_NAME = "without_name"
    # Not met, or unsafe to ask: the UPTD may speak with the cadre only.
    CADRE_ONLY = "cadre_only"
    # Nobody has answered yet: the waiting envelope.
    NOT_YET_ASKED = "not_yet_asked"
    # She said no: nothing but an anonymous tally.
    TALLY_ONLY = "tally_only"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is left of a report, which names were taken out, and why."""

    going: Going
    body: Mapping[str, object] = default(repr=False)
    removed: tuple[str, ...] = ()

    @property
    def flags(self) -> tuple[str, ...]:
        """Say for whoever opens the report what is missing on purpose."""
        if self.going is Going.TALLY_ONLY:
            return ("rule4.tally_only", *(f"rule4.removed:{name}" for name in self.removed))
        return tuple(f"rule4.removed:{name}" for name in self.removed)


def going(answers: Mapping[str, object]) -> Going:
    """Return how much may go, from the age, the consent and the signs."""
    if answers.get("survivor_age") in CHILD_AGES:
        return Going.WHOLE
    consent = answers.get("consent")
    if consent in ("yes", "cannot_decide"):
        return Going.WHOLE
    if consent == "no":
        signs = answers.get("danger_signs")
        grave = isinstance(signs, (list, tuple)) and any(sign in GRAVE_SIGNS for sign in signs)
        return Going.WITHOUT_NAME if grave else Going.TALLY_ONLY
    return Going.CADRE_ONLY if consent else Going.NOT_YET_ASKED


def what_may_go(body: Mapping[str, object], known: Mapping[str, object] | None = None) -> Allowed:
    """Return what of `body` may go; `known` are the earlier answers that it adds to.

    A report that should have stayed a tally and yet arrived comes back as bare as one that
    outweighs a no, with `Going.TALLY_ONLY`: the desk must know, nobody must be findable.
    """
    how = going({**(known or {}), **body})
    allowed = dict(body)
    if how is Going.WHOLE:
        return Allowed(how, allowed)
    removed = []
    if how is Going.CADRE_ONLY:
        contact = dict(body.get("safe_contact") or {})
        if contact.pop("number", None) is not None:
            removed.append("number")
        if "safe_contact" in body:
            allowed["safe_contact"] = contact
    else:
        removed = [name for name in (*NAMING, "safe_contact") if body.get(name)]
        for name in (*NAMING, "safe_contact"):
            allowed.pop(name, None)
    if not allowed.get("safe_contact"):
        allowed.pop("safe_contact", None)
    shy = how in (Going.CADRE_ONLY, Going.NOT_YET_ASKED)
    contact_via = "through_me" if shy else "do_not_contact"
    if body.get("contact_via") not in (None, contact_via):
        removed.append("contact_via")
    allowed["contact_via"] = contact_via
    return Allowed(how, allowed, tuple(removed))
