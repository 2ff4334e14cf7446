"""What arrives becomes a `Parsed`, or is refused with the name of the field that stopped it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as default

from app.domain.errors import Invalid
from app.domain.fields.acts import ACTS
from app.domain.fields.field import Field, Kind
from app.domain.fields.report import MANDATORY_WHEN_INCOMPLETE
from app.domain.fields.values import READERS
from app.domain.suspicion import suspected
from app.domain.wishes import what_may_go

_REPORTS = ("report.create", "report.add", "desk.intake")


@dataclass(frozen=True, slots=True)
class Parsed:
    """An act that can be applied. `facts` are coded (I), `texts` sealed (S).

    `flags` say what a person should look at, as `code` or `code:field`. `aside` holds, to be sealed
    with the texts, what this version has no place for.
    """

    act: str
    facts: dict[str, object] = default(repr=False)
    texts: dict[str, object] = default(repr=False)
    flags: tuple[str, ...] = ()
    aside: dict[str, object] = default(default_factory=dict, repr=False)

    @property
    def answers(self) -> dict[str, object]:
        """Facts and texts together, as the rules about risk and consent want them."""
        return {**self.facts, **self.texts}

    @property
    def sealed(self) -> dict[str, object]:
        """All that is to be sealed with the row: the texts, and what is kept aside."""
        return {**self.texts, "aside": self.aside} if self.aside else self.texts


def parse(act: str, body: object, known: Mapping[str, object] | None = None) -> Parsed:
    """Read the body of an act by the list of its fields.

    A report is never refused for what it should not have carried: what rule 4 forbids is taken out
    and flagged, unknown keys are kept aside and flagged, doubtful text is flagged only. `known` are
    the answers of the report that a `report.add` adds to; without them rule 4 is judged as far as
    the addition itself tells.

    :raises Invalid: `act.unknown`, or `field.*` with `field` named.
    """
    if act not in ACTS:
        raise Invalid("act.unknown")
    if not isinstance(body, Mapping):
        raise Invalid("field.type", field="body")
    flags: list[str] = []
    body, aside = _sorted_out(ACTS[act], _lifted(act, body), flags)
    answers = _read(ACTS[act], body, flags)
    _demand(act, answers)
    if act in _REPORTS:
        answers = _as_agreed(act, answers, known, aside, flags)
    sealed = {one.name for one in ACTS[act] if one.sealed}
    return Parsed(
        act=act,
        facts={k: v for k, v in answers.items() if k not in sealed},
        texts={k: v for k, v in answers.items() if k in sealed},
        flags=tuple(dict.fromkeys(flags)),
        aside=aside,
    )


def salvage(act: str, body: object) -> dict[str, object]:
    """Return every answer in there that can be read, for judging the risk of what is refused."""
    if not isinstance(body, Mapping):
        return {}
    found = {}
    for one in ACTS.get(act, ACTS["report.create"]):
        try:
            value = _value(one, body.get(one.name), [])
        except Invalid:
            value = _readable_codes(one, body.get(one.name))
        if value not in (None, (), [], {}):
            found[one.name] = value
    return found


def _readable_codes(one: Field, value: object) -> list[str]:
    if one.kind is not Kind.CHOICES or not isinstance(value, list):
        return []
    return [code for code in one.codes if code in value]


def _lifted(act: str, body: Mapping) -> Mapping:
    """Phones may send `contact_via` inside `safe_contact` or beside it; beside it counts."""
    contact = body.get("safe_contact")
    if act not in _REPORTS or not isinstance(contact, Mapping) or "contact_via" not in contact:
        return body
    rest = {key: value for key, value in contact.items() if key != "contact_via"}
    return {"contact_via": contact["contact_via"], **body, "safe_contact": rest}


def _sorted_out(fields, body: Mapping, flags: list[str]) -> tuple[dict, dict]:
    names = {one.name for one in fields}
    aside = {str(key): value for key, value in body.items() if key not in names}
    if aside:
        flags.append("unknown_keys")
    return {key: value for key, value in body.items() if key in names}, aside


def _read(fields, body: Mapping, flags: list[str]) -> dict[str, object]:
    answers = {}
    for one in fields:
        value = _value(one, body.get(one.name), flags)
        if value is not None and value != [] and value != {}:
            answers[one.name] = value
    return answers


def _value(one: Field, raw: object, flags: list[str]) -> object:
    if raw is None or raw == "":
        return None  # a page that sends an empty control means: not answered
    if one.kind is Kind.GROUP:
        return _group(one, raw, flags)
    reader: Callable = READERS[one.kind]
    value = reader(one, raw, flags)
    if one.kind is Kind.TEXT and value:
        flags.extend(
            f"suspicious.{what}:{one.name}" for what in suspected(value) if what not in one.may_hold
        )
    return value


def _group(one: Field, raw: object, flags: list[str]) -> dict[str, object]:
    if not isinstance(raw, Mapping):
        raise Invalid("field.type", field=one.name)
    inner, aside = _sorted_out(one.parts, raw, flags)
    answers = _read(one.parts, inner, flags)
    return {**answers, "aside": aside} if aside else answers


def _demand(act: str, answers: Mapping[str, object]) -> None:
    incomplete = answers.get("incomplete") is True
    for one in ACTS[act]:
        if not one.mandatory or one.name in answers or not one.asked(answers):
            continue
        if incomplete and one.name not in MANDATORY_WHEN_INCOMPLETE:
            continue
        if one.name == "contact_via":
            continue  # through the cadre is the default, and the careful one
        raise Invalid("field.missing", field=one.name)


def _as_agreed(act, answers, known, aside, flags) -> dict[str, object]:
    """Take out what was not to be asked and what rule 4 forbids, and say so."""
    whole = {**(known or {}), **answers}
    if act != "report.add" or known is not None:
        for one in ACTS[act]:
            if one.name in answers and one.name != "contact_via" and not one.asked(whole):
                aside[one.name] = answers.pop(one.name)
                flags.append(f"not_asked:{one.name}")
    alone = act == "report.add" and known is None and "consent" not in answers
    if alone:
        return answers
    allowed = what_may_go(answers, known)
    flags.extend(allowed.flags)
    body = dict(allowed.body)
    if act != "report.add" and not answers.get("incomplete"):
        body.setdefault("contact_via", "through_me")
    return body
