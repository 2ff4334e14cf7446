"""How one value of each kind is read; what does not fit is refused by the name of its field."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

from app.domain.areas import is_village
from app.domain.errors import Invalid
from app.domain.fields.field import Field, Kind

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_CODE = re.compile(r"[a-z0-9_]{1,40}")
# Control characters but tab and line feed. Marks for right-to-left and joiners of emoji stay.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ITEMS = 60


def _wrong(one: Field, what: str) -> Invalid:
    return Invalid(f"field.{what}", field=one.name)


def _string(one: Field, raw: object) -> str:
    if not isinstance(raw, str):
        raise _wrong(one, "type")
    return raw


def _fitting(pattern: re.Pattern, what: str = "format"):
    def read(one: Field, raw: object, flags: list[str]) -> str:
        if not pattern.fullmatch(_string(one, raw)):
            raise _wrong(one, what)
        return raw

    return read


def _choice(one: Field, raw: object, flags: list[str]) -> str:
    if _string(one, raw) not in one.codes:
        raise _wrong(one, "code")
    return raw


def _choices(one: Field, raw: object, flags: list[str]) -> list[str]:
    """Return the codes in the list's own order; *none* and *unknown* give way to any other."""
    if not isinstance(raw, (list, tuple)) or not all(isinstance(code, str) for code in raw):
        raise _wrong(one, "type")
    if not set(raw) <= set(one.codes):
        raise _wrong(one, "code")
    found = [code for code in one.codes if code in raw]
    if len(found) > 1 and any(code in one.alone for code in found):
        flags.append(f"contradiction:{one.name}")
        found = [code for code in found if code not in one.alone] or found[:1]
    return found


def _text(one: Field, raw: object, flags: list[str]) -> str | None:
    """Return the text, or None if there is none. Every script is welcome."""
    text = _string(one, raw).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _CONTROL.sub("", text.replace("\r\n", "\n")).strip()
    if len(text) > one.limit:
        raise _wrong(one, "too_long")
    return text or None


def _number(one: Field, raw: object, flags: list[str]) -> str | None:
    text = _text(one, raw, flags)
    if text and sum(character.isdigit() for character in text) < 3:
        flags.append(f"not_a_number:{one.name}")
    return text


def _day(one: Field, raw: object, flags: list[str]) -> str:
    text = _fitting(_DAY)(one, raw, flags)
    try:
        date.fromisoformat(text)
    except ValueError:
        raise _wrong(one, "format") from None
    return text


def _moment(one: Field, raw: object, flags: list[str]) -> str:
    """Return it in UTC, so that moments of one record compare as text."""
    try:
        moment = datetime.fromisoformat(_string(one, raw))
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        raise _wrong(one, "format") from None


def _count(one: Field, raw: object, flags: list[str]) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise _wrong(one, "type")
    if not 0 <= raw <= one.limit:
        raise _wrong(one, "range")
    return raw


def _flag(one: Field, raw: object, flags: list[str]) -> bool:
    if not isinstance(raw, bool):
        raise _wrong(one, "type")
    return raw


def _area(one: Field, raw: object, flags: list[str]) -> str:
    if not is_village(_string(one, raw)):
        raise _wrong(one, "format")
    return raw


def _answers(one: Field, raw: object, flags: list[str]) -> dict[str, str]:
    if not isinstance(raw, Mapping) or not all(
        isinstance(part, str) for pair in raw.items() for part in pair
    ):
        raise _wrong(one, "type")
    if len(raw) > _ITEMS or not all(_CODE.fullmatch(part) for pair in raw.items() for part in pair):
        raise _wrong(one, "code")
    return dict(raw)


READERS = {
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.TIME: _fitting(_TIME),
    Kind.DAY: _day,
    Kind.MONTH: _fitting(_MONTH),
    Kind.MOMENT: _moment,
    Kind.COUNT: _count,
    Kind.FLAG: _flag,
    Kind.ID: _fitting(UUID4),
    Kind.AREA: _area,
    Kind.ANSWERS: _answers,
}
