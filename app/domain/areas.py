"""Codes of areas (Kemendagri, dotted) and what can be told from them alone."""

import re
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

_VILLAGE = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}")
_ANY = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")


class Level(StrEnum):
    """How large an area is."""

    PROVINCE = "province"
    REGENCY = "regency"
    SUBDISTRICT = "subdistrict"
    VILLAGE = "village"


# Provinces that are not on Jakarta's time.
_WITA = frozenset(["51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"])
_WIT = frozenset(["81", "82", "91", "92", "93", "94", "95", "96", "97"])


def is_area(code: str) -> bool:
    """Tell whether this is written like the code of an area."""
    return _ANY.fullmatch(code) is not None


def is_village(code: str) -> bool:
    """Tell whether this is written like the code of a village."""
    return _VILLAGE.fullmatch(code) is not None


def level(code: str) -> Level:
    """Return how large the area with this code is."""
    return list(Level)[code.count(".")]


def district(code: str) -> str:
    """Return the regency or city (33.02) that an area lies in, itself if it is one."""
    return ".".join(code.split(".")[:2])


def subdistrict(code: str) -> str:
    """Return the subdistrict (33.02.01) that a village lies in."""
    return ".".join(code.split(".")[:3])


def within(code: str, area: str) -> bool:
    """Tell whether the first area lies in the second or is it."""
    return code == area or code.startswith(area + ".")


@lru_cache(maxsize=1024)
def zone(code: str) -> ZoneInfo:
    """Return the time zone of an area: its service hours and days are counted in it."""
    province = code[:2]
    if province in _WITA:
        return ZoneInfo("Asia/Makassar")
    return ZoneInfo("Asia/Jayapura" if province in _WIT else "Asia/Jakarta")
