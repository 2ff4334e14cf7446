"""Who may do what, on one page. Whose case it is, is a matter of scope and is asked beside it."""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What a person is here; in a small office one person is several of these."""

    CADRE = "cadre"
    COORDINATOR = "coordinator"
    CASEWORKER = "caseworker"
    HEAD = "head"
    ADMIN = "admin"
    AUDITOR = "auditor"


STAFF = frozenset(Role) - {Role.CADRE}

_desk = frozenset({Role.COORDINATOR, Role.HEAD})
_care = frozenset({Role.COORDINATOR, Role.CASEWORKER, Role.HEAD})
_office = frozenset({Role.COORDINATOR, Role.HEAD, Role.ADMIN})

# Admin and auditor see no case: they stand in no row of queue, referral, case or visit.
PERMISSIONS: dict[str, frozenset[Role]] = {
    # what a phone sends
    "act.send": frozenset({Role.CADRE}),
    # the desk itself
    "desk.enter": STAFF,
    "alert.see": _care | {Role.AUDITOR},
    "alert.acknowledge": _care | {Role.AUDITOR},
    "push.subscribe": STAFF,
    # on call: the roster, and the card on a phone
    "roster.see": _care,
    "roster.plan": _desk,
    "roster.take": _care,
    "holiday.change": frozenset({Role.HEAD}),
    "duty.see": _care,
    "duty.say": _care,
    "duty.take": _care,
    "passkey.own": _care,
    # the referral queue
    "queue.see": _care,
    "intake.write": _care,
    "referral.see": _care,
    "referral.open": _care,
    "referral.screen": _care,
    "referral.accept": _desk,
    "referral.assign": _desk,
    "referral.return": _care,
    "referral.duplicate": _desk,
    "referral.not_ours": _desk,
    "referral.keep_out": frozenset({Role.HEAD}),
    "referral.transfer": frozenset({Role.HEAD}),
    "transfer.see": _care,
    "transfer.answer": _desk,
    "referral.close": _care,
    # care
    "case.see": _care,
    "case.open": _care,
    "case.move": _care,
    "case.close": _care,
    "case.approve_closing": frozenset({Role.HEAD}),
    "case.assess": _care,
    "case.plan": _care,
    "case.review": _care,
    "case.follow_up": _care,
    "consent.record": _care,
    "safe_way.set": _care,
    "work.log": _care,
    "handover.make": _desk,
    "risk.raise": _care,
    "risk.lower": frozenset({Role.CASEWORKER, Role.HEAD}),
    "clock.see": _care,
    "clock.correct": _care,
    "clock.approve": frozenset({Role.HEAD}),
    # visits
    "visit.see": _care,
    "visit.open": _care,
    "visit.hand": _care,
    "visit.withdraw": _care,
    "message.send": _care,
    "cadre.wellbeing": _desk,
    # people and their phones
    "people.see": _office,
    "people.add": _office,
    "people.change": frozenset({Role.ADMIN, Role.HEAD}),
    "people.roles": frozenset({Role.ADMIN, Role.HEAD}),
    "phones.see": _office,
    "phones.invite": _office,
    "phones.confirm": _desk,
    "phones.revoke": _office,
    # what went wrong, what was told
    "quarantine.see": _care,
    "quarantine.apply": _care,
    "quarantine.ask": _care,
    "quarantine.discard": _desk,
    "quarantine.approve_discard": _desk,
    "delivery.see": _office,
    # partners, numbers, settings
    "service.write": _care,
    "service.approve": frozenset({Role.HEAD}),
    "paper.print": _care,
    "workload.see": _care | {Role.ADMIN},
    "away.note": _desk,
    "posts.change": frozenset({Role.ADMIN, Role.HEAD}),
    "partner.see": _care,
    "partner.change": _desk,
    "statistics.see": _care,
    "statistics.give": frozenset({Role.HEAD}),
    "settings.see": frozenset({Role.ADMIN, Role.HEAD}),
    "settings.change": frozenset({Role.ADMIN, Role.HEAD}),
    "export.ask": _desk,
    "export.approve": frozenset({Role.HEAD}),
    # the trail
    "trail.see": frozenset({Role.AUDITOR, Role.HEAD}),
    "trail.verify": frozenset({Role.AUDITOR, Role.HEAD, Role.ADMIN}),
}


def may(roles: Iterable[Role | str], permission: str) -> bool:
    """Tell whether somebody with these roles may do this.

    :raises KeyError: if there is no such permission: a misspelt one must not pass for a refusal.
    """
    return not PERMISSIONS[permission].isdisjoint(roles)


def may_lower_risk(roles: Iterable[Role | str], *, accompanies: bool) -> bool:
    """Tell whether somebody may lower a risk: a caseworker's act, so also of whoever is hers."""
    return accompanies or may(roles, "risk.lower")
